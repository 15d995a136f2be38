import { expect, test } from 'vitest';
import { DEFAULT_SETTINGS } from '../../server/policy/settings.ts';
import { combined } from '../../server/rules/fixes/combine.ts';
import { applyFixes, randomBrokenEdits, withEdits } from './random-fixes.ts';
import { judgeTexts } from './fixtures.ts';

// `npm run prove:fixes` uses more edits.
test('fixes of random edits resolve their findings, and protoc accepts the texts', { timeout: 300_000 }, async () => {
  const { edits, fixes, together, wrong } = await applyFixes(randomBrokenEdits(1, 240));
  expect(wrong).toEqual([]);
  expect(edits).toBeGreaterThan(40);
  expect(fixes).toBeGreaterThan(80);
  expect(together).toBeGreaterThan(20);
});

const HEAD = 'syntax = "proto3";\npackage a;\n';

/** A release, an edit, and the edited text after the first safe fix of each finding. */
const CASES: Readonly<Record<string, readonly [before: string, after: string, restored: string]>> = {
  'members of a deleted oneof': [
    'message M {\n  int32 x = 1;\n  // One of them.\n  oneof o {\n    int32 a = 2; // first\n    string b = 3;\n  }\n}\n',
    'message M {\n  int32 x = 1;\n}\n',
    'message M {\n  int32 x = 1;\n  // One of them.\n  oneof o {\n    int32 a = 2; // first\n    string b = 3;\n  }\n}\n',
  ],
  'a member of a oneof that still exists': [
    'message M {\n  oneof o {\n    int32 a = 2;\n    string b = 3;\n  }\n}\n',
    'message M {\n  oneof o {\n    int32 a = 2;\n  }\n}\n',
    'message M {\n  oneof o {\n    int32 a = 2;\n    string b = 3;\n  }\n}\n',
  ],
  'two aliases of a number': [
    'enum E {\n  option allow_alias = true;\n  A = 0;\n  B = 1;\n  C = 1;\n}\n',
    'enum E {\n  A = 0;\n}\n',
    'enum E {\n  option allow_alias = true;\n  A = 0;\n  B = 1;\n  C = 1;\n}\n',
  ],
  'one of two aliases of a number': [
    'enum E {\n  option allow_alias = true;\n  A = 0;\n  B = 1;\n  C = 1;\n}\n',
    'enum E {\n  A = 0;\n  B = 1;\n}\n',
    'enum E {\n  option allow_alias = true;\n  A = 0;\n  B = 1;\n  C = 1;\n}\n',
  ],
  // Restoring both would need `allow_alias`, which protoc rejects after only one fix.
  'one of two aliases of a number, if the other one was renumbered': [
    'enum E {\n  option allow_alias = true;\n  A = 0;\n  B = 1;\n  C = 1;\n}\n',
    'enum E {\n  A = 0;\n  B = 21;\n}\n',
    'enum E {\n  A = 0;\n  B = 1;\n}\n',
  ],
  'none of two aliases of a number, if both were renumbered': [
    'enum E {\n  option allow_alias = true;\n  A = 0;\n  B = 1;\n  C = 1;\n}\n',
    'enum E {\n  A = 0;\n  B = 21;\n  C = 22;\n}\n',
    'enum E {\n  A = 0;\n  B = 21;\n  C = 22;\n}\n',
  ],
  'a field whose comment was not deleted': [
    'message M {\n  // About a.\n  int32 a = 1; // of a\n  // About b.\n  int32 b = 2;\n}\n',
    'message M {\n  // About a.\n  // About b.\n  int32 b = 2;\n}\n',
    'message M {\n  // About a.\n  int32 a = 1; // of a\n  // About b.\n  int32 b = 2;\n}\n',
  ],
  'a field that was deleted with its comment': [
    'message M {\n  // About a.\n  int32 a = 1;\n  // About b.\n  int32 b = 2;\n}\n',
    'message M {\n  // About b.\n  int32 b = 2;\n}\n',
    'message M {\n  // About a.\n  int32 a = 1;\n  // About b.\n  int32 b = 2;\n}\n',
  ],
  'a field in its own message, if another message has the same comment': [
    'message M {\n  // The id.\n  int32 id = 1;\n}\nmessage N {\n  // The id.\n  int32 id = 1;\n}\n',
    'message N {\n  // The id.\n  int32 id = 1;\n}\nmessage M {\n  // The id.\n}\n',
    'message N {\n  // The id.\n  int32 id = 1;\n}\nmessage M {\n  int32 id = 1;\n  // The id.\n}\n',
  ],
};

