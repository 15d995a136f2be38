import vm from 'node:vm';
import parseVersion from 'semver/functions/parse.js';
import type { Release } from './model.ts';

export type ReleaseName = Pick<Release, 'version' | 'prefix'>;

/**
 * An optional folder, as Go modules have, an optional `v`, and SemVer.
 * @returns undefined for other tags, such as `2.1-alpha0`, `v3.2.0+git` and `3.3.0-test`.
 */
export function parseRelease(tag: string): ReleaseName | undefined {
  if (tag.length > MAX_LENGTH) return undefined;
  const slash = tag.lastIndexOf('/') + 1;
  const prefix = tag.slice(0, slash);
  if (prefix.startsWith('/') || prefix.includes('//')) return undefined;
  const written = /^v?(\d.*)$/.exec(tag.slice(slash))?.[1];
  const version = parseVersion(written);
  if (version === null || version.build.length > 0) return undefined;
  const [stage] = version.prerelease;
  if (
    typeof stage === 'string' &&
    !/^(alpha|beta|rc|pre|dev|snapshot|next|canary|nightly|milestone|[abm]\d)/i.test(stage)
  )
    return undefined;
  // In a folder `…/v2/` only versions 2.x.y count.
  const folderMajor = /(?:^|\/)v(\d+)\/$/.exec(prefix)?.[1];
  if (folderMajor !== undefined && Number(folderMajor) !== version.major) return undefined;
  return { version: version.version, prefix };
}

/**
 * @param pattern a regular expression with a group `version`. Versions can have leading zeros, as in `2024.01.05`.
 * @returns the releases by tag, or why the pattern cannot be used.
 */
export function parseByPattern(tags: readonly string[], pattern: string): ReadonlyMap<string, ReleaseName> | string {
  if (!pattern.includes('(?<version>')) return 'it has no group named version: `(?<version>…)`';
  const candidates = tags.filter((tag) => tag.length <= MAX_LENGTH);
  let found: unknown;
  try {
    found = vm.runInNewContext(
      'const pattern = new RegExp(source); tags.map((tag) => pattern.exec(tag)?.groups?.version)',
      { source: pattern, tags: candidates },
      { timeout: PATTERN_TIMEOUT },
    );
  } catch (error) {
    return typeof error === 'object' &&
      error !== null &&
      'code' in error &&
      error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
      ? 'it takes too long'
      : 'it is not a valid regular expression';
  }
  const releases = new Map<string, ReleaseName>();
  if (!Array.isArray(found)) return 'it returns no versions';
  for (const [index, tag] of candidates.entries()) {
    const version: unknown = found[index];
    const parsed = typeof version === 'string' ? parseVersion(version, { loose: true }) : null;
    if (parsed !== null) releases.set(tag, { version: parsed.version, prefix: '' });
  }
  return releases;
}

/** As semver's limit for versions. */
const MAX_LENGTH = 256;
/** Milliseconds. A hostile pattern may backtrack endlessly. */
const PATTERN_TIMEOUT = 500;
