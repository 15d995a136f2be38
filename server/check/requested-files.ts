import { pathMatcher } from '../policy/patterns.ts';
import type { Settings } from '../policy/settings.ts';
import { prefixOf } from '../release/model.ts';

/** Without paths, the files that match `files`. */
export function wantedFiles({ files }: Settings, paths: readonly string[] | undefined): (file: string) => boolean {
  if (paths === undefined) return pathMatcher(files);
  const given = paths.map((path) => path.replace(/(?<!\/)\/+$/, ''));
  return (file) => given.some((path) => path === '' || file === path || file.startsWith(`${path}/`));
}

/** Whether one of the paths is in the module or contains it. True without paths. */
export function concerns(paths: readonly string[] | undefined, prefix: string, prefixes: ReadonlySet<string>): boolean {
  const isWanted = (given: string): boolean => {
    const path = given.replace(/(?<!\/)\/+$/, '');
    return path === '' || prefix.startsWith(`${path}/`) || prefixOf(`${path}/file`, prefixes) === prefix;
  };
  return paths?.some(isWanted) ?? true;
}
