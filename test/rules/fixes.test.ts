import { describe, expect, test } from 'vitest';
import type { Finding } from '../../server/policy/result.ts';
import type { Fix } from '../../server/rules/rule.ts';
import { DEFAULT_SETTINGS } from '../../server/policy/settings.ts';
import { RULES } from '../../server/rules/index.ts';
import { commentsIn } from '../../server/proto/comments.ts';
import { parse } from '../../server/proto/parse.ts';
import { endWithComment } from '../../server/rules/fixes/edits.ts';
import { judgeTexts, keyOf, readFixtures } from './fixtures.ts';
import { withEdits } from './random-fixes.ts';

/** Rules without a fix, each with the reason. */
const WITHOUT_FIX = new Map([
  ['file-removed', 'a text edit cannot restore a file, but git can'],
  ['message-moved', 'whether to move it back depends on the structure of packages and files'],
  ['enum-moved', 'whether to move it back depends on the structure of packages and files'],
  ['file-renamed', 'a text edit cannot rename a file'],
  ['version-too-low', 'the fix needs the version file, which rules do not read'],
  ['frozen-branch-changed', 'the change on the branch has its own fixes'],
  ['element-deprecated', 'deprecating an element is not a mistake'],
]);

const ADDITIONS = /^(?:message|field|extension|enum|enum-value|service|method)-added$/;
const ACCEPT = 'Accept it, with a reason';

const cases = readFixtures().flatMap((fixture) => {
  const { findings } = judgeTexts(fixture.before, fixture.after, fixture.settings);
  return findings.flatMap((finding) => finding.fixes().map((fix) => ({ fixture, finding, findings, fix })));
});
const titled = cases.map((each) => {
  const { fixture, finding, fix } = each;
  return [`${fixture.name}: ${finding.element}: ${fix.title}`, each] as const;
});

test('every rule that does not report an addition has a fix, or a reason for none', () => {
  const offered = new Set(cases.filter(({ fix }) => fix.title !== ACCEPT).map(({ finding }) => finding.rule));
  const missing = RULES.map(({ id }) => id).filter((id) => !offered.has(id) && !ADDITIONS.test(id));
  expect(missing.sort()).toEqual([...WITHOUT_FIX.keys()].sort());
});

/** The titles of fixes, in the order in which a finding offers them: the most useful fix first. */
const TITLES: readonly (readonly [what: string, titles: readonly RegExp[]])[] = [
  [
    'the new name stays, and peers can still use the old one',
    [/^Keep name `\w+`, with `\w+` as an alias$/, /^Keep name `\w+` in JSON$/],
  ],
  [
    'the released text is restored',
    [
      /^Restore (?:field|value|method|message|enum|service|extension|oneof|name|type|option|package) `[^`]+`$/,
      /^Restore (?:fields|values) `\w+`(?:, `\w+`)* and `\w+`$/,
      /^Restore number -?\d+$/,
      /^Restore all numbers of `\w+`$/,
      /^Restore extensions \d+(?: to (?:\d+|max))?$/,
      /^Restore `\w+` as the first value$/,
      /^Restore (?:streaming|visibility|public imports)$/,
      /^Reserve .+ again$/,
      /^Make `\w+` optional$/,
    ],
  ],
  ['the new element gets another number', [/^Use the next free number, \d+$/]],
  [
    'the released element is restored beside the new one',
    [
      /^Restore (?:field|value) `\w+` and use the next free number, \d+, for `\w+`$/,
      /^Keep the (?:field|value|method), deprecated$/,
    ],
  ],
  ['the break remains, but the number cannot be reused', [/^Reserve .+ \(the break remains\)$/]],
  ['the break remains, for a reason', [/^Accept it, with a reason$/]],
];

test('the fixes of a finding have known and different titles, and the most useful fix is first', () => {
  const patterns = TITLES.flatMap(([, titles], rank) => titles.map((pattern) => ({ rank, pattern })));
  const unused = new Set(patterns.map(({ pattern }) => pattern));
  const wrong = [...new Set(cases.map(({ finding }) => finding))].flatMap((finding) => {
    const titles = finding.fixes().map(({ title }) => title);
    const known = titles.map((title) => patterns.find(({ pattern }) => pattern.test(title)));
    for (const each of known) if (each !== undefined) unused.delete(each.pattern);
    const ranks = known.map((each) => each?.rank ?? NaN);
    const isSorted = ranks.every((rank, at) => rank >= (ranks[at - 1] ?? 0));
    return isSorted && new Set(titles).size === titles.length ? [] : `${finding.rule}: ${titles.join(' | ')}`;
  });
  expect(wrong).toEqual([]);
  expect([...unused].map(String)).toEqual([]);
});

describe.each(titled.filter(([, { fix }]) => fix.title !== ACCEPT))('%s', (_, { fixture, finding, findings, fix }) => {
  test('removes the finding or makes it milder, and adds no worse one', () => {
    const after = judgeTexts(fixture.before, withEdits(fixture.after, fix.edits), fixture.settings).findings;
    const mine = after.find((other) => keyOf(other) === keyOf(finding));
    // Two fixes keep a milder finding: one reserves the deleted number and name, the other keeps the new name except in JSON.
    if (fix.title.endsWith('(the break remains)')) expect(mine?.message).toContain('was removed and reserved');
    else if (fix.title.endsWith(' in JSON')) expect(mine?.class).toBe('source');
    else expect(mine).toBeUndefined();

    const before = new Set(findings.map(keyOf));
    const worse = after.filter((other) => !before.has(keyOf(other)) && !mayAdd(fix, other, findings));
    expect(worse.map(keyOf)).toEqual([]);
  });
});

test('a type is restored together with the options that are valid only for one of the types', () => {
  const texts = cases
    .filter(({ fixture, fix }) => fixture.name === 'field-type-changed.options' && /^Restore type `/.test(fix.title))
    .map(({ fixture, fix }) => [...withEdits(fixture.after, fix.edits).values()].join().split('\n'));
  const changed = texts.map((lines, index) =>
    lines.find((line) => new RegExp(`^ +\\w+ \\w+ \\w+ = ${String(index + 1)}\\b`).test(line)),
  );
  expect(changed).toEqual([
    '  optional string user = 1 [default = "a"];',
    '  optional int32 retries = 2 [default = 7];',
    '  optional string note = 3 [deprecated = true];',
    '  optional uint32 mask = 4 [deprecated = true, default = 7];',
    '  optional int32 limit = 5 [default = 7];',
    '  repeated int32 ports = 6 [packed = true];',
    '  optional CreateContainerResponse parent = 7 [lazy = true];',
  ]);
});

