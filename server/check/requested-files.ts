import { pathMatcher } from '../policy/patterns.ts';
import { DEFAULT_SETTINGS, type Settings } from '../policy/settings.ts';
import { type NoBaseline, prefixOf } from '../release/model.ts';
import { isInVendoredFolder, Ownership } from '../sources/ownership.ts';

/** Without paths, the files that match `files`. */
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
 * @param sides the paths of all files of each side.
 * @param submodules the folders of git submodules.
 * @param paths those that the user named.
 * @param configuration the file that defines the settings.
 * @returns undefined if at least one side has a file to check.
 */
export function whyNothingToCheck(
  sides: readonly ReadonlyMap<string, unknown>[],
  submodules: readonly string[],
  settings: Settings,
  paths: readonly string[] | undefined,
  configuration: string | undefined,
): NoBaseline | undefined {
  const isWanted = wantedFiles(settings, paths);
  const exists = (isSuch: (path: string) => boolean): boolean =>
    sides.some((files) => {
      for (const path of files.keys()) if (isWanted(path) && isSuch(path)) return true;
      return false;
    });
  const reason = 'no-files';
  if (!exists(() => true)) {
    if (paths !== undefined && !paths.includes(''))
      return {
        reason,
        message: `There is no .proto file in ${paths.join(', ')}, neither now nor in the release.`,
        advice: 'Check the spelling.',
      };
    return configuration === undefined || settings.files === DEFAULT_SETTINGS.files
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
  if (submodules.length === 0 && exists((path) => !isInVendoredFolder(path))) return undefined;
  const owners = new Ownership(settings, [], { named: paths, submodules });
  if (exists((path) => owners.isOwn(path))) return undefined;
  return {
    reason,
    message:
      'All .proto files look like third-party code: they are in git submodules, or in folders with names such as `vendor`.',
    advice: 'Name what to check on the command line, or in `files` in proto-compat.json.',
  };
}
