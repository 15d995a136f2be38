import { adviceFor } from './file.ts';
import { unreadableRepository } from './unreadable.ts';

export type TroubleReason = 'no-git' | 'git-too-old' | 'not-a-repository' | 'bad-ref' | 'git-failed';

/** Message and advice have one sentence each. */
export interface Trouble {
  readonly reason: TroubleReason;
  readonly message: string;
  readonly advice: string;
}

export class GitError extends Error implements Trouble {
  override readonly name = 'GitError';
  readonly reason: TroubleReason;
  readonly advice: string;

  constructor(trouble: Trouble) {
    super(trouble.message);
    this.reason = trouble.reason;
    this.advice = trouble.advice;
  }
}

export const PARTIAL: Trouble = {
  reason: 'git-failed',
  message:
    'This is a partial clone without the files of the release, and Proto Compat does not fetch from the network.',
  advice: 'Run `git fetch --refetch --no-filter` once.',
};

export function allRefsBroken(name: string): Trouble {
  return {
    reason: 'git-failed',
    message: `Git ignores refs with broken names, such as ${name}.`,
    advice: 'Check that the lines of `packed-refs` in the git directory end with LF and not with CR LF.',
  };
}

/**
 * The cause of some errors is looked for on disk.
 * @param directory in which git ran.
 */
export function troubleOf(stderr: string, directory: string): Trouble {
  const isUnrecognised = /not a git repository/.test(stderr);
  const found =
    isUnrecognised || /dubious ownership/.test(stderr) ? unreadableRepository(directory, isUnrecognised) : undefined;
  if (found !== undefined) return found;
  const target = /not a git repository: (.+)/.exec(stderr)?.[1];
  if (target !== undefined) {
    return {
      reason: 'not-a-repository',
      message: `The \`.git\` file of ${directory} points to ${target}, which is not a repository.`,
      advice:
        'Run `git worktree repair` in the main worktree, or `git submodule update --init` in the repository around a submodule.',
    };
  }
  const [line, words = ''] = SYSTEM_ERROR.exec(stderr) ?? [];
  if (line !== undefined) {
    return {
      reason: 'git-failed',
      message: `Git failed: ${line.trim().slice(0, 300)}.`,
      advice: adviceFor(SYSTEM_ERRORS[words] ?? ''),
    };
  }
  if (/not a git repository|cannot change to/.test(stderr)) {
    return {
      reason: 'not-a-repository',
      message: `${directory} is not in a git repository, so there is no release to compare with.`,
      advice: 'Open a folder inside a git repository, or run `git init` and commit.',
    };
  }
  if (/dubious ownership/.test(stderr)) {
    return {
      reason: 'git-failed',
      message: `Git refuses to read ${directory} because another user owns it.`,
      advice: `If you trust it, run \`git config --global --add safe.directory ${directory}\`.`,
    };
  }
  if (/unknown (repository )?extension|expected git repo version|unknown repository storage/i.test(stderr)) {
    return {
      reason: 'git-too-old',
      message: `This git is too old for this repository's format: ${stderr.replace(/\s+/g, ' ').trim().slice(0, 300)}`,
      advice: 'Install a newer git from https://git-scm.com, then reload.',
    };
  }
  if (/promisor|lazy fetch/.test(stderr)) return PARTIAL;
  if (/corrupt|unable to read|bad object|missing|inflate|does not match|broken/i.test(stderr)) {
    return {
      reason: 'git-failed',
      message: `Git cannot read an object of this repository: ${firstLine(stderr)}`,
      advice: 'Run `git fsck`; fetching again or a fresh clone restores missing objects.',
    };
  }
  return {
    reason: 'git-failed',
    message: `Git failed: ${firstLine(stderr).replace(/\.$/, '') || 'it printed no error message'}.`,
    advice: 'Run `git status` in the folder to see the same problem.',
  };
}

const SYSTEM_ERRORS: Readonly<Record<string, string>> = {
  'Input/output error': 'EIO',
  'Permission denied': 'EACCES',
  'Operation not permitted': 'EPERM',
  'Stale file handle': 'ESTALE',
  'Stale NFS file handle': 'ESTALE',
  'Transport endpoint is not connected': 'ENOTCONN',
  'Connection timed out': 'ETIMEDOUT',
  'Too many levels of symbolic links': 'ELOOP',
  'Is a directory': 'EISDIR',
  'Too many open files': 'EMFILE',
  'Too many open files in system': 'ENFILE',
};
const SYSTEM_ERROR = new RegExp(`^(?:fatal|error): .*: (${Object.keys(SYSTEM_ERRORS).join('|')})$`, 'm');

function firstLine(stderr: string): string {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '');
  const explanation = lines.find((line) => /^(fatal|error):/.test(line)) ?? lines[0] ?? '';
  return explanation.slice(0, 300);
}
