import { describe, expect, test } from 'vitest';
import { rateAll } from '../../server/policy/rate.ts';
import { DEFAULT_SETTINGS, type Settings } from '../../server/policy/settings.ts';
import type { Found } from '../../server/rules/run.ts';
import { fileOf, found, type Losses, rated } from './rated.ts';

const rate = (changes: readonly Found[], settings: Partial<Settings> = {}): string[] =>
  rateAll(changes, { ...DEFAULT_SETTINGS, ...settings }, '1.4.0').map(({ change }) => change.element);

describe('a broken promise is major, another protocol change is minor, everything else is a patch', () => {
  test.each<[Settings['policy'], Losses, string]>([
    ['semver', ['none', 'none'], 'patch'],
    ['semver', ['gap', 'gap'], 'minor'],
    ['semver', ['regression', 'none'], 'major'],
    ['semver', ['none', 'regression'], 'major'],
    ['lockstep', ['regression', 'regression'], 'minor'],
    ['live-upgrade', ['gap', 'none'], 'major'],
    ['live-upgrade', ['none', 'gap'], 'major'],
    ['server-first', ['regression', 'none'], 'major'],
    ['server-first', ['none', 'regression'], 'minor'],
    [{ oldClientNewServer: 'nothing', newClientOldServer: 'no-gaps' }, ['regression', 'none'], 'minor'],
    [{ oldClientNewServer: 'nothing', newClientOldServer: 'no-gaps' }, ['none', 'gap'], 'major'],
  ])('policy %j, classes %j: %s', (policy, binary, bump) => {
    const { bump: own, unshiftedBump, broken } = rated({ losses: { binary } }, { policy });
    expect({ own, unshiftedBump }).toEqual({ own: bump, unshiftedBump: bump });
    expect(broken.oldClientNewServer || broken.newClientOldServer).toBe(bump === 'major');
  });

  test('a broken promise names its pairing', () => {
    expect(rated({ losses: { binary: ['none', 'regression'] } }).broken).toEqual({
      oldClientNewServer: false,
      newClientOldServer: true,
    });
  });

  test('only promised encodings count', () => {
    const losses = { json: ['regression', 'none'] } as const;
    expect(rated({ losses })).toMatchObject({ class: 'none', bump: 'patch' });
    expect(rated({ losses }, { encodings: ['binary', 'json'] })).toMatchObject({ class: 'regression', bump: 'major' });
  });

  test('without a loss, an addition or a break of generated code is minor', () => {
    expect(rated({ source: 'breaks' })).toMatchObject({ class: 'source', bump: 'minor' });
    expect(rated({ isProtocolChange: true })).toMatchObject({ class: 'none', bump: 'minor' });
  });

  test('a gap is worse than a break of generated code', () => {
    expect(rated({ source: 'breaks', losses: { binary: ['gap', 'none'] } }).class).toBe('gap');
  });
});

describe('`zeroMajor: shift` makes the bump one level lower below 1.0.0, and only there', () => {
  test.each<[string | undefined, Settings['zeroMajor'], Losses, string]>([
    ['0.3.1', 'shift', ['regression', 'none'], 'minor'],
    ['0.3.1', 'shift', ['gap', 'none'], 'patch'],
    ['0.3.1', 'shift', ['none', 'none'], 'patch'],
    ['0.3.1', 'same', ['regression', 'none'], 'major'],
    ['1.0.0', 'shift', ['regression', 'none'], 'major'],
    // The baseline is not a release.
    [undefined, 'shift', ['regression', 'none'], 'major'],
  ])('version %s, zeroMajor %s, classes %j: %s', (version, zeroMajor, binary, bump) => {
    const settings = { ...DEFAULT_SETTINGS, zeroMajor };
    const [one] = rateAll([found({ losses: { binary } })], settings, version);
    expect(one?.bump).toBe(bump);
  });
});

describe('these changes are left out', () => {
  test('those of rules that are off, everywhere or in some files', () => {
    const changes = [found({ rule: 'field-added', element: 'a' }), found({ rule: 'field-removed', element: 'b' })];
    expect(rate(changes, { rules: { 'field-added': 'off' } })).toEqual(['b']);
    expect(rate(changes, { overrides: [{ files: ['*.proto'], rules: { 'field-removed': 'off' } }] })).toEqual(['a']);
    expect(rate(changes, { rules: { 'field-added': 'hint' } })).toEqual(['a', 'b']);
  });

  test('those in unstable files and packages', () => {
    const changes = [
      found({ element: 'a', file: fileOf('a.proto', 'package v1alpha1;') }),
      found({ element: 'b', file: fileOf('b.proto', 'package v1;') }),
    ];
    expect(rate(changes, { unstable: ['v1alpha1'] })).toEqual(['b']);
    expect(rate(changes, { unstable: ['b.proto'] })).toEqual(['a']);
  });

  test.each<[Found['reports'], string[]]>([
    ['changes', ['none', 'gap', 'regression']],
    ['losses', ['gap', 'regression']],
    ['regressions', ['regression']],
  ])('those of the classes that `reports: %j` excludes', (reports, expected) => {
    const changes = (['none', 'gap', 'regression'] as const).map((kind) =>
      found({ element: kind, reports, losses: { binary: [kind, 'none'] } }),
    );
    expect(rate(changes)).toEqual(expected);
  });

  test('the same change in another copy', () => {
    const file = fileOf('a.proto');
    expect(rate([found({ file }), found({ file }), found({ file, at: 5 })])).toHaveLength(2);
  });
});

test('changes are sorted by file and place', () => {
  const [a, b] = [fileOf('a.proto'), fileOf('b.proto')];
  const changes = [
    found({ element: '3', file: b, at: 2 }),
    found({ element: '2', file: a, at: 9 }),
    found({ element: '1', file: a, at: 4 }),
  ];
  expect(rate(changes)).toEqual(['1', '2', '3']);
});

describe('several changes with one cause', () => {
  const many = (count: number): Found[] =>
    Array.from({ length: count }, (_, index) =>
      found({
        element: `e${String(index)}`,
        at: index,
        shared: { cause: 'go_package', message: (elements) => `Removed from ${String(elements.length)} files.` },
      }),
    );
  const rateMany = (changes: readonly Found[]) => rateAll(changes, DEFAULT_SETTINGS, '1.4.0');

  test('are merged at the first element, with the names of all elements', () => {
    expect(rateMany(many(4))).toMatchObject([
      { elements: ['e0', 'e1', 'e2', 'e3'], change: { element: 'e0', message: 'Removed from 4 files.' } },
    ]);
  });

  test('are not merged if there are only three', () => {
    expect(rateMany(many(3)).map(({ change }) => change.message)).toEqual([
      'e0 changed.',
      'e1 changed.',
      'e2 changed.',
    ]);
  });

  test('are not merged with a change of another class', () => {
    const worse = found({ element: 'x', at: 9, losses: { binary: ['gap', 'none'] } });
    const { shared } = many(1)[0]?.change ?? {};
    const changes = [...many(3), { ...worse, change: { ...worse.change, ...(shared && { shared }) } }];
    expect(rateMany(changes)).toHaveLength(4);
  });
});
