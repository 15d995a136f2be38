import semver from 'semver';
import { type Baseline, isPrerelease, type Release } from './model.ts';

/**
 * The releases that a peer may still run: the newest one of each of the highest minor lines at or below the baseline, across majors.
 * @param releases of one module, lowest version first.
 * @param lines how many minor lines.
 * @returns highest version first, the baseline's own line included; empty where the baseline is no release.
 */
export function releasesForSkew(releases: readonly Release[], baseline: Baseline, lines: number): readonly Release[] {
  const { version } = baseline;
  if (version === undefined) return [];
  const newest = new Map<string, Release>();
  for (const release of releases.toReversed()) {
    if (semver.gt(release.version, version)) continue;
    // A pre-release stands for its line only where it is the baseline itself.
    if (isPrerelease(release) && release.version !== version) continue;
    const line = `${semver.major(release.version)}.${semver.minor(release.version)}`;
    if (!newest.has(line)) newest.set(line, release);
    if (newest.size === lines) break;
  }
  return [...newest.values()];
}
