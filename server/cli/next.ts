import process from 'node:process';
import gt from 'semver/functions/gt.js';
import { type CheckResult, isBaseline, type Module, moduleOf } from '../check/result.ts';
import { hidesChanges } from '../policy/result.ts';
import { declaration, place } from '../report/words.ts';
import { CannotRun, type Input } from './command.ts';
import { namesOf } from './modules.ts';
import { compare, pathsIn, withProject } from './project.ts';

/** Exits with 1 if the declared version is too low. */
export function next(input: Input): Promise<number> {
  return withProject(input, async (project, directory) => {
    const result = await compare(project, input, pathsIn(project, directory, input.positionals));
    const chosen = onlyOne(result);
    const { declaredVersion, baseline } = chosen;
    refuseUnreadable(result, chosen);
    const released = isBaseline(baseline) ? baseline.version : undefined;
    process.stdout.write(`${versionOr(chosen.nextVersion, isBaseline(baseline) ? baseline.ref : '')}\n`);
    // If the version file still has the released version, no new one is declared.
    const isDeclared = input.has('declared') || gt(declaredVersion?.version ?? '0.0.0', released ?? '0.0.0');
    if (!declaredVersion || declaredVersion.sufficient || !isDeclared) return 0;
    console.error(`proto-compat: ${declaration(chosen) ?? ''}`);
    return 1;
  });
}

/** @throws CannotRun if a problem may hide a change, because the printed version could be too low */
function refuseUnreadable(result: CheckResult, { prefix }: Module): void {
  const unread = result.problems.find(
    (problem) => hidesChanges(problem) && moduleOf(result, problem.file).prefix === prefix,
  );
  if (unread === undefined) return;
  throw new CannotRun(
    `the next version is not known, because of ${place(unread)}: ${unread.message} Fix it, then try again.`,
  );
}

/** The only compared module, or the first one if all have the same next version. */
function onlyOne(result: CheckResult): Module {
  const compared = result.modules.filter(({ baseline }) => isBaseline(baseline));
  const [first] = compared;
  if (first === undefined) throw new Error('No module is compared.');
  if (compared.some(({ nextVersion }) => nextVersion !== first.nextVersion)) {
    const names = namesOf(compared.map(({ prefix }) => prefix));
    throw new CannotRun(`the modules have different versions; choose one with --module: ${names}.`);
  }
  return first;
}

function versionOr(version: string | null, ref: string): string {
  if (version === null)
    throw new CannotRun(`${ref} is not a release, so there is no next version; give a release with --from.`);
  return version;
}
