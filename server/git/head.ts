import path from 'node:path';
import { readRegular } from './file.ts';
import { type Git, run } from './run.ts';
import { MAX_NAME_SIZE } from './unreadable.ts';

export interface Head {
  readonly commit: string | undefined;
  /** Undefined if HEAD is detached, as it is during a rebase. */
  readonly branch: string | undefined;
}

/** Usually reads only the file HEAD and starts no process. */
export async function readBranch(git: Git, gitDirectory: string): Promise<string | undefined> {
  const read = readRegular(path.join(gitDirectory, 'HEAD'), MAX_NAME_SIZE);
  // If it cannot be read, the command below reports the cause.
  const written = Buffer.isBuffer(read) ? read.toString() : '';
  if (/^[0-9a-f]{40,64}\n?$/.test(written)) return undefined;
  const branch = /^ref: refs\/heads\/(.+)\n?$/.exec(written)?.[1];
  // The placeholder of the reftable format.
  if (branch !== undefined && branch !== '.invalid') return branch;
  const printed = await run(git, ['symbolic-ref', '--quiet', 'HEAD'], { exitCodes: [1] });
  return /^refs\/heads\/(.+)/.exec(printed.toString())?.[1];
}

export async function findTrunk(
  find: (ref: string) => Promise<string | undefined>,
): Promise<{ readonly ref: string; readonly commit: string } | undefined> {
  const found = await Promise.all(TRUNK_REFS.map(async (ref) => ({ ref, commit: await find(ref) })));
  for (const { ref, commit } of found) if (commit !== undefined) return { ref, commit };
  return undefined;
}

/** In order of preference. */
const TRUNK_REFS = [
  'refs/remotes/origin/HEAD',
  'refs/remotes/origin/main',
  'refs/remotes/origin/master',
  'refs/heads/main',
  'refs/heads/master',
];
