import path from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Repository } from '../../server/git/repository.ts';
import { type BaselineOptions, type ReleaseOptions, Releases } from '../../server/release/releases.ts';
import { containing } from '../git/containing.ts';
import { makeRepository, type TestRepository } from '../git/repository.ts';

let made: TestRepository;
const opened: Repository[] = [];
const templates = { empty: makeRepository(), train: releaseTrain() };

beforeEach(() => {
  made = templates.empty.copy();
});
afterEach(() => {
  for (const repository of opened.splice(0)) repository.close();
  made.remove();
});
afterAll(() => {
  templates.empty.remove();
  templates.train.remove();
});

function useTrain(): void {
  made.remove();
  made = templates.train.copy();
}

async function open(directory = made.directory): Promise<Repository> {
  const repository = await Repository.open(directory);
  if (!(repository instanceof Repository)) throw new Error(repository.message);
  opened.push(repository);
  return repository;
}

/** The baseline's ref, or the reason why there is none. */
async function baseline(options?: BaselineOptions, releaseOptions?: ReleaseOptions): Promise<string> {
  const found = await new Releases(await open(), releaseOptions).baseline(options);
  return 'ref' in found ? found.ref : found.reason;
}

/**
 * ```
 * main    1 ─ 2(v1.0.0) ─ 3(v1.1.0-rc1) ─ 4(v1.1.0) ─ 5 ─ 6 ─ 7
 *                 \                            \       \
 * stable-1.0       8(v1.0.1) ─ 9                \       10(v3.0.0)   stable-3.0
 * stable-2.0                                     11(v2.0.0) ─ 12(v2.0.1)
 * ```
 */
function releaseTrain(): TestRepository {
  const made = makeRepository();
  made.commit({ 'one.proto': '1' });
  made.commit({ 'one.proto': '2' });
  made.annotatedTag('v1.0.0');
  made.commit({ 'one.proto': '3' });
  made.tag('v1.1.0-rc1');
  made.commit({ 'one.proto': '4' });
  made.tag('v1.1.0');
  made.commit({ 'one.proto': '5' });
  made.git('branch', 'five');
  made.commit({ 'one.proto': '6' });
  made.commit({ 'one.proto': '7' });
  made.branch('stable-1.0', 'v1.0.0');
  made.commit({ 'one.proto': '8' });
  made.tag('v1.0.1');
  made.commit({ 'one.proto': '9' });
  made.branch('stable-2.0', 'v1.1.0');
  made.commit({ 'one.proto': '11' });
  made.tag('v2.0.0');
  made.commit({ 'one.proto': '12' });
  made.tag('v2.0.1');
  made.branch('stable-3.0', 'five');
  made.commit({ 'one.proto': '10' });
  made.tag('v3.0.0');
  for (const tag of ['untagged-c2a6', 'stable-1.8.2', '20191207', '9.9.9-test', 'v9.9.9+git', 'v9.9']) made.tag(tag);
  made.checkout('main');
  return made;
}

