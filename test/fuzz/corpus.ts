/** The content of a fuzzed repository: its releases, oldest first, and its configuration. */
export interface Corpus {
  readonly releases: readonly { readonly tag: string; readonly files: Readonly<Record<string, string>> }[];
  readonly configuration: string | null;
}

const TYPES = `syntax = "proto3";

package demo.types;

message Storage {
  string driver = 1;
  repeated string options = 2;
  map<string, bytes> extra = 3;
}

enum Mode {
  MODE_UNSPECIFIED = 0;
  MODE_RUN = 1;
  MODE_STOP = 2 [deprecated = true];
}
`;

const AGENT = `syntax = "proto3";

package demo.agent;

import "types.proto";
import "google/protobuf/any.proto";
import "google/protobuf/timestamp.proto";

option go_package = "example.com/agent";

// Who runs containers.
service Agent {
  rpc Create(CreateRequest) returns (CreateResponse);
  rpc Watch(WatchRequest) returns (stream Event);
  // proto-compat: accept method-removed Old since 1.1 -- never called
  rpc Old(WatchRequest) returns (WatchRequest) {
    option deprecated = true;
  }
}

message CreateRequest {
  reserved 4, 9 to 12;
  reserved "gone";
  string id = 1;
  optional uint32 exec_id = 2;
  repeated types.Storage storages = 3;
  oneof kind {
    bool sandbox = 5;
    types.Mode mode = 6;
  }
  google.protobuf.Any extra = 7;
  map<string, Inner> inner = 8;

  message Inner {
    sint32 x = 1;
    fixed64 y = 2 [json_name = "why"];
  }
}

message CreateResponse { int32 status = 1; }

message WatchRequest {
  string id = 1;
}

message Event {
  google.protobuf.Timestamp at = 1;
  types.Mode mode = 2;
  bytes payload = 3;
}
`;

const LEGACY = `// Stored on disk.
syntax = "proto2";
package demo.legacy;

message Record {
  required int32 key = 1;
  optional string text = 2 [default = "a\\"b"];
  repeated int32 packed = 3 [packed = true];
  optional group Nested = 4 {
    optional bool flag = 1 [default = true];
  }
  extensions 100 to 199;
  enum Color { RED = 1; GREEN = 2; reserved 7 to max; }
  optional Color color = 5 [default = GREEN];
}

extend Record {
  optional string note = 100;
}
`;

const EDITION = `edition = "2023";
package demo.edition;
option features.field_presence = IMPLICIT;

message Shape {
  int32 sides = 1 [features.field_presence = EXPLICIT];
  Kind kind = 2;
  repeated int32 points = 3 [features.repeated_field_encoding = EXPANDED];
  Shape child = 4 [features.message_encoding = DELIMITED];
}

enum Kind {
  option features.enum_type = CLOSED;
  KIND_ROUND = 0;
  KIND_SQUARE = 1;
}
`;

const FIRST = { 'types.proto': TYPES, 'agent.proto': AGENT, 'legacy.proto': LEGACY, 'deep/edition.proto': EDITION };
const SECOND = {
  ...FIRST,
  'agent.proto': AGENT.replace('  string id = 1;\n  optional', '  string id = 1;\n  string name = 20;\n  optional'),
};

const RELEASES = [
  { tag: 'v1.0.0', files: FIRST },
  { tag: 'v1.1.0', files: SECOND },
];

/** The same files with different settings. */
export const CORPORA: readonly Corpus[] = [
  { releases: RELEASES, configuration: null },
  {
    releases: RELEASES,
    configuration: '{ "skew": 3, "encodings": ["binary", "json"], "stored": ["demo.agent.CreateRequest"] }',
  },
  {
    releases: RELEASES,
    configuration:
      '{ "policy": "live-upgrade", "unstable": ["deep/**"], "overrides": [{ "files": ["types.proto"], "rules": { "field-removed": "off" } }] }',
  },
];

/** Texts to type and paste, valid or not. */
export const PIECES: readonly string[] = [
  ...['', ' ', '\n', '\r\n', '\r', '\t', '\u{1F600}', '\ud800', '\ufeff', '\0', '\u2028', 'ä'],
  ...words('; { } ( ) [ ] < > = , . : - / \\ " \' // /* */ /**'),
  ...words('0 1 2 9 0x7 -1 1e9 536870911 536870912 4294967296 99999999999999999999999 __proto__ constructor toString'),
  ...words('message enum service rpc returns stream extend oneof group map option reserved extensions to max import'),
  ...words('public package syntax edition optional required repeated string int32 int64 bytes bool double'),
  ...words('types.Mode .demo.types.Storage CreateRequest Record'),
  'string added = 30;\n',
  'int64 x = 31 [json_name = "id"];\n',
  'reserved 1;\n',
  'reserved "id", "name";\n',
  'message M {\n',
  '}\n',
  'enum E { E_ZERO = 0; }\n',
  'oneof more { int32 a1 = 41; string a2 = 42; }\n',
  'rpc Pause(CreateRequest) returns (CreateResponse);\n',
  'service Other { rpc Go(Event) returns (Event); }\n',
  'map<int32, Event> events = 33;\n',
  'import "legacy.proto";\n',
  'import public "types.proto";\n',
  'import "deep/edition.proto";\n',
  'import "agent.proto";\n',
  'import "../../etc/passwd";\n',
  'package demo.agent;\n',
  'extend demo.legacy.Record { optional int32 more = 101; }\n',
  'option features.enum_type = OPEN;\n',
  '// proto-compat: accept field-removed id since 1.1 -- tried\n',
  '// proto-compat: accept \n',
  '[deprecated = true]',
  'optional group G = 50 { optional int32 in = 1; }\n',
  'option (custom).x = { a: [1, 2], b { c: "d" } };\n',
  '<<<<<<< ours\n',
  '=======\n',
  '>>>>>>> theirs\n',
  'syntax = "proto2";\n',
  'edition = "2024";\n',
];

function words(text: string): string[] {
  return text.split(' ');
}
