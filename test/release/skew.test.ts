import { expect, test } from 'vitest';
import { releasesForSkew } from '../../server/release/skew.ts';
import type { Baseline, Release } from '../../server/release/model.ts';

const releases = ['1.8.0', '1.8.1', '1.9.0', '1.9.4', '2.0.0-rc1', '2.0.0', '2.1.0', '2.1.1-rc1', '2.1.1', '2.2.0'].map(
  (version): Release => ({ ref: `v${version}`, version, prefix: '', commit: version, date: 0 }),
);

function baseline(version: string | undefined): Baseline {
  return { ref: 'x', version, commit: 'x', prefix: '', note: undefined };
}

test.each([
  ['2.1.0', 1, ['2.1.0']],
  ['2.1.0', 2, ['2.1.0', '2.0.0']],
  ['2.1.1', 3, ['2.1.1', '2.0.0', '1.9.4']],
  ['2.1.1', 99, ['2.1.1', '2.0.0', '1.9.4', '1.8.1']],
  ['2.0.0-rc1', 2, ['2.0.0-rc1', '1.9.4']],
])('with the baseline %s and skew %i, the edit is compared with %j', (version, lines, expected) => {
  expect(releasesForSkew(releases, baseline(version), lines).map((release) => release.version)).toEqual(expected);
});

test('with a baseline that is not a release, the edit is compared with no release', () => {
  expect(releasesForSkew(releases, baseline(undefined), 3)).toEqual([]);
});
