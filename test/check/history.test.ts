import semver from 'semver';
import { describe, expect, test } from 'vitest';
import { audit } from '../../server/check/audit.ts';
import { matrix, type MatrixCell } from '../../server/check/matrix.ts';
import type { ReleaseSource } from '../../server/check/release-range.ts';
import type { CheckOptions } from '../../server/check/check-options.ts';
import type { CheckResult } from '../../server/check/result.ts';
import type { Finding } from '../../server/policy/result.ts';
import { type PresetName, PRESETS } from '../../server/policy/settings.ts';
import { auditJson, auditMarkdown, auditText } from '../../server/report/audit.ts';
import { matrixJson, matrixMarkdown, matrixSvg, matrixText } from '../../server/report/matrix.ts';
import { finding, METHOD_ADDED, result } from '../report/results.ts';

/** Each protocol is a set of letters: an added letter is a new method, a removed one a removed field. */
class LetterHistory implements ReleaseSource {
  readonly checks: CheckOptions[] = [];
  readonly #protocols: ReadonlyMap<string, string>;
  readonly #pending: string;

  constructor(protocols: Record<string, string>, pending = '') {
    this.#protocols = new Map(Object.entries(protocols));
    this.#pending = pending;
  }

  releases() {
    const releases = [...this.#protocols.keys()].map((version) => ({
      ref: `v${version}`,
      version,
      prefix: '',
      commit: version,
      date: 0,
    }));
    return Promise.resolve(releases.reverse());
  }

  moduleOf() {
    return Promise.resolve('');
  }

  check(options: CheckOptions = {}) {
    this.checks.push(options);
    return Promise.resolve(this.#compare(options));
  }

  #compare({ from: fromRef, to: toRef, policy = 'semver' }: CheckOptions): CheckResult {
    const to = toRef?.slice(1);
    const from = fromRef?.slice(1) ?? this.#stableBefore(to);
    if (from === undefined) {
      const none = { reason: 'no-release', message: 'There is no release yet.', advice: 'Tag one.' } as const;
      return result({ baseline: none, nextVersion: null });
    }
    const baseline = { ref: `v${from}`, version: from, commit: from, prefix: '', note: undefined };
    const preset = policy as PresetName;
    const changes = changesBetween(this.#protocolOf(from), this.#protocolOf(to));
    const findings = changes.map((change) => ({ ...change, broken: brokenBy(change, preset) }));
    if (findings.length === 0) return result({ baseline, nextVersion: from, policy: preset });
    const bump = findings.some((found) => found.bump === 'major') ? 'major' : 'minor';
    return result({ baseline, bump, nextVersion: semver.inc(from, bump), findings, policy: preset });
  }

  /** The last stable version before this one or, without one, of all. */
  #stableBefore(version: string | undefined): string | undefined {
    const versions = [...this.#protocols.keys()];
    const earlier = version === undefined ? versions : versions.slice(0, versions.indexOf(version));
    return earlier.findLast((each) => !each.includes('-'));
  }

  /** Without a version, that of the working tree. */
  #protocolOf(version: string | undefined): string {
    return version === undefined ? this.#pending : (this.#protocols.get(version) ?? '');
  }
}

function changesBetween(old: string, edited: string): Finding[] {
  const added = Array.from(edited).filter((letter) => !old.includes(letter));
  const removed = Array.from(old).filter((letter) => !edited.includes(letter));
  return [
    ...added.map((letter) => ({ ...METHOD_ADDED, element: letter })),
    ...removed.map((letter) => finding({ element: letter })),
  ];
}

function brokenBy({ class: kind }: Finding, policy: PresetName): Finding['broken'] {
  const promises = PRESETS[policy];
  const isBroken = (promise: string): boolean =>
    promise === 'no-gaps' || (promise !== 'nothing' && kind === 'regression');
  return {
    oldClientNewServer: kind === 'regression' && isBroken(promises.oldClientNewServer),
    newClientOldServer: isBroken(promises.newClientOldServer),
  };
}