describe('the last release', () => {
  test.each([
    ['main', 'v3.0.0'],
    ['stable-1.0', 'v1.0.1'],
    ['stable-2.0', 'v2.0.1'],
    ['stable-3.0', 'v3.0.0'],
    // The branch of 3.0.0 starts at this commit, so 3.0.0 doesn't come before it. The branch of 2.0.1 started earlier.
    ['five', 'v2.0.1'],
    // This commit is older than the one where the branch of 2.0.0 starts.
    ['v1.1.0~1', 'v1.0.1'],
    ['v1.0.0~1', 'no-release'],
    ['v1.0.0', 'v1.0.0'],
    ['v1.0.1', 'v1.0.1'],
    ['v1.1.0', 'v1.1.0'],
    ['v2.0.0', 'v2.0.0'],
    ['v2.0.1', 'v2.0.1'],
    ['v3.0.0', 'v3.0.0'],
  ])('at %s is %s', async (ref, expected) => {
    useTrain();
    made.checkout(ref);
    expect(await baseline()).toBe(expected);
  });

  test.each([
    ['v1.0.0', 'no-release'],
    ['v1.0.1', 'v1.0.0'],
    // 1.0.1 was tagged later than this release.
    ['v1.1.0-rc1', 'v1.0.0'],
    ['v1.1.0', 'v1.0.0'],
    ['v2.0.0', 'v1.1.0'],
    ['v2.0.1', 'v2.0.0'],
    ['v3.0.0', 'v2.0.1'],
    ['refs/tags/v3.0.0', 'v2.0.1'],
    // A branch may be compared with the release at its own commit.
    ['stable-3.0', 'v3.0.0'],
    ['five', 'v2.0.1'],
  ])('for --to %s is %s', async (to, expected) => {
    useTrain();
    expect(await baseline({ to })).toBe(expected);
  });

  test('may be a pre-release if the options include pre-releases', async () => {
    useTrain();
    expect(await baseline({ to: 'v1.1.0' }, { includePrereleases: true })).toBe('v1.1.0-rc1');
    expect(await baseline({ to: 'v1.1.0-rc1' }, { includePrereleases: true })).toBe('v1.0.0');
    expect((await new Releases(await open()).all()).map(({ version }) => version)).toEqual([
      ...['1.0.0', '1.0.1', '1.1.0-rc1', '1.1.0', '2.0.0', '2.0.1', '3.0.0'],
    ]);
  });

  test('is found only among the tags that `tagPattern` matches, and a wrong pattern is reported', async () => {
    useTrain();
    expect(await baseline({}, { tagPattern: '^v(?<version>1\\..*)$' })).toBe('v1.1.0');
    expect(await baseline({}, { tagPattern: '^(?<version>' })).toBe('bad-tag-pattern');
    expect(await baseline({}, { tagPattern: '^none-(?<version>.*)$' })).toBe('no-release');
    const releases = new Releases(await open(), { tagPattern: '^none-(?<version>.*)$' });
    expect(await releases.baseline()).toMatchObject({
      message: 'The configured tagPattern finds no version such as 1.2.0 in the 13 tags.',
      advice: 'Correct `tagPattern` in proto-compat.json, which is "^none-(?<version>.*)$", or remove it.',
    });
    expect(await baseline({ from: 'main' }, { tagPattern: '(' })).toBe('main');
  });

  test('has a note if the commit that is checked is this release itself', async () => {
    useTrain();
    made.checkout('v1.0.0');
    const commit = made.git('rev-parse', 'HEAD');
    expect(await new Releases(await open()).baseline()).toEqual({
      ref: 'v1.0.0',
      version: '1.0.0',
      commit,
      prefix: '',
      note: 'HEAD is v1.0.0 itself, so only uncommitted changes are compared.',
    });
    made.git('branch', 'here');
    expect(await new Releases(await open()).baseline({ to: 'here' })).toMatchObject({
      ref: 'v1.0.0',
      note: 'here is v1.0.0 itself, so it contains no changes.',
    });
    made.checkout('v1.0.1');
    made.commit();
    expect(await new Releases(await open()).baseline()).toMatchObject({ ref: 'v1.0.1', note: undefined });
  });

  test("of a branch with an unrelated history is not the trunk's last release", async () => {
    useTrain();
    made.git('checkout', '--quiet', '--orphan', 'pages');
    made.commit({ 'page.html': '' });
    made.tag('v8.0.0');
    expect(await baseline()).toBe('v8.0.0');
    made.checkout('main');
    expect(await baseline()).toBe('v3.0.0');
  });

  test('stays the same after its branch was merged into the trunk', async () => {
    useTrain();
    made.git('merge', '--quiet', '--strategy', 'ours', '--message', 'merge', 'stable-3.0');
    expect(await baseline()).toBe('v3.0.0');
    // This commit is older than the merge.
    made.checkout('main~1');
    expect(await baseline()).toBe('v3.0.0');
  });

  test('is in the history of HEAD if there is no trunk, and a note says so', async () => {
    useTrain();
    made.git('branch', '--move', 'main', 'development');
    const found = await new Releases(await open()).baseline();
    expect(found).toMatchObject({ ref: 'v1.1.0', note: containing('no trunk branch') });
  });

  test('of a patch release is on its minor line, and without a trunk no note says that it is in its history', async () => {
    made.git('branch', '--move', 'main', 'develop');
    made.commit();
    made.tag('v1.0.0');
    made.git('checkout', '--quiet', '--orphan', 'rewritten');
    made.commit();
    made.tag('v1.0.1');
    made.commit();
    made.tag('v1.1.0');
    const releases = new Releases(await open());
    expect(await releases.baseline({ to: 'v1.0.1' })).toMatchObject({ ref: 'v1.0.0', note: undefined });
    expect(await releases.baseline({ to: 'v1.1.0' })).toMatchObject({
      ref: 'v1.0.1',
      note: containing('no trunk branch'),
    });
  });

  test('is the one before the declared version if the checked commit is tagged with the declared version', async () => {
    useTrain();
    made.checkout('v1.0.1');
    expect(await baseline({ declared: '1.0.1' })).toBe('v1.0.0');
    expect(await baseline({ to: 'stable-1.0~1', declared: '1.0.1' })).toBe('v1.0.0');
    expect(await baseline({ declared: '1.0.2' })).toBe('v1.0.1');
    made.checkout('v1.0.0');
    expect(await new Releases(await open()).baseline({ declared: '1.0.0' })).toMatchObject({
      reason: 'no-release',
      message: containing('v1.0.0 is the first release'),
    });
  });

  test('does not exist on a branch without commits, but --from and --to can be used there', async () => {
    useTrain();
    made.git('checkout', '--quiet', '--orphan', 'new');
    expect(await new Releases(await open()).baseline()).toMatchObject({
      reason: 'no-commits',
      message: 'This branch has no commits yet, so no release comes before it.',
      advice: containing('--from'),
    });
    expect(await baseline({ from: 'v1.0.0' })).toBe('v1.0.0');
    expect(await baseline({ to: 'main' })).toBe('v3.0.0');
  });

  test.each([
    ['v1.1.0', 'those of the release branch', { 'docs.md': 'on master' }],
    ['v1.0.0', 'different', { 'one.proto': '3' }],
  ])(
    'of develop is %s: develop and master both merged the release branch, v1.1.0 is the merge in master, and its .proto files are %s',
    async (expected, _, onMaster) => {
      made.commit({ 'one.proto': '1' });
      made.tag('v1.0.0');
      made.git('branch', '--move', 'main', 'master');
      made.branch('develop');
      made.commit({ 'one.proto': '2' });
      made.branch('release');
      made.commit({ VERSION: '1.1.0' });
      made.checkout('master');
      made.commit({ 'docs.md': 'before' });
      made.merge('release');
      made.write(onMaster);
      made.git('add', '--all');
      made.git('commit', '--quiet', '--amend', '--no-edit');
      made.tag('v1.1.0');
      made.checkout('develop');
      made.merge('release');
      made.commit({ 'one.proto': '4' });
      expect(await baseline()).toBe(expected);
      // If develop is the trunk, 1.1.0 is on a side branch, so it counts in any case.
      made.git('update-ref', 'refs/remotes/origin/main', 'develop');
      expect(await baseline()).toBe('v1.1.0');
      made.branch('feature');
      made.commit({ 'one.proto': '5' });
      expect(await baseline()).toBe('v1.1.0');
    },
  );

  test('of a hotfix branch is the last release of the minor line from which the branch starts', async () => {
    useTrain();
    made.branch('hotfix', 'v2.0.0');
    made.commit({ 'one.proto': 'hot' });
    // 2.0.1 is on another branch. Both branches continue the minor line 2.0, so the hotfix becomes 2.0.2.
    expect(await baseline()).toBe('v2.0.1');
    made.git('tag', '--delete', 'v2.0.1');
    expect(await baseline()).toBe('v2.0.0');
  });

  test('is not a release with a younger tag than the checked release, even if the commit of that tag is older', async () => {
    made.commit({ 'one.proto': '1' });
    made.annotatedTag('v1.0.0');
    made.branch('stable-1.0');
    made.commit({ 'one.proto': '2' });
    made.branch('minor', 'main');
    made.commit({ 'one.proto': '3' });
    made.tag('v1.1.0');
    // The commit is older than that of 1.1.0, but the tag is younger.
    made.annotatedTag('v1.0.1', 'stable-1.0');
    made.git('branch', '--force', 'main', 'minor');
    expect(await baseline({ to: 'v1.1.0' })).toBe('v1.0.0');
    expect(await baseline({ to: 'v1.0.1' })).toBe('v1.0.0');
  });

  test('in a clone is found with the trunk of origin', async () => {
    useTrain();
    const clone = path.join(made.temporary, 'clone');
    made.git('clone', '--quiet', made.directory, clone);
    made.git('-C', clone, 'checkout', '--quiet', '-b', 'feature', 'origin/stable-1.0');
    const found = await new Releases(await open(clone)).baseline();
    expect(found).toMatchObject({ ref: 'v1.0.1', note: undefined });
  });
});

