import { realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { CannotRun } from '../check/cannot-run.ts';
import { Project } from '../check/project.ts';
import type { Reader } from './tool.ts';

/**
 * Opens the repository for each call, so that every answer is based on the current files.
 * @param roots absolute folders
 * @throws CannotRun as `insideOf`, also if the repository is not inside a root
 */
export async function withRepositoryIn<T>(
  roots: readonly string[],
  given: string | undefined,
  work: (project: Reader) => Promise<T>,
): Promise<T> {
  const file = insideOf(roots, given);
  const reals = realsOf(roots);
  const project = await Project.open(statSync(file).isDirectory() ? file : path.dirname(file));
  try {
    const top = real(project.root) ?? project.root;
    if (!reals.some((root) => isInside(top, root)))
      throw new CannotRun(
        `the repository ${top} is not inside ${reals.join(', ')}; start the server with that folder.`,
      );
    return await work(project);
  } finally {
    project.close();
  }
}

/**
 * @param given absolute, or relative to the first root that exists; defaults to that root
 * @returns a real path
 * @throws CannotRun if it does not exist, or is not inside a root after resolving symbolic links
 */
export function insideOf(roots: readonly string[], given: string | undefined): string {
  const reals = realsOf(roots);
  const [first] = reals;
  if (first === undefined) throw new CannotRun('there is no root folder; start the server with one.');
  const absolute = path.resolve(first, given ?? '.');
  const file = real(absolute);
  // Two different messages would reveal whether a file outside of the roots exists.
  if (file === undefined || !reals.some((root) => isInside(file, root)))
    throw new CannotRun(`there is no ${absolute} inside ${reals.join(', ')}; name a folder or file inside a root.`);
  return file;
}

function realsOf(roots: readonly string[]): string[] {
  return roots.flatMap((root) => real(root) ?? []);
}

function real(file: string): string | undefined {
  try {
    return realpathSync.native(file);
  } catch {
    return undefined;
  }
}

function isInside(file: string, root: string): boolean {
  const relative = path.relative(root, file);
  return relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
}