describe('the first and the last release of an audit', () => {
  const refs = ['api/1.2.0', 'lib/1.3.0', 'api/1.1.0', 'lib/1.1.0', 'api/1.0.0', 'lib/1.0.0'];
  async function audited(from?: string, to?: string): Promise<readonly (string | undefined)[]> {
    const history = new LetterHistory({});
    await audit(
      {
        releases: () =>
          Promise.resolve(
            refs.map((ref) => ({ ref, version: ref.slice(4), prefix: ref.slice(0, 4), commit: ref, date: 0 })),
          ),
        moduleOf: ({ prefix }) => Promise.resolve(prefix),
        check: (options) => history.check(options),
      },
      { from, to },
    );
    return history.checks.map((check) => check.to);
  }

  test('apply to each module that has both', async () => {
    expect(await audited('1.1.0')).toEqual(['api/1.1.0', 'api/1.2.0', 'lib/1.1.0', 'lib/1.3.0']);
    expect(await audited('api/1.1.0')).toEqual(['api/1.1.0', 'api/1.2.0']);
    expect(await audited(undefined, 'api/1.1.0')).toEqual(['api/1.0.0', 'api/1.1.0']);
    expect(await audited('1.1.0', '1.3.0')).toEqual(['lib/1.1.0', 'lib/1.3.0']);
  });

  test('are rejected in the wrong order or from different modules', async () => {
    await expect(audited('1.1.0', '1.0.0')).rejects.toThrow('no module has a release 1.0.0 after 1.1.0');
    await expect(audited('api/1.0.0', 'lib/1.1.0')).rejects.toThrow('no module has');
    await expect(audited('api/1.0.0', '9.0.0')).rejects.toThrow('there is no release 9.0.0');
  });
});

describe('audit', () => {
  const history = () =>
    new LetterHistory({
      '1.0.0': 'a',
      '1.0.1': 'a',
      '1.0.2': 'ab',
      '1.1.0-rc1': 'abc',
      '1.1.0': 'abcd',
      '2.0.0': 'bcd',
    });

  test('compares each stable release with the one before it, newest first', async () => {
    const { policy, entries } = await audit(history(), {});
    expect(policy).toBe('semver');
    expect(
      entries.map(({ ref, baseline, declared, required, sufficient, forcedBy }) => [
        ref,
        baseline?.ref,
        declared,
        required,
        sufficient,
        forcedBy?.element,
      ]),
    ).toEqual([
      ['v2.0.0', 'v1.1.0', 'major', 'major', true, 'a'],
      ['v1.1.0', 'v1.0.2', 'minor', 'minor', true, 'c'],
      ['v1.0.2', 'v1.0.1', 'patch', 'minor', false, 'b'],
      ['v1.0.1', 'v1.0.0', 'patch', 'none', true, undefined],
      ['v1.0.0', undefined, undefined, undefined, undefined, undefined],
    ]);
  });

  test('reports progress up to the total', async () => {
    const seen: [number, number][] = [];
    await audit(history(), { progress: (done, total) => seen.push([done, total]) });
    expect(seen).toEqual([1, 2, 3, 4, 5].map((done) => [done, 5]));
  });

  test('stops at a signal', async () => {
    const abort = new AbortController();
    abort.abort(new Error('enough'));
    await expect(audit(history(), { signal: abort.signal })).rejects.toThrow('enough');
  });

  test('is printed as text, Markdown and JSON', async () => {
    const found = await audit(history(), {});
    expect(auditText(found, { color: false })).toBe(
      `release          declared  required  verdict
v1.1.0 → v2.0.0  major     major     enough: field-removed a
v1.0.2 → v1.1.0  minor     minor     enough: method-added c and 1 more
v1.0.1 → v1.0.2  patch     minor     too low, 1.1.0 needed: method-added b
v1.0.0 → v1.0.1  patch     none      protocol unchanged
v1.0.0                               first release

5 releases, 3 changed the protocol, 1 with a version that is too low (policy semver).
`,
    );
    expect(auditMarkdown(found)).toContain(
      '| `v1.0.1 → v1.0.2` | patch | minor | too low, 1.1.0 needed: method-added b |\n',
    );
    expect(JSON.parse(auditJson(found))).toEqual(JSON.parse(JSON.stringify(found)));
  });

  test('counts the changes if none is known to force the version', async () => {
    const found = await audit(history(), {});
    const entries = found.entries.map((entry) => ({ ...entry, forcedBy: null }));
    expect(auditText({ ...found, entries }, { color: false })).toContain('enough: 2 changes\n');
  });
});