describe('tags with another name before the version', () => {
  /** Makes a commit for each tag, in this order. */
  function tagAll(tags: readonly string[]): void {
    for (const tag of tags) {
      made.commit({ 'one.proto': tag });
      made.tag(tag);
    }
    made.commit({ 'one.proto': 'edited' });
  }
  const CORE = ['core-v3.0.0', 'core-v4.0.0', 'core-v10.0.0', 'prover-v1.0.0', 'core-v9.0.0'];
  const HINT =
    'Newer tags, such as core-v10.0.0, do not count as releases: to compare with them, set `tagPattern` in ' +
    'proto-compat.json to "^core-v(?<version>\\d.*)$".';

  async function note(options?: BaselineOptions): Promise<string | undefined> {
    const found = await new Releases(await open()).baseline(options);
    return 'ref' in found ? found.note : found.advice;
  }

  test('are mentioned if they are newer than the releases and outnumber them', async () => {
    tagAll(['v1.0.0', ...CORE]);
    expect(await note()).toBe(HINT);
    expect(await baseline({}, { tagPattern: '^core-v(?<version>\\d.*)$' })).toBe('core-v10.0.0');
  });

  test('are mentioned rather than tags with a folder in their name', async () => {
    tagAll(['v1.0.0', ...CORE, ...[1, 2, 3, 4, 5].map((minor) => `json/schema-v0.${String(minor)}.0`)]);
    expect(await note()).toBe(HINT);
  });

  test('are mentioned if no tag counts as a release', async () => {
    tagAll(CORE);
    expect(await note()).toBe(
      'To compare with tags such as core-v10.0.0, set `tagPattern` in proto-compat.json to "^core-v(?<version>\\d.*)$".',
    );
  });

  test.each<[string, string[]]>([
    ['older', [...CORE, 'v1.0.0']],
    ['few', ['v1.0.0', 'v1.1.0', ...CORE]],
    ['pre-releases', ['v1.0.0', 'core-v2.0.0-rc.1', 'core-v2.0.0-rc.2', 'core-v2.0.0-rc.3']],
    ['dates', ['v1.0.0', 'nightly-2024.01.01', 'nightly-2024.01.02', 'nightly-2024.01.03']],
  ])('are not mentioned if they are %s', async (_, tags) => {
    tagAll(tags);
    expect(await note()).toBeUndefined();
  });

  test('are mentioned if their folder has no files, but not if it is a module', async () => {
    const tags = ['v1.0.0', 'api/v1.0.0', 'api/v1.1.0', 'api/v1.2.0'];
    tagAll(tags);
    expect(await note()).toContain('api/v1.2.0');
    made.commit({ 'api/two.proto': '' });
    expect(await note()).toBeUndefined();
  });

  test('are not mentioned for a chosen baseline or a checked release', async () => {
    tagAll(['v1.0.0', ...CORE]);
    expect(await note({ from: 'v1.0.0' })).toBeUndefined();
    expect(await note({ to: 'core-v3.0.0' })).toBe(HINT);
    made.tag('v1.1.0');
    expect(await note({ to: 'v1.1.0' })).toBeUndefined();
  });
});

