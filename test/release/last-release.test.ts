import fc from 'fast-check';
import semver from 'semver';
import { describe, expect, test } from 'vitest';
import { parseHistory } from '../../server/release/history.ts';
import { lastRelease, type PrereleaseOptions } from '../../server/release/last-release.ts';
import { Lineage } from '../../server/release/lineage.ts';
import type { Release } from '../../server/release/model.ts';
import { lastOfHighest, mergesToList } from '../../server/release/short-history.ts';
import { ancestors, graphs, listing } from './graphs.ts';
import { plainLastRelease, type Repository } from './plain-rule.ts';

interface GraphSpec {
  /** The parents of each commit. In `{ a: '', b: 'a', m: 'a b' }`, `m` merges `b` into `a`. Parents come before their children. */
  readonly commits: Readonly<Record<string, string>>;
  readonly trunk?: string;
  /** By version: `commit` or `commit date`. By default, dates follow the order of the commits. */
  readonly releases: Readonly<Record<string, string>>;
  /** For merges, the parents that have the same protocol as the merge. */
  readonly equal?: Readonly<Record<string, readonly string[]>>;
}

function read({ commits, trunk, releases, equal = {} }: GraphSpec): Repository {
  const names = Object.keys(commits);
  const tagged = Object.entries(releases).map(([version, where]): Release => {
    const [commit = '', date] = where.split(' ');
    return {
      ref: version,
      version,
      prefix: '',
      commit,
      date: date === undefined ? names.indexOf(commit) : Number(date),
    };
  });
  return {
    graph: new Map(Object.entries(commits).map(([commit, parents]) => [commit, parents.split(' ').filter(Boolean)])),
    trunk,
    releases: tagged.sort((a, b) => semver.compare(a.version, b.version)),
    equalParents: new Map(Object.entries(equal)),
  };
}

/** @param listed which commits are listed with their ancestors, besides the trunk */
function lineageOf({ graph, trunk, equalParents }: Repository, listed: readonly string[] = [...graph.keys()]): Lineage {
  const history = parseHistory(listing(graph, trunk === undefined ? listed : [trunk, ...listed]));
  const lineage = new Lineage(history, trunk, listed);
  for (const [merge, parents] of equalParents) lineage.setEqualParents(merge, parents);
  return lineage;
}

/** The version with which a working tree at the commit is compared. */
function at(commit: string, drawn: GraphSpec, options: PrereleaseOptions = {}): string | undefined {
  const repository = read(drawn);
  return lastRelease({ commit }, repository.releases, lineageOf(repository), options)?.version;
}

/** The baseline of each release. */
function before(drawn: GraphSpec, options: PrereleaseOptions = {}): Record<string, string | undefined> {
  const repository = read(drawn);
  const { releases } = repository;
  const lineage = lineageOf(repository);
  return Object.fromEntries(
    releases.map((release) => [
      release.version,
      lastRelease({ commit: release.commit, release }, releases, lineage, options)?.version,
    ]),
  );
}