test.each(Object.entries(CASES))('restores %s', (_what, [before, after, restored]) => {
  expect(restoredSafely({ 'a.proto': HEAD + before }, { 'a.proto': HEAD + after })).toEqual({
    'a.proto': HEAD + restored,
  });
});

test('restores the import that a restored field needs', () => {
  const types = { 'types.proto': 'syntax = "proto3";\npackage b;\nmessage T {}\n' };
  const field = '  b.T t = 2;\n';
  const text = (imports: string, more: string): string => `${HEAD}${imports}message M {\n  int32 x = 1;\n${more}}\n`;
  const before = { 'a.proto': text('import "types.proto";\n', field), ...types };
  expect(restoredSafely(before, { 'a.proto': text('', ''), ...types })).toEqual(before);
});

test('restores the name of a message in all references', () => {
  const text = (name: string): string =>
    `syntax = "proto2";\npackage a;\nservice S {\n  rpc Do(${name}) returns (a.${name});\n}\nmessage ${name} {\n  optional int32 x = 1;\n  optional Inner inner = 2;\n  map<string, ${name}> all = 3;\n  message Inner {}\n  extensions 100 to 199;\n}\nextend ${name} {\n  optional ${name}.Inner more = 100;\n}\n`;
  const [before, after] = [text('Old'), text('New')].map((each) => new Map([['a.proto', each]]));
  if (before === undefined || after === undefined) throw new Error('The test needs two texts.');
  const { findings } = judgeTexts(before, after, DEFAULT_SETTINGS);
  const back = findings.flatMap((finding) => finding.fixes()).find(({ title }) => title === 'Restore name `Old`');
  expect(withEdits(after, back?.edits ?? []).get('a.proto')).toBe(text('Old'));
});

test.each([
  [
    'Restore field `f`',
    'the default value was removed',
    'enum E { A = 0; B = 1; } message M { optional E f = 1 [default = B]; }',
    'enum E { A = 0; } message M { optional E f = 1 [default = A]; }',
  ],
  [
    'Restore field `f`',
    'its type became a group',
    'message F { optional int32 a = 1; } message M { optional F f = 1; }',
    'message M { optional group F = 1 { optional int32 a = 1; } }',
  ],
  [
    'Restore enum `E`',
    'another enum has the names of its values',
    'enum E { A = 0; B = 1; } message M { optional E f = 1; }',
    'enum F { A = 0; B = 12; } message M { optional F f = 1; }',
  ],
  [
    'Use the next free number, 2',
    'a map needs the zero of the enum',
    'enum E { A = 0; } message M { map<string, E> f = 1; }',
    'enum E { B = 0; A = 1; } message M { map<string, E> f = 1; }',
  ],
])('does not offer "%s" if %s', (title, _what, ...texts) => {
  const [before, after] = texts.map((text) => new Map([['a.proto', `syntax = "proto2"; ${text}`]]));
  if (before === undefined || after === undefined) throw new Error('The test needs two texts.');
  const { findings } = judgeTexts(before, after, DEFAULT_SETTINGS);
  expect(findings.length).toBeGreaterThan(0);
  expect(findings.flatMap((finding) => finding.fixes().map((fix) => fix.title))).not.toContain(title);
});

function restoredSafely(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const texts = new Map(Object.entries(after));
  const { findings } = judgeTexts(new Map(Object.entries(before)), texts, DEFAULT_SETTINGS);
  const fixes = findings.flatMap((finding) => finding.fixes().find(({ safe }) => safe) ?? []);
  return Object.fromEntries(withEdits(texts, combined(fixes)));
}
