import gt from 'semver/functions/gt.js';
import valid from 'semver/functions/valid.js';
import type { Tag } from '../git/tag-list.ts';
import { parseRelease } from './tags.ts';

/** Tags with the same text before the version, such as `core-v1.0.0` and `core-v1.1.0`. */
export interface TagFamily {
  readonly count: number;
  readonly highest: Tag;
  /** A `tagPattern` that matches these tags. */
  readonly pattern: string;
  /** The folder for which these tags are releases: "api/" for `api/v1.0.0`. */
  readonly folder: string | undefined;
}

/** Without pre-releases. Tags that name a folder come last, because that may be another part of the repository. */
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
