import { pathMatcher } from '../policy/patterns.ts';
import { DEFAULT_SETTINGS, type Settings } from '../policy/settings.ts';
import { type NoBaseline, prefixOf } from '../release/model.ts';
import { wellKnownPackage } from '../schema/well-known-packages.ts';
import { Ownership, type PackagedFile } from '../sources/ownership.ts';
import type { Side } from './side.ts';

export function wantedFiles({ files }: Settings, paths: readonly string[] | undefined): (file: string) => boolean {
  if (paths === undefined) return pathMatcher(files);
  const given = paths.map(withoutSlash);
  return (file) => given.some((path) => path === '' || file === path || file.startsWith(`${path}/`));
}

/** Whether one of the paths is in the module or contains it. True without paths. */
export function concerns(paths: readonly string[] | undefined, prefix: string, prefixes: ReadonlySet<string>): boolean {
  const isWanted = (given: string): boolean => {
    const path = withoutSlash(given);
    return path === '' || prefix.startsWith(`${path}/`) || prefixOf(`${path}/file`, prefixes) === prefix;
  };
  return paths?.some(isWanted) ?? true;
}

function withoutSlash(path: string): string {
  return path.replace(/(?<!\/)\/+$/, '');
}

/**
 * @param configuration the file that defines the settings.
 * @returns undefined if a side has a file to check.
 */
export async function whyNothingToCheck(
  sides: readonly Side[],
  settings: Settings,
  paths: readonly string[] | undefined,
  configuration: string | undefined,
): Promise<NoBaseline | undefined> {
  const isWanted = wantedFiles(settings, paths);
  const listed = await Promise.all(
    sides.map(async (side) => ({ side, files: [...(await side.list()).keys()].filter(isWanted) })),
  );
  if (listed.every(({ files }) => files.length === 0)) return whyNoFiles(settings, paths, configuration);

  const options = { named: paths, submodules: sides.flatMap((side) => [...side.submodules().keys()]) };
  const ignoringPackages = new Ownership(settings, [], options);
  const wellKnown: PackagedFile[] = [];
  for (const { side, files } of listed) {
    for (const path of files.filter((each) => ignoringPackages.isOwn(each))) {
      const name = ignoringPackages.isNamed(path) ? '' : await side.packageOf(path);
      // Usually the first file is enough.
      if (wellKnownPackage(name) === undefined) return undefined;
      wellKnown.push({ path, package: name });
    }
  }
  const owners = new Ownership(settings, wellKnown, options);
  if (wellKnown.some(({ path }) => owners.isOwn(path))) return undefined;
  return {
    reason: 'no-files',
    message:
      'All .proto files look like third-party code: they are in git submodules, in folders with names such as `vendor`, or in packages such as `google.api`.',
    advice: 'Name what to check on the command line, or in `files` in proto-compat.json.',
  };
}

function whyNoFiles(
  { files }: Settings,
  paths: readonly string[] | undefined,
  configuration: string | undefined,
): NoBaseline {
  const reason = 'no-files';
  if (paths !== undefined && !paths.includes(''))
    return {
      reason,
      message: `There is no .proto file in ${paths.join(', ')}, neither now nor in the release.`,
      advice: 'Check the spelling.',
    };
  return configuration === undefined || files === DEFAULT_SETTINGS.files
    ? {
        reason,
        message: 'There is no .proto file in this repository, neither now nor in the release.',
        advice: 'Add one, or name another repository with `--repo`.',
      }
    : {
        reason,
        message: `\`files\` in ${configuration} matches no .proto file, neither now nor in the release.`,
        advice: 'Correct its globs.',
      };
}
