import { expect, test } from 'vitest';
import { parse } from '../../server/proto/parse.ts';
import { link } from '../../server/schema/link.ts';
import { reachable } from '../../server/schema/reach.ts';

const SCHEMA = link(
  new Map(
    Object.entries({
      'a.proto': `syntax = "proto2"; package p; import "b.proto"; import "google/protobuf/struct.proto";
        message Root {
          optional Plain plain = 1; repeated Many many = 2; map<string, Mapped> mapped = 3; map<int32, MappedEnum> enums = 4;
          oneof o { Member member = 5; } optional group Grouped = 6 { optional InGroup in = 1; } optional Self self = 7;
          optional google.protobuf.Value value = 8; optional Imported imported = 9; optional Gone gone = 10; extensions 100;
        }
        message Plain {} message Many {} message Mapped {} enum MappedEnum { A = 0; } message Member {} message InGroup {}
        message Self { optional Self self = 1; optional Root root = 2; }
        message Other { optional Root root = 1; message Nested {} } message Extended {} message Far {}`,
      'b.proto': `syntax = "proto2"; package p; message Imported { optional Deeper deeper = 1; } message Deeper { } enum Unused { B = 0; }`,
      'c.proto': `syntax = "proto2"; package p; import "a.proto"; extend Root { optional Extended ext = 100; } extend Other { optional Far far = 1; }`,
    }).map(([path, text]) => [path, parse(text)]),
  ),
);

test('a message reaches the types of all its fields and extensions', () => {
  const root = SCHEMA.types.get('p.Root');
  if (root?.kind !== 'message') throw new Error('no p.Root');
  const names = [...reachable([root])].map((type) => type.fullName).sort();
  expect(names).toEqual(
    [
      'p.Root',
      'p.Plain',
      'p.Many',
      'p.Root.MappedEntry',
      'p.Mapped',
      'p.Root.EnumsEntry',
      'p.MappedEnum',
      'p.Member',
      'p.Root.Grouped',
      'p.InGroup',
      'p.Self',
      'p.Imported',
      'p.Deeper',
      'p.Extended',
      'google.protobuf.Value',
      'google.protobuf.NullValue',
      'google.protobuf.Struct',
      'google.protobuf.Struct.FieldsEntry',
      'google.protobuf.ListValue',
    ].sort(),
  );
});

test('without roots, nothing is reached', () => {
  expect(reachable([]).size).toBe(0);
});
