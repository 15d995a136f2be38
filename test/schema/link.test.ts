import { readdirSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse, reparse } from '../../server/proto/parse.ts';
import type { FileNode } from '../../server/proto/tree.ts';
import { link, type LinkOptions } from '../../server/schema/link.ts';
import type { Message, Schema } from '../../server/schema/model.ts';
import { wellKnown } from '../../server/schema/well-known.ts';
import { factsOfRegistry, factsOfSchema } from './facts.ts';
import { compile, protocErrors } from './compile.ts';
import { protocInclude, type Texts } from '../protoc.ts';

describe('the linker agrees with protoc about', () => {
  const cases: Readonly<Record<string, Texts>> = {
    'scalars, labels and presence in proto2': {
      'a.proto': `syntax = "proto2"; package p;
        message M {
          required int32 a = 1; optional string b = 2 [default = "x"]; repeated sint64 c = 3; repeated int32 d = 4 [packed = true];
          repeated E e = 5 [packed = true]; repeated string f = 6; optional M g = 7; required M h = 8; optional E i = 9;
          oneof o { int32 j = 10; M k = 11; string l = 12; }
          map<string, bytes> m = 13; map<int32, M> n = 14; map<bool, E> p = 15; optional bytes q = 16 [deprecated = true];
          repeated double r = 17 [packed = false];
          reserved 20, 22 to 25, 1000 to max; reserved "old", "older"; extensions 100 to 199, 300;
          enum E { option allow_alias = true; Z = 0; A = 1; B = 1; N = -5; reserved -10 to -7, 40 to max; reserved "OLD"; }
        }`,
    },
    'scalars, labels and presence in proto3': {
      'a.proto': `syntax = "proto3"; package p;
        message M {
          option deprecated = true;
          double a = 1; float b = 2; int32 c = 3; int64 d = 4; uint32 e = 5; uint64 f = 6; sint32 g = 7; sint64 h = 8;
          fixed32 i = 9; fixed64 j = 10; sfixed32 k = 11; sfixed64 l = 12; bool m = 13; string n = 14; bytes o = 15;
          optional int32 oa = 21; optional string ob = 22; optional M oc = 23; optional E od = 24;
          repeated int32 ra = 31; repeated int32 rb = 32 [packed = false]; repeated E rc = 33; repeated M rd = 34;
          repeated string re = 35; M x = 36; E y = 37; map<string, M> z = 38;
          oneof choice { string s = 41; M t = 42; E u = 43; }
        }
        enum E { E_ZERO = 0; E_ONE = 1; }
        service S { rpc Do(M) returns (M); rpc Watch(stream .p.M) returns (stream p.M); }`,
    },
    defaults: {
      'a.proto': `syntax = "proto2"; enum E { A = 4; B = -7; }
        message M {
          optional int32 a = 1 [default = -0x1F]; optional uint64 b = 2 [default = 18446744073709551615]; optional sint64 c = 3 [default = 017];
          optional float d = 4 [default = 0.1]; optional double e = 5 [default = -inf]; optional float f = 6 [default = nan];
          optional bool g = 7 [default = true]; optional E h = 8 [default = B]; optional double i = 9 [default = 3];
          optional string j = 10 [default = "a" 'b\\n\\303\\244']; optional bytes k = 11 [default = "\\xff\\000x"]; optional string l = 12 [default = ""];
          extensions 100; oneof o { fixed32 m = 13 [default = 0]; }
        }
        extend M { optional string x = 100 [default = "ext"]; }`,
    },
    'JSON names': {
      'a.proto': `syntax = "proto3"; package p;
        message M {
          int32 foo_bar = 1; int32 _leading = 2; int32 trailing_ = 3; int32 two__under = 4; int32 UPPER_CASE = 5;
          int32 digit_1a = 6; int32 fooBar2 = 7; int32 a_b_c = 8; int32 custom = 9 [json_name = "@type"]; int32 FooQux = 10;
          int32 __proto__ = 11; int32 constructor = 12; int32 x_9_y = 13; int32 escaped = 14 [json_name = "\\303\\244"];
          map<string, string> __proto_map = 15; map<string, string> a_1b = 16; map<string, string> Caps_ = 17;
        }`,
    },
    groups: {
      'a.proto': `syntax = "proto2"; package p;
        message M {
          optional group Result_One = 1 { required int32 a = 1; optional group Deep = 2 { optional Deep again = 1; } }
          repeated group Many = 2 { optional Result_One one = 1; extensions 5; }
          oneof o { group In = 3 { optional string s = 1; } }
          extend M { optional group Ext = 150 { optional int32 x = 1; } }
          extensions 100 to 200;
        }
        extend M { repeated group Top = 160 { optional M m = 1; } }`,
    },
    extensions: {
      'a.proto': `syntax = "proto2"; package p.q; import "b.proto";
        message M { extensions 1 to max; extend .other.Base { optional M nested_one = 10; } extend M { optional int32 own = 2; } }
        extend M { optional string top = 1; repeated int32 nums = 3 [packed = true]; }
        extend other.Base { optional M m = 11; }
        message Set { option message_set_wire_format = true; extensions 4 to 10, 20 to max; }`,
      'b.proto': `syntax = "proto2"; package other; message Base { extensions 10 to 20; }`,
    },
    'the scope of names': {
      'a.proto': `syntax = "proto3"; package foo.bar; import "b.proto"; import "c.proto";
        message A {
          message B { message C { int32 x = 1; } C c = 1; A a = 2; B b = 3; .foo.bar.A.B full = 4; bar.A by_package = 5; }
          message foo { int32 shadow = 1; }
          B b = 1; B.C bc = 2; Shared from_bar = 3; foo inner_foo = 4; baz.Deep deep = 5; bar.Shared shared = 6;
          .foo.Shared outer = 7; Outer only_outer = 8; A B_ = 9; int32 Outer = 10; Color color = 11; map<string, B.C> m = 12;
          map<int32, Shared> ms = 13;
          enum Color { RED = 0; }
        }
        message Shared { A.B b = 1; foo.bar.A.Color c = 2; }
        message Color { A.Color inner = 1; Color self = 2; }
        service Shared2 { rpc Call(A.B.C) returns (baz.Deep); }`,
      'b.proto': `syntax = "proto3"; package foo; message Shared { int32 a = 1; } message Outer { Shared s = 1; }`,
      'c.proto': `syntax = "proto3"; package foo.bar.baz; message Deep { foo.bar.baz.Deep d = 1; baz.Deep e = 2; Deep f = 3; }`,
    },
    'fields, methods and enum values that do not hide a type': {
      'a.proto': `syntax = "proto3"; package p;
        message T { int32 x = 1; message In { int32 y = 1; } }
        message M { int32 T = 1; M2 m = 2; }
        message M2 { message Sub { T T = 1; T.In In = 2; } oneof In { T a = 1; } enum E { Z = 0; } T.In in2 = 3; }`,
    },
    "a package whose name begins like a type's name": {
      'a.proto': `syntax = "proto3"; package a.b; import "b.proto"; message M { c.T t = 1; b.c.T u = 2; a.b.c.T v = 3; X x = 4; }
        message X { int32 y = 1; }`,
      'b.proto': `syntax = "proto3"; package a.b.c; message T { X x = 1; b.c.X y = 2; } message X { int32 z = 1; }`,
    },
    'public imports, transitively': {
      'a.proto': `syntax = "proto3"; import "b.proto"; message A { B b = 1; C c = 2; D d = 3; }`,
      'b.proto': `syntax = "proto3"; import public "c.proto"; import "hidden.proto"; message B { Hidden h = 1; }`,
      'c.proto': `syntax = "proto3"; import public "d.proto"; message C { int32 x = 1; }`,
      'd.proto': `syntax = "proto3"; message D { int32 x = 1; }`,
      'hidden.proto': `syntax = "proto3"; message Hidden { int32 x = 1; }`,
    },
    'a name that is also declared in a file that is not imported': {
      'a.proto': `syntax = "proto3"; package p.q; import "b.proto"; import "e.proto"; message A { T t = 1; r.T u = 2; }`,
      'b.proto': `syntax = "proto3"; package p; import "c.proto"; message T { p.q.T inner = 1; }`,
      'c.proto': `syntax = "proto3"; package p.q; message T { int32 x = 1; }`,
      'd.proto': `syntax = "proto3"; package p.q.r; message U { int32 x = 1; }`,
      'e.proto': `syntax = "proto3"; package p.r; message T { int32 x = 1; }`,
    },
    'weak imports': {
      'a.proto': `syntax = "proto2"; import weak "b.proto"; message A { optional B b = 1; }`,
      'b.proto': `syntax = "proto2"; message B { optional int32 x = 1; }`,
    },
    'features of edition 2023': {
      'a.proto': `edition = "2023"; package p;
        message M {
          int32 a = 1; int32 b = 2 [features.field_presence = IMPLICIT]; int32 c = 3 [features.field_presence = LEGACY_REQUIRED];
          M d = 4; M e = 5 [features.message_encoding = DELIMITED]; repeated M f = 6 [features.message_encoding = DELIMITED];
          repeated int32 g = 7; repeated int32 h = 8 [features.repeated_field_encoding = EXPANDED]; repeated string i = 9;
          string j = 10; string k = 11 [features.utf8_validation = NONE]; repeated string l = 12 [features = { utf8_validation: NONE }];
          map<string, string> m = 13; map<string, M> n = 14; oneof o { string p = 15; M q = 16 [features.message_encoding = DELIMITED]; }
          M r = 17 [features.field_presence = LEGACY_REQUIRED]; E s = 18; F t = 19; repeated E u = 20;
          enum E { option features.enum_type = CLOSED; Z = 1; }
          reserved old, older; extensions 100 to 200;
        }
        enum F { FZ = 0; reserved OLD; }
        extend M { int32 x = 100; M y = 101 [features.message_encoding = DELIMITED]; repeated int32 z = 102; }`,
    },
    'features of a whole file': {
      'a.proto': `edition = "2023"; package p;
        option features = { field_presence: IMPLICIT enum_type: CLOSED }; option features.repeated_field_encoding = EXPANDED;
        option features.utf8_validation = NONE; option features.message_encoding = DELIMITED;
        option features.json_format = LEGACY_BEST_EFFORT;
        message M {
          int32 a = 1; int32 b = 2 [features.field_presence = EXPLICIT]; M c = 3; repeated int32 d = 4; string e = 5;
          string f = 6 [features.utf8_validation = VERIFY]; map<string, M> g = 7; map<string, string> h = 8;
          M i = 9 [features.message_encoding = LENGTH_PREFIXED]; oneof o { int32 j = 10; M k = 11; }
          message N { M m = 1; repeated sint32 r = 2; enum Inner { I = 1; } repeated O rx = 3; }
          enum O { option features.enum_type = OPEN; OZ = 0; }
          extensions 100 to 200;
        }
        enum F { FZ = 3; }
        extend M { int32 x = 100; M y = 101; repeated int32 z = 102; string s = 103; }`,
    },
    'edition 2024': {
      'a.proto': `edition = "2024"; package p; import "b.proto"; import option "c.proto";
        local message M { int32 a = 1; repeated int32 b = 2; string c = 3; Shared d = 4; export enum E { E_UNSPECIFIED = 0; } E e = 5; }
        export message N { M m = 1; M.E e = 2; option (p.opt) = true; }`,
      'b.proto': `edition = "2024"; package p; export message Shared { int32 x = 1 [features.field_presence = IMPLICIT]; }`,
      'c.proto': `edition = "2024"; package p; import "google/protobuf/descriptor.proto";
        extend google.protobuf.MessageOptions { bool opt = 50000; }`,
    },
    'well-known types': {
      'a.proto': `syntax = "proto3"; package google.p; import "google/protobuf/timestamp.proto"; import "google/protobuf/any.proto";
        import "google/protobuf/wrappers.proto"; import "google/protobuf/struct.proto"; import "google/protobuf/descriptor.proto";
        message M { google.protobuf.Timestamp a = 1; protobuf.Any b = 2; .google.protobuf.StringValue c = 3;
          map<string, google.protobuf.Value> d = 4; google.protobuf.NullValue e = 5; }
        extend protobuf.FieldOptions { string mark = 50001; }`,
    },
    'names of JavaScript object properties': {
      'a.proto': `syntax = "proto3"; package constructor;
        message __proto__ { toString a = 1; hasOwnProperty.constructor b = 2; } message toString { __proto__ __proto__ = 1; }
        message hasOwnProperty { message constructor { int32 valueOf = 1; } }
        enum valueOf { prototype = 0; }`,
    },
    'proto2 enums in proto3 messages': {
      'a.proto': `syntax = "proto2"; import "b.proto"; message A { optional Open o = 1; repeated Open r = 2; optional P p = 3; }
        enum Closed { C = 4; }`,
      'b.proto': `syntax = "proto3"; enum Open { O = 0; } message P { Open o = 1; repeated Open r = 2; map<string, Open> m = 3; }`,
    },
  };

  test.each(Object.entries(cases))('%s', (_, texts) => {
    const paths = Object.keys(texts);
    const schema = linkTexts(texts);
    expect(schema.problems).toEqual([]);
    expect(factsOfSchema(schema, paths)).toEqual(factsOfRegistry(compile(texts), paths));
  });

  test('every built-in file', () => {
    const paths = readdirSync(protocInclude, { recursive: true, encoding: 'utf8' })
      .map((name) => name.replaceAll('\\', '/'))
      .filter((name) => name.endsWith('.proto'))
      .sort();
    expect(paths).toContain('google/protobuf/any.proto');
    const text = `syntax = "proto3"; ${paths.map((path) => `import "${path}";`).join('\n')}`;
    const builtIn = linkTexts({ 'a.proto': text });
    expect(builtIn.problems).toEqual([]);
    expect([...builtIn.files.keys()]).toEqual(['a.proto']);
    expect(builtIn.types.size).toBe(0);
    expect(builtIn.files.get('a.proto')?.imports.map((each) => each.file)).toEqual(paths.map(() => undefined));
    // Built-in files that are in the repository are compared like other files.
    const ours = link(new Map(paths.map((path) => [path, wellKnown(path) ?? parse('')])));
    expect(ours.problems).toEqual([]);
    expect(factsOfSchema(ours, paths)).toEqual(factsOfRegistry(compile({ 'a.proto': text }), paths));
  });
});