describe('many releases', () => {
  const versions = Array.from({ length: 1000 }, (_, index) => `1.${index}.0`);
  const many = (): LetterHistory =>
    new LetterHistory(Object.fromEntries(versions.map((version) => [version, 'a'])), 'a');

  test('a matrix has the newest 200, and says so', async () => {
    const project = many();
    const found = await matrix(project, { pending: true });
    expect(found.versions.map(({ label }) => label)).toEqual([...versions.slice(-200), 'working tree']);
    expect(found.leftOut).toBe(800);
    expect(found.cells).toHaveLength(201 * 201);
    // Each release is compared with the one before it.
    expect(project.checks).toHaveLength(200);
    const line = 'Only the newest 200 of 1000 releases are compared. Choose others with --from and --to.';
    expect(matrixText(found, { color: false })).toContain(`\n${line}\n`);
    expect(matrixMarkdown(found)).toContain(`\n${line}\n`);
    expect(matrixText(await matrix(many(), { to: '1.199.0' }), { color: false })).not.toContain('Only the newest');
  });

  test('the first and the last release can be chosen by tag or version', async () => {
    const { versions: chosen, leftOut } = await matrix(many(), { from: 'v1.10.0', to: '1.12.0' });
    expect(chosen.map(({ label }) => label)).toEqual(['1.10.0', '1.11.0', '1.12.0']);
    expect(leftOut).toBe(0);
    const { entries } = await audit(many(), { from: '1.998.0' });
    expect(entries.map(({ version }) => version)).toEqual(['1.999.0', '1.998.0']);
    await expect(matrix(many(), { from: 'v2.0.0' })).rejects.toThrow('there is no release v2.0.0 among the 1000');
  });

  test('an audit checks each release once, and ages the caches every ten releases', async () => {
    let aged = 0;
    const project = Object.assign(many(), {
      age: () => {
        aged++;
      },
    });
    await audit(project, {});
    expect(project.checks).toHaveLength(1000);
    expect(aged).toBe(100);
  });
});