describe('a working tree', () => {
  test('at a release is compared with that release, even if an ancestor has a higher one', () => {
    const drawn: GraphSpec = { commits: { a: '', b: 'a' }, trunk: 'b', releases: { '1.0.0': 'b', '2.0.0': 'a' } };
    expect(at('b', drawn)).toBe('1.0.0');
  });

  test('on the trunk is compared with the highest ancestor, not the nearest', () => {
    const drawn: GraphSpec = {
      commits: { a: '', b: 'a', c: 'b' },
      trunk: 'c',
      releases: { '1.1.0': 'b', '1.2.0': 'a' },
    };
    expect(at('c', drawn)).toBe('1.2.0');
  });

  test('that left the trunk before a release is not compared with it', () => {
    const drawn: GraphSpec = {
      commits: { a: '', b: 'a', c: 'b', feature: 'a' },
      trunk: 'c',
      releases: { '1.0.0': 'a', '1.1.0': 'b' },
    };
    expect(at('feature', drawn)).toBe('1.0.0');
    expect(at('c', drawn)).toBe('1.1.0');
  });

  test('after a side branch left the trunk is compared with the last release of that branch', () => {
    const drawn: GraphSpec = {
      commits: { a: '', b: 'a', c: 'b', d: 'c', stable: 'b', fix: 'stable' },
      trunk: 'd',
      releases: { '1.0.0': 'stable', '1.0.1': 'fix' },
    };
    expect(at('d', drawn)).toBe('1.0.1');
    expect(at('b', { ...drawn, commits: { ...drawn.commits, e: 'b' } })).toBeUndefined();
    expect(at('a', drawn)).toBeUndefined();
  });

  test('before a side branch left the trunk is not compared with releases of that branch', () => {
    const drawn: GraphSpec = {
      commits: { a: '', b: 'a', c: 'b', side: 'b', feature: 'a' },
      trunk: 'c',
      releases: { '1.0.0': 'a', '1.1.0': 'side' },
    };
    expect(at('feature', drawn)).toBe('1.0.0');
    expect(at('c', drawn)).toBe('1.1.0');
  });

  test("on a stable branch is compared with that branch's last release", () => {
    const drawn: GraphSpec = {
      commits: { a: '', b: 'a', s1: 'a', s2: 's1' },
      trunk: 'b',
      releases: { '1.0.0': 'a', '1.0.1': 's1', '2.0.0': 'b' },
    };
    expect(at('s2', drawn)).toBe('1.0.1');
  });

  test('on a stable branch is compared with the highest patch of its minor line on any branch', () => {
    const drawn: GraphSpec = {
      commits: { a: '', b: 'a', s1: 'a', s2: 's1', beside: 's1', other: 's1' },
      trunk: 'b',
      releases: { '1.0.0': 'a', '1.0.1': 's1', '1.0.2': 'beside', '1.1.0': 'other' },
    };
    expect(at('s2', drawn)).toBe('1.0.2');
  });

  test('on a stable branch is not compared with a later patch of this branch', () => {
    const drawn: GraphSpec = {
      commits: { a: '', b: 'a', s1: 'a', s2: 's1', s3: 's2' },
      trunk: 'b',
      releases: { '1.0.0': 'a', '1.0.1': 's1', '1.0.2': 's3' },
    };
    expect(at('s2', drawn)).toBe('1.0.1');
  });

  test('is not compared with a release of a side branch if the trunk has a newer release', () => {
    const commits = { a: '', v1: 'a', b: 'a', c: 'b' };
    const releases = { '0.38.0': 'a', '1.0.0': 'v1', '0.40.0': 'b' };
    expect(at('c', { commits, trunk: 'c', releases })).toBe('0.40.0');
    expect(at('c', { commits, trunk: 'c', releases: { '0.38.0': 'a', '1.0.0': 'v1' } })).toBe('1.0.0');
    // 0.40.0 is older than 1.0.0.
    expect(at('c', { commits, trunk: 'c', releases: { ...releases, '0.40.0': 'b 0' } })).toBe('1.0.0');
    // 0.40.0 is at the commit where the branch left the trunk.
    expect(at('c', { commits, trunk: 'c', releases: { ...releases, '0.40.0': 'a 9' } })).toBe('1.0.0');
  });

  test('is not compared with a release of an unrelated history', () => {
    const drawn: GraphSpec = {
      commits: { a: '', b: 'a', pages: '' },
      trunk: 'b',
      releases: { '1.0.0': 'a', '9.0.0': 'pages' },
    };
    expect(at('b', drawn)).toBe('1.0.0');
    expect(at('pages', { ...drawn, releases: { '1.0.0': 'a' } })).toBeUndefined();
  });

  test('is not compared with a later release of a repository that the trunk merged', () => {
    // `other` and `patch` are commits of the merged repository.
    const drawn: GraphSpec = {
      commits: { a: '', other: '', m: 'a other', patch: 'other', c: 'm' },
      trunk: 'c',
      releases: { '1.0.0': 'a', '7.0.1': 'patch' },
    };
    expect(at('c', drawn)).toBe('1.0.0');
  });

  test('without a trunk is compared with ancestors only', () => {
    const drawn: GraphSpec = { commits: { a: '', b: 'a', side: 'a' }, releases: { '1.0.0': 'a', '2.0.0': 'side' } };
    expect(at('b', drawn)).toBe('1.0.0');
  });
});