test('a built-in type is complete, but has no position', () => {
  const schema = linkTexts({
    'a.proto': 'import "google/protobuf/any.proto"; message A { optional google.protobuf.Any any = 1; }',
  });
  const type = messageOf(schema, 'A').fields[0]?.type;
  expect(type).toMatchObject({ kind: 'message', message: { fullName: 'google.protobuf.Any', node: undefined } });
  expect(type).toMatchObject({
    message: { file: { builtIn: true }, fields: [{ name: 'type_url' }, { name: 'value' }] },
  });
});

describe('the linker does not find a name that protoc does not find', () => {
  const cases: Readonly<Record<string, { texts: Texts; unresolved: readonly string[] }>> = {
    'because an inner scope has the first component': {
      texts: {
        'a.proto': `syntax = "proto3"; message Foo { message Bar {} } message M { message Foo {} Foo.Bar x = 1; }`,
      },
      unresolved: ['Foo.Bar'],
    },
    'because an inner package has the first component': {
      texts: {
        'a.proto': `syntax = "proto3"; package p.q; import "b.proto"; import "c.proto"; message M { r.T x = 1; }`,
        'b.proto': `syntax = "proto3"; package p.q.r; message Other {}`,
        'c.proto': `syntax = "proto3"; package r; message T {}`,
      },
      unresolved: ['r.T'],
    },
    'because an enum has the first component': {
      texts: {
        'a.proto': `syntax = "proto3"; package p; message Foo { message Bar {} } message M { enum Foo { Z = 0; } Foo.Bar x = 1; }`,
      },
      unresolved: ['Foo.Bar'],
    },
    'because a service has the first component': {
      texts: {
        'a.proto': `syntax = "proto3"; package p; import "b.proto"; service Foo {} message M { Foo.Bar x = 1; }`,
        'b.proto': `syntax = "proto3"; package Foo; message Bar {}`,
      },
      unresolved: ['Foo.Bar'],
    },
    'in an import that is not public': {
      texts: {
        'a.proto': `syntax = "proto3"; import "b.proto"; message A { C c = 1; }`,
        'b.proto': `syntax = "proto3"; import "c.proto"; message B { C c = 1; }`,
        'c.proto': `syntax = "proto3"; message C {}`,
      },
      unresolved: ['C'],
    },
    'in an import for options': {
      texts: {
        'a.proto': `edition = "2024"; import option "b.proto"; message A { B b = 1; }`,
        'b.proto': `edition = "2024"; message B {}`,
      },
      unresolved: ['B'],
    },
    'in a child scope': {
      texts: { 'a.proto': `syntax = "proto3"; message A { message B { message C {} } C c = 1; }` },
      unresolved: ['C'],
    },
    'with a leading dot and a relative name': {
      texts: { 'a.proto': `syntax = "proto3"; package p; message A { .A a = 1; .q.A b = 2; }` },
      unresolved: ['.A', '.q.A'],
    },
  };

  test.each(Object.entries(cases))('%s', (_, { texts, unresolved }) => {
    expect(protocErrors(texts)).not.toBe('');
    const problems = linkTexts(texts).problems;
    expect(problems.map((each) => each.kind)).toEqual(unresolved.map(() => 'undeclared-type'));
    const text = texts['a.proto'] ?? '';
    expect(problems.map(({ span }) => text.slice(span.start, span.end))).toEqual(unresolved);
  });
});

