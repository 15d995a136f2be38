import process from 'node:process';
import semver from 'semver';
import { declaration } from '../report/words.ts';
import { CannotRun, type Input } from './command.ts';
import { type Compared, compare, withProject } from './project.ts';

/** Prints the next version and nothing else; exit 1 where the declared one is too low. */
export function next(input: Input): Promise<number> {
  return withProject(input, async (project) => {
    const result = await compare(project, input);
    const version = versionOf(result, input.value('module'));
    process.stdout.write(`${version}\n`);
    const { declaredVersion, baseline } = result;
    // A version file that still names the release announces nothing yet.
    const announces =
      input.has('declared') || semver.gt(declaredVersion?.version ?? '0.0.0', baseline.version ?? '0.0.0');
    if (!declaredVersion || declaredVersion.sufficient || !announces) return 0;
    console.error(`proto-compat: ${declaration(result) ?? ''}`);
    return 1;
  });
}

function versionOf(result: Compared, module: string | undefined): string {
  const { modules } = result;
  if (module !== undefined) {
    const wanted = module.replace(/\/*$/, '/');
    const found = modules.find(
      ({ prefix }) => prefix === wanted || (prefix === '' && (module === '.' || module === '/')),
    );
    if (!found) throw new CannotRun(`there is no module ${module}; there is ${names(modules)}.`);
    return versionOr(found.nextVersion, result.baseline.ref);
  }
  const versions = new Set(modules.map(({ nextVersion }) => nextVersion));
  if (versions.size > 1)
    throw new CannotRun(`the modules have different versions; choose one with --module: ${names(modules)}.`);
  return versionOr(result.nextVersion, result.baseline.ref);
}

function versionOr(version: string | null, ref: string): string {
  if (version === null)
    throw new CannotRun(`${ref} is no release, so there is no next version; give a release with --from.`);
  return version;
}

function names(modules: Compared['modules']): string {
  return modules.length === 0 ? 'only one' : modules.map(({ prefix }) => prefix || '.').join(', ');
}
