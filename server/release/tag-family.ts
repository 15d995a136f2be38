import gt from 'semver/functions/gt.js';
import valid from 'semver/functions/valid.js';
import type { Tag } from '../git/tag-list.ts';
import { parseRelease } from './tags.ts';

/** Tags with the same text before the version, such as `core-v1.0.0` and `core-v1.1.0`, which do not count for the whole repository. */
export interface TagFamily {
  readonly count: number;
  readonly highest: Tag;
  /** Matches these tags if it is configured as `tagPattern`. */
  readonly pattern: string;
  /** The folder for which the tags count, with its slash: "api/" for `api/v1.0.0`. Undefined if they count for no folder. */
  readonly folder: string | undefined;
}

/** Ignores pre-releases. Prefers tags without a folder in their name: a folder can be another part of the repository. */
export function largestFamily(tags: readonly Tag[]): TagFamily | undefined {
  const families = new Map<string, { count: number; version: string; highest: Tag }>();
  for (const tag of tags) {
    const [, start, written] = /^(.*[-_/@]v?)(\d+\.\d+\.\d+)$/.exec(tag.name) ?? [];
    const version = valid(written);
    if (start === undefined || version === null) continue;
    const family = families.get(start);
    if (family === undefined) families.set(start, { count: 1, version, highest: tag });
    else {
      family.count++;
      if (gt(version, family.version)) Object.assign(family, { version, highest: tag });
    }
  }
  const hasFolder = (start: string): number => Number(start.includes('/'));
  const [largest] = [...families].sort(
    ([one, a], [other, b]) => hasFolder(one) - hasFolder(other) || b.count - a.count,
  );
  if (largest === undefined) return undefined;
  const [start, { count, highest }] = largest;
  const pattern = `^${start.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')}(?<version>\\d.*)$`;
  return { count, highest, pattern, folder: parseRelease(highest.name)?.prefix };
}
