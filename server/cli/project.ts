import { realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { PLANNED, Project } from '../check/project.ts';
import { type CheckResult, isBaseline } from '../check/result.ts';
import type { Baseline } from '../release/model.ts';
import { CannotRun, type Input } from './command.ts';
import { declaredIn } from './declared.ts';

/** Opens the repository that was asked for, works on it and closes it again. */
export async function withProject<T>(
  input: Input,
  work: (project: Project, directory: string) => Promise<T>,
): Promise<T> {
  const directory = startDirectory(input);
  const project = await Project.open(directory);
  try {
    return await work(project, directory);
  } finally {
    project.close();
  }
}

/** The folder of `--repo`, else the current one; absolute and without symbolic links, as git names its top folder. */
export function startDirectory(input: Input): string {
  const directory = path.resolve(input.value('repo') ?? '.');
  if (!statSync(directory, { throwIfNoEntry: false })?.isDirectory()) {
    throw new CannotRun(`there is no folder ${directory}; --repo takes the folder of a git repository.`);
  }
  return realpathSync.native(directory);
}

/** A result that has something to compare with. */
export type Compared = CheckResult & { readonly baseline: Baseline };

/** Checks as the flags ask. */
export async function compare(project: Project, input: Input, paths: readonly string[] = []): Promise<Compared> {
  const [from, to, policy] = [input.value('from'), input.value('to'), input.value('policy')];
  const declared = declaredIn(input);
  const result = await project.check({
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    ...(policy !== undefined && { policy }),
    ...(declared !== undefined && { declared }),
    ...(paths.length > 0 && { paths }),
  });
  const { baseline } = result;
  if (!isBaseline(baseline)) throw new CannotRun(`${baseline.message} ${baseline.advice}`);
  if (declared !== undefined && result.nextVersion === null) {
    throw new CannotRun(
      `there is no next version to hold ${declared} against, because ${baseline.ref} is no release; give one with --from.`,
    );
  }
  // The flag is no file that a finding could point into; whoever has it says by themselves whether the version is enough.
  return { ...result, baseline, findings: result.findings.filter(({ file }) => file !== PLANNED) };
}

/** Why a project has no releases, and what to do; for commands that look at nothing else. */
export async function withoutReleases(project: Project): Promise<string> {
  const { baseline } = await project.check();
  return isBaseline(baseline)
    ? 'there is no stable release in this repository; tag one, as in `git tag 1.0.0`.'
    : `${baseline.message} ${baseline.advice}`;
}

/** The positional arguments, relative to the folder the command runs in, as paths in the repository with forward slashes. */
export function pathsIn(project: Project, directory: string, positionals: readonly string[]): string[] {
  return positionals.map((given) => {
    const relative = path.relative(project.root, path.resolve(directory, given));
    if (relative === '..' || relative.startsWith(`..${path.sep}`) || path.isAbsolute(relative)) {
      throw new CannotRun(`${given} is outside of the repository ${project.root}; name files or folders inside it.`);
    }
    return relative.split(path.sep).join('/');
  });
}

/** Whether colour is welcome: on a terminal, unless NO_COLOR says otherwise (https://no-color.org). */
export function wantsColor(stream: NodeJS.WriteStream): boolean {
  if (process.env['NO_COLOR']) return false;
  if (process.env['FORCE_COLOR']) return process.env['FORCE_COLOR'] !== '0';
  return stream.isTTY && process.env['TERM'] !== 'dumb';
}
