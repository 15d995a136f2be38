import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { RULES } from '../../server/rules/index.ts';
import type { RuleInfo } from '../../server/rules/rule.ts';
import { rulesOf } from './buf.ts';
import { judgeTexts, readFixtures } from './fixtures.ts';
import { rulesPage } from './rules-page.ts';

/** Rules that the policy reports. Fixtures do not show them; test/policy tests them. */
const POLICY = RULES.filter((rule) => !('on' in rule)).map(({ id }) => id);

/** The examples of the configuration name rules. */
const EXAMPLES = join('policy', 'config.ts');

const HEADINGS = ['What it means', 'Who breaks', 'What to do instead'];

const BUF = new Set(['FILE', 'PACKAGE', 'WIRE_JSON', 'WIRE'].flatMap(rulesOf));

/** Rules of buf that no rule of ours covers, each with the reason. */
const NOT_COVERED = new Map([
  ['FILE_SAME_SYNTAX', 'a syntax means what its features do; differences are reported at the fields and enums'],
]);

const fixtures = readFixtures();

test('the catalogue has exactly the rules with fixtures and those of the policy', () => {
  const ids = [...new Set(fixtures.map(({ rule }) => rule)), ...POLICY].sort();
  expect(RULES.map(({ id }) => id).sort()).toEqual(ids);
});

test('only the catalogue and the examples of the configuration contain ids of rules', () => {
  const root = join(import.meta.dirname, '../../server');
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  const named = files.flatMap((file) => {
    if (file.startsWith(join('rules', 'catalogue')) || file === EXAMPLES) return [];
    const text = readFileSync(join(root, file), 'utf8');
    return RULES.filter(({ id }) => text.includes(`'${id}'`)).map(({ id }) => `${file}: ${id}`);
  });
  expect(named).toEqual([]);
});

test('every rule file is in the catalogue, and its id is the file name', async () => {
  const folder = join(import.meta.dirname, '../../server/rules/catalogue');
  const ids: string[] = [];
  for (const file of readdirSync(folder)) {
    const module = (await import(join(folder, file))) as { default: RuleInfo };
    expect(module.default.id).toBe(basename(file, '.ts'));
    ids.push(module.default.id);
  }
  expect(RULES.map(({ id }) => id).sort()).toEqual(ids.sort());
});

test('every rule of buf is covered, or listed with the reason', () => {
  const covered = new Set(RULES.flatMap(({ buf }) => buf));
  expect([...covered].filter((name) => !BUF.has(name))).toEqual([]);
  expect([...BUF].filter((name) => !covered.has(name) && !NOT_COVERED.has(name))).toEqual([]);
  expect([...NOT_COVERED.keys()].filter((name) => covered.has(name))).toEqual([]);
});

describe.each(RULES.map((rule) => [rule.id, rule] as const))('%s', (_, rule) => {
  test('has documentation under the three headings', () => {
    const parts = rule.docs.trim().split(/^## (.*)$/m);
    expect(parts[0]).toBe('');
    expect(parts.filter((_, index) => index % 2 === 1)).toEqual(HEADINGS);
    for (const text of parts.filter((_, index) => index > 0 && index % 2 === 0))
      expect(text.trim()).toMatch(/^[A-Z`][^]*\.$/);
    expect(rule.title).toMatch(/^[A-Z].*[^.]$/);
    expect(rule.reference).toMatch(/^https:\/\//);
  });

  test.skipIf(POLICY.includes(rule.id))('has a fixture in which it is found', () => {
    const own = fixtures.filter((fixture) => fixture.rule === rule.id);
    expect(own.some(({ expected }) => [...expected.values()].some(({ text }) => text.includes(` ${rule.id} `)))).toBe(
      true,
    );
  });
});

describe('the reverse of an edit is found by the mirror rule', () => {
  const MIRRORS = RULES.filter(({ id }) => /-(?:added|widened)$/.test(id)).map(
    ({ id }) => [id, id.replace('-added', '-removed').replace('-widened', '-narrowed')] as const,
  );
  /** Elements for which another rule reports the reverse of the edit, each with the reason. */
  const WAIVED = new Map([
    [
      'field-required-added grpc.CreateContainerRequest.group',
      'a removed field is field-removed, whether it was required or not',
    ],
    [
      'oneof-added grpc.CreateContainerRequest.target',
      'its fields move to another oneof, which is field-oneof-changed',
    ],
    ['oneof-added grpc.Mount.target', 'its field moves to another oneof, which is field-oneof-changed'],
    ['oneof-added grpc.CreateContainerRequest.network', 'its fields are removed as well, and each is field-removed'],
  ]);

  test.each(MIRRORS)('%s and %s', (id, mirror) => {
    expect(RULES.map((rule) => rule.id)).toContain(mirror);
    const own = fixtures.filter((fixture) => fixture.rule === id);
    expect(own).not.toEqual([]);
    for (const { before, after, settings } of own) {
      const there = judgeTexts(before, after, settings).findings.filter(({ rule }) => rule === id);
      const back = judgeTexts(after, before, settings).findings.filter(({ rule }) => rule === mirror);
      const expected = there.map(({ element }) => element).filter((element) => !WAIVED.has(`${id} ${element}`));
      expect(back.map(({ element }) => element).sort()).toEqual(expected.sort());
    }
  });
});

test('docs/rules.md is up to date', async () => {
  await expect(rulesPage()).toMatchFileSnapshot('../../docs/rules.md');
});