describe('the linker', () => {
  test('reports a file that imports itself', () => {
    const texts = {
      'api/a.proto': 'syntax = "proto3"; package p; import "a.proto"; import "api/a.proto"; message A {}',
    };
    expect(linkTexts(texts).problems.map((each) => `${each.kind} ${each.message}`)).toEqual([
      'unresolved-import "a.proto" is this file. A file cannot import itself.',
      'unresolved-import "api/a.proto" is this file. A file cannot import itself.',
    ]);
    expect(protocErrors({ 'a.proto': 'syntax = "proto3"; import "a.proto";' })).toContain('recursively imports itself');
  });

  test('treats a name that continues on the next line as incomplete', () => {
    const schema = linkTexts({
      'a.proto': 'syntax = "proto3"; import "gone.proto"; message A {\n  google.\n  bytes id = 1;\n  gone.T t = 2;\n}',
    });
    const message = schema.types.get('A');
    const types = message?.kind === 'message' ? message.fields.map(({ type }) => type) : [];
    expect(types).toMatchObject([
      { kind: 'unresolved', name: 'google.bytes', isElsewhere: false },
      { kind: 'unresolved', name: 'gone.T', isElsewhere: true },
    ]);
  });

  test('reports names that do not resolve, and keeps what uses them', () => {
    const schema = linkTexts({
      'a.proto': `syntax = "proto3"; package p; import "gone.proto"; import "gogoproto/gogo.proto";
        message A { gone.T a = 1 [(gogoproto.nullable) = false]; repeated Gone b = 2; map<string, Gone> c = 3; }
        service S { rpc Do(gone.T) returns (A); } extend gone.T { int32 x = 1; }`,
    });
    expect(schema.problems.map((each) => `${each.kind} ${each.message}`)).toEqual([
      'unresolved-import "gone.proto" was not found in the repository, so its declarations are not compared.',
      'unresolved-import "gogoproto/gogo.proto" was not found in the repository, so its declarations are not compared.',
      'unresolved-type "gone.T" is not declared in this file or in an imported file that was found, so it is not compared.',
      'unresolved-type "Gone" is not declared in this file or in an imported file that was found, so it is not compared.',
      'unresolved-type "Gone" is not declared in this file or in an imported file that was found, so it is not compared.',
      'unresolved-type "gone.T" is not declared in this file or in an imported file that was found, so it is not compared.',
      'unresolved-type "gone.T" is not declared in this file or in an imported file that was found, so it is not compared.',
    ]);
    expect(messageOf(schema, 'p.A').fields.map((field) => field.type.kind)).toEqual([
      'unresolved',
      'unresolved',
      'message',
    ]);
    expect(schema.services.get('p.S')?.methods[0]).toMatchObject({ input: undefined, output: { fullName: 'p.A' } });
    expect(schema.extensions.get('p.x')).toMatchObject({ message: undefined, number: 1 });
  });

  test('reports duplicates, and uses the first of them', () => {
    const schema = linkTexts({
      'a.proto': `syntax = "proto3"; package p; import "b.proto";
        message A { int32 a = 1; string a = 2; bytes b = 1; int32 a = 1; oneof b { int32 c = 3; } int32 d; int32 e; }
        message A { int32 lost = 1; } enum E { Z = 0; Y = 0; Z = 1; } enum F { Z = 0; } enum A { A0 = 0; }
        service S { rpc Do(A) returns (A); rpc Do(B) returns (B); } service S {}`,
      'b.proto': `syntax = "proto3"; package p; message B {} message E {}`,
    });
    expect(schema.problems.map((each) => `${each.kind} ${each.message}`)).toEqual([
      'duplicate-name "a" is already declared in this scope.',
      'duplicate-number The number 1 is already used by "a".',
      'duplicate-name "a" is already declared in this scope.',
      'duplicate-number The number 1 is already used by "a".',
      'duplicate-name "b" is already declared in this scope.',
      'duplicate-name "A" is already declared in this scope.',
      'duplicate-number The number 0 is already used by "Z".',
      'duplicate-name "Z" is already declared in this scope.',
      'duplicate-name "p.E" is already declared in b.proto.',
      'duplicate-name "Z" is already declared in this scope.',
      'duplicate-name "A" is already declared in this scope.',
      'duplicate-name "Do" is already declared in this scope.',
      'duplicate-name "S" is already declared in this scope.',
    ]);
    const a = messageOf(schema, 'p.A');
    expect(a.fields.map((field) => `${field.name} ${field.number}`)).toEqual([
      'a 1',
      'a 2',
      'b 1',
      'c 3',
      'd NaN',
      'e NaN',
    ]);
    expect([...a.fieldsByName.values()].map((field) => `${field.name} ${field.number}`)).toEqual([
      'a 1',
      'b 1',
      'c 3',
      'd NaN',
      'e NaN',
    ]);
    expect([...a.fieldsByNumber.values()].map((field) => `${field.name} ${field.number}`)).toEqual([
      'a 1',
      'a 2',
      'c 3',
    ]);
    expect(schema.types.get('p.E')).toMatchObject({
      kind: 'enum',
      values: [
        { name: 'Z', number: 0 },
        { name: 'Y', number: 0 },
      ],
    });
    expect(schema.services.get('p.S')?.methods.map((method) => method.input?.fullName)).toEqual(['p.A']);
  });

  test('accepts circular imports', () => {
    const schema = linkTexts({
      'a.proto': `syntax = "proto3"; import public "b.proto"; message A { B b = 1; A a = 2; }`,
      'b.proto': `syntax = "proto3"; import public "a.proto"; message B { A a = 1; }`,
    });
    expect(schema.problems).toEqual([]);
    expect(messageOf(schema, 'B').fields[0]?.type).toEqual({ kind: 'message', message: messageOf(schema, 'A') });
  });

  test('marks a message as damaged if its tree is damaged', () => {
    const schema = linkTexts({
      'a.proto': `syntax = "proto3"; message A {\n  int32 a = 1;\n  int32\n}\nmessage B {\n  int32 b = 1;\n}\n`,
    });
    expect([messageOf(schema, 'A').damaged, messageOf(schema, 'B').damaged]).toEqual([true, false]);
  });

  test('accepts two declarations of a name if neither file imports the other', () => {
    const one = `syntax = "proto3"; message A { B b = 1; } message B { int32 x = 1; }`;
    const schema = linkTexts({
      'one/a.proto': one,
      'two/a.proto': one.replace('int32', 'string'),
      'two/c.proto': `syntax = "proto3"; import "a.proto"; message C { A a = 1; }`,
    });
    expect(schema.problems).toEqual([]);
    expect(schema.types.get('A')?.file.path).toBe('one/a.proto');
    expect(messageOf(schema, 'C').fields[0]?.type).toMatchObject({ message: { file: { path: 'two/a.proto' } } });
  });

  test('finds only nested types of the complete text when the text is cut off', () => {
    const text = `edition = "2023"; package p.q; import public "a.proto"; option features.enum_type = CLOSED;
      message M { option deprecated = true; map<string, .p.q.M.N> m = 1 [json_name = "x"]; message N { reserved 1 to 3, max, "a"; }
        oneof o { int32 a = 2; } enum E { Z = 0; reserved 2; } extensions 5 to max [verification = UNVERIFIED]; extend M { E e = 5; } }
      service S { rpc Do(stream M.N) returns (M) { option idempotency_level = IDEMPOTENT; } }`;
    const complete = linkTexts({ 'b.proto': text });
    for (let end = 0; end < text.length; end++) {
      const types = [...linkTexts({ 'b.proto': text.slice(0, end) }, { previous: complete }).types.keys()];
      expect([...complete.types.keys()]).toEqual(
        expect.arrayContaining(types.filter((name) => name.startsWith('p.q.M.'))),
      );
    }
  });

  test('makes the JSON name of a very long name', () => {
    const name = `a${'_bc'.repeat(100_000)}`;
    const field = messageOf(linkTexts({ 'a.proto': `message A { optional int32 ${name} = 1; }` }), 'A').fields[0];
    expect(field?.jsonName === `a${'Bc'.repeat(100_000)}`).toBe(true);
  });

  test('resolves the JSON format of enums and messages', () => {
    const schema = linkTexts({
      'a.proto': `message A { enum E { Z = 0; } }`,
      'b.proto': `edition = "2023"; message B { option features.json_format = LEGACY_BEST_EFFORT; enum F { Y = 0; } } message C {}`,
    });
    const formats = [...schema.types.values()].map((type) => `${type.name} ${type.jsonFormat}`);
    expect(formats).toEqual([
      'A LEGACY_BEST_EFFORT',
      'E LEGACY_BEST_EFFORT',
      'B LEGACY_BEST_EFFORT',
      'F LEGACY_BEST_EFFORT',
      'C ALLOW',
    ]);
  });
});

