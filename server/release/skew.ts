import lt from 'semver/functions/lt.js';
import { type Baseline, isPrerelease, minorLineOf, type Release } from './model.ts';

/**
 * The newest release of each minor line at or below the baseline, highest first: peers may still run these.
 * @param releases of one module, lowest version first.
 */
export function releasesForSkew(
  releases: readonly Release[],
  baseline: Baseline,
  minorLines: number,
): readonly Release[] {
  const { version } = baseline;
  if (version === undefined) return [];
  const own = releases.findLastIndex((release) => release.version === version);
  const highest = own >= 0 ? own : releases.findLastIndex((release) => lt(release.version, version));
  const lower = releases.slice(0, highest + 1);
  const onlyPrereleases = lower.every(isPrerelease);
  const counts = (release: Release): boolean =>
    onlyPrereleases || !isPrerelease(release) || release.version === version;
  const newest = new Map<string, Release>();
  for (const release of lower.filter(counts).reverse()) {
    const minorLine = minorLineOf(release);
    if (!newest.has(minorLine)) newest.set(minorLine, release);
    if (newest.size === minorLines) break;
  }
  return [...newest.values()];
}
