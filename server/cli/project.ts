import { realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import parseVersion from 'semver/functions/parse.js';
import { PLANNED } from '../check/declared-version.ts';
import { Project } from '../check/project.ts';
import { type CheckResult, isBaseline, moduleOf } from '../check/result.ts';
import { relativeTo } from '../git/file.ts';
import type { Finding } from '../policy/result.ts';
import { place } from '../report/words.ts';
import { CannotRun, type Input } from './command.ts';
import { namesOf, prefixNamed } from './modules.ts';

/** Opens the repository of `--repo` during `work`. */
export async function withProject<T>(
  input: Input,
  work: (project: Project, directory: string) => Promise<T>,
): Promise<T> {
  const directory = startDirectory(input);
  const project = await Project.open(directory, { prefetch: true });
  try {
    return await work(project, directory);
  } finally {
    project.close();
  }
}

/**
 * The folder of `--repo`, or the current one. Absolute and without symbolic links, like git's top folder.
 * @throws CannotRun if there is no such folder
 */
export function startDirectory(input: Input): string {
  const directory = path.resolve(input.value('repo') ?? '.');
  if (!statSync(directory, { throwIfNoEntry: false })?.isDirectory()) {
    throw new CannotRun(`there is no folder ${directory}; --repo takes the folder of a git repository.`);
  }
  return realpathSync.native(directory);
}

/** @throws CannotRun if nothing can be compared, or if a flag does not fit the result */
export async function compare(project: Project, input: Input, paths: readonly string[] = []): Promise<CheckResult> {
  const [from, to, policy, module] = ['from', 'to', 'policy', 'module'].map((name) => input.value(name));
  const declared = declaredIn(input);
  const result = await project.check({
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    ...(policy !== undefined && { policy }),
    ...(declared !== undefined && { declared }),
    ...(paths.length > 0 && { paths }),
  });
  const chosen = module === undefined ? result : onlyModule(result, module);
  requireBaseline(chosen);
  if (declared !== undefined) requireOneModule(chosen, declared);
  // Findings about `--declared` have no file. The commands report them differently.
  return withFindings(chosen, ({ file }) => file !== PLANNED);
}

function declaredIn(input: Input): string | undefined {
  const given = input.value('declared');
  if (given === undefined) return undefined;
  const version = parseVersion(given, { loose: true });
  if (version === null) throw new CannotRun(`--declared must be a version such as 1.1.0, not ${given}.`);
  return version.version;
}

/** @throws CannotRun if there is no baseline, because an empty report would look like a clean result */
function requireBaseline(result: CheckResult): void {
  if (!result.modules.some(({ baseline }) => isBaseline(baseline))) throw new CannotRun(whyNoBaseline(result));
}

/** Includes mistakes in the configuration, because one may be the cause. */
function whyNoBaseline({ modules, problems }: CheckResult): string {
  const baseline = modules[0]?.baseline;
  if (baseline === undefined || isBaseline(baseline))
    return 'there is no stable release in this repository; tag one, as in `git tag 1.0.0`.';
  const mistakes = problems
    .filter(({ kind }) => kind === 'settings')
    .map((problem) => `${place(problem)}: ${problem.message}`);
  return [baseline.message, baseline.advice, ...mistakes].join(' ');
}

/** @throws CannotRun if several modules are compared, or if the baseline isn't a release */
function requireOneModule({ modules }: CheckResult, declared: string): void {
  const compared = modules.filter(({ baseline }) => isBaseline(baseline));
  const [module] = compared;
  if (compared.length > 1)
    throw new CannotRun(
      `${declared} is the version of one module; choose it with --module or a path: ${namesOf(compared.map(({ prefix }) => prefix))}.`,
    );
  if (module !== undefined && isBaseline(module.baseline) && module.nextVersion === null)
    throw new CannotRun(
      `${declared} cannot be checked, because ${module.baseline.ref} is not a release; give one with --from.`,
    );
}

/** @throws CannotRun if there is no such module */
function onlyModule(result: CheckResult, name: string): CheckResult {
  const wanted = prefixNamed(
    name,
    result.modules.map(({ prefix }) => prefix),
  );
  const modules = result.modules.filter(({ prefix }) => prefix === wanted);
  const findings = modules.flatMap((module) => module.findings);
  const isOwn = ({ file }: { readonly file: string }): boolean => moduleOf(result, file).prefix === wanted;
  return {
    ...result,
    modules,
    findings,
    bump: modules[0]?.bump ?? 'none',
    problems: result.problems.filter(isOwn),
    notCompared: result.notCompared.filter(isOwn),
  };
}

function withFindings(result: CheckResult, isWanted: (finding: Finding) => boolean): CheckResult {
  return {
    ...result,
    modules: result.modules.map((module) => ({ ...module, findings: module.findings.filter(isWanted) })),
    findings: result.findings.filter(isWanted),
  };
}

export async function withoutReleases(project: Project, paths: readonly string[] = []): Promise<string> {
  const options = paths.length === 0 ? {} : { paths };
  const result = await project.check(options);
  const baseline = result.modules[0]?.baseline;
  const isBare = baseline !== undefined && !isBaseline(baseline) && baseline.reason === 'bare-repository';
  return whyNoBaseline(isBare ? await project.check({ ...options, to: 'HEAD' }) : result);
}

/**
 * @param directory the folder that arguments are relative to
 * @returns paths in the repository, with forward slashes
 * @throws CannotRun for a path outside of the repository
 */
export function pathsIn(project: Project, directory: string, positionals: readonly string[]): string[] {
  return positionals.map((given) => {
    const relative = relativeTo(project.root, path.resolve(directory, given));
    if (relative === undefined) {
      throw new CannotRun(`${given} is outside the repository ${project.root}; name files or folders inside it.`);
    }
    return relative.split(path.sep).join('/');
  });
}

/** NO_COLOR (https://no-color.org) and FORCE_COLOR have precedence over the kind of stream. */
export function wantsColor(stream: NodeJS.WriteStream): boolean {
  if (process.env['NO_COLOR']) return false;
  if (process.env['FORCE_COLOR']) return process.env['FORCE_COLOR'] !== '0';
  return stream.isTTY && process.env['TERM'] !== 'dumb';
}