describe('a link after an edit', () => {
  const texts = {
    'base.proto': `syntax = "proto2"; package p; message Base { extensions 10 to 20; }`,
    'types.proto': `syntax = "proto3"; package p; message T { int32 a = 1; }`,
    'use.proto': `syntax = "proto3"; package p; import "types.proto"; import "google/protobuf/any.proto"; message U { T t = 1; google.protobuf.Any a = 2; }`,
    'far.proto': `syntax = "proto3"; package p; import "use.proto"; message F { U u = 1; }`,
    'ext.proto': `syntax = "proto2"; package p; import "base.proto"; extend Base { optional int32 x = 10; }`,
    'alone.proto': `syntax = "proto3"; package p; message Alone { int32 a = 1; }`,
  };
  const edits: Readonly<Record<string, { edit: Texts; linkedAgain: readonly string[] }>> = {
    nothing: { edit: {}, linkedAgain: [] },
    'a file that nobody imports': { edit: { 'alone.proto': '' }, linkedAgain: ['alone.proto'] },
    'an imported file': {
      edit: { 'types.proto': texts['types.proto'].replace('int32', 'bool') },
      linkedAgain: ['types.proto', 'use.proto', 'far.proto'],
    },
    'an importing file': { edit: { 'far.proto': '' }, linkedAgain: ['far.proto'] },
    'an extension': {
      edit: { 'ext.proto': texts['ext.proto'].replace('10', '11') },
      linkedAgain: ['base.proto', 'ext.proto'],
    },
    'an extension removed together with its import': {
      edit: { 'ext.proto': '' },
      linkedAgain: ['base.proto', 'ext.proto'],
    },
    'a first extension': {
      edit: {
        'alone.proto': `syntax = "proto2"; package p; import "base.proto"; message Alone { extend Base { optional int32 y = 12; } }`,
      },
      linkedAgain: ['base.proto', 'ext.proto', 'alone.proto'],
    },
    'a first extension inside a group of a oneof': {
      edit: {
        'alone.proto': `syntax = "proto2"; package p; import "base.proto"; message Alone { oneof o { group G = 1 { extend Base { optional int32 y = 12; } } } }`,
      },
      linkedAgain: ['base.proto', 'ext.proto', 'alone.proto'],
    },
    'a new file that an import now resolves to': {
      edit: {
        'google/protobuf/any.proto': `syntax = "proto3"; package google.protobuf; message Any { string mine = 1; }`,
      },
      linkedAgain: ['use.proto', 'far.proto', 'google/protobuf/any.proto'],
    },
  };

  test.each(Object.entries(edits))('links only the affected files again: %s', (_, { edit, linkedAgain }) => {
    const trees = new Map(Object.entries(texts).map(([path, text]) => [path, parse(text)]));
    const before = link(trees);
    const snapshot = factsOfSchema(before, Object.keys(texts));
    const edited = new Map([...trees, ...Object.entries(edit).map(([path, text]) => [path, parse(text)] as const)]);
    const after = link(edited, { previous: before });
    const fromScratch = link(edited);
    const paths = [...edited.keys()];
    expect(factsOfSchema(after, paths)).toEqual(factsOfSchema(fromScratch, paths));
    expect(factsOfProblems(after)).toEqual(factsOfProblems(fromScratch));
    expect(extensionsOf(after)).toEqual(extensionsOf(fromScratch));
    expect(factsOfSchema(before, Object.keys(texts))).toEqual(snapshot);
    expect(paths.filter((path) => after.files.get(path) !== before.files.get(path))).toEqual(linkedAgain);
    expectClosed(after);
  });

  test('does not change a file that was linked from a shared tree', () => {
    const text = 'syntax = "proto3"; message M { int32 a = 1; }';
    const shared = parse(text);
    const changed = { ...shared, declarations: parse(text.replace('a = 1', 'a = 2')).declarations };
    for (const [one, other] of [
      [shared, { ...changed, mutable: true }],
      [{ ...changed, mutable: true }, shared],
    ] as const) {
      const before = link(new Map([['m.proto', one]]));
      const snapshot = factsOfSchema(before, ['m.proto']);
      const after = link(new Map([['m.proto', other]]), { previous: before });
      expect(factsOfSchema(after, ['m.proto'])).not.toEqual(snapshot);
      expect(factsOfSchema(before, ['m.proto'])).toEqual(snapshot);
    }
  });

  test('that deletes files removes their extensions, and reports their uses', () => {
    const trees = new Map(Object.entries(texts).map(([path, text]) => [path, parse(text)]));
    const before = link(trees);
    trees.delete('ext.proto');
    trees.delete('types.proto');
    const after = link(trees, { previous: before });
    expect(after.problems.map((each) => each.kind)).toEqual(['unresolved-import', 'unresolved-type']);
    expect(extensionsOf(after)).toEqual([]);
    expect(after.files.get('alone.proto')).toBe(before.files.get('alone.proto'));
    expectClosed(after);
  });
});

