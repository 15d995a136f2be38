import process from 'node:process';
import semver from 'semver';
import { isBaseline, type Module, moduleOf } from '../check/result.ts';
import { hidesChanges } from '../policy/result.ts';
import { declaration, place } from '../report/words.ts';
import { CannotRun, type Input } from './command.ts';
import { namesOf, prefixNamed } from './modules.ts';
import { type Compared, compare, withProject } from './project.ts';

/** Prints the next version and nothing else; exit 1 where the declared one is too low. */
export function next(input: Input): Promise<number> {
  return withProject(input, async (project) => {
    const result = await compare(project, input);
    const chosen = chosenModule(result, input.value('module'));
    const { declaredVersion, baseline } = chosen;
    refuseUnread(result, chosen);
    process.stdout.write(`${versionOr(chosen.nextVersion, result.baseline.ref)}\n`);
    const released = isBaseline(baseline) ? baseline.version : undefined;
    // A version file that still names the release announces nothing yet.
    const announces = input.has('declared') || semver.gt(declaredVersion?.version ?? '0.0.0', released ?? '0.0.0');
    if (!declaredVersion || declaredVersion.sufficient || !announces) return 0;
    console.error(`proto-compat: ${declaration(chosen) ?? ''}`);
    return 1;
  });
}

type Chosen = Pick<Compared, 'nextVersion' | 'declaredVersion'> &
  Pick<Module, 'baseline'> &
  Partial<Pick<Module, 'prefix'>>;

/** A text that cannot be read as it is may have lost anything, so that any version printed for it could be too low. */
function refuseUnread(result: Compared, { prefix }: Chosen): void {
  const unread = result.problems.find(
    (problem) => hidesChanges(problem) && (prefix === undefined || moduleOf(result, problem.file)?.prefix === prefix),
  );
  if (unread === undefined) return;
  throw new CannotRun(
    `the next version is not known, because of ${place(unread)}: ${unread.message} Fix it, then try again.`,
  );
}

/** The module that is asked for, else what all of them agree on. */
function chosenModule(result: Compared, module: string | undefined): Chosen {
  const { modules } = result;
  const prefixes = modules.map(({ prefix }) => prefix);
  if (module !== undefined) {
    const wanted = prefixNamed(module, prefixes);
    return modules.find(({ prefix }) => prefix === wanted) ?? result;
  }
  const versions = new Set(modules.map(({ nextVersion }) => nextVersion));
  if (versions.size > 1)
    throw new CannotRun(`the modules have different versions; choose one with --module: ${namesOf(prefixes)}.`);
  return result;
}

function versionOr(version: string | null, ref: string): string {
  if (version === null)
    throw new CannotRun(`${ref} is no release, so there is no next version; give a release with --from.`);
  return version;
}
