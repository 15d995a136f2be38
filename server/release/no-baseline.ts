import { GitError } from '../git/trouble.ts';
import type { NoBaseline } from './model.ts';

/** What git could not answer, as a reason; whatever else went wrong is thrown on. */
export function noBaselineOf(error: unknown): NoBaseline {
  if (error instanceof GitError) return { reason: error.reason, message: error.message, advice: error.advice };
  throw error;
}

export const NO_TRUNK_NOTE =
  'There is no trunk branch (origin/HEAD, main or master), so only releases in the history of this commit were considered.';
export const SHALLOW_NOTE =
  'This clone is shallow, so a later release may have been missed: run `git fetch --tags --unshallow`.';

export const NO_COMMITS: NoBaseline = {
  reason: 'no-commits',
  message: 'This repository has no commits yet, so there is no release to compare with.',
  advice: 'Commit, and tag the first release, for instance with `git tag v0.1.0`.',
};
export const NO_TAGS: NoBaseline = {
  reason: 'no-tags',
  message: 'This repository has no tags, so there is no release to compare with.',
  advice: 'Run `git fetch --tags`, or tag the last release, for instance with `git tag v1.0.0`.',
};
export const SHALLOW: NoBaseline = {
  reason: 'shallow',
  message: 'This clone is shallow: the last release is not in the part of the history that it holds.',
  advice: 'Run `git fetch --tags --unshallow`; in CI, check out with `fetch-depth: 0`.',
};

/** @param problem what is wrong with it, after a colon. */
export function badPattern(problem: string): NoBaseline {
  return {
    reason: 'bad-tag-pattern',
    message: `The configured tagPattern cannot be used: ${problem}.`,
    advice: 'Correct `tagPattern` in proto-compat.json, for instance "^release-(?<version>.+)$", or remove it.',
  };
}

/**
 * There are tags, and none of them will do.
 * @param releases how many of the tags are releases.
 * @param stable how many of the releases may be compared with.
 * @param from what the release has to come before.
 */
export function noRelease(tags: number, releases: number, stable: number, from: string): NoBaseline {
  if (releases === 0) {
    return {
      reason: 'no-release',
      message: `None of the ${tags} tags is a release such as v1.2.0.`,
      advice:
        'Tag the last release as v1.2.0, or say with `tagPattern` in proto-compat.json what your releases are called.',
    };
  }
  if (stable === 0) {
    return {
      reason: 'no-release',
      message: 'There are only pre-releases so far.',
      advice: 'Set `includePrereleases` in proto-compat.json to compare with them.',
    };
  }
  return {
    reason: 'no-release',
    message: `None of the ${stable} releases comes before ${from} in the history.`,
    advice: 'Name the release to compare with by `--from`, or run `git fetch --tags`.',
  };
}