describe('a schema that is updated after an edit equals one that is linked from scratch', () => {
  const start: Texts = {
    'use.proto': `syntax = "proto3"; package p; import "m.proto"; message U { M m = 1; M.N n = 2; map<string, M.E> e = 3; }`,
    'ext.proto': `syntax = "proto2"; package p; import "m.proto"; extend M { optional int32 x = 100; }`,
    'rival.proto': `syntax = "proto3"; package p; import "gone.proto"; message Rival { int32 a = 1; } message Taken {}`,
    'm.proto': `syntax = "proto2"; package p; import "rival.proto"; import "gone.proto";
message First { optional M m = 1; optional M.N n = 2; optional Gone g = 3; }
message M { message N { optional int32 a = 1; } enum E { Z = 0; Y = 1; } optional N n = 1; map<string, E> e = 2;
  oneof o { string s = 3; group G = 4 { optional int32 b = 1; } } extensions 100 to 200; reserved 7, 9; reserved "old"; }
service S { rpc Do(M) returns (stream M.N); rpc Other(First) returns (Last); }
enum Kind { NONE = 0; SOME = 1; }
message Last { optional First first = 1; repeated Kind kinds = 2 [packed = true]; }
message SOME { optional int32 a = 1; }
message Taken { optional int32 a = 1; }
`,
  };
  const rename = (from: string, to: string) => (text: string) => text.replace(from, to);
  const steps: Readonly<Record<string, { edit: (text: string) => string; keepsFiles: boolean }>> = {
    'a number': { edit: rename('optional int32 a = 1', 'optional int32 a = 5'), keepsFiles: true },
    'a type': { edit: rename('string s = 3', 'First s = 3'), keepsFiles: true },
    'a type that does not resolve': { edit: rename('First first', 'Furst first'), keepsFiles: true },
    'a duplicate number': { edit: rename('map<string, E> e = 2', 'map<string, E> e = 1'), keepsFiles: true },
    'one more line': {
      edit: rename('optional N n = 1;', 'optional N n = 1;\n  optional M again = 12;'),
      keepsFiles: true,
    },
    'a method': { edit: rename('rpc Do(M)', 'rpc Do(First)'), keepsFiles: true },
    'a value of a nested enum': { edit: rename('Y = 1', 'Y = 4; X = 2'), keepsFiles: true },
    'a message with the name of an enum value': {
      edit: rename('message SOME { optional int32 a', 'message SOME { optional int64 a'),
      keepsFiles: false,
    },
    "a message with the name of another file's": {
      edit: rename('message Taken { optional int32 a', 'message Taken { optional int64 a'),
      keepsFiles: false,
    },
    'a top-level enum': { edit: rename('SOME = 1', 'SOME = 2'), keepsFiles: false },
    'a message renamed': { edit: rename('message Last', 'message Lost'), keepsFiles: false },
    'a name that another file declares': { edit: rename('message Last', 'message Rival'), keepsFiles: false },
    'a nested message renamed': { edit: rename('message N', 'message O'), keepsFiles: false },
    'a nested message that became an enum': {
      edit: rename('message N { optional int32 a', 'enum N { a'),
      keepsFiles: false,
    },
    'one more nested message': { edit: rename('message N', 'message O {} message N'), keepsFiles: false },
    'nested types that swapped places': {
      edit: (text) =>
        text.replace(
          'message N { optional int32 a = 1; } enum E { Z = 0; Y = 1; }',
          'enum E { Z = 0; Y = 1; } message N { optional int32 a = 1; }',
        ),
      keepsFiles: false,
    },
    'an extension': {
      edit: rename('extensions 100', 'extend M { optional int32 y = 101; } extensions 100'),
      keepsFiles: false,
    },
    'an import': { edit: rename('import "gone.proto";', ''), keepsFiles: false },
  };

  function expectSameAs(after: Schema, trees: ReadonlyMap<string, FileNode>): void {
    const paths = [...trees.keys()];
    const fromScratch = link(new Map([...trees].map(([path, { text }]) => [path, parse(text)])));
    expect(factsOfSchema(after, paths)).toEqual(factsOfSchema(fromScratch, paths));
    expect([...after.types.keys()]).toEqual([...fromScratch.types.keys()]);
    expect(factsOfProblems(after)).toEqual(factsOfProblems(fromScratch));
    expect(extensionsOf(after)).toEqual(extensionsOf(fromScratch));
    expectClosed(after);
  }

  test.each(Object.entries(steps))('after an edit and back: %s', (_, { edit, keepsFiles }) => {
    const trees = new Map(Object.entries(start).map(([path, text]) => [path, reparse(parse(''), text)]));
    let schema = link(trees);
    const text = start['m.proto'] ?? '';
    for (const next of [edit(text), text]) {
      const before = new Map(schema.files);
      trees.set('m.proto', reparse(trees.get('m.proto') ?? parse(''), next));
      schema = link(trees, { previous: schema });
      expectSameAs(schema, trees);
      if (next === text) break;
      expect(next).not.toBe(text);
      expect(schema.files.get('m.proto') === before.get('m.proto')).toBe(keepsFiles);
      expect(schema.files.get('use.proto') === before.get('use.proto')).toBe(keepsFiles);
    }
  });

  test('after random edits', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(), fc.nat(6), fc.constantFrom(...FRAGMENTS)), { maxLength: 12 }),
        (edits) => {
          const trees = new Map(Object.entries(start).map(([path, text]) => [path, reparse(parse(''), text)]));
          let schema = link(trees);
          for (const [place, length, inserted] of edits) {
            const tree = trees.get('m.proto') ?? parse('');
            const at = place % (tree.text.length + 1);
            trees.set('m.proto', reparse(tree, tree.text.slice(0, at) + inserted + tree.text.slice(at + length)));
            schema = link(trees, { previous: schema });
            expectSameAs(schema, trees);
          }
        },
      ),
      { numRuns: 300, seed: 1 },
    );
  });
});

