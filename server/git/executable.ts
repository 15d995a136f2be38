import { type Stats, statSync } from 'node:fs';
import path from 'node:path';

/** Windows itself would also find a `git.exe` of the repository in the current folder. */
export function findGit(searchPath: string = process.env['PATH'] ?? ''): string | undefined {
  const name = process.platform === 'win32' ? 'git.exe' : 'git';
  for (const folder of searchPath.split(path.delimiter)) {
    if (!path.isAbsolute(folder)) continue;
    const candidate = path.join(folder, name);
    const found = statOf(candidate);
    if (found?.isFile() === true && (process.platform === 'win32' || (found.mode & 0o111) !== 0)) return candidate;
  }
  return undefined;
}

function statOf(file: string): Stats | undefined {
  try {
    return statSync(file, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

/** A hook sets GIT_DIR, for example, which would redirect git. */
export function gitEnvironment(): NodeJS.ProcessEnv {
  const environment: NodeJS.ProcessEnv = {};
  for (const [name, value] of Object.entries(process.env)) {
    if (!name.toUpperCase().startsWith('GIT_') || KEPT_VARIABLES.has(name)) environment[name] = value;
  }
  return Object.assign(environment, {
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    // `git replace` affects one clone, not what was released.
    GIT_NO_REPLACE_OBJECTS: '1',
    // Instead of `.git/info/grafts`. This file does not exist.
    GIT_GRAFT_FILE: '/dev/null/none',
    GIT_NO_LAZY_FETCH: '1',
    // For versions of git that ignore GIT_NO_LAZY_FETCH. Overrides `protocol.*` settings.
    GIT_ALLOW_PROTOCOL: 'none',
    GIT_ASKPASS: 'false',
    SSH_ASKPASS: 'false',
    GIT_SSH_COMMAND: 'false',
    GIT_PAGER: 'cat',
    GIT_EDITOR: 'false',
  });
}
const KEPT_VARIABLES = new Set([
  'GIT_CONFIG_GLOBAL',
  'GIT_CONFIG_SYSTEM',
  'GIT_CONFIG_NOSYSTEM',
  'GIT_CEILING_DIRECTORIES',
  'GIT_DISCOVERY_ACROSS_FILESYSTEM',
  'GIT_EXEC_PATH',
]);

/** A repository could run programs with these settings. No command in this folder runs filters. */
export const SAFE_OPTIONS: readonly string[] = [
  '--no-pager',
  ...[
    'core.fsmonitor=',
    'core.hooksPath=/dev/null',
    'core.pager=cat',
    'core.editor=false',
    'core.askPass=false',
    'core.sshCommand=false',
    'core.gitProxy=',
    'core.alternateRefsCommand=false',
    'credential.helper=',
    'diff.external=',
    'diff.autoRefreshIndex=false',
    'diff.ignoreSubmodules=all',
    'gpg.program=false',
    'log.showSignature=false',
    'protocol.allow=never',
    'submodule.recurse=false',
    'gc.auto=0',
    'maintenance.auto=false',
  ].flatMap((setting) => ['-c', setting]),
];
