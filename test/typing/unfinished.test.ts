import { afterAll, beforeAll, expect, it } from 'vitest';

import { openFile } from './measure.ts';

const RELEASED = `syntax = "proto3";

package agent;

service Agent {
  rpc Start(StartRequest) returns (StartResponse);
  rpc Stop(StartRequest) returns (StartResponse);
}

/* What a container is started with. */
message StartRequest {
  string id = 1;
  Mode mode = 2;
  map<string, string> labels = 3;
  oneof source {
    string image = 4;
    bytes archive = 5;
  }
  int32 cpus = 6 [deprecated = true];
  Other other = 11;
}

enum Mode {
  MODE_UNKNOWN = 0;
  MODE_FAST = 1;
  MODE_SAFE = 2;
}

message Other {
  string id = 1;
}

message StartResponse {
  string id = 1;
}
`;

/** Half-typed text: a piece of the released text and its replacement. `|` marks the cursor. */
const UNFINISHED: readonly (readonly [what: string, piece: string, typed: string])[] = [
  ['a syntax line that is commented out', 'syntax = "proto3";', '//| syntax = "proto3";'],
  ['a syntax line that is half commented out', 'syntax = "proto3";', '/|syntax = "proto3";'],
  ['an unfinished syntax line', 'syntax = "proto3";', 'syntax = "prot|'],
  ['a syntax line without its value', 'syntax = "proto3";', 'syntax = |'],
  ['half the word `syntax`', 'syntax = "proto3";', 'synt|'],
  ['no syntax line', 'syntax = "proto3";', '|'],
  ['a half-typed package', 'package agent;', 'pack|'],
  ['a package without its name', 'package agent;', 'package |'],
  ['a package with half its name', 'package agent;', 'package age|'],
  ['a comment begun above a message', 'enum Mode {', '/*|\nenum Mode {'],
  ['a documentation comment begun above a message', 'message Other {', '/**|\nmessage Other {'],
  ['a comment begun above a field', '  Mode mode = 2;', '  /*|\n  Mode mode = 2;'],
  ['a label above a field', '  Mode mode = 2;', '  repeated|\n  Mode mode = 2;'],
  ['a label above a scalar', '  string id = 1;\n  Mode', '  optional|\n  string id = 1;\n  Mode'],
  ['a label above a map', '  map<string', '  repeated|\n  map<string'],
  ['a label above a field with an option', '  int32 cpus', '  repeated|\n  int32 cpus'],
  ['a type above a field', '  Mode mode = 2;', '  string|\n  Mode mode = 2;'],
  ['half a qualified type above a field', '  Mode mode = 2;', '  google.|\n  Mode mode = 2;'],
  ['a name above a field', '  Mode mode = 2;', '  string x|\n  Mode mode = 2;'],
  ['an equals sign above a field', '  Mode mode = 2;', '  string x =|\n  Mode mode = 2;'],
  ['a number above a field', '  Mode mode = 2;', '  string x = 7|\n  Mode mode = 2;'],
  ['an option begun above a field', '  Mode mode = 2;', '  string x = 7 [|\n  Mode mode = 2;'],
  ['an option with half a name above a field', '  Mode mode = 2;', '  string x = 7 [depr|\n  Mode mode = 2;'],
  ['an option without its value above a field', '  Mode mode = 2;', '  string x = 7 [deprecated =|\n  Mode mode = 2;'],
  [
    'an option with its value above a field',
    '  Mode mode = 2;',
    '  string x = 7 [deprecated = true|\n  Mode mode = 2;',
  ],
  [
    'the comma before another option above a field',
    '  Mode mode = 2;',
    '  string x = 7 [deprecated = true,|\n  Mode mode = 2;',
  ],
  ['closed brackets without an option', '  Mode mode = 2;', '  string x = 7 [|];\n  Mode mode = 2;'],
  ['an option statement above a field', '  Mode mode = 2;', '  option|\n  Mode mode = 2;'],
  ['a named option statement above a field', '  Mode mode = 2;', '  option deprecated|\n  Mode mode = 2;'],
  ['an option statement without its value', '  Mode mode = 2;', '  option deprecated =|\n  Mode mode = 2;'],
  ['an option statement above a method', '  rpc Stop', '  option|\n  rpc Stop'],
  ['the first digit of a number', '  Other other = 11;', '  string x = 1|\n  Other other = 11;'],
  ['the first digit of a number before a semicolon', '  Other other = 11;', '  string x = 1|;\n  Other other = 11;'],
  [
    'the first digit of a number above the field with this number',
    '  string id = 1;\n  Mode',
    '  string x = 1|;\n  string id = 1;\n  Mode',
  ],
  ['the first digit of the number of an old field', '  Other other = 11;', '  Other other = 1|;'],
  ['a name that is temporarily equal to another one', '  Other other = 11;', '  string id|\n  Other other = 11;'],
  [
    'a complete name that is temporarily equal to another one',
    '  string id = 1;\n  Mode',
    '  string mode| = 12;\n  string id = 1;\n  Mode',
  ],
  ['a field typed before another', '  Mode mode = 2;', '  string x = 7; |Mode mode = 2;'],
  ['half a field typed before another', '  Mode mode = 2;', '  string x =| Mode mode = 2;'],
  ['a type typed before another field', '  Mode mode = 2;', '  string |Mode mode = 2;'],
  ['a message begun above another', 'message Other {', 'message Fresh {|\nmessage Other {'],
  ['a message with an empty line', 'message Other {', 'message Fresh {|\n  \nmessage Other {'],
  ['a message with half a field', 'message Other {', 'message Fresh {\n  string a|\n\nmessage Other {'],
  ['a message begun without its brace', 'message Other {', 'message Fresh|\nmessage Other {'],
  ['a message without its name', 'message Other {', 'message|\nmessage Other {'],
  ['a oneof begun above a field', '  Mode mode = 2;', '  oneof x {|\n  Mode mode = 2;'],
  ['a map begun above a field', '  Mode mode = 2;', '  map<|\n  Mode mode = 2;'],
  ['a map with one type above a field', '  Mode mode = 2;', '  map<string,|\n  Mode mode = 2;'],
  ['a method begun above another', '  rpc Stop', '  rpc|\n  rpc Stop'],
  ['a method with its name above another', '  rpc Stop', '  rpc Pause|\n  rpc Stop'],
  ['a method with a bracket above another', '  rpc Stop', '  rpc Pause(|\n  rpc Stop'],
  ['a method without its response above another', '  rpc Stop', '  rpc Pause(StartRequest)|\n  rpc Stop'],
  ['a method with `returns` above another', '  rpc Stop', '  rpc Pause(StartRequest) returns|\n  rpc Stop'],
  ['a method with a bracket after `returns`', '  rpc Stop', '  rpc Pause(StartRequest) returns (|\n  rpc Stop'],
  ['a streaming method above another', '  rpc Stop', '  rpc Pause(stream|\n  rpc Stop'],
  ['a method with a body above another', '  rpc Stop', '  rpc Pause(StartRequest) returns (Other) {|\n  rpc Stop'],
  ['the first digit of the number of an enum value', '  MODE_SAFE = 2;', '  MODE_X = 1|\n  MODE_SAFE = 2;'],
  [
    'the first digit of the number of an enum value before a semicolon',
    '  MODE_FAST = 1;',
    '  MODE_X = 1|;\n  MODE_FAST = 1;',
  ],
  ['an enum value without its number', '  MODE_SAFE = 2;', '  MODE_X|\n  MODE_SAFE = 2;'],
  ['reserved above a field', '  Mode mode = 2;', '  reserved|\n  Mode mode = 2;'],
  ['reserved with a comma above a field', '  Mode mode = 2;', '  reserved 8,|\n  Mode mode = 2;'],
  ['an unclosed reserved name', '  Mode mode = 2;', '  reserved "x|\n  Mode mode = 2;'],
  [
    'a field without its semicolon, and the next field not retyped yet',
    '  Mode mode = 2;\n  map<string, string> labels = 3;',
    '  Mode mode = 2|',
  ],
  [
    'an option without the semicolon of its field, and the next field not retyped yet',
    '  int32 cpus = 6 [deprecated = true];\n  Other other = 11;',
    '  int32 cpus = 6 [deprecated = true]|',
  ],
  [
    'an enum value without its semicolon, and the next value not retyped yet',
    '  MODE_FAST = 1;\n  MODE_SAFE = 2;',
    '  MODE_FAST = 1|',
  ],
  ['an import above the package', 'package agent;', 'import "|\npackage agent;'],
  ['an import word above the package', 'package agent;', 'import|\npackage agent;'],
  ['an import word above a service', 'service Agent', 'import|\nservice Agent'],
  ['a slash above a message', 'message Other {', '/|\nmessage Other {'],
  ['a word above a message', 'message Other {', 'mess|\nmessage Other {'],
  ['a word above a service', 'service Agent {', 'mess|\nservice Agent {'],
];