const FRAGMENTS = [
  '',
  '',
  ' ',
  '1',
  'N',
  'x',
  ';',
  '{',
  '}',
  ' message Q {} ',
  ' M q = 31; ',
  ' enum N { A = 0; } ',
  '"',
  '\n',
  ' extend M {} ',
];

function linkTexts(texts: Texts, options?: LinkOptions): Schema {
  return link(new Map(Object.entries(texts).map(([path, text]) => [path, parse(text)])), options);
}

function messageOf(schema: Schema, name: string): Message {
  const type = schema.types.get(name);
  if (type?.kind !== 'message') throw new Error(`no message ${name}`);
  return type;
}

function extensionsOf(schema: Schema): string[] {
  return [...schema.types.values()].flatMap((type) =>
    type.kind === 'message' ? [...type.extensionsByNumber.values()].map((each) => each.fullName) : [],
  );
}

/** Expects that all references stay in the schema. */
function expectClosed(schema: Schema): void {
  for (const type of schema.types.values()) {
    expect(schema.files.get(type.file.path)).toBe(type.file);
    if (type.kind === 'enum') continue;
    for (const field of [...type.fields, ...type.extensionsByNumber.values()]) {
      expect(schema.files.get(field.file.path)).toBe(field.file);
      if (field.type.kind !== 'message' || field.type.message.file.builtIn) continue;
      expect(schema.files.get(field.type.message.file.path)).toBe(field.type.message.file);
    }
  }
}

/** Replaces the members in a clash by their names, because a member refers to the whole schema. */
function factsOfProblems({ problems }: Schema): unknown[] {
  return problems.map(({ clash, ...problem }) => ({
    ...problem,
    clash: clash && { first: clash.first.fullName, second: clash.second.fullName, atFirst: clash.atFirst },
  }));
}