describe('a release that was tagged on the merge of a release branch', () => {
  const commits = { a: '', d1: 'a', rel: 'd1', m: 'a rel', back: 'd1 rel', d2: 'back' };
  const releases = { '1.0.0': 'a', '1.1.0': 'm' };

  test('is contained in commits that contain the release branch, if the merge has the protocol of that branch', () => {
    expect(at('d2', { commits, trunk: 'm', releases, equal: { m: ['rel'] } })).toBe('1.1.0');
    expect(at('d2', { commits, trunk: 'd2', releases, equal: { m: ['rel'] } })).toBe('1.1.0');
  });

  test('is not contained if the merge combined two protocols', () => {
    expect(at('d2', { commits, trunk: 'm', releases, equal: { m: [] } })).toBe('1.0.0');
  });

  test('is not contained in commits that contain only the other parent of the merge', () => {
    expect(at('d1', { commits, trunk: 'm', releases, equal: { m: ['rel'] } })).toBe('1.0.0');
  });

  test('is contained in commits that contain any parent, if both have the protocol of the merge', () => {
    const drawn: GraphSpec = { commits: { ...commits, x: 'a' }, trunk: 'd2', releases, equal: { m: ['a', 'rel'] } };
    expect(at('x', drawn)).toBe('1.1.0');
  });

  test('is not contained in an ancestor of the merge, such as the release branch', () => {
    expect(at('rel', { commits, trunk: 'm', releases, equal: { m: ['rel'] } })).toBe('1.0.0');
  });
});