test.each([
  ['', 'option features = { json_format: LEGACY_BEST_EFFORT };', ['Restore option `features.json_format`']],
  ['', 'option features = { json_format: LEGACY_BEST_EFFORT enum_type: OPEN };', []],
  ['option features = { json_format: LEGACY_BEST_EFFORT enum_type: OPEN };', '', []],
  [
    'option features = { json_format: LEGACY_BEST_EFFORT };',
    'option features.enum_type = OPEN;',
    ['Restore option `features.json_format`'],
  ],
])('a feature is restored only if its statement sets no other: %j, then %j', (released, edited, expected) => {
  const side = (option: string): Map<string, string> =>
    new Map([['agent.proto', `edition = "2023"; package grpc; message Mount { ${option} string source = 1; }`]]);
  const { findings } = judgeTexts(side(released), side(edited), DEFAULT_SETTINGS);
  const found = findings.find(({ rule }) => rule === 'type-option-changed');
  expect(found?.fixes().map(({ title }) => title)).toEqual(expected);
});

test.each(titled.filter(([, { fix }]) => fix.title === ACCEPT))(
  '%s: accepts only with the reason filled in',
  (_, { fixture, finding, fix }) => {
    const unchanged = withEdits(fixture.after, fix.edits);
    const before = judgeTexts(fixture.before, unchanged, fixture.settings);
    expect(before.findings.find((other) => keyOf(other) === keyOf(finding))).toMatchObject({
      severity: finding.severity,
      accepted: finding.accepted,
    });
    expect(before.problems.map(({ message }) => message)).toEqual([
      'This accepts nothing until you replace "why this is fine" with the reason.',
    ]);

    const explained = new Map([...unchanged].map(([file, text]) => [file, text.replace('why this is fine', 'agreed')]));
    const { findings, problems } = judgeTexts(fixture.before, explained, fixture.settings);
    expect(findings.find((other) => keyOf(other) === keyOf(finding))).toMatchObject({
      severity: 'hint',
      accepted: { reason: 'agreed' },
    });
    expect(problems).toEqual([]);
  },
);