describe('a release', () => {
  test('is listed once if two tags give its commit the same version, and --from and --to accept both tags', async () => {
    useTrain();
    made.tag('1.1.0', 'v1.1.0');
    // The same version at another commit is a different release.
    made.tag('3.0.0', 'v1.0.0');
    const releases = new Releases(await open());
    expect((await releases.all()).map(({ ref }) => ref)).toEqual([
      ...['v1.0.0', 'v1.0.1', 'v1.1.0-rc1', '1.1.0', 'v2.0.0', 'v2.0.1', '3.0.0', 'v3.0.0'],
    ]);
    for (const to of ['1.1.0', 'v1.1.0']) expect(await releases.baseline({ to })).toMatchObject({ ref: 'v1.0.0' });
    for (const from of ['1.1.0', 'v1.1.0'])
      expect(await releases.baseline({ from })).toMatchObject({ ref: from, version: '1.1.0' });
  });

  test('is dated by the outer tag if its tag points to another tag', async () => {
    const commit = made.commit({ 'one.proto': '1' });
    made.annotatedTag('inner');
    made.git('tag', '--annotate', '--message', 'outer', 'v1.0.0', 'inner');
    const [release] = await new Releases(await open()).all();
    expect(release).toMatchObject({ ref: 'v1.0.0', commit });
    expect(release?.date).toBe(Number(made.git('for-each-ref', '--format=%(creatordate:unix)', 'refs/tags/v1.0.0')));
  });
});