let file: Awaited<ReturnType<typeof openFile>>;
beforeAll(async () => {
  file = await openFile({ file: 'agent.proto', before: RELEASED, others: {} });
});
afterAll(() => {
  file.close();
});

/** The released text with a replaced piece, and the offset of the cursor. */
function withTyped(piece: string, typed: string): { text: string; cursor: number } {
  const start = RELEASED.indexOf(piece);
  if (start < 0) throw new Error(`The released text has no ${piece}`);
  const text = RELEASED.slice(0, start) + typed.replace('|', '') + RELEASED.slice(start + piece.length);
  return { text, cursor: start + typed.indexOf('|') };
}

it.each(UNFINISHED)('%s: no error on another line, and no breaking change', async (_, piece, typed) => {
  const { text, cursor } = withTyped(piece, typed);
  // The last key is sent separately, as an editor does.
  await file.check(RELEASED);
  await file.check(text.slice(0, cursor - 1) + text.slice(cursor));
  const line = text.slice(0, cursor).split('\n').length - 1;
  const red = await file.check(text);
  expect(red.filter((alarm) => alarm.isBreak || alarm.line !== line)).toEqual([]);
});

it('reads a label on a line of its own as part of the next line once the text is saved', async () => {
  const text = RELEASED.replace('  Mode mode', '  repeated\n  Mode mode');
  await file.check(RELEASED);
  await file.check(text.replace('repeated', 'repeate'));
  expect((await file.check(text)).map(({ key }) => key)).toEqual(['syntax Expected a type after `repeated`.']);
  file.save();
  expect((await file.check(text)).map(({ key }) => key)).toEqual(['field-cardinality-changed agent.StartRequest.mode']);
});