describe('a release', () => {
  test('is not compared with a lower release that was made later', () => {
    const drawn: GraphSpec = {
      commits: { a: '', b: 'a', c: 'b', fix: 'a' },
      trunk: 'c',
      releases: { '1.4.0': 'a', '1.4.1': 'fix', '1.5.0': 'b', '1.5.1': 'c' },
    };
    expect(before(drawn)).toEqual({ '1.4.0': undefined, '1.4.1': '1.4.0', '1.5.0': '1.4.0', '1.5.1': '1.5.0' });
    const early = { ...drawn.releases, '1.4.1': 'fix 0' };
    expect(before({ ...drawn, releases: early })).toMatchObject({ '1.5.0': '1.4.1' });
  });

  test('is compared with ancestors regardless of the dates of tags', () => {
    const drawn: GraphSpec = { commits: { a: '', b: 'a' }, trunk: 'b', releases: { '1.0.0': 'a 99', '1.1.0': 'b 5' } };
    expect(before(drawn)).toMatchObject({ '1.1.0': '1.0.0' });
  });

  test('X.Y.Z is compared with the patch release before it, even on another branch', () => {
    const drawn: GraphSpec = {
      commits: { a: '', side: 'a', c: 'a', m: 'c side' },
      trunk: 'm',
      releases: { '1.0.0': 'a', '1.0.1': 'side', '1.0.2': 'c' },
    };
    expect(before(drawn)).toEqual({ '1.0.0': undefined, '1.0.1': '1.0.0', '1.0.2': '1.0.1' });
  });

  test('X.Y.Z without a lower release in its minor line is compared like X.Y.0', () => {
    const drawn: GraphSpec = { commits: { a: '', b: 'a' }, trunk: 'b', releases: { '1.0.0': 'a', '1.1.1': 'b' } };
    expect(before(drawn)).toMatchObject({ '1.1.1': '1.0.0' });
  });

  test('1.10.0 is not a patch release of 1.1', () => {
    const drawn: GraphSpec = {
      commits: { a: '', b: 'a', c: 'b' },
      trunk: 'c',
      releases: { '1.1.0': 'a', '1.9.0': 'b', '1.10.0': 'c' },
    };
    expect(before(drawn)).toMatchObject({ '1.10.0': '1.9.0' });
  });

  test('X.Y.0 is compared with the highest earlier release, also on a side branch', () => {
    const drawn: GraphSpec = {
      commits: { a: '', fix: 'a', b: 'a', c: 'b' },
      trunk: 'c',
      releases: { '3.0.0': 'a', '3.0.1': 'fix', '3.1.0': 'b' },
    };
    expect(before(drawn)).toMatchObject({ '3.1.0': '3.0.1' });
  });

  test('that is lower than an earlier one is compared with the next lower version', () => {
    const drawn: GraphSpec = {
      commits: { a: '', b: 'a', c: 'b' },
      trunk: 'c',
      releases: { '0.9.0': 'a', '1.0.0': 'c', '2.0.0': 'b' },
    };
    expect(before(drawn)).toMatchObject({ '1.0.0': '0.9.0' });
  });

  test('is not compared with another commit that is tagged with the same version', () => {
    const drawn: GraphSpec = { commits: { a: '', b: 'a', c: 'b' }, trunk: 'c', releases: { '1.0.0': 'a' } };
    const repository = read(drawn);
    const twice = ['b', 'c'].map((commit): Release => ({ ref: commit, version: '1.1.0', prefix: '', commit, date: 1 }));
    const releases = [...repository.releases, ...twice];
    const lineage = lineageOf(repository);
    for (const release of twice)
      expect(lastRelease({ commit: release.commit, release }, releases, lineage, {})?.version).toBe('1.0.0');
  });
});

describe('pre-releases', () => {
  const commits = { a: '', b: 'a', c: 'b', d: 'c' };

  test('do not count if there are stable releases', () => {
    const drawn: GraphSpec = { commits, trunk: 'd', releases: { '1.0.0': 'a', '1.1.0-rc.1': 'b', '1.1.0': 'c' } };
    expect(before(drawn)).toEqual({ '1.0.0': undefined, '1.1.0-rc.1': '1.0.0', '1.1.0': '1.0.0' });
    expect(at('b', drawn)).toBe('1.0.0');
  });

  test('count with `includePrereleases`', () => {
    const drawn: GraphSpec = { commits, trunk: 'd', releases: { '1.0.0': 'a', '1.1.0-rc.1': 'b', '1.1.0': 'c' } };
    expect(before(drawn, { includePrereleases: true })).toMatchObject({ '1.1.0': '1.1.0-rc.1' });
    expect(at('b', drawn, { includePrereleases: true })).toBe('1.1.0-rc.1');
  });

  test('count if there are no stable releases', () => {
    const drawn: GraphSpec = { commits, trunk: 'd', releases: { '0.1.0-beta.1': 'a', '0.1.0-beta.2': 'b' } };
    expect(at('d', drawn)).toBe('0.1.0-beta.2');
    expect(before(drawn)).toEqual({ '0.1.0-beta.1': undefined, '0.1.0-beta.2': '0.1.0-beta.1' });
  });

  test('do not count for the first stable release, which is compared with nothing', () => {
    const drawn: GraphSpec = { commits, trunk: 'd', releases: { '1.0.0-rc.1': 'a', '1.0.0-rc.2': 'b', '1.0.0': 'c' } };
    expect(before(drawn)).toEqual({ '1.0.0-rc.1': undefined, '1.0.0-rc.2': '1.0.0-rc.1', '1.0.0': undefined });
  });
});