describe('a baseline given by --from', () => {
  test.each([
    ['v1.0.0', '1.0.0'],
    ['refs/tags/v1.0.0', '1.0.0'],
    ['v1.1.0-rc1', '1.1.0-rc1'],
    ['main', undefined],
    ['HEAD~1', undefined],
  ])('%s has the version %s', async (from, version) => {
    useTrain();
    expect(await new Releases(await open()).baseline({ from })).toMatchObject({
      ref: from,
      version,
      commit: made.git('rev-parse', `${from}^{commit}`),
    });
  });

  test('a ref that names no commit is rejected, for --from and for --to', async () => {
    useTrain();
    for (const ref of ['nowhere', '--all', 'v1.0.0..v2.0.0']) {
      expect(await baseline({ from: ref })).toBe('bad-ref');
      expect(await baseline({ to: ref })).toBe('bad-ref');
    }
  });
});

describe('broken or incomplete repositories', () => {
  test('without commits, tags or earlier releases, the reason says which of them are missing', async () => {
    expect(await baseline()).toBe('no-commits');
    made.commit({ 'one.proto': '1' });
    expect(await baseline()).toBe('no-tags');
    made.tag('nightly');
    expect(await baseline()).toBe('no-release');
    made.tag('v1.0.0-rc1');
    made.commit();
    expect(await baseline()).toBe('v1.0.0-rc1');
    made.tag('v1.0.0');
    expect(await new Releases(await open()).baseline({ to: 'v1.0.0' })).toMatchObject({
      reason: 'no-release',
      message: 'There are only pre-releases to compare v1.0.0 with.',
      advice: containing('includePrereleases'),
    });
  });

  test('suggests pre-releases only if a release can be compared with one of them', async () => {
    made.commit();
    made.tag('v1.0.0-rc.1');
    made.git('checkout', '--quiet', '--orphan', 'rewritten');
    made.commit();
    made.tag('v1.0.0-rc.2');
    const message = 'The only other release does not come before v1.0.0-rc.2 in the history.';
    expect(await new Releases(await open()).baseline({ to: 'v1.0.0-rc.2' })).toMatchObject({ message });
    made.git('tag', '--delete', 'v1.0.0-rc.2');
    made.tag('v1.0.0');
    for (const includePrereleases of [false, true])
      expect(await new Releases(await open(), { includePrereleases }).baseline({ to: 'v1.0.0' })).toMatchObject({
        message: 'The only other release does not come before v1.0.0 in the history.',
      });
    made.commit();
    made.tag('v1.1.0-rc.1');
    made.commit();
    made.tag('v1.1.0');
    made.git('tag', '--delete', 'v1.0.0');
    made.tag('v0.9.0', 'v1.0.0-rc.1');
    // A release in another history does not change what comes before this one.
    expect(await new Releases(await open()).baseline({ to: 'v1.1.0' })).toMatchObject({
      message: 'There are only pre-releases to compare v1.1.0 with.',
    });
    expect(await baseline({ to: 'v1.1.0' }, { includePrereleases: true })).toBe('v1.1.0-rc.1');
  });

  test('in a shallow clone, says what to fetch, and finds the release after it is fetched', async () => {
    useTrain();
    const clone = path.join(made.temporary, 'clone');
    made.git('clone', '--quiet', '--depth=1', `file://${made.directory}`, clone);
    const releases = new Releases(await open(clone));
    const shallow = { reason: 'shallow', advice: containing(/git fetch --tags --unshallow.*fetch-depth: 0/) };
    expect(await releases.baseline()).toMatchObject(shallow);
    expect(await releases.baseline({ from: 'v1.0.0' })).toMatchObject({
      reason: 'bad-ref',
      advice: containing('--unshallow'),
    });
    made.git('-C', clone, 'fetch', '--quiet', '--tags', '--depth=1');
    releases.invalidate();
    expect(await releases.baseline()).toMatchObject(shallow);
    made.git('-C', clone, 'fetch', '--quiet', '--tags', '--unshallow');
    releases.invalidate();
    expect(await releases.baseline()).toMatchObject({ ref: 'v3.0.0', note: undefined });
  });

  test('in a shallow clone that contains a release, says that a later one may be missing', async () => {
    useTrain();
    const clone = path.join(made.temporary, 'clone');
    made.git('clone', '--quiet', '--depth=3', '--no-tags', `file://${made.directory}`, clone);
    made.git('-C', clone, 'fetch', '--quiet', '--depth=3', '--no-tags', 'origin', 'stable-3.0');
    made.git('-C', clone, 'tag', 'v3.0.0', 'FETCH_HEAD');
    expect(await new Releases(await open(clone)).baseline()).toMatchObject({
      ref: 'v3.0.0',
      note: containing('shallow'),
    });
  });

  test('a damaged tag does not affect others', async () => {
    useTrain();
    made.write({ '.git/refs/tags/v7.0.0': `${'1'.repeat(40)}\n`, '.git/refs/tags/v6.0.0': 'nonsense\n' });
    made.tag('v5.0.0', 'HEAD:one.proto');
    expect(await baseline()).toBe('v3.0.0');
  });
});