describe('matrix', () => {
  const history = () =>
    new LetterHistory({ '1.0.0': 'a', '1.0.1': 'a', '1.1.0': 'ab', '1.2.0-rc1': 'xyz', '2.0.0': 'b' }, 'bc');
  const at = (cells: readonly MatrixCell[], client: number, server: number) =>
    cells.find((cell) => cell.client === client && cell.server === server);

  test('has every stable release as the client and as the server of every other', async () => {
    const { versions, cells } = await matrix(history(), {});
    expect(versions.map(({ label, schema }) => [label, schema])).toEqual([
      ['1.0.0', 0],
      ['1.0.1', 0],
      ['1.1.0', 1],
      ['2.0.0', 2],
    ]);
    expect(cells.map(({ client, server }) => [client, server])).toEqual(
      [0, 1, 2, 3].flatMap((client) => [0, 1, 2, 3].map((server) => [client, server])),
    );
    expect(at(cells, 0, 1)).toEqual({ client: 0, server: 1, effect: 'exact', class: 'none', findings: 0, broken: 0 });
    // Only a new client calls the new method.
    expect(at(cells, 0, 2)).toMatchObject({ effect: 'exact', findings: 0 });
    expect(at(cells, 2, 0)).toMatchObject({ effect: 'rejected', class: 'gap', findings: 1, broken: 0 });
    expect(at(cells, 3, 2)).toMatchObject({ effect: 'dropped', class: 'regression', findings: 1, broken: 1 });
    expect(at(cells, 3, 1)).toMatchObject({ effect: 'rejected', findings: 2, broken: 1 });
  });

  test('compares each pair of schemas once', async () => {
    const project = history();
    await matrix(project, {});
    const pairs = project.checks.map(({ from, to }) => `${from ?? ''} ${to ?? ''}`);
    expect(pairs).toEqual(['v1.0.0 v1.0.1', 'v1.0.1 v1.1.0', 'v1.1.0 v2.0.0', 'v1.0.0 v2.0.0']);
  });

  test('marks only pairings that the policy promises', async () => {
    const { cells } = await matrix(history(), { policy: 'server-first' });
    expect(at(cells, 2, 3)).toMatchObject({ broken: 1 });
    expect(at(cells, 3, 2)).toMatchObject({ broken: 0 });
    const upgrade = await matrix(history(), { policy: 'live-upgrade' });
    expect(at(upgrade.cells, 2, 0)).toMatchObject({ broken: 1 });
  });

  test('has the pending edit last, if requested', async () => {
    const { versions, cells } = await matrix(history(), { pending: true });
    expect(versions.at(-1)).toEqual({ ref: null, label: 'working tree', schema: 3 });
    expect(at(cells, 4, 3)).toMatchObject({ effect: 'rejected', findings: 1 });
    expect(at(cells, 3, 4)).toMatchObject({ effect: 'exact' });
  });

  test('reports all cells as they are found, the newest release first', async () => {
    const reported: MatrixCell[] = [];
    const { cells } = await matrix(history(), { found: (row) => reported.push(...row) });
    expect(Math.max(reported[0]?.client ?? 0, reported[0]?.server ?? 0)).toBe(3);
    expect(reported.sort((a, b) => a.client - b.client || a.server - b.server)).toEqual(cells);
  });

  test('stops at a signal between two comparisons', async () => {
    const abort = new AbortController();
    const running = matrix(history(), {
      signal: abort.signal,
      progress: () => {
        abort.abort(new Error('enough'));
      },
    });
    await expect(running).rejects.toThrow('enough');
  });

  test('as text, has one row for consecutive releases with equal protocols', async () => {
    expect(matrixText(await matrix(history(), {}), { color: false })).toBe(
      `kata-runtime \\ kata-agent    1   2   3
1  1.0.0 – 1.0.1             ·   · d1!
2  1.1.0                    r1   · d1!
3  2.0.0                   r2! d1!   ·

·  exact: works
d  dropped: silently ignored
r  rejected: fails
r2!  2 findings, the worst is rejected, and at least one breaks a promise of the policy semver
`,
    );
  });

  test('in a narrow terminal, has the remaining columns below', async () => {
    const columns = 36;
    const printed = matrixText(await matrix(history(), {}), { color: false, columns });
    const [table = ''] = printed.split('\n·');
    expect(table).toBe(`kata-runtime \\ kata-agent    1   2
1  1.0.0 – 1.0.1             ·   ·
2  1.1.0                    r1   ·
3  2.0.0                   r2! d1!

kata-runtime \\ kata-agent    3
1  1.0.0 – 1.0.1           d1!
2  1.1.0                   d1!
3  2.0.0                     ·
`);
    for (const line of table.split('\n')) expect(line.length).toBeLessThanOrEqual(columns);
  });

  test('names the axes after the roles, by default client and server', async () => {
    const found = await matrix(history(), {});
    expect(matrixMarkdown(found)).toContain('| kata-runtime \\\\ kata-agent | 1.0.0 – 1.0.1 |');
    expect(matrixSvg(found)).toContain('>kata-runtime ↓</text>');
    expect(matrixSvg(found)).toContain('>kata-agent →</text>');
    const alone = await matrix(new LetterHistory({ '1.0.0': 'a' }, 'a'), {});
    expect(matrixText(alone, { color: false })).toMatch(/^client \\ server/);
  });

  test('is printed as Markdown, JSON and SVG', async () => {
    const found = await matrix(history(), {});
    expect(matrixMarkdown(found)).toContain('| **1.1.0** | rejected 1 | exact | **dropped 1** |\n');
    expect(JSON.parse(matrixJson(found))).toEqual(found);
    const svg = matrixSvg(found);
    expect(svg.match(/<rect class="(?:exact|dropped|rejected)[^"]*" x="\d+" y="\d+" width="26"/g)).toHaveLength(9);
    expect(svg).toContain(
      '<title>kata-runtime 2.0.0, kata-agent 1.1.0: dropped, 1 finding, 1 breaks a promise</title>',
    );
  });
});
