export type TroubleReason = 'no-git' | 'git-too-old' | 'not-a-repository' | 'bad-ref' | 'git-failed';

/** Why git cannot answer, in words for the person in front of the screen. */
export interface Trouble {
  readonly reason: TroubleReason;
  /** One sentence that says what is wrong. */
  readonly message: string;
  /** One sentence that says what to do. */
  readonly advice: string;
}

/** What every call of a repository rejects with. */
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

/** An object is missing that could be fetched. */
export const PARTIAL: Trouble = {
  reason: 'git-failed',
  message:
    'This clone is partial and does not hold the files of the release, and nothing is fetched from the network here.',
  advice: 'Run `git fetch --refetch --no-filter` once.',
};

/** Makes words of what git wrote to standard error before it failed. */
export function troubleOf(stderr: string, directory: string): Trouble {
  const nowhere = /not a git repository: (.+)/.exec(stderr)?.[1];
  if (nowhere !== undefined) {
    return {
      reason: 'not-a-repository',
      message: `The \`.git\` of ${directory} leads to ${nowhere}, where there is no repository.`,
      advice:
        'Run `git worktree repair` where the worktree was made, or `git submodule update --init` above a submodule.',
    };
  }
  if (/not a git repository|cannot change to/.test(stderr)) {
    return {
      reason: 'not-a-repository',
      message: `${directory} is in no git repository, so there is no release to compare with.`,
      advice: 'Open a folder inside a git repository, or run `git init` and commit.',
    };
  }
  if (/dubious ownership/.test(stderr)) {
    return {
      reason: 'git-failed',
      message: `Git does not read ${directory} because another user owns it.`,
      advice: `If you trust it, run \`git config --global --add safe.directory ${directory}\`.`,
    };
  }
  if (/unknown (repository )?extension|expected git repo version|unknown repository storage/i.test(stderr)) {
    return {
      reason: 'git-too-old',
      message: `This git is too old for the format of the repository: ${stderr.replace(/\s+/g, ' ').trim().slice(0, 300)}`,
      advice: 'Install a newer git from https://git-scm.com, then reload.',
    };
  }
  if (/promisor|lazy fetch/.test(stderr)) return PARTIAL;
  if (/corrupt|unable to read|bad object|missing|inflate|does not match|broken/i.test(stderr)) {
    return {
      reason: 'git-failed',
      message: `Git cannot read an object of this repository: ${firstLine(stderr)}`,
      advice: 'Run `git fsck`; fetching again or a fresh clone brings missing objects back.',
    };
  }
  return {
    reason: 'git-failed',
    message: `Git failed: ${firstLine(stderr) || 'it gave no reason.'}`,
    advice: 'Run `git status` in the folder to see the same problem.',
  };
}

function firstLine(stderr: string): string {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '');
  const telling = lines.find((line) => /^(fatal|error):/.test(line)) ?? lines[0] ?? '';
  return telling.slice(0, 300);
}
