import { type Stats, statSync } from 'node:fs';
import path from 'node:path';

/**
 * Finds git's absolute path; undefined if there is none. The system must not do this lookup: Windows also searches the current folder,
 * and a repository may contain a `git.exe`. Relative entries of PATH are skipped for the same reason.
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

/** Undefined if there is no such file, or the system cannot examine it. */
function statOf(file: string): Stats | undefined {
  try {
    return statSync(file, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

/**
 * The environment of every git process. It has no `GIT_*` variables of this process except KEPT_VARIABLES. Others redirect git, such as
 * GIT_DIR, which hooks set, and GIT_EXTERNAL_DIFF.
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
    // `git replace` substitutes objects in one clone. That does not change what was released.
    GIT_NO_REPLACE_OBJECTS: '1',
    // The file `.git/info/grafts` changes the parents of commits in one clone. Git reads this path instead, which does not exist.
    GIT_GRAFT_FILE: '/dev/null/none',
    GIT_NO_LAZY_FETCH: '1',
    // Older versions of git ignore GIT_NO_LAZY_FETCH. This variable overrides the repository's `protocol.*` settings.
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

/**
 * Options before every subcommand. They override settings with which a repository could make git run other programs or change files.
 * Filters are not overridden, because the repository chooses the names of their settings. No command in this folder runs them.
 */
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
