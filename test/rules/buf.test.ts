import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { RULES } from '../../server/rules/index.ts';
import { judgeTexts, readFixtures, type Fixture } from './fixtures.ts';

/*
 * `buf breaking` on every fixture, with all that it looks for: whatever it finds is found here by a rule that names buf's, or by
 * another one for the reason below.
 */

const WIRE_TYPE = ['FIELD_WIRE_COMPATIBLE_TYPE', 'FIELD_WIRE_JSON_COMPATIBLE_TYPE'];
const WIRE_CARDINALITY = ['FIELD_WIRE_COMPATIBLE_CARDINALITY', 'FIELD_WIRE_JSON_COMPATIBLE_CARDINALITY'];
const MESSAGE = ['MESSAGE_NO_DELETE', 'PACKAGE_MESSAGE_NO_DELETE'];
const ONEOF = ['field-oneof-changed', 'oneof-added', 'oneof-removed'];
const REQUIRED = ['field-required-added', 'field-required-removed'];
const TYPE = ['field-type-changed', 'field-type-widened', 'field-type-narrowed', 'field-type-renamed'];

const TOLD_BY: readonly (readonly [buf: readonly string[], ours: readonly string[], reason: string])[] = [
  [['FIELD_SAME_DEFAULT'], ['enum-default-changed'], 'the field is what it was, and what its enum starts with is not'],
  [['FIELD_SAME_DEFAULT'], REQUIRED, 'nobody ever sees the default of a required field'],
  [
    ['ENUM_VALUE_NO_DELETE_UNLESS_NAME_RESERVED', 'ENUM_VALUE_NO_DELETE_UNLESS_NUMBER_RESERVED'],
    ['enum-value-renumbered'],
    'buf looks for the number, and we look for the name',
  ],
  [
    ['FIELD_SAME_JSON_NAME', 'FIELD_NO_DELETE_UNLESS_NAME_RESERVED', 'FIELD_NO_DELETE_UNLESS_NUMBER_RESERVED'],
    ['field-renumbered'],
    'buf looks for the number, and we look for the name',
  ],
  [WIRE_CARDINALITY, REQUIRED, 'to buf a label is a cardinality'],
  [WIRE_TYPE, ['field-encoding-changed'], 'to buf a delimited message is another type'],
  [['FIELD_SAME_CARDINALITY'], ONEOF, 'the members of a oneof have presence'],
  [['EXTENSION_MESSAGE_NO_DELETE'], ['extension-removed'], 'the number that left the range is a field now'],
  [[...MESSAGE, ...WIRE_CARDINALITY, 'FIELD_SAME_CARDINALITY'], TYPE, 'to buf a map is a message and a label'],
  [['FIELD_SAME_JAVA_UTF8_VALIDATION'], ['field-utf8-validation-changed'], 'one feature for all languages'],
  [
    [...MESSAGE, 'ENUM_NO_DELETE'],
    ['message-removed', 'method-removed', 'service-removed'],
    'what was declared in it, or reached by it alone, went with it',
  ],
  [['RPC_SAME_RESPONSE_TYPE', ...WIRE_TYPE], ['message-renamed', 'package-changed'], 'buf compares the names of types'],
];

/** What buf finds and nobody suffers from. */
const SILENT = new Map([
  ['FILE_SAME_SYNTAX', 'a syntax means what its features do; what differs is told at the fields'],
]);

const folder = mkdtempSync(join(tmpdir(), 'proto-compat-buf-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('what buf finds is found', { timeout: 120_000 }, () => {
  const fixtures = readFixtures();
  const missed: string[] = [];
  let compared = 0;
  for (const fixture of fixtures) {
    const found = breaking(fixture);
    if (found === undefined) continue;
    compared++;
    const rules = judgeTexts(fixture.before, fixture.after, fixture.settings).findings.map(({ rule }) => rule);
    const named = new Set(RULES.filter(({ id }) => rules.includes(id)).flatMap(({ buf }) => buf));
    for (const name of found) {
      const isTold = TOLD_BY.some(([buf, ours]) => buf.includes(name) && ours.some((id) => rules.includes(id)));
      if (!named.has(name) && !SILENT.has(name) && !isTold) missed.push(`${fixture.name}: ${name}`);
    }
  }
  expect(missed).toEqual([]);
  // Some fixtures hold what no compiler takes: names that lead nowhere, and options of files that are not there.
  expect(compared).toBeGreaterThan(0.8 * fixtures.length);
});

const [COMMAND, ...FIRST] = findBuf();

/** The program itself where it can be found: the script around it takes longer to start than the comparison. */
function findBuf(): readonly [string, ...string[]] {
  const { resolve } = createRequire(import.meta.url);
  try {
    return [resolve(`@bufbuild/buf-${process.platform}-${process.arch}/bin/buf`)];
  } catch {
    return [process.execPath, resolve('@bufbuild/buf/bin/buf')];
  }
}

const CONFIG = JSON.stringify({ version: 'v2', breaking: { use: ['FILE', 'PACKAGE', 'WIRE_JSON', 'WIRE'] } });

/** The rules that buf says are broken; undefined where it cannot compile the files. */
function breaking({ name, before, after }: Fixture): ReadonlySet<string> | undefined {
  const [old, edited] = (['before', 'after'] as const).map((side) => {
    const root = join(folder, name, side);
    for (const [path, text] of side === 'before' ? before : after) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    return root;
  });
  if (old === undefined || edited === undefined) throw new Error('two sides');
  const args = ['breaking', edited, '--against', old, '--config', CONFIG, '--error-format', 'json'];
  const { stdout, stderr } = spawnSync(COMMAND, [...FIRST, ...args], { encoding: 'utf8' });
  if (stderr.includes('Failure')) return undefined;
  const found = stdout.split('\n').filter((line) => line !== '');
  const types = new Set(found.map((line) => (JSON.parse(line) as { readonly type: string }).type));
  return types.has('COMPILE') ? undefined : types;
}
