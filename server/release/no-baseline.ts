import { GitError } from '../git/trouble.ts';
import { isPrerelease, type NoBaseline, type Release } from './model.ts';
import type { UnreadableTag } from './refs.ts';
import type { TagFamily } from './tag-family.ts';

export function noBaselineOf(error: unknown): NoBaseline {
  if (error instanceof GitError) return { reason: error.reason, message: error.message, advice: error.advice };
  throw error;
}

export const NO_TRUNK_NOTE =
  'There is no trunk branch (origin/HEAD, main or master), so only releases in the history of this commit were considered.';

/** @param to undefined for the working tree. */
export function sameReleaseNote(to: string | undefined, release: string): string {
  return to === undefined
    ? `HEAD is ${release} itself, so only uncommitted changes are compared.`
    : `${to} is ${release} itself, so it contains no changes.`;
}

export const SHALLOW_NOTE =
  'This clone is shallow, so a later release may have been missed: run `git fetch --tags --unshallow`.';

export function otherTagsNote({ highest, pattern }: TagFamily): string {
  return (
    `Newer tags, such as ${highest.name}, do not count as releases: to compare with them, set \`tagPattern\` in ` +
    `proto-compat.json to "${pattern}".`
  );
}

export const NO_COMMITS: NoBaseline = {
  reason: 'no-commits',
  message: 'This repository has no commits yet, so there is no release to compare with.',
  advice: 'Commit, and tag the first release, for instance with `git tag v0.1.0`.',
};
/** In a repository that has tags. */
export const NO_COMMITS_HERE: NoBaseline = {
  reason: 'no-commits',
  message: 'This branch has no commits yet, so no release comes before it.',
  advice: 'Commit, or name the release to compare with in `--from`.',
};
export const NO_TAGS: NoBaseline = {
  reason: 'no-tags',
  message: 'This repository has no tags, so there is no release to compare with.',
  advice: 'Run `git fetch --tags`, or tag the last release, for instance with `git tag v1.0.0`.',
};
export const SHALLOW: NoBaseline = {
  reason: 'shallow',
  message: 'This clone is shallow, and the part of the history that it has does not contain the last release.',
  advice: 'Run `git fetch --tags --unshallow`; in CI, check out with `fetch-depth: 0`.',
};

const REPAIR_TAGS = 'Run `git fsck`, then `git fetch --tags --force`.';

export function unreadableTagsNote(tags: readonly UnreadableTag[]): string {
  return `Git cannot read ${namesOf(tags)}, so a later release may have been missed. ${REPAIR_TAGS}`;
}

export function unreadableTags(tags: readonly UnreadableTag[]): NoBaseline {
  return {
    reason: 'git-failed',
    message: `Git cannot read ${namesOf(tags)}, so there is no release to compare with.`,
    advice: REPAIR_TAGS,
  };
}

function namesOf(tags: readonly UnreadableTag[]): string {
  const [first, ...others] = tags.map(({ ref }) => ref).sort();
  return `the tag ${first ?? ''}${others.length === 0 ? '' : ` and ${others.length} more`}`;
}

export function badPattern(problem: string): NoBaseline {
  return {
    reason: 'bad-tag-pattern',
    message: `The configured tagPattern cannot be used: ${problem}.`,
    advice: 'Correct `tagPattern` in proto-compat.json, for instance "^release-(?<version>.+)$", or remove it.',
  };
}

interface FailedSearch {
  readonly tagCount: number;
  /** Of the module, including pre-releases. */
  readonly releases: readonly Release[];
  readonly checked: Release | undefined;
  readonly name: string;
  /** The baseline if pre-releases counted. */
  readonly prerelease: Release | undefined;
  readonly tagPattern: string | undefined;
  readonly otherTags: TagFamily | undefined;
}

export function noRelease(search: FailedSearch): NoBaseline {
  const { releases, checked, name, prerelease, tagPattern } = search;
  if (releases.length === 0)
    return tagPattern === undefined ? noTagIsRelease(search) : noTagMatches(search.tagCount, tagPattern);
  if (checked !== undefined && checked.version === releases[0]?.version)
    return because(
      `${name} is the first release, so there is no earlier release to compare with.`,
      'Choose another baseline with `--from`, or run `git fetch --tags`.',
    );
  if (prerelease !== undefined)
    return because(
      `There are only pre-releases to compare ${name} with.`,
      'Set `includePrereleases` in proto-compat.json to compare with them.',
    );
  const others = releases.filter(({ version }) => version !== checked?.version);
  const count = others.filter((release) => !isPrerelease(release)).length || others.length;
  const other = checked === undefined ? '' : 'other ';
  return because(
    `${count === 1 ? `The only ${other}release does not come` : `None of the ${count} ${other}releases comes`} before ${name} in the history.`,
    'Name the release to compare with in `--from`, or run `git fetch --tags`.',
  );
}

function noTagIsRelease({ tagCount, otherTags }: FailedSearch): NoBaseline {
  return because(
    `${tagCount === 1 ? 'The only tag is not' : `None of the ${tagCount} tags is`} a release such as v1.2.0.`,
    otherTags === undefined
      ? 'Tag the last release like v1.2.0, or set `tagPattern` in proto-compat.json to match your tags.'
      : `To compare with tags such as ${otherTags.highest.name}, set \`tagPattern\` in proto-compat.json to "${otherTags.pattern}".`,
  );
}

function noTagMatches(tagCount: number, tagPattern: string): NoBaseline {
  return because(
    `The configured tagPattern finds no version such as 1.2.0 in the ${tagCount === 1 ? 'only tag' : `${tagCount} tags`}.`,
    `Correct \`tagPattern\` in proto-compat.json, which is "${tagPattern}", or remove it.`,
  );
}

function because(message: string, advice: string): NoBaseline {
  return { reason: 'no-release', message, advice };
}