describe('while the repository is open', () => {
  test('changed tags and another HEAD count only after `invalidate`', async () => {
    useTrain();
    const releases = new Releases(await open());
    const ref = async () => {
      const found = await releases.baseline();
      return 'ref' in found ? found.ref : found.reason;
    };
    expect(await ref()).toBe('v3.0.0');
    made.tag('v4.0.0');
    expect(await ref()).toBe('v3.0.0');
    releases.invalidate();
    expect(await ref()).toBe('v4.0.0');
    made.git('tag', '--delete', 'v4.0.0');
    releases.invalidate();
    expect(await ref()).toBe('v3.0.0');
    made.git('tag', '--force', 'v3.0.0', 'v1.0.0');
    releases.invalidate();
    expect(await releases.baseline()).toMatchObject({
      ref: 'v3.0.0',
      commit: made.git('rev-parse', 'v1.0.0^{commit}'),
    });
    made.checkout('stable-1.0');
    releases.invalidate();
    expect(await ref()).toBe('v1.0.1');
    made.checkout('stable-2.0');
    releases.invalidate();
    expect(await ref()).toBe('v2.0.1');
  });

  test('releases are not computed again if no ref changed, unless the commit of a tag is missing', async () => {
    useTrain();
    made.git('tag', 'v9.0.0', 'HEAD^{tree}');
    const releases = new Releases(await open());
    const before = await releases.all();
    expect(before.map(({ ref }) => ref)).not.toContain('v9.0.0');
    releases.invalidate();
    expect(await releases.all()).toBe(before);
    made.write({ '.git/refs/tags/v8.0.0': `${'1'.repeat(40)}\n` });
    releases.invalidate();
    const missing = await releases.all();
    expect(missing).toEqual(before);
    releases.invalidate();
    expect(await releases.all()).not.toBe(missing);
  });
});

