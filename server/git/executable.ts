import { type Stats, statSync } from 'node:fs';
import path from 'node:path';

/**
 * Finds git's absolute path, or undefined if there is none. The system must not do this lookup: Windows searches the current folder
 * first, and a repository may contain a `git.exe`. Relative entries of PATH are skipped for the same reason.
 */
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

/** Undefined if there is no such file, or if its folder cannot be searched. The lookup continues with the next folder of PATH. */
function statOf(file: string): Stats | undefined {
  try {
    return statSync(file, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

/**
 * The environment of every git process. Variables that redirect git are removed, for example GIT_DIR (set in hooks) and
 * GIT_EXTERNAL_DIFF. Variables that locate the user's own configuration are kept.
 */
export function gitEnvironment(): NodeJS.ProcessEnv {
  const environment: NodeJS.ProcessEnv = {};
  for (const [name, value] of Object.entries(process.env)) {
    if (!name.toUpperCase().startsWith('GIT_') || KEPT_VARIABLES.has(name)) environment[name] = value;
  }
  return Object.assign(environment, {
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    // `git replace` changes what an id means on one machine only, so it cannot change what was released.
    GIT_NO_REPLACE_OBJECTS: '1',
    // Nor can `.git/info/grafts`, which changes the parents of commits. Git reads this path instead, where no file can be. Shallow clones
    // use another file.
    GIT_GRAFT_FILE: '/dev/null/none',
    GIT_NO_LAZY_FETCH: '1',
    // Git before 2.45 ignores GIT_NO_LAZY_FETCH. This variable overrides a repository's protocol settings, such as `protocol.ext.allow`.
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

/** Options before every subcommand. They switch off every program that a repository's configuration could make git run. */
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
