import type { Texts } from '../protoc.ts';

/** One edit of a schema. For compilers, `PAIR` in the texts is replaced by a name that differs for each pair and side. */
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
function withReplacements(text: string, changes: readonly Change[]): string {
  return changes.reduce((now, [from, to]) => {
    if (!now.includes(from)) throw new Error(`no ${from} in\n${now}`);
    return now.replaceAll(from, to);
  }, text);
}

function agentPair(rule: string, what: string, ...changes: readonly Change[]): SourcePair {
  return { rule, what, old: { 'agent.proto': AGENT }, new: { 'agent.proto': withReplacements(AGENT, changes) } };
}

/** A pair for services, without `optional`, which go-ttrpc's generator does not support. */
function servicePair(rule: string, what: string, ...changes: readonly Change[]): SourcePair {
  const text = withReplacements(AGENT, [['optional ', '']]);
  return { rule, what, old: { 'agent.proto': text }, new: { 'agent.proto': withReplacements(text, changes) } };
}

function renamePair(what: string, from: string, to: string): SourcePair {
  const named = (name: string): Texts => ({
    'agent.proto': withReplacements(AGENT, [['string alone', `string ${name}`]]),
  });
  return { rule: 'field-renamed', what, old: named(from), new: named(to) };
}

function legacyPair(rule: string, what: string, ...changes: readonly Change[]): SourcePair {
  return { rule, what, old: { 'agent.proto': LEGACY }, new: { 'agent.proto': withReplacements(LEGACY, changes) } };
}

const typePair = (rule: string, field: string, from: string, to: string): SourcePair =>
  agentPair(rule, `${from} to ${to}`, [`${from} ${field} =`, `${to} ${field} =`]);

const IMPORTING = withReplacements(AGENT, [
  ['option go_package', 'import "PAIR/types.proto";\noption go_package'],
  ['message Spare { string name = 1; }\n', ''],
]);
const MODES = `syntax = "proto2";
${HEADER}message In { repeated Mode modes = 1; }
enum Mode { MODE_UNSET = 0; MODE_FAST = 1; }
`;
const TYPES = `syntax = "proto3";\n${HEADER}message Spare { string name = 1; }\n`;

