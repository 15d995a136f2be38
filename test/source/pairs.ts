import type { Texts } from '../protoc.ts';

/** One edit of a schema from which code was generated. `PAIR` is part of every name that must be unique among all pairs. */
export interface SourcePair {
  readonly rule: string;
  /** Distinguishes this pair from others of the same rule. */
  readonly what: string;
  readonly old: Texts;
  readonly new: Texts;
}

const HEADER = 'package PAIR.k;\noption go_package = "PAIR/agent";\n';

const AGENT = `syntax = "proto3";
${HEADER}service Agent {
  rpc Open(In) returns (Out);
  rpc Stop(Note) returns (Out);
}
service Health { rpc Check(Note) returns (Note); }
message In {
  string container_id = 1;
  int32 size = 2;
  optional int32 limit = 3;
  Mode mode = 4;
  Note note = 5;
  repeated string tags = 6;
  map<string, int32> counts = 7;
  oneof where { string path = 8; int64 number = 9; }
  bytes data = 10;
  int64 big = 11;
  string alone = 12;
}
message Out { int32 code = 1; Note note = 2; }
message Note {
  string text = 1;
  Part part = 2;
  message Part { int32 at = 1; }
}
message Spare { string name = 1; }
enum Mode { MODE_UNSET = 0; MODE_FAST = 1; MODE_SLOW = 2; }
enum Unused { UNUSED_UNSET = 0; UNUSED_ONE = 1; }
`;

const LEGACY = `syntax = "proto2";
${HEADER}message In {
  required string id = 1;
  optional int32 size = 2 [default = 5];
  optional Mode mode = 3;
  repeated int32 list = 4;
  optional string more = 5;
  extensions 100 to 200;
}
enum Mode { MODE_UNSET = 0; MODE_FAST = 1; }
extend In { optional string extra_text = 100; }
`;

type Change = readonly [from: string, to: string];

/** @throws if the text does not contain what is to be replaced */
function edited(text: string, changes: readonly Change[]): string {
  return changes.reduce((now, [from, to]) => {
    if (!now.includes(from)) throw new Error(`no ${from} in\n${now}`);
    return now.replaceAll(from, to);
  }, text);
}

function agent(rule: string, what: string, ...changes: readonly Change[]): SourcePair {
  return { rule, what, old: { 'agent.proto': AGENT }, new: { 'agent.proto': edited(AGENT, changes) } };
}

/** A pair for services, without `optional`, which go-ttrpc's generator does not support. */
function served(rule: string, what: string, ...changes: readonly Change[]): SourcePair {
  const text = edited(AGENT, [['optional ', '']]);
  return { rule, what, old: { 'agent.proto': text }, new: { 'agent.proto': edited(text, changes) } };
}

/** A pair that renames a field. */
function renamed(what: string, from: string, to: string): SourcePair {
  const named = (name: string): Texts => ({ 'agent.proto': edited(AGENT, [['string alone', `string ${name}`]]) });
  return { rule: 'field-renamed', what, old: named(from), new: named(to) };
}

function legacy(rule: string, what: string, ...changes: readonly Change[]): SourcePair {
  return { rule, what, old: { 'agent.proto': LEGACY }, new: { 'agent.proto': edited(LEGACY, changes) } };
}

const type = (rule: string, field: string, from: string, to: string): SourcePair =>
  agent(rule, `${from} to ${to}`, [`${from} ${field} =`, `${to} ${field} =`]);

const IMPORTING = edited(AGENT, [
  ['option go_package', 'import "PAIR/types.proto";\noption go_package'],
  ['message Spare { string name = 1; }\n', ''],
]);
const MODES = `syntax = "proto2";
${HEADER}message In { repeated Mode modes = 1; }
enum Mode { MODE_UNSET = 0; MODE_FAST = 1; }
`;
const TYPES = `syntax = "proto3";\n${HEADER}message Spare { string name = 1; }\n`;