describe('modules', () => {
  const files = [
    'one.proto',
    'api/a.proto',
    'api/v1/b.proto',
    'api/v2/c.proto',
    'api/v2/deep/d.proto',
    'apix/e.proto',
    'lib/f.proto',
    'lib/core/g.proto',
  ];

  async function modules(...tags: string[]): Promise<Record<string, { releases: string[]; files: readonly string[] }>> {
    made.commit(Object.fromEntries(files.map((file) => [file, ''])));
    for (const tag of tags) made.tag(tag);
    const found = await new Releases(await open()).modules(files);
    return Object.fromEntries(
      found.map(({ prefix, releases, files }) => [prefix, { releases: releases.map(({ ref }) => ref), files }]),
    );
  }

  test('are only the whole repository if no tag has a prefix', async () => {
    expect(await modules('v1.0.0', 'v2.0.0')).toEqual({ '': { releases: ['v1.0.0', 'v2.0.0'], files } });
  });

  test('are the folders that tags have as prefixes, and a file belongs to the innermost one', async () => {
    expect(await modules('v1.0.0', 'lib/v1.0.0', 'lib/core/v0.1.0', 'ap/v1.0.0', 'missing/v9.0.0')).toEqual({
      '': { releases: ['v1.0.0'], files: files.slice(0, 6) },
      'lib/': { releases: ['lib/v1.0.0'], files: ['lib/f.proto'] },
      'lib/core/': { releases: ['lib/core/v0.1.0'], files: ['lib/core/g.proto'] },
    });
  });

  test('in a folder `v2` have only the releases of major version 2', async () => {
    expect(
      await modules('api/v1.8.0', 'api/v2.1.0', 'api/v2.0.0', 'api/v3.0.0', 'api/v2/v2.5.0', 'api/v2/v3.5.0'),
    ).toEqual({
      '': { releases: [], files: ['one.proto', 'apix/e.proto', 'lib/f.proto', 'lib/core/g.proto'] },
      'api/': { releases: ['api/v1.8.0', 'api/v3.0.0'], files: ['api/a.proto', 'api/v1/b.proto'] },
      'api/v2/': {
        releases: ['api/v2.0.0', 'api/v2.1.0', 'api/v2/v2.5.0'],
        files: ['api/v2/c.proto', 'api/v2/deep/d.proto'],
      },
    });
  });

  test('do not exist before their first release if the module around them has releases', async () => {
    made.commit({ 'one.proto': '', 'api/a.proto': '', 'lib/f.proto': '' });
    made.tag('v1.0.0');
    const old = made.git('rev-parse', 'HEAD').trim();
    made.commit({ 'api/a.proto': '2' });
    for (const tag of ['v1.1.0', 'api/v1.1.0']) made.tag(tag);
    const releases = new Releases(await open());
    const prefixesAt = async (options: Parameters<Releases['modulesAt']>[1] = {}) =>
      (await releases.modulesAt(['one.proto', 'api/a.proto'], options)).map(({ prefix, files: own }) => [
        prefix,
        ...own,
      ]);
    const separate = [
      ['', 'one.proto'],
      ['api/', 'api/a.proto'],
    ];
    const together = [['', 'one.proto', 'api/a.proto']];
    expect(await prefixesAt()).toEqual(separate);
    // With `declared`, HEAD is checked as the release 1.1.0, and `api/` has no release before that.
    expect(await prefixesAt({ declared: '1.1.0' })).toEqual(together);
    for (const to of ['v1.0.0', old, 'v1.1.0']) expect(await prefixesAt({ to })).toEqual(together);
    expect(await prefixesAt({ to: 'api/v1.1.0' })).toEqual(separate);
    expect(await prefixesAt({ to: 'v1.0.0', module: 'api/' })).toEqual(separate);
    made.commit({ 'api/a.proto': '3' });
    releases.invalidate();
    expect(await prefixesAt()).toEqual(separate);
  });

  test('exist before their first release if the module around them has no releases', async () => {
    made.commit({ 'one.proto': '', 'api/a.proto': '' });
    const old = made.git('rev-parse', 'HEAD').trim();
    made.commit({ 'api/a.proto': '2' });
    made.tag('api/v1.0.0');
    const found = await new Releases(await open()).modulesAt(['one.proto', 'api/a.proto'], { to: old });
    expect(found.map(({ prefix }) => prefix)).toEqual(['', 'api/']);
  });

  test('end when their go.mod is removed: their files belong to the module around them again', async () => {
    made.commit({ 'one.proto': '', 'go.mod': 'module m', 'api/a.proto': '', 'api/go.mod': 'module m/api' });
    for (const tag of ['v1.0.0', 'api/v1.0.0']) made.tag(tag);
    made.git('rm', '-q', 'api/go.mod');
    made.commit({ 'api/a.proto': '2' });
    made.tag('api/v1.1.0');
    const releases = new Releases(await open());
    const prefixesAt = async (options: Parameters<Releases['modulesAt']>[1] = {}) =>
      (await releases.modulesAt(['one.proto', 'api/a.proto'], options)).map(({ prefix }) => prefix);
    expect(await prefixesAt()).toEqual(['']);
    expect(await prefixesAt({ module: 'api/' })).toEqual(['', 'api/']);
    for (const to of ['api/v1.0.0', 'api/v1.1.0']) expect(await prefixesAt({ to })).toEqual(['', 'api/']);
  });

  test('do not need a go.mod', async () => {
    made.commit({ 'one.proto': '', 'go.mod': 'module m', 'api/a.proto': '' });
    for (const tag of ['v1.0.0', 'api/v1.0.0']) made.tag(tag);
    const found = await new Releases(await open()).modulesAt(['one.proto', 'api/a.proto'], {});
    expect(found.map(({ prefix }) => prefix)).toEqual(['', 'api/']);
  });

  test('have their own baselines', async () => {
    made.commit({ 'one.proto': '', 'api/a.proto': '' });
    made.tag('v5.0.0');
    made.tag('api/v1.0.0');
    made.commit({ 'api/a.proto': '2' });
    made.tag('api/v1.1.0');
    const releases = new Releases(await open());
    const found = await releases.modules(['one.proto', 'api/a.proto']);
    expect(await Promise.all(found.map((module) => releases.baseline({ module })))).toMatchObject([
      { ref: 'v5.0.0', prefix: '' },
      { ref: 'api/v1.1.0', version: '1.1.0', prefix: 'api/' },
    ]);
    const [, api] = found;
    const [first, second] = api?.releases ?? [];
    if (api === undefined || first === undefined || second === undefined) throw new Error('no module');
    expect(await releases.baseline({ module: api, to: second.ref })).toMatchObject({ ref: 'api/v1.0.0' });
    expect(await releases.baseline({ module: api, to: first.ref })).toMatchObject({ reason: 'no-release' });
  });

  test('are not compared with a later patch if --to is an earlier release of another module', async () => {
    made.commit({ 'one.proto': '', 'api/a.proto': '' });
    made.tag('api/v1.0.0');
    made.git('branch', 'stable');
    made.commit({ 'one.proto': '2' });
    made.tag('v1.1.0');
    made.git('checkout', '-q', 'stable');
    made.commit({ 'api/a.proto': '2' });
    made.tag('api/v1.0.1');
    made.git('checkout', '-q', '-');
    const releases = new Releases(await open());
    const [, module] = await releases.modules(['one.proto', 'api/a.proto']);
    if (module === undefined) throw new Error('no module');
    expect(await releases.baseline({ module })).toMatchObject({ ref: 'api/v1.0.1' });
    expect(await releases.baseline({ module, to: 'v1.1.0' })).toMatchObject({ ref: 'api/v1.0.0' });
  });

  test('use their own release at the same commit if --from or --to is a tag of another module', async () => {
    made.commit({ 'one.proto': '', 'api/a.proto': '' });
    for (const tag of ['v1.0.0', 'api/v0.1.0']) made.tag(tag);
    made.commit({ 'api/a.proto': '2' });
    for (const tag of ['v2.0.0', 'api/v0.2.0']) made.tag(tag);
    made.commit({ 'api/a.proto': '3' });
    made.tag('v3.0.0');
    const releases = new Releases(await open());
    const [, api] = await releases.modules(['one.proto', 'api/a.proto']);
    if (api === undefined) throw new Error('no module');
    expect(await releases.baseline({ module: api, from: 'v1.0.0' })).toMatchObject({
      ref: 'v1.0.0',
      version: '0.1.0',
      prefix: 'api/',
    });
    expect(await releases.baseline({ module: api, from: 'v3.0.0' })).toMatchObject({
      ref: 'v3.0.0',
      version: undefined,
    });
    expect(await releases.baseline({ module: api, to: 'v2.0.0' })).toMatchObject({ ref: 'api/v0.1.0' });
    expect(await releases.baseline({ module: api, to: 'v3.0.0' })).toMatchObject({ ref: 'api/v0.2.0' });
  });
});