it('does not treat a text as half typed if it was saved before its last keystroke was checked', async () => {
  for (const [before, text, rule] of [
    ['Mode mode = 2;', 'string mode = 2;', 'field-type-changed'],
    ['Mode mode = 2;', 'repeated\n  Mode mode = 2;', 'field-cardinality-changed'],
  ] as const) {
    const typed = RELEASED.replace(before, text);
    const last = text.search(/\bmode|\n/);
    await file.check(RELEASED);
    await file.check(RELEASED.replace(before, text.slice(0, last - 1) + text.slice(last)));
    file.type(typed);
    file.save();
    expect((await file.check(typed)).map(({ key }) => key)).toEqual([`${rule} agent.StartRequest.mode`]);
  }
});

it('does not compare a message that is typed into a released file with a copy in another file', async () => {
  const others = { 'copy/agent.proto': `${RELEASED}message Module {\n  string name = 1;\n  bytes data = 2;\n}\n` };
  const { check, close } = await openFile({ file: 'agent.proto', before: RELEASED, others });
  try {
    expect(await check(`${RELEASED}message Module {\n  string name = 1;\n}\n`)).toEqual([]);
  } finally {
    close();
  }
});

/** A name that is being typed, and the breaks of the text when typing has paused. */
const NAMES: readonly (readonly [what: string, piece: string, typed: string, breaks: readonly string[]])[] = [
  [
    'a field with the number of another one',
    'Mode mode = 2;',
    'string na| = 2;',
    ['field-number-reused agent.StartRequest.na'],
  ],
  ['a space before a name', 'Mode mode = 2;', 'string |mode = 2;', ['field-type-changed agent.StartRequest.mode']],
  [
    'a field of a oneof',
    'bytes archive = 5;',
    'int32 arch|ive = 5;',
    ['field-type-changed agent.StartRequest.archive'],
  ],
  [
    'a field that replaces two others',
    'Mode mode = 2;\n  map<string, string> labels = 3;',
    'string label| = 3;',
    ['field-number-reused agent.StartRequest.label', 'field-removed agent.StartRequest.mode'],
  ],
  ['an enum value', 'MODE_FAST = 1;\n  MODE_SAFE = 2;', 'MODE_SAF| = 1;', ['enum-value-removed agent.MODE_SAFE']],
  [
    'a number without its semicolon',
    'MODE_FAST = 1;\n  MODE_SAFE = 2;',
    'MODE_SAFE = 1|',
    ['enum-value-renumbered agent.MODE_SAFE'],
  ],
  ['a method', 'rpc Stop(StartRequest)', 'rpc Halt|(StartRequest)', ['method-removed agent.Agent.Stop']],
  ['a service', 'service Agent {', 'service Agen| {', ['service-renamed agent.Agen']],
];

it.each(NAMES)('%s: a break is reported when typing has paused, not before', async (_, piece, typed, breaks) => {
  const { text, cursor } = withTyped(piece, typed);
  const breaksNow = async (hasPaused: boolean): Promise<string[]> =>
    (await file.check(text, hasPaused)).filter(({ isBreak }) => isBreak).map(({ key }) => key);
  await file.check(RELEASED);
  await file.check(text.slice(0, cursor - 1) + text.slice(cursor));
  expect(await breaksNow(false)).toEqual([]);
  expect((await breaksNow(true)).sort()).toEqual(breaks);
  // A single keystroke cannot change an empty text into this one.
  await file.check('');
  expect((await breaksNow(false)).sort()).toEqual(breaks);
});

it('reports a missing field only if its message is declared once', async () => {
  const begun = RELEASED.replace('service Agent', 'message Other {\n}\n\nservice Agent');
  await file.check(RELEASED);
  expect((await file.check(begun)).map(({ key }) => key)).toEqual([
    'duplicate-name "Other" is already declared in this scope.',
  ]);
  const edited = begun.replace('message Other {\n}', 'message Other {\n  int32 count = 2;\n}');
  expect((await file.check(edited)).filter(({ isBreak }) => isBreak)).toEqual([]);
  const moved = edited.replace('message Other {\n  string id = 1;\n}\n', '');
  expect((await file.check(moved)).map(({ key }) => key)).toEqual(['field-removed agent.Other.id']);
});