export const SOURCE_PAIRS: readonly SourcePair[] = [
  agent('field-added', 'to a message', ['message Spare { ', 'message Spare { string more = 2; ']),
  agent('field-added', 'to a oneof', ['int64 number = 9; }', 'int64 number = 9; bool any = 13; }']),
  agent('field-removed', 'of a message', ['  string alone = 12;\n', '']),
  agent('field-removed', 'of a oneof', [' int64 number = 9; }', ' }']),
  agent('field-renamed', 'to another word', ['string alone', 'string single']),
  agent('field-renamed', 'snake case to camel case', ['container_id', 'containerId']),
  renamed('a leading underscore to a capital', '_alone', 'Alone'),
  renamed('an underscore behind the name removed', 'alone_', 'alone'),
  renamed('a letter behind a digit to a capital', 'alone1a', 'alone1A'),
  renamed('an underscore between capitals removed', 'ALL_ALONE', 'ALLALONE'),
  legacy('field-renamed', 'an extension, snake case to camel case', ['extra_text', 'extraText']),
  agent('field-renumbered', '', ['alone = 12', 'alone = 14']),
  agent('field-number-reused', '', ['string alone = 12', 'reserved "alone";\n  bool other = 12']),
  type('field-type-changed', 'alone', 'string', 'int32'),
  type('field-type-changed', 'alone', 'string', 'Note'),
  type('field-type-changed', 'size', 'int32', 'sint32'),
  type('field-type-changed', 'size', 'int32', 'float'),
  type('field-type-changed', 'big', 'int64', 'fixed64'),
  agent('field-type-changed', 'a message to another with the same fields', ['Note note = 5', 'Spare note = 5']),
  type('field-type-widened', 'size', 'int32', 'int64'),
  type('field-type-widened', 'alone', 'string', 'bytes'),
  type('field-type-narrowed', 'big', 'int64', 'int32'),
  type('field-type-widened', 'mode', 'Mode', 'int32'),
  type('field-type-narrowed', 'size', 'int32', 'Mode'),
  type('field-cardinality-changed', 'size', 'int32', 'repeated int32'),
  type('field-cardinality-changed', 'tags', 'repeated string', 'string'),
  type('field-type-changed', 'counts', 'map<string, int32>', 'repeated Note'),
  agent('field-presence-changed', 'presence added', ['int32 size', 'optional int32 size']),
  agent('field-presence-changed', 'presence added to bytes', ['bytes data', 'optional bytes data']),
  agent('field-presence-changed', 'presence removed', ['optional int32 limit', 'int32 limit']),
  legacy('field-required-added', '', ['optional string more', 'required string more']),
  legacy('field-required-removed', '', ['required string id', 'optional string id']),
  agent(
    'field-oneof-changed',
    'into a oneof',
    ['  string alone = 12;\n', ''],
    ['number = 9;', 'number = 9; string alone = 12;'],
  ),
  agent('oneof-added', 'around one field', ['string alone = 12;', 'oneof one { string alone = 12; }']),
  agent('oneof-removed', '', [
    'oneof where { string path = 8; int64 number = 9; }',
    'string path = 8; int64 number = 9;',
  ]),
  agent('oneof-renamed', '', ['oneof where', 'oneof place']),
  agent('oneof-renamed', 'to a capital', ['oneof where', 'oneof Where']),
  legacy('field-default-changed', '', ['default = 5', 'default = 6']),
  agent('field-json-name-changed', '', ['alone = 12', 'alone = 12 [json_name = "single"]']),
  legacy('field-encoding-changed', 'packed', ['list = 4', 'list = 4 [packed = true]']),
  legacy('extension-added', '', ['extra_text = 100;', 'extra_text = 100; optional string second = 101;']),
  legacy('extension-removed', '', ['extend In { optional string extra_text = 100; }\n', '']),
  agent('enum-value-added', '', ['MODE_SLOW = 2;', 'MODE_SLOW = 2; MODE_LAST = 3;']),
  agent('enum-value-removed', '', [' MODE_SLOW = 2;', '']),
  agent('enum-value-renamed', '', ['MODE_SLOW', 'MODE_LAZY']),
  agent('enum-value-renumbered', '', ['MODE_SLOW = 2', 'MODE_SLOW = 3']),
  agent('enum-value-number-reused', '', ['MODE_SLOW = 2;', 'MODE_LAST = 2; reserved "MODE_SLOW";']),
  legacy('enum-default-changed', '', ['MODE_UNSET = 0; MODE_FAST = 1;', 'MODE_FAST = 1; MODE_UNSET = 0;']),
  {
    rule: 'enum-openness-changed',
    what: 'the syntax of its file',
    old: { 'agent.proto': MODES },
    new: { 'agent.proto': edited(MODES, [['proto2', 'proto3']]) },
  },
  agent('enum-added', '', ['enum Unused', 'enum More { MORE_UNSET = 0; }\nenum Unused']),
  agent('enum-removed', '', ['enum Unused { UNUSED_UNSET = 0; UNUSED_ONE = 1; }\n', '']),
  agent('enum-renamed', '', ['enum Mode', 'enum Speed'], ['Mode mode', 'Speed mode']),
  agent(
    'enum-moved',
    'into a message',
    ['enum Mode { MODE_UNSET = 0; MODE_FAST = 1; MODE_SLOW = 2; }\n', ''],
    ['message Spare { ', 'message Spare { enum Mode { MODE_UNSET = 0; MODE_FAST = 1; MODE_SLOW = 2; } '],
    ['Mode mode', 'Spare.Mode mode'],
  ),
  agent('message-added', '', ['enum Unused', 'message More {}\nenum Unused']),
  agent('message-removed', '', ['message Spare { string name = 1; }\n', '']),
  agent('message-renamed', '', ['Note', 'Remark']),
  agent('message-moved', 'out of a message', [
    '  message Part { int32 at = 1; }\n}',
    '}\nmessage Part { int32 at = 1; }',
  ]),
  {
    rule: 'message-moved',
    what: 'to another file of the package',
    old: { 'agent.proto': AGENT },
    new: { 'agent.proto': IMPORTING, 'types.proto': TYPES },
  },
  {
    rule: 'file-renamed',
    what: '',
    old: { 'agent.proto': AGENT },
    new: { 'service.proto': AGENT },
  },
  {
    rule: 'file-removed',
    what: 'with its message',
    old: { 'agent.proto': IMPORTING, 'types.proto': TYPES },
    new: { 'agent.proto': edited(IMPORTING, [['import "PAIR/types.proto";\n', '']]) },
  },
  agent('package-changed', 'with the Go package kept', ['package PAIR.k', 'package PAIR.other']),
  served('service-added', '', ['service Health', 'service More { rpc Do(Note) returns (Note); }\nservice Health']),
  served('service-removed', '', ['service Health { rpc Check(Note) returns (Note); }\n', '']),
  served('service-renamed', '', ['service Health', 'service Alive']),
  served('method-added', '', ['  rpc Stop', '  rpc Pause(Note) returns (Out);\n  rpc Stop']),
  served('method-removed', '', ['  rpc Stop(Note) returns (Out);\n', '']),
  served('method-renamed', '', ['rpc Stop', 'rpc Halt']),
  served('method-request-changed', '', ['rpc Stop(Note)', 'rpc Stop(Spare)']),
  served('method-response-changed', '', ['rpc Stop(Note) returns (Out)', 'rpc Stop(Note) returns (Note)']),
  served('method-streaming-changed', 'responses', [
    'rpc Stop(Note) returns (Out)',
    'rpc Stop(Note) returns (stream Out)',
  ]),
  served('method-streaming-changed', 'requests', ['rpc Stop(Note)', 'rpc Stop(stream Note)']),
  served('method-idempotency-changed', '', [
    'rpc Stop(Note) returns (Out);',
    'rpc Stop(Note) returns (Out) { option idempotency_level = IDEMPOTENT; }',
  ]),
  agent('element-deprecated', '', ['alone = 12', 'alone = 12 [deprecated = true]']),
  agent('file-option-changed', 'go_package', ['PAIR/agent"', 'PAIR/other"']),
  agent('file-option-changed', 'java_package', [
    'option go_package',
    'option java_package = "org.k";\noption go_package',
  ]),
  agent('field-source-option-changed', 'jstype', ['big = 11', 'big = 11 [jstype = JS_STRING]']),
];
