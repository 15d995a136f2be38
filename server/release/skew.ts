import lt from 'semver/functions/lt.js';
import { type Baseline, isPrerelease, minorLineOf, type Release } from './model.ts';

/**
 * The newest release of each minor line at or below the baseline: a peer may still run these.
 * @param releases of one module, lowest version first.
 * @param minorLines how many, counted down from the baseline's.
 * @returns highest version first; empty if the baseline is not a release.
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
  const newest = new Map<string, Release>();
  for (const release of lower.toReversed()) {
    // A pre-release counts only if it is the baseline itself, or if no release up to the baseline is stable.
    if (isPrerelease(release) && release.version !== version && !onlyPrereleases) continue;
    const minorLine = minorLineOf(release);
    if (!newest.has(minorLine)) newest.set(minorLine, release);
    if (newest.size === minorLines) break;
  }
  return [...newest.values()];
}
