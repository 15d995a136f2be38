import { afterAll, beforeAll, expect, it } from 'vitest';

import { openFile } from './measure.ts';

const RELEASED = `syntax = "proto3";

package agent;

service Agent {
  rpc Start(StartRequest) returns (StartResponse);
  rpc Stop(StartRequest) returns (StartResponse);
}

/* Starts a container. */
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

/** What is typed on a new line above a piece of the released text. */
const ABOVE: readonly (readonly [piece: string, typed: readonly string[]])[] = [
  ['enum Mode {', ['/*']],
  ['message Other {', ['/**', 'message Fresh {', 'message Fresh', 'message', '/', 'mess']],
  [
    '  Mode mode = 2;',
    [
      '  /*',
      '  repeated',
      '  string',
      '  google.',
      '  string x',
      '  string x =',
      '  string x = 7',
      '  string x = 7 [',
      '  string x = 7 [depr',
      '  string x = 7 [deprecated =',
      '  string x = 7 [deprecated = true',
      '  string x = 7 [deprecated = true,',
      '  option',
      '  option deprecated',
      '  option deprecated =',
      '  oneof x {',
      '  map<',
      '  map<string,',
      '  reserved',
      '  reserved 8,',
      '  reserved "x',
    ],
  ],
  ['  string id = 1;\n  Mode', ['  optional']],
  ['  map<string', ['  repeated']],
  ['  int32 cpus', ['  repeated']],
  [
    '  rpc Stop',
    [
      '  option',
      '  rpc',
      '  rpc Pause',
      '  rpc Pause(',
      '  rpc Pause(StartRequest)',
      '  rpc Pause(StartRequest) returns',
      '  rpc Pause(StartRequest) returns (',
      '  rpc Pause(stream',
      '  rpc Pause(StartRequest) returns (Other) {',
    ],
  ],
  ['  Other other = 11;', ['  string x = 1', '  string id']],
  ['  MODE_SAFE = 2;', ['  MODE_X = 1', '  MODE_X']],
  ['package agent;', ['import "', 'import']],
  ['service Agent', ['import']],
  ['service Agent {', ['mess']],
];

/** A piece of the released text and what replaces it. `|` marks the cursor. */
const UNFINISHED: readonly (readonly [piece: string, typed: string])[] = [
  ...ABOVE.flatMap(([piece, all]) => all.map((typed) => [piece, `${typed}|\n${piece}`] as const)),
  ['syntax = "proto3";', '//| syntax = "proto3";'],
  ['syntax = "proto3";', '/|syntax = "proto3";'],
  ['syntax = "proto3";', 'syntax = "prot|'],
  ['syntax = "proto3";', 'syntax = |'],
  ['syntax = "proto3";', 'synt|'],
  ['syntax = "proto3";', '|'],
  ['package agent;', 'pack|'],
  ['package agent;', 'package |'],
  ['package agent;', 'package age|'],
  ['  Mode mode = 2;', '  string x = 7 [|];\n  Mode mode = 2;'],
  ['  Other other = 11;', '  string x = 1|;\n  Other other = 11;'],
  ['  string id = 1;\n  Mode', '  string x = 1|;\n  string id = 1;\n  Mode'],
  ['  Other other = 11;', '  Other other = 1|;'],
  ['  string id = 1;\n  Mode', '  string mode| = 12;\n  string id = 1;\n  Mode'],
  ['  Mode mode = 2;', '  string x = 7; |Mode mode = 2;'],
  ['  Mode mode = 2;', '  string x =| Mode mode = 2;'],
  ['  Mode mode = 2;', '  string |Mode mode = 2;'],
  ['message Other {', 'message Fresh {|\n  \nmessage Other {'],
  ['message Other {', 'message Fresh {\n  string a|\n\nmessage Other {'],
  ['  MODE_FAST = 1;', '  MODE_X = 1|;\n  MODE_FAST = 1;'],
  ['  Mode mode = 2;\n  map<string, string> labels = 3;', '  Mode mode = 2|'],
  ['  int32 cpus = 6 [deprecated = true];\n  Other other = 11;', '  int32 cpus = 6 [deprecated = true]|'],
  ['  MODE_FAST = 1;\n  MODE_SAFE = 2;', '  MODE_FAST = 1|'],
];

let file: Awaited<ReturnType<typeof openFile>>;
beforeAll(async () => {
  file = await openFile({ file: 'agent.proto', before: RELEASED, others: {} });
});
afterAll(() => {
  file.close();
});

function withTyped(piece: string, typed: string): { text: string; cursor: number } {
  const start = RELEASED.indexOf(piece);
  if (start < 0) throw new Error(`The released text has no ${piece}`);
  const text = RELEASED.slice(0, start) + typed.replace('|', '') + RELEASED.slice(start + piece.length);
  return { text, cursor: start + typed.indexOf('|') };
}

it.each(UNFINISHED)('no error on another line and no break if %j becomes %j', async (piece, typed) => {
  const { text, cursor } = withTyped(piece, typed);
  // The last key is sent separately, as an editor does.
  await file.check(RELEASED);
  await file.check(text.slice(0, cursor - 1) + text.slice(cursor));
  const line = text.slice(0, cursor).split('\n').length - 1;
  const red = await file.check(text);
  expect(red.filter((alarm) => alarm.isBreak || alarm.line !== line)).toEqual([]);
});

it('joins a label to the next line when the text is saved', async () => {
  const text = RELEASED.replace('  Mode mode', '  repeated\n  Mode mode');
  await file.check(RELEASED);
  await file.check(text.replace('repeated', 'repeate'));
  expect((await file.check(text)).map(({ key }) => key)).toEqual(['syntax Expected a type after `repeated`.']);
  file.save();
  expect((await file.check(text)).map(({ key }) => key)).toEqual(['field-cardinality-changed agent.StartRequest.mode']);
});

it('checks a saved text as complete', async () => {
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

it('does not compare a half-typed message with a copy in another file', async () => {
  const others = { 'copy/agent.proto': `${RELEASED}message Module {\n  string name = 1;\n  bytes data = 2;\n}\n` };
  const { check, close } = await openFile({ file: 'agent.proto', before: RELEASED, others });
  try {
    expect(await check(`${RELEASED}message Module {\n  string name = 1;\n}\n`)).toEqual([]);
  } finally {
    close();
  }
});

/** A name that is being typed, and the breaks after a pause. */
const NAMES: readonly (readonly [piece: string, typed: string, breaks: readonly string[]])[] = [
  ['Mode mode = 2;', 'string na| = 2;', ['field-number-reused agent.StartRequest.na']],
  ['Mode mode = 2;', 'string |mode = 2;', ['field-type-changed agent.StartRequest.mode']],
  ['bytes archive = 5;', 'int32 arch|ive = 5;', ['field-type-changed agent.StartRequest.archive']],
  [
    'Mode mode = 2;\n  map<string, string> labels = 3;',
    'string label| = 3;',
    ['field-number-reused agent.StartRequest.label', 'field-removed agent.StartRequest.mode'],
  ],
  ['MODE_FAST = 1;\n  MODE_SAFE = 2;', 'MODE_SAF| = 1;', ['enum-value-removed agent.MODE_SAFE']],
  ['MODE_FAST = 1;\n  MODE_SAFE = 2;', 'MODE_SAFE = 1|', ['enum-value-renumbered agent.MODE_SAFE']],
  ['rpc Stop(StartRequest)', 'rpc Halt|(StartRequest)', ['method-removed agent.Agent.Stop']],
  ['service Agent {', 'service Agen| {', ['service-renamed agent.Agen']],
];

it.each(NAMES)('no break before a pause if %j becomes %j', async (piece, typed, breaks) => {
  const { text, cursor } = withTyped(piece, typed);
  const breaksNow = async (hasPaused: boolean): Promise<string[]> =>
    (await file.check(text, hasPaused)).filter(({ isBreak }) => isBreak).map(({ key }) => key);
  await file.check(RELEASED);
  await file.check(text.slice(0, cursor - 1) + text.slice(cursor));
  expect(await breaksNow(false)).toEqual([]);
  expect((await breaksNow(true)).sort()).toEqual(breaks);
  // A text that replaces an empty one was not typed.
  await file.check('');
  expect((await breaksNow(false)).sort()).toEqual(breaks);
});

it('reports a removed field only if the message is declared once', async () => {
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