describe('random histories', () => {
  const VERSIONS = ['1.0.0', '1.0.1', '1.0.2', '1.1.0', '1.1.1', '2.0.0', '2.0.1', '3.0.0'];
  const cases = fc.record({
    graph: graphs,
    trunk: fc.option(fc.nat(), { nil: undefined, freq: 8 }),
    target: fc.nat(),
    tags: fc.array(fc.record({ version: fc.constantFrom(...VERSIONS), at: fc.nat(), date: fc.nat(20) }), {
      maxLength: 6,
    }),
    equal: fc.array(fc.nat(2), { minLength: 14, maxLength: 14 }),
    highest: fc.integer({ min: 1, max: 4 }),
  });

  type Case = typeof cases extends fc.Arbitrary<infer T> ? T : never;

  function readCase({ graph, trunk, target, tags, equal }: Case): { repository: Repository; target: string } {
    const commitAt = (any: number): string => `c${any % graph.size}`;
    const releases = tags
      .map(({ version, at, date }, n) => ({ ref: `${version}-${n}`, version, prefix: '', commit: commitAt(at), date }))
      .filter(
        ({ version, commit }, n, all) =>
          all.findIndex((other) => other.version === version && other.commit === commit) === n,
      )
      .sort((a, b) => VERSIONS.indexOf(a.version) - VERSIONS.indexOf(b.version));
    const merges = [...graph].map(([commit, parents], n) => ({ commit, parents, chosen: equal[n] ?? 0 }));
    const equalParents = new Map(
      merges
        .filter(({ parents }) => parents.length > 1)
        .map(({ commit, parents, chosen }) => [commit, parents.filter((_, n) => (chosen & (1 << n)) !== 0)]),
    );
    return {
      repository: { graph, trunk: trunk === undefined ? undefined : commitAt(trunk), releases, equalParents },
      target: commitAt(target),
    };
  }

  test('have the same last release as in the plain implementation', () => {
    fc.assert(
      fc.property(cases, (drawn) => {
        const { repository, target } = readCase(drawn);
        const { releases } = repository;
        const lineage = lineageOf(repository, [target, ...releases.map(({ commit }) => commit)]);
        expect(lastRelease({ commit: target }, releases, lineage, {})).toBe(plainLastRelease(repository, target));
        for (const release of releases)
          expect(lastRelease({ commit: release.commit, release }, releases, lineage, {})).toBe(
            plainLastRelease(repository, release.commit, release),
          );
      }),
      { numRuns: 5000, seed: 1 },
    );
  });

  test('give the same result from a short history as from the whole one', () => {
    let sure = 0;
    fc.assert(
      fc.property(cases, fc.nat(), (drawn, anyBase) => {
        const { repository, target } = readCase(drawn);
        const { graph, releases } = repository;
        if (releases.some(({ commit }) => commit === target)) return;
        const tips = tipsOf(repository, target, drawn.highest);
        const shared = [...graph.keys()].filter((commit) => tips.every((tip) => ancestors(graph, tip).has(commit)));
        const base = shared[anyBase % shared.length];
        if (base === undefined) return;
        const found = fromShortHistory(repository, target, drawn.highest, base);
        if (found === 'unclear') return;
        sure++;
        expect(found).toBe(plainLastRelease(repository, target));
      }),
      { numRuns: 20_000, seed: 1 },
    );
    expect(sure).toBeGreaterThan(1000);
  });
});

