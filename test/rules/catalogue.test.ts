import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { RULES } from '../../server/rules/index.ts';
import type { RuleInfo } from '../../server/rules/rule.ts';
import { judgeTexts, readFixtures } from './fixtures.ts';
import { rulesPage } from './rules-page.ts';

/** Rules that the policy reports. They have no fixtures; test/policy tests them. */
const POLICY = RULES.filter((rule) => !('on' in rule)).map(({ id }) => id);

/** The only other file that names rules, in the examples of the configuration. */
const EXAMPLES = join('policy', 'config.ts');

const HEADINGS = ['What it means', 'Who breaks', 'What to do instead'];

/** The breaking rules of buf 1.75, from `buf config ls-breaking-rules`. */
const BUF = new Set(
  `
  ENUM_NO_DELETE ENUM_SAME_JSON_FORMAT ENUM_SAME_TYPE ENUM_VALUE_NO_DELETE ENUM_VALUE_NO_DELETE_UNLESS_NAME_RESERVED
  ENUM_VALUE_NO_DELETE_UNLESS_NUMBER_RESERVED ENUM_VALUE_SAME_NAME EXTENSION_MESSAGE_NO_DELETE EXTENSION_NO_DELETE FIELD_NO_DELETE
  FIELD_NO_DELETE_UNLESS_NAME_RESERVED FIELD_NO_DELETE_UNLESS_NUMBER_RESERVED FIELD_SAME_CARDINALITY FIELD_SAME_CPP_STRING_TYPE
  FIELD_SAME_DEFAULT FIELD_SAME_JAVA_UTF8_VALIDATION FIELD_SAME_JSON_NAME FIELD_SAME_JSTYPE FIELD_SAME_NAME FIELD_SAME_ONEOF
  FIELD_SAME_TYPE FIELD_SAME_UTF8_VALIDATION FIELD_WIRE_COMPATIBLE_CARDINALITY FIELD_WIRE_COMPATIBLE_TYPE
  FIELD_WIRE_JSON_COMPATIBLE_CARDINALITY FIELD_WIRE_JSON_COMPATIBLE_TYPE FILE_NO_DELETE FILE_SAME_CC_ENABLE_ARENAS
  FILE_SAME_CC_GENERIC_SERVICES FILE_SAME_CSHARP_NAMESPACE FILE_SAME_GO_PACKAGE FILE_SAME_JAVA_GENERIC_SERVICES
  FILE_SAME_JAVA_MULTIPLE_FILES FILE_SAME_JAVA_OUTER_CLASSNAME FILE_SAME_JAVA_PACKAGE FILE_SAME_OBJC_CLASS_PREFIX
  FILE_SAME_OPTIMIZE_FOR FILE_SAME_PACKAGE FILE_SAME_PHP_CLASS_PREFIX FILE_SAME_PHP_METADATA_NAMESPACE FILE_SAME_PHP_NAMESPACE
  FILE_SAME_PY_GENERIC_SERVICES FILE_SAME_RUBY_PACKAGE FILE_SAME_SWIFT_PREFIX FILE_SAME_SYNTAX MESSAGE_NO_DELETE
  MESSAGE_NO_REMOVE_STANDARD_DESCRIPTOR_ACCESSOR MESSAGE_SAME_JSON_FORMAT MESSAGE_SAME_REQUIRED_FIELDS ONEOF_NO_DELETE
  PACKAGE_ENUM_NO_DELETE PACKAGE_EXTENSION_NO_DELETE PACKAGE_MESSAGE_NO_DELETE PACKAGE_SERVICE_NO_DELETE PACKAGE_NO_DELETE
  RESERVED_ENUM_NO_DELETE RESERVED_MESSAGE_NO_DELETE RPC_NO_DELETE RPC_SAME_CLIENT_STREAMING RPC_SAME_IDEMPOTENCY_LEVEL
  RPC_SAME_REQUEST_TYPE RPC_SAME_RESPONSE_TYPE RPC_SAME_SERVER_STREAMING SERVICE_NO_DELETE
`
    .trim()
    .split(/\s+/),
);

/** Rules of buf that no rule of ours covers, each with the reason. */
const NOT_COVERED = new Map([
  ['FILE_SAME_SYNTAX', 'a syntax means what its features do; differences are reported at the fields and enums'],
]);

const fixtures = readFixtures();

test('every rule that has a fixture is in the catalogue, because configurations and acceptances use its id', () => {
  const ids = [...new Set(fixtures.map(({ rule }) => rule)), ...POLICY].sort();
  expect(RULES.map(({ id }) => id).sort()).toEqual(ids);
});

test('only the file of a rule contains its id', () => {
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

describe.each(RULES)('$id', (rule) => {
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
  const MIRRORS = RULES.filter(({ id }) => /-(?:added|widened)$/.test(id)).map(({ id }) => ({
    id,
    mirror: id.replace('-added', '-removed').replace('-widened', '-narrowed'),
  }));
  /** Elements whose removal is reported by another rule, each with the reason. */
  const WAIVED = new Map([
    [
      'field-required-added grpc.CreateContainerRequest.group',
      'a removed field is field-removed, whether it was required or not',
    ],
    [
      'oneof-added grpc.CreateContainerRequest.target',
      'its fields move to another oneof, which is field-oneof-changed',
    ],
    ['oneof-added grpc.CreateContainerRequest.network', 'its fields are removed as well, and each is field-removed'],
  ]);

  test.each(MIRRORS)('$id and $mirror', ({ id, mirror }) => {
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

test('every fixture belongs to a rule', () => {
  expect(fixtures.map(({ rule }) => rule).filter((id) => !RULES.some((rule) => rule.id === id))).toEqual([]);
});