export const SOURCE_PAIRS: readonly SourcePair[] = [
  agentPair('field-added', 'to a message', ['message Spare { ', 'message Spare { string more = 2; ']),
  agentPair('field-added', 'to a oneof', ['int64 number = 9; }', 'int64 number = 9; bool any = 13; }']),
  agentPair('field-removed', 'of a message', ['  string alone = 12;\n', '']),
  agentPair('field-removed', 'of a oneof', [' int64 number = 9; }', ' }']),
  agentPair('field-renamed', 'to another word', ['string alone', 'string single']),
  agentPair('field-renamed', 'snake case to camel case', ['container_id', 'containerId']),
  renamePair('a leading underscore to a capital', '_alone', 'Alone'),
  renamePair('an underscore after the name removed', 'alone_', 'alone'),
  renamePair('a letter after a digit to a capital', 'alone1a', 'alone1A'),
  renamePair('an underscore between capitals removed', 'ALL_ALONE', 'ALLALONE'),
  legacyPair('field-renamed', 'an extension, snake case to camel case', ['extra_text', 'extraText']),
  agentPair('field-renumbered', '', ['alone = 12', 'alone = 14']),
  agentPair('field-number-reused', '', ['string alone = 12', 'reserved "alone";\n  bool other = 12']),
  typePair('field-type-changed', 'alone', 'string', 'int32'),
  typePair('field-type-changed', 'alone', 'string', 'Note'),
  typePair('field-type-changed', 'size', 'int32', 'sint32'),
  typePair('field-type-changed', 'size', 'int32', 'float'),
  typePair('field-type-changed', 'big', 'int64', 'fixed64'),
  agentPair('field-type-changed', 'a message to another', ['Note note = 5', 'Spare note = 5']),
  typePair('field-type-widened', 'size', 'int32', 'int64'),
  typePair('field-type-widened', 'alone', 'string', 'bytes'),
  typePair('field-type-narrowed', 'big', 'int64', 'int32'),
  typePair('field-type-widened', 'mode', 'Mode', 'int32'),
  typePair('field-type-narrowed', 'size', 'int32', 'Mode'),
  typePair('field-cardinality-changed', 'size', 'int32', 'repeated int32'),
  typePair('field-cardinality-changed', 'tags', 'repeated string', 'string'),
  typePair('field-type-changed', 'counts', 'map<string, int32>', 'repeated Note'),
  agentPair('field-presence-changed', 'presence added', ['int32 size', 'optional int32 size']),
  agentPair('field-presence-changed', 'presence added to bytes', ['bytes data', 'optional bytes data']),
  agentPair('field-presence-changed', 'presence removed', ['optional int32 limit', 'int32 limit']),
  legacyPair('field-required-added', '', ['optional string more', 'required string more']),
  legacyPair('field-required-removed', '', ['required string id', 'optional string id']),
  agentPair(
    'field-oneof-changed',
    'into a oneof',
    ['  string alone = 12;\n', ''],
    ['number = 9;', 'number = 9; string alone = 12;'],
  ),
  agentPair('oneof-added', 'around one field', ['string alone = 12;', 'oneof one { string alone = 12; }']),
  agentPair('oneof-removed', '', [
    'oneof where { string path = 8; int64 number = 9; }',
    'string path = 8; int64 number = 9;',
  ]),
  agentPair('oneof-renamed', '', ['oneof where', 'oneof place']),
  agentPair('oneof-renamed', 'to a capital', ['oneof where', 'oneof Where']),
  legacyPair('field-default-changed', '', ['default = 5', 'default = 6']),
  agentPair('field-json-name-changed', '', ['alone = 12', 'alone = 12 [json_name = "single"]']),
  legacyPair('field-encoding-changed', 'packed', ['list = 4', 'list = 4 [packed = true]']),
  legacyPair('extension-added', '', ['extra_text = 100;', 'extra_text = 100; optional string second = 101;']),
  legacyPair('extension-removed', '', ['extend In { optional string extra_text = 100; }\n', '']),
  agentPair('enum-value-added', '', ['MODE_SLOW = 2;', 'MODE_SLOW = 2; MODE_LAST = 3;']),
  agentPair('enum-value-removed', '', [' MODE_SLOW = 2;', '']),
  agentPair('enum-value-renamed', '', ['MODE_SLOW', 'MODE_LAZY']),
  agentPair('enum-value-renumbered', '', ['MODE_SLOW = 2', 'MODE_SLOW = 3']),
  agentPair('enum-value-number-reused', '', ['MODE_SLOW = 2;', 'MODE_LAST = 2; reserved "MODE_SLOW";']),
  legacyPair('enum-default-changed', '', ['MODE_UNSET = 0; MODE_FAST = 1;', 'MODE_FAST = 1; MODE_UNSET = 0;']),
  {
    rule: 'enum-openness-changed',
    what: 'the syntax of its file',
    old: { 'agent.proto': MODES },
    new: { 'agent.proto': withReplacements(MODES, [['proto2', 'proto3']]) },
  },
  agentPair('enum-added', '', ['enum Unused', 'enum More { MORE_UNSET = 0; }\nenum Unused']),
  agentPair('enum-removed', '', ['enum Unused { UNUSED_UNSET = 0; UNUSED_ONE = 1; }\n', '']),
  agentPair('enum-renamed', '', ['enum Mode', 'enum Speed'], ['Mode mode', 'Speed mode']),
  agentPair(
    'enum-moved',
    'into a message',
    ['enum Mode { MODE_UNSET = 0; MODE_FAST = 1; MODE_SLOW = 2; }\n', ''],
    ['message Spare { ', 'message Spare { enum Mode { MODE_UNSET = 0; MODE_FAST = 1; MODE_SLOW = 2; } '],
    ['Mode mode', 'Spare.Mode mode'],
  ),
  agentPair('message-added', '', ['enum Unused', 'message More {}\nenum Unused']),
  agentPair('message-removed', '', ['message Spare { string name = 1; }\n', '']),
  agentPair('message-renamed', '', ['Note', 'Remark']),
  agentPair('message-moved', 'out of a message', [
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
    new: { 'agent.proto': withReplacements(IMPORTING, [['import "PAIR/types.proto";\n', '']]) },
  },
  agentPair('package-changed', 'with the Go package kept', ['package PAIR.k', 'package PAIR.other']),
  servicePair('service-added', '', ['service Health', 'service More { rpc Do(Note) returns (Note); }\nservice Health']),
  servicePair('service-removed', '', ['service Health { rpc Check(Note) returns (Note); }\n', '']),
  servicePair('service-renamed', '', ['service Health', 'service Alive']),
  servicePair('method-added', '', ['  rpc Stop', '  rpc Pause(Note) returns (Out);\n  rpc Stop']),
  servicePair('method-removed', '', ['  rpc Stop(Note) returns (Out);\n', '']),
  servicePair('method-renamed', '', ['rpc Stop', 'rpc Halt']),
  servicePair('method-request-changed', '', ['rpc Stop(Note)', 'rpc Stop(Spare)']),
  servicePair('method-response-changed', '', ['rpc Stop(Note) returns (Out)', 'rpc Stop(Note) returns (Note)']),
  servicePair('method-streaming-changed', 'responses', [
    'rpc Stop(Note) returns (Out)',
    'rpc Stop(Note) returns (stream Out)',
  ]),
  servicePair('method-streaming-changed', 'requests', ['rpc Stop(Note)', 'rpc Stop(stream Note)']),
  servicePair('method-idempotency-changed', '', [
    'rpc Stop(Note) returns (Out);',
    'rpc Stop(Note) returns (Out) { option idempotency_level = IDEMPOTENT; }',
  ]),
  agentPair('element-deprecated', '', ['alone = 12', 'alone = 12 [deprecated = true]']),
  agentPair('file-option-changed', 'go_package', ['PAIR/agent"', 'PAIR/other"']),
  agentPair('file-option-changed', 'java_package', [
    'option go_package',
    'option java_package = "org.k";\noption go_package',
  ]),
  agentPair('field-source-option-changed', 'jstype', ['big = 11', 'big = 11 [jstype = JS_STRING]']),
];