test('the acceptance of a deletion is inserted where the element was, not above its neighbour', () => {
  const accepted = (before: string, after: string): string => {
    const { findings } = judgeTexts(new Map([['a.proto', before]]), new Map([['a.proto', after]]), DEFAULT_SETTINGS);
    const fix = findings[0]?.fixes().find(({ title }) => title === ACCEPT);
    const [made = ''] = fix === undefined ? [] : withEdits(new Map([['a.proto', after]]), fix.edits).values();
    const comment = /\/\/ proto-compat: accept .*fine/.exec(made)?.[0] ?? 'nothing';
    return made.replace(comment, '// HERE');
  };
  const head = 'syntax = "proto3";\npackage a;\nservice S { rpc Do(A) returns (A); }\n';
  const message = `${head}message A {\n  string a = 1; // one\n  string b = 2;\n\n  string c = 3;\n}\n`;
  expect(accepted(message, message.replace('  string b = 2;\n', ''))).toBe(message.replace('string b = 2;', '// HERE'));
  expect(accepted(message, message.replace('  string a = 1; // one\n', ''))).toBe(
    message.replace('string a = 1; // one', '// HERE'),
  );
  const line = `${head}message A { string a = 1; string b = 2; }`;
  expect(accepted(line, line.replace(' string b = 2;', ''))).toBe(line.replace(' string b = 2; }', '\n// HERE\n}'));
  expect(accepted(line, line.replace(' string a = 1; string b = 2;', ' '))).toBe(
    line.replace(' string a = 1; string b = 2; }', '\n  // HERE\n}'),
  );
});

test('a message is restored in its place if only the comment behind it was kept', () => {
  const textOf = (message: string) => `syntax = "proto3";\nmessage A {}\n\n${message}\nmessage C {}\n`;
  const before = new Map([['a.proto', textOf('// Above.\nmessage B {} // Behind.')]]);
  const edited = new Map([['a.proto', textOf('// Behind.')]]);
  const [removed] = judgeTexts(before, edited, DEFAULT_SETTINGS).findings;
  const [restore] = removed?.fixes() ?? [];
  expect([...withEdits(edited, restore?.edits ?? []).values()]).toEqual([
    textOf('// Above.\nmessage B {}\n\n// Behind.'),
  ]);
});

test('a name that another field has now is not reserved', () => {
  const head = 'syntax = "proto3";\npackage a;\nmessage Id { string value = 1; }\n';
  const texts = ['string name = 1; Id ref = 2;', 'string ref = 1;'].map((fields) => `${head}message A { ${fields} }`);
  const [before, after] = texts.map((text) => new Map([['a.proto', text]])) as [
    Map<string, string>,
    Map<string, string>,
  ];
  const removed = judgeTexts(before, after, DEFAULT_SETTINGS).findings.find(({ rule }) => rule === 'field-removed');
  expect(removed?.fixes().map(({ title }) => title)).toEqual(['Reserve number 2 (the break remains)', ACCEPT]);
});

test.each<[what: string, syntax: string, before: string, after: string, fixed: string]>([
  [
    'a reserved name',
    'syntax = "proto3"',
    String.raw`reserved "a\"b\\c\n", "d";`,
    '',
    String.raw`reserved "a\"b\\c\n", "d";`,
  ],
  ['a reserved name that is an identifier', 'edition = "2023"', String.raw`reserved "a\"b", "d";`, '', 'reserved d;'],
  [
    'a name in JSON',
    'syntax = "proto3"',
    String.raw`A a = 1 [json_name = "a\"b\\"];`,
    'A b = 1;',
    String.raw`A b = 1 [json_name = "a\"b\\"];`,
  ],
])('%s is restored with its escapes (%s)', (_what, syntax, before, after, fixed) => {
  const textOf = (syntax: string, member: string) => `${syntax};\nmessage A {\n  ${member}\n}\n`;
  const settings = { ...DEFAULT_SETTINGS, encodings: ['binary', 'json'] as const };
  const edited = new Map([['a.proto', textOf(syntax, after)]]);
  const { findings } = judgeTexts(new Map([['a.proto', textOf('syntax = "proto3"', before)]]), edited, settings);
  const fixes = findings.flatMap((finding) => finding.fixes());
  const texts = fixes.flatMap((each) => [...withEdits(edited, each.edits).values()]);
  expect(texts).toContain(textOf(syntax, fixed));
});

/** Whether a fix may add this finding to the findings of the edit. */
function mayAdd({ safe }: Fix, { rule, element, severity }: Finding, findings: readonly Finding[]): boolean {
  const had = (id: string): boolean => findings.some((other) => other.rule === id);
  if (rule.startsWith('reservation-') && had('reservation-violated')) return true;
  if (rule === 'enum-value-removed' && had('enum-value-number-reused')) return true;
  if (safe)
    return rule === 'message-added' || (rule.endsWith('-added') && findings.some((other) => other.element === element));
  return severity === 'information' || severity === 'hint';
}

test.each([
  'x; // a\ny;',
  'x; /* a */ y;',
  'x; /* a\n b */ y;',
  'x; /* a\ny;',
  'x; /* a\n * b\r\n\t* c\ny;',
  'x; /* a\n\n * b',
  'x; /* a /* b */\ny;',
])('a comment after a statement ends where the parser ends it: %j', (text) => {
  expect(endWithComment(parse(text), 2)).toBe(commentsIn(text)[0]?.span.end);
});