describe('a short history', () => {
  test.each<[string, GraphSpec & { target: string; base: string }, string]>([
    [
      'is enough for a release in the history of the target',
      {
        commits: { a: '', b: 'a', t: 'b' },
        target: 't',
        base: 'b',
        trunk: 'b',
        releases: { '1.0.0': 'a', '2.0.0': 'b' },
      },
      '2.0.0',
    ],
    [
      'is enough without a trunk',
      { commits: { a: '', b: 'a', t: 'b' }, target: 't', base: 'b', releases: { '1.0.0': 'a', '2.0.0': 'b' } },
      '2.0.0',
    ],
    [
      'is enough if a branch in it has a lower release',
      {
        commits: { a: '', b: 'a', stable: 'b', t: 'b' },
        target: 't',
        base: 'b',
        trunk: 'b',
        releases: { '1.0.0': 'stable', '2.0.0': 'b' },
      },
      '2.0.0',
    ],
  ])('%s', (_, { target, base, ...drawn }, expected) => {
    expect(fromShortHistory(read(drawn), target, 1, base)).toMatchObject({ version: expected });
    expect(at(target, drawn)).toBe(expected);
  });

  test.each<[string, GraphSpec & { target: string; base: string }, string]>([
    [
      'a lower release, at a merge, is contained in the target but not in the trunk',
      {
        commits: { f: '', p: 'f', x: 'f', m: 'x p', t: 'p', side: 'f', g: 'f' },
        target: 't',
        base: 'f',
        trunk: 'g',
        releases: { '1.0.0': 'm', '2.0.0': 'side' },
        equal: { m: ['p'] },
      },
      '1.0.0',
    ],
    [
      'a lower release, at a merge, is younger than a side release, and the target contains a parent of the merge that is not listed',
      {
        commits: { old: '', a: 'old', f: 'a', q: 'f', m: 'q old', side: 'f', g: 'f', t: 'g' },
        target: 't',
        base: 'f',
        trunk: 'g',
        releases: { '1.0.0': 'm 9', '2.0.0': 'side' },
        equal: { m: ['old'] },
      },
      '1.0.0',
    ],
    [
      'a lower release, at a merge, descends from the trunk, and the target contains a parent of the merge that is not listed',
      {
        commits: { a: '', g: 'a', q: 'g', m: 'q a', t: 'g' },
        target: 't',
        base: 'g',
        trunk: 'g',
        releases: { '1.0.0': 'm 0', '2.0.0': 'g' },
        equal: { m: ['a'] },
      },
      '1.0.0',
    ],
    [
      'a side branch left the trunk before the history starts',
      {
        commits: { f: '', b: 'f', g: 'f b', side: 'b', t: 'b' },
        target: 't',
        base: 'b',
        trunk: 'g',
        releases: { '2.0.0': 'side' },
      },
      '2.0.0',
    ],
    [
      'no high release comes before the target',
      {
        commits: { a: '', b: 'a', t: 'a' },
        target: 't',
        base: 'a',
        trunk: 'b',
        releases: { '1.0.0': 'a', '2.0.0': 'b' },
      },
      '1.0.0',
    ],
  ])('is not enough if %s', (_, { target, base, ...drawn }, expected) => {
    expect(fromShortHistory(read(drawn), target, 1, base)).toBe('unclear');
    expect(at(target, drawn)).toBe(expected);
  });
});

function tipsOf({ trunk, releases }: Repository, target: string, count: number): readonly string[] {
  return [target, trunk ?? target, ...releases.slice(-count).map(({ commit }) => commit)];
}

/** The answer of `lastOfHighest` with the history that starts at `base`. */
function fromShortHistory(
  repository: Repository,
  target: string,
  count: number,
  base: string,
): Release | undefined | 'unclear' {
  const { graph, trunk, releases, equalParents } = repository;
  const highest = releases.slice(-count);
  const commits = new Map([...graph].map(([commit, parents], date) => [commit, { parents, date }]));
  const trunkDate = trunk === undefined ? Infinity : (commits.get(trunk)?.date ?? Infinity);
  const merges = mergesToList(highest, releases, { commits, trunkDate });
  const leftOut = ancestors(graph, base);
  leftOut.delete(base);
  const text = listing(graph, [...tipsOf(repository, target, count), ...merges], leftOut);
  const lineage = new Lineage(parseHistory(text), trunk, graph.keys(), base);
  for (const [merge, parents] of equalParents) lineage.setEqualParents(merge, parents);
  return lastOfHighest(target, releases, { lineage, highest, commits });
}
