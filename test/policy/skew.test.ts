import { expect, test } from 'vitest';
import type { Rated } from '../../server/policy/rate.ts';
import { type Older, withOlder } from '../../server/policy/skew.ts';
import type { Changes } from '../../server/rules/run.ts';
import { rated } from './rated.ts';

const broken = (element: string): Rated => rated({ element, losses: { binary: ['regression', 'none'] } });
const harmless = (element: string): Rated => rated({ element, losses: { binary: ['gap', 'none'] } });

/** Calls `withOlder` with empty `Changes` objects. The callback returns the list of rated changes for each of them. */
function skewed(
  judged: readonly Rated[],
  releases: readonly { version: string; changes?: readonly Rated[]; past?: readonly Rated[] }[],
) {
  const lists = new Map<Changes, readonly Rated[]>();
  const keep = (list: readonly Rated[] | undefined): Changes | undefined => {
    if (list === undefined) return undefined;
    const changes = { found: [] } as unknown as Changes;
    lists.set(changes, list);
    return changes;
  };
  const older = releases.map(({ version, changes, past }): Older => ({
    version,
    commit: version,
    changes: keep(changes),
    past: keep(past),
  }));
  const found = withOlder(judged, older, (changes) => (changes === undefined ? [] : (lists.get(changes) ?? [])));
  return found.map(({ rated, breaks, isInherited, older: from }) => ({
    element: rated.change.element,
    breaks,
    isInherited,
    from: from?.version,
  }));
}

test('a break of several releases is one finding that names them', () => {
  const releases = ['1.3.0', '1.2.0'].map((version) => ({ version, changes: [broken('a')] }));
  expect(skewed([broken('a')], releases)).toEqual([
    { element: 'a', breaks: ['1.3.0', '1.2.0'], isInherited: false, from: undefined },
  ]);
});

test('a break of only older releases is added with its release', () => {
  const releases = [
    { version: '1.3.0', changes: [] },
    { version: '1.2.0', changes: [broken('b')] },
    { version: '1.1.0', changes: [broken('b')] },
  ];
  expect(skewed([harmless('a')], releases)).toEqual([
    { element: 'a', breaks: [], isInherited: false, from: undefined },
    { element: 'b', breaks: ['1.2.0', '1.1.0'], isInherited: false, from: '1.2.0' },
  ]);
});

test('a break of older releases is added beside the same harmless finding', () => {
  expect(skewed([harmless('a')], [{ version: '1.2.0', changes: [broken('a')] }])).toEqual([
    { element: 'a', breaks: [], isInherited: false, from: undefined },
    { element: 'a', breaks: ['1.2.0'], isInherited: false, from: '1.2.0' },
  ]);
});

test.each([1, 2])('two equal findings both name an older release that %s of them would break', (count) => {
  const changes = Array.from({ length: count }, () => broken('a'));
  const found = skewed([broken('a'), broken('a')], [{ version: '1.3.0', changes }]);
  expect(found.map(({ breaks }) => breaks)).toEqual([['1.3.0'], ['1.3.0']]);
});

test('a break that the baseline already had is inherited', () => {
  const releases = [{ version: '1.2.0', changes: [broken('a'), broken('b')], past: [broken('a')] }];
  expect(skewed([], releases)).toEqual([
    { element: 'a', breaks: ['1.2.0'], isInherited: true, from: '1.2.0' },
    { element: 'b', breaks: ['1.2.0'], isInherited: false, from: '1.2.0' },
  ]);
});

test('a break is not inherited if the baseline broke fewer releases', () => {
  const releases = [
    { version: '1.3.0', changes: [broken('a')], past: [broken('a')] },
    { version: '1.2.0', changes: [broken('a')] },
  ];
  expect(skewed([], releases)).toEqual([
    { element: 'a', breaks: ['1.3.0', '1.2.0'], isInherited: false, from: '1.3.0' },
  ]);
});

test('a harmless change since an older release is not reported', () => {
  expect(skewed([], [{ version: '1.2.0', changes: [harmless('a')], past: [harmless('a')] }])).toEqual([]);
});

test('a release without changes since then adds nothing', () => {
  expect(skewed([broken('a')], [{ version: '1.3.0' }])).toEqual([
    { element: 'a', breaks: [], isInherited: false, from: undefined },
  ]);
});
