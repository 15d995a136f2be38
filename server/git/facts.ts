import path from 'node:path';
import { commonDirectoryOf } from './directories.ts';
import { realPath } from './file.ts';
import { type Git, run, unexpectedOutput } from './run.ts';
import type { Trouble } from './trouble.ts';
import { MAX_NAME_SIZE } from './unreadable.ts';

export interface RepositoryFacts {
  readonly root: string;
  readonly gitDirectory: string;
  readonly commonDirectory: string;
  readonly bare: boolean;
  readonly hash: 'sha1' | 'sha256';
}

const OLDEST_VERSION = [2, 25];

/** @throws GitError */
export async function readFacts(git: Git): Promise<RepositoryFacts> {
  // The path comes last, because it can contain line breaks.
  const printed = await run(
    git,
    ['rev-parse', '--is-inside-work-tree', '--show-object-format', '--show-cdup', '--absolute-git-dir'],
    { maxOutput: MAX_NAME_SIZE },
  );
  const [inside = '', format = '', up = '', ...rest] = linesOf(printed);
  if (!/^(?:true|false)$/.test(inside) || !/^sha(?:1|256)$/.test(format)) throw unexpectedOutput(printed.toString());
  const bare = inside !== 'true';
  // Only some versions of git print a line for --show-cdup outside a working tree.
  const gitDirectory = (
    bare ? linesOf(await run(git, ['rev-parse', '--absolute-git-dir'], { maxOutput: MAX_NAME_SIZE })) : rest
  ).join('\n');
  const directory = realPath(git.directory) ?? git.directory;
  return {
    root: bare ? (realPath(gitDirectory) ?? gitDirectory) : path.resolve(directory, up),
    gitDirectory,
    commonDirectory: commonDirectoryOf(gitDirectory),
    bare,
    hash: format === 'sha256' ? 'sha256' : 'sha1',
  };
}

function linesOf(printed: Buffer): string[] {
  return printed
    .toString()
    .replace(/\r?\n$/, '')
    .split('\n');
}

/** @throws GitError if git does not print its version */
export async function checkVersion(git: Git): Promise<Trouble | undefined> {
  const printed = (
    await run({ ...git, directory: path.parse(git.directory).root }, ['version'], { maxOutput: MAX_NAME_SIZE })
  ).toString();
  const [, major, minor] = /^git version (\d+)\.(\d+)/.exec(printed) ?? [];
  if (major === undefined) throw unexpectedOutput(printed);
  const [oldestMajor = 0, oldestMinor = 0] = OLDEST_VERSION;
  const newEnough = Number(major) > oldestMajor || (Number(major) === oldestMajor && Number(minor) >= oldestMinor);
  if (newEnough) return undefined;
  return {
    reason: 'git-too-old',
    message: `${printed.trim()} is too old: Proto Compat needs ${OLDEST_VERSION.join('.')} or newer.`,
    advice: 'Install a newer git from https://git-scm.com, then reload.',
  };
}
