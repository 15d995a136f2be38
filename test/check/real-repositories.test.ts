import { describe, expect, test } from 'vitest';
import { EFFECTS, type Effect } from '../../server/effects/effect.ts';
import type { CheckResult } from '../../server/check/result.ts';
import type { Settings } from '../../server/policy/settings.ts';
import { checkTexts, type Texts } from './texts.ts';

/*
 * What real repositories hold and pairs of schemas do not: copies, moves, vendored files, messages that no method carries, and
 * imports that cannot be found. Each test says why its verdict is the right one.
 */

const BOX =
  'syntax = "proto3"; package box; service Box { rpc Open(Key) returns (Key); } message Key { string id = 1; }';
const BOX_WITH_NUMBER = BOX.replace('string id', 'int64 id');
const P = 'syntax = "proto3"; package k; ';
const SVC = 'service A { rpc Do(In) returns (Out); } message Out {} ';
const ANY = 'import "google/protobuf/any.proto"; ';

interface Case {
  readonly why: string;
  readonly before: Texts;
  readonly after: Texts;
  readonly settings?: Partial<Settings>;
  readonly paths?: readonly string[];
  readonly bump: string;
  /** The worst effect in old client + new server and new client + old server, in binary. */
  readonly effects?: readonly [Effect, Effect];
  /** Exactly the rules that are found, in the order of file and place. */
  readonly rules?: readonly string[];
  /** Somewhere in what is said. */
  readonly says?: RegExp;
  readonly neverSays?: RegExp;
  readonly problems?: readonly string[];
  readonly notCompared?: readonly string[];
}

function worst(result: CheckResult, pairing: 'oldClientNewServer' | 'newClientOldServer'): Effect {
  const ranks = result.findings.map(({ effects }) => EFFECTS.indexOf(effects.binary[pairing]));
  return EFFECTS[Math.max(0, ...ranks)] ?? 'exact';
}

function cases(name: string, table: Readonly<Record<string, Case>>): void {
  describe(name, () => {
    test.each(Object.entries(table))('%s', async (_, one) => {
      const result = await checkTexts(one.before, one.after, {
        ...(one.settings && { settings: one.settings }),
        ...(one.paths && { paths: one.paths }),
      });
      const said = [...result.findings, ...result.problems].map(({ message }) => message).join('\n');
      expect([...new Set([result.bump === 'none' ? 'patch' : result.bump])], one.why).toEqual([one.bump]);
      if (one.effects)
        expect([worst(result, 'oldClientNewServer'), worst(result, 'newClientOldServer')], one.why).toEqual(
          one.effects,
        );
      if (one.rules)
        expect(
          result.findings.map(({ rule }) => rule),
          one.why,
        ).toEqual(one.rules);
      if (one.says) expect(said, one.why).toMatch(one.says);
      if (one.neverSays) expect(said, one.why).not.toMatch(one.neverSays);
      if (one.problems)
        expect(
          result.problems.map(({ kind }) => kind),
          one.why,
        ).toEqual(one.problems);
      if (one.notCompared)
        expect(
          result.notCompared.map(({ name: what, file }) => what ?? file),
          one.why,
        ).toEqual(one.notCompared);
    });
  });
}

cases('copies', {
  'one of two equal copies is deleted': {
    why: 'The service is still there under its full name.',
    before: { 'a/box.proto': BOX, 'b/box.proto': BOX },
    after: { 'a/box.proto': BOX },
    bump: 'patch',
    rules: [],
  },
  'an equal copy is added': {
    why: 'Nothing is new: the release serves it already.',
    before: { 'server/box.proto': BOX },
    after: { 'server/box.proto': BOX, 'client/box.proto': BOX },
    settings: { policy: 'live-upgrade' },
    bump: 'patch',
    rules: [],
  },
  'two copies become one elsewhere': {
    why: 'Each of them is still there.',
    before: { 'server/box.proto': BOX, 'client/box.proto': BOX },
    after: { 'api/box.proto': BOX },
    bump: 'patch',
    rules: [],
  },
  'one file becomes two copies': {
    why: 'Both are what the release has.',
    before: { 'api/box.proto': BOX },
    after: { 'server/box.proto': BOX, 'client/box.proto': BOX },
    bump: 'patch',
    rules: [],
  },
  'a copy that differs is added': {
    why: 'Whoever builds with it sends id as a varint to servers that read a string.',
    before: { 'a/box.proto': BOX },
    after: { 'a/box.proto': BOX, 'b/box.proto': BOX_WITH_NUMBER },
    bump: 'major',
    effects: ['dropped', 'dropped'],
    rules: ['field-type-changed'],
  },
  'a copy that has more is added': {
    why: 'An old server ignores what a client of the copy sends: a gap.',
    before: { 'a/box.proto': BOX },
    after: { 'a/box.proto': BOX, 'b/box.proto': BOX.replace('id = 1;', 'id = 1; string lid = 2;') },
    bump: 'minor',
    rules: ['field-added'],
  },
  'a copy that differed is deleted': {
    why: 'Its users have to use the other one, which reads id as a number.',
    before: { 'a/box.proto': BOX_WITH_NUMBER, 'b/box.proto': BOX },
    after: { 'a/box.proto': BOX_WITH_NUMBER },
    bump: 'major',
    effects: ['dropped', 'dropped'],
    rules: ['field-type-changed'],
  },
  'a copy that lagged behind is deleted': {
    why: 'The one that is left has all that it had, and a field more, which is no loss to its users.',
    before: { 'a/box.proto': BOX.replace('id = 1;', 'id = 1; string lid = 2;'), 'b/box.proto': BOX },
    after: { 'a/box.proto': BOX.replace('id = 1;', 'id = 1; string lid = 2;') },
    bump: 'patch',
    rules: [],
  },
  'both copies change alike': {
    why: 'Each is compared with what it was, at its own place.',
    before: { 'a/box.proto': BOX, 'b/box.proto': BOX },
    after: { 'a/box.proto': BOX_WITH_NUMBER, 'b/box.proto': BOX_WITH_NUMBER },
    bump: 'major',
    rules: ['field-type-changed', 'field-type-changed'],
  },
  'a copy is renamed together with an edit of the other': {
    why: 'The renamed one did not change; the other is compared with itself.',
    before: { 'a/box.proto': BOX, 'b/box.proto': BOX },
    after: { 'a/box.proto': BOX_WITH_NUMBER, 'c/box.proto': BOX },
    bump: 'major',
    rules: ['field-type-changed'],
  },
  'files without a package that share a name are strangers': {
    why: 'Two examples declare a Request each; deleting one loses it.',
    before: {
      'a.proto':
        'syntax = "proto3"; service A { rpc Do(Request) returns (Request); } message Request { string a = 1; }',
      'b.proto': 'syntax = "proto3"; service B { rpc Do(Request) returns (Request); } message Request { bool x = 7; }',
    },
    after: {
      'a.proto':
        'syntax = "proto3"; service A { rpc Do(Request) returns (Request); } message Request { string a = 1; }',
    },
    bump: 'major',
    rules: ['file-removed'],
  },
  'a file that shares a package and one name of many is no copy': {
    why: 'Its Config has nothing to do with the other one.',
    before: {
      'a.proto': `${P}message Config { string a = 1; } message A1 {} message A2 {} message A3 {}`,
      'b.proto': `${P}message Config { bool x = 1; } message B1 {} message B2 {} message B3 {}`,
    },
    after: { 'a.proto': `${P}message Config { string a = 1; } message A1 {} message A2 {} message A3 {}` },
    bump: 'major',
    rules: ['file-removed'],
  },
});

cases('edited copies', {
  'a file is edited and copied': {
    why: 'Both copies say the same, so one finding is enough.',
    before: { 'a/box.proto': BOX },
    after: { 'a/box.proto': BOX_WITH_NUMBER, 'b/box.proto': BOX_WITH_NUMBER },
    bump: 'major',
    rules: ['field-type-changed'],
  },
  'a file loses a method and is copied': {
    why: 'Both copies lack it.',
    before: { 'a/box.proto': BOX.replace('service Box {', 'service Box { rpc Shut(Key) returns (Key);') },
    after: { 'a/box.proto': BOX, 'b/box.proto': BOX },
    bump: 'major',
    rules: ['method-removed'],
  },
  'a file is edited and copied before the edit': {
    why: 'The users of the new copy meet those of the edited one only in the edited one’s finding.',
    before: { 'a/box.proto': BOX },
    after: { 'a/box.proto': BOX_WITH_NUMBER, 'b/box.proto': BOX },
    bump: 'major',
    rules: ['field-type-changed'],
  },
});

cases('moves', {
  'a file moves': {
    why: 'Paths are not on the wire.',
    before: { 'a/box.proto': BOX },
    after: { 'b/box.proto': BOX },
    bump: 'patch',
    rules: [],
  },
  'a file moves and changes': {
    why: 'It is compared with what it was.',
    before: { 'a/box.proto': BOX },
    after: { 'b/box.proto': BOX.replace('id = 1', 'id = 2') },
    bump: 'major',
    rules: ['field-renumbered'],
  },
  'a file is split': {
    why: 'Every declaration is still there; code generated for a file is imported by its name.',
    before: { 'a.proto': `${P}${SVC}message In { T t = 1; } message T { string a = 1; }` },
    after: {
      'a.proto': `${P}import "t.proto"; ${SVC}message In { T t = 1; }`,
      't.proto': `${P}message T { string a = 1; }`,
    },
    bump: 'minor',
    rules: ['message-moved'],
  },
  'files are merged': {
    why: 'Every declaration is still there.',
    before: {
      'a.proto': `${P}import "t.proto"; ${SVC}message In { T t = 1; }`,
      't.proto': `${P}message T { string a = 1; }`,
    },
    after: { 'a.proto': `${P}${SVC}message In { T t = 1; } message T { string a = 1; }` },
    bump: 'patch',
    rules: [],
  },
  'a file moves into a vendored folder': {
    why: 'It is still what its users had.',
    before: { 'a/box.proto': BOX },
    after: { 'third_party/box.proto': BOX, 'a/other.proto': 'syntax = "proto3"; package other;' },
    bump: 'patch',
    rules: [],
  },
  'a file moves into a vendored folder and loses a field': {
    why: 'What its users sent is lost, wherever the file is now.',
    before: { 'a/box.proto': BOX },
    after: {
      'third_party/box.proto': BOX.replace('string id = 1;', ''),
      'a/other.proto': 'syntax = "proto3"; package other;',
    },
    bump: 'major',
    rules: ['field-removed'],
  },
  'a file moves out of a vendored folder': {
    why: 'Nothing changed.',
    before: { 'vendor/box.proto': BOX, 'a.proto': 'syntax = "proto3"; package a;' },
    after: { 'box.proto': BOX, 'a.proto': 'syntax = "proto3"; package a;' },
    bump: 'patch',
    rules: [],
  },
  'a tree of folders moves to another package, with two files of one name': {
    why: 'Which file is which the folders say that moved along.',
    before: {
      'dev/x/p2/all.proto': 'syntax = "proto3"; package dev.x.p2; message All { int32 a = 1; string b = 2; }',
      'dev/x/p3/all.proto': 'syntax = "proto3"; package dev.x.p3; message All { int32 a = 1; string b = 2; }',
    },
    after: {
      'x/p2/all.proto': 'syntax = "proto3"; package x.p2; message All { int32 a = 1; string b = 2; }',
      'x/p3/all.proto': 'syntax = "proto3"; package x.p3; message All { int32 a = 1; string b = 2; }',
    },
    bump: 'minor',
    rules: ['package-changed', 'package-changed'],
  },
  'a message gets another name, and so do its fields and the field that holds it': {
    why: 'On the wire are numbers and structures, and none of them changed.',
    before: {
      'a.proto': `${P}${SVC}message In { Configuration configuration = 1; } message Configuration { int32 days = 1; string archival_u_r_i = 2; string visibility_u_r_i = 3; }`,
    },
    after: {
      'a.proto': `${P}${SVC}message In { Config config = 1; } message Config { int32 days = 1; string archival_uri = 2; string visibility_uri = 3; }`,
    },
    bump: 'minor',
    effects: ['exact', 'exact'],
  },
  'a message moves to another package and its fields are written with underscores': {
    why: 'It is the same message: the same words in the same places.',
    before: {
      'a.proto': `${P}import "d.proto"; ${SVC}message In { d.Sticky stickyOnes = 4; }`,
      'd.proto': 'syntax = "proto3"; package d; message Sticky { string workerList = 1; int32 startTimeout = 2; }',
    },
    after: {
      'a.proto': `${P}import "t.proto"; ${SVC}message In { t.Sticky sticky_ones = 4; }`,
      't.proto': 'syntax = "proto3"; package t; message Sticky { string worker_list = 1; int32 start_timeout = 2; }',
    },
    bump: 'minor',
    effects: ['exact', 'exact'],
  },
  'a service moves to another package, with its file': {
    why: 'Both mixed pairings fail: each side calls a path that the other does not serve.',
    before: { 'vault/f.proto': `${P}${SVC}message In { string a = 1; }` },
    after: { 'fwd/f.proto': `syntax = "proto3"; package fwd; ${SVC}message In { string a = 1; }` },
    bump: 'major',
    effects: ['rejected', 'rejected'],
    rules: ['package-changed'],
  },
  'a service moves to another package, without its file': {
    why: 'One cause, one finding.',
    before: {
      'a.proto': `${P}${SVC}message In { string a = 1; } message Rest { int32 r = 1; }`,
      'b.proto': 'syntax = "proto3"; package b; message B { int32 b = 1; }',
    },
    after: {
      'a.proto': `${P}message Rest { int32 r = 1; }`,
      'b.proto': `syntax = "proto3"; package b; ${SVC}message In { string a = 1; } message B { int32 b = 1; }`,
    },
    bump: 'major',
    effects: ['rejected', 'rejected'],
    rules: ['service-renamed'],
  },
  'a service moves to another package and grows': {
    why: 'It is the moved one all the same, and what is new is new.',
    before: {
      'a.proto': `${P}service A { rpc X(In) returns (In); rpc Y(In) returns (In); } message In { string a = 1; }`,
    },
    after: {
      'b.proto':
        'syntax = "proto3"; package b; service A { rpc X(In) returns (In); rpc Y(In) returns (In); rpc Z(In) returns (In); rpc V(In) returns (In); rpc W(In) returns (In); } message In { string a = 1; } message N1 {} message N2 {} message N3 {}',
    },
    bump: 'major',
    effects: ['rejected', 'rejected'],
    rules: [
      'service-renamed',
      'method-added',
      'method-added',
      'method-added',
      'message-added',
      'message-added',
      'message-added',
    ],
  },
});

cases('who carries a message', {
  'a shared import links nothing': {
    why: 'Nothing leads from the service to Event.',
    before: {
      'common.proto': 'syntax = "proto3"; package c; message Id { string v = 1; }',
      'svc.proto': 'syntax = "proto3"; package s; import "common.proto"; service S { rpc G(c.Id) returns (c.Id); }',
      'ev.proto':
        'syntax = "proto3"; package e; import "common.proto"; message Event { string a = 1; string b = 2; c.Id id = 3; }',
    },
    after: {
      'common.proto': 'syntax = "proto3"; package c; message Id { string v = 1; }',
      'svc.proto': 'syntax = "proto3"; package s; import "common.proto"; service S { rpc G(c.Id) returns (c.Id); }',
      'ev.proto':
        'syntax = "proto3"; package e; import "common.proto"; message Event { string a = 2; string b = 1; c.Id id = 3; }',
    },
    bump: 'major',
    effects: ['altered', 'altered'],
    says: /No method carries `Event`\. Where it is stored or packed into an Any/,
  },
  'a message that holds what a request carries is data': {
    why: 'Reachability goes from a method to what it carries, never back.',
    before: {
      'a.proto': `${P}${SVC}message In { R r = 1; } message R { int32 x = 1; } message Stored { repeated R r = 1; string a = 2; }`,
    },
    after: {
      'a.proto': `${P}${SVC}message In { R r = 1; } message R { int32 x = 1; } message Stored { repeated R r = 2; string a = 1; }`,
    },
    bump: 'major',
    neverSays: /no peer notices/,
  },
  'an enum alone in a file is data': {
    why: 'It is stored or sent in some other way.',
    before: { 'a.proto': `${P}enum E { U = 0; A = 1; }` },
    after: { 'a.proto': `${P}enum E { U = 0; A = 5; }` },
    bump: 'major',
  },
  'removing what no method carries is a matter of code, where there are services': {
    why: 'Nobody knows whether it was ever stored.',
    before: { 'a.proto': `${P}${SVC}message In { string a = 1; } message Old { string b = 1; }` },
    after: { 'a.proto': `${P}${SVC}message In { string a = 1; }` },
    bump: 'minor',
    rules: ['message-removed'],
  },
  'removing it where there is no service loses data': {
    why: 'There is nothing else that the messages could be for.',
    before: { 'a.proto': `${P}message In { string a = 1; } message Old { string b = 1; }` },
    after: { 'a.proto': `${P}message In { string a = 1; }` },
    bump: 'major',
    rules: ['message-removed'],
  },
  'a message that a new method starts to carry was data before': {
    why: 'What was stored with the old numbers is read with the new ones.',
    before: { 'a.proto': `${P}${SVC}message In { string a = 1; } message Stored { string a = 1; string b = 2; }` },
    after: {
      'a.proto': `${P}service A { rpc Do(In) returns (Out); rpc Put(Stored) returns (Out); } message Out {} message In { string a = 1; } message Stored { string a = 2; string b = 1; }`,
    },
    bump: 'major',
    says: /Stored/,
  },
  'a payload of Any is read by its numbers': {
    why: 'Executed: the old reader takes a for b.',
    before: {
      'a.proto': `${P}${ANY}${SVC}message In { google.protobuf.Any o = 1; } message D { string a = 1; string b = 2; }`,
    },
    after: {
      'a.proto': `${P}${ANY}${SVC}message In { google.protobuf.Any o = 1; } message D { string a = 2; string b = 1; }`,
    },
    bump: 'major',
    effects: ['altered', 'altered'],
  },
  'a payload of Any is found by its name, whoever imports its file': {
    why: 'Executed: unpacking fails, because the type URL holds the name.',
    before: {
      'a.proto': `${P}${ANY}${SVC}message In { google.protobuf.Any o = 1; }`,
      'm.proto': 'syntax = "proto3"; package p; message X { int32 a = 1; }',
    },
    after: {
      'a.proto': `${P}${ANY}${SVC}message In { google.protobuf.Any o = 1; }`,
      'm.proto': 'syntax = "proto3"; package p; message Y { int32 a = 1; }',
    },
    bump: 'major',
    effects: ['rejected', 'rejected'],
    rules: ['message-renamed'],
  },
  'a payload of Any is gone': {
    why: 'Neither side can unpack what the other packs.',
    before: { 'a.proto': `${P}${ANY}${SVC}message In { google.protobuf.Any o = 1; } message D { string a = 1; }` },
    after: { 'a.proto': `${P}${ANY}${SVC}message In { google.protobuf.Any o = 1; }` },
    bump: 'major',
    effects: ['rejected', 'rejected'],
    rules: ['message-removed'],
  },
  'the package of payloads of Any is renamed': {
    why: 'It is part of their names.',
    before: {
      'a.proto': `${P}${ANY}${SVC}message In { google.protobuf.Any o = 1; }`,
      'm.proto': 'syntax = "proto3"; package p; message X { int32 a = 1; }',
    },
    after: {
      'a.proto': `${P}${ANY}${SVC}message In { google.protobuf.Any o = 1; }`,
      'm.proto': 'syntax = "proto3"; package q; message X { int32 a = 1; }',
    },
    bump: 'major',
    effects: ['rejected', 'rejected'],
    rules: ['package-changed'],
  },
  'a request is no payload of Any, whatever it is called': {
    why: 'Its name is in no message that is sent.',
    before: { 'a.proto': `${P}${ANY}${SVC}message In { google.protobuf.Any o = 1; }` },
    after: { 'a.proto': `${P}${ANY}${SVC.replace('In', 'Input')}message Input { google.protobuf.Any o = 1; }` },
    bump: 'minor',
    rules: ['message-renamed'],
  },
  'a vendored Any is nobody’s': {
    why: 'Only the own protocol decides.',
    before: {
      'a.proto': `${P}${SVC}message In { string a = 1; } message D { string a = 1; }`,
      'vendor/v.proto': `syntax = "proto3"; package v; ${ANY}message V { google.protobuf.Any a = 1; }`,
    },
    after: {
      'a.proto': `${P}${SVC}message In { string a = 1; } message E { string a = 1; }`,
      'vendor/v.proto': `syntax = "proto3"; package v; ${ANY}message V { google.protobuf.Any a = 1; }`,
    },
    bump: 'minor',
  },
  'a field that a mask may name is renamed': {
    why: 'Executed: applying an old mask to the new message fails.',
    before: {
      'a.proto': `${P}import "google/protobuf/field_mask.proto"; ${SVC}message In { Item item = 1; google.protobuf.FieldMask mask = 2; } message Item { string bar = 1; }`,
    },
    after: {
      'a.proto': `${P}import "google/protobuf/field_mask.proto"; ${SVC}message In { Item item = 1; google.protobuf.FieldMask mask = 2; } message Item { string quu = 1; }`,
    },
    bump: 'major',
    effects: ['rejected', 'rejected'],
    rules: ['field-renamed'],
  },
  'a mask in the request names fields of the response, too': {
    why: 'A read mask chooses what comes back.',
    before: {
      'a.proto': `${P}import "google/protobuf/field_mask.proto"; service A { rpc Do(In) returns (Item); } message In { google.protobuf.FieldMask mask = 1; } message Item { string bar = 1; }`,
    },
    after: {
      'a.proto': `${P}import "google/protobuf/field_mask.proto"; service A { rpc Do(In) returns (Item); } message In { google.protobuf.FieldMask mask = 1; } message Item { string quu = 1; }`,
    },
    bump: 'major',
    rules: ['field-renamed'],
  },
  'a mask of another method names nothing here': {
    why: 'The method that carries Item carries no mask.',
    before: {
      'a.proto': `${P}import "google/protobuf/field_mask.proto"; service A { rpc Do(Item) returns (Item); rpc Other(Mask) returns (Mask); } message Mask { google.protobuf.FieldMask mask = 1; } message Item { string bar = 1; }`,
    },
    after: {
      'a.proto': `${P}import "google/protobuf/field_mask.proto"; service A { rpc Do(Item) returns (Item); rpc Other(Mask) returns (Mask); } message Mask { google.protobuf.FieldMask mask = 1; } message Item { string quu = 1; }`,
    },
    bump: 'minor',
    rules: ['field-renamed'],
  },
  'a message of options is read by compilers': {
    why: 'Nobody sends it.',
    before: {
      'o.proto': `${P}import "google/protobuf/descriptor.proto"; message Rules { string a = 1; string b = 2; } extend google.protobuf.FieldOptions { Rules rules = 50001; }`,
    },
    after: {
      'o.proto': `${P}import "google/protobuf/descriptor.proto"; message Rules { string a = 1; } extend google.protobuf.FieldOptions { Rules rules = 50001; }`,
    },
    bump: 'minor',
    rules: ['field-removed'],
    neverSays: /no peer notices/,
  },
  'a field switched to a type that is new, and the old type stays': {
    why: 'Only one of the two types is in both releases, so its members are compared by their numbers: the bytes read alike.',
    before: {
      'a.proto': `${P}${SVC}message In { L selector = 1; L other = 2; } message L { map<string, string> labels = 1; }`,
    },
    after: {
      'a.proto':
        `${P}${SVC}message In { W selector = 1; L other = 2; } message L { map<string, string> labels = 1; } ` +
        'message W { map<string, string> match_labels = 1; }',
    },
    bump: 'minor',
    effects: ['exact', 'exact'],
  },
});

cases('what is not known', {
  'an unknown type becomes a known one': {
    why: 'Executed with a message: the new reader refuses or misreads it.',
    before: { 'a.proto': `${P}import "google/type/money.proto"; ${SVC}message In { google.type.Money price = 3; }` },
    after: { 'a.proto': `${P}${SVC}message In { string price = 3; }` },
    bump: 'major',
    rules: ['field-type-changed'],
  },
  'an unknown type becomes another unknown one': {
    why: 'Nothing says that the two are alike.',
    before: { 'a.proto': `${P}import "ext.proto"; ${SVC}message In { ext.X f = 1; }` },
    after: { 'a.proto': `${P}import "ext.proto"; ${SVC}message In { ext.Y f = 1; }` },
    bump: 'major',
    says: /ext\.(X|Y)/,
  },
  'an unknown list becomes one value': {
    why: 'Executed: all but one element are lost, whatever the type is.',
    before: { 'a.proto': `${P}import "ext.proto"; ${SVC}message In { repeated ext.X f = 1; }` },
    after: { 'a.proto': `${P}import "ext.proto"; ${SVC}message In { ext.X f = 1; }` },
    bump: 'major',
  },
  'an unknown type stays': {
    why: 'The same name is taken for the same type, and that it was not compared is said once.',
    before: { 'a.proto': `${P}import "ext.proto"; ${SVC}message In { ext.X f = 1; }` },
    after: { 'a.proto': `${P}import "ext.proto"; ${SVC}message In { ext.X f = 1; string g = 2; }` },
    bump: 'minor',
    rules: ['field-added'],
    notCompared: ['ext.proto'],
  },
  'an unknown type is spelled in another way': {
    why: 'Both spellings can mean the same name.',
    before: { 'a.proto': `${P}import "ext.proto"; ${SVC}message In { ext.X f = 1; }` },
    after: { 'a.proto': `${P}import "ext.proto"; ${SVC}message In { .ext.X f = 1; }` },
    bump: 'patch',
    rules: [],
  },
  'an unknown type is vendored': {
    why: 'Its name is the same, so it is the same type.',
    before: { 'a.proto': `${P}import "ext.proto"; ${SVC}message In { ext.X f = 1; }` },
    after: {
      'a.proto': `${P}import "ext.proto"; ${SVC}message In { ext.X f = 1; }`,
      'vendor/ext.proto': 'syntax = "proto3"; package ext; message X { int32 a = 1; }',
    },
    bump: 'patch',
    rules: [],
  },
  'an unknown type takes another number': {
    why: 'Old peers still send the old one.',
    before: { 'a.proto': `${P}import "ext.proto"; ${SVC}message In { ext.X f = 1; }` },
    after: { 'a.proto': `${P}import "ext.proto"; ${SVC}message In { ext.X f = 2; }` },
    bump: 'major',
    rules: ['field-renumbered'],
  },
  'a type that is declared nowhere': {
    why: 'protoc refuses the text, and nothing can be said of the field.',
    before: { 'a.proto': `${P}${SVC}message In { string a = 1; }` },
    after: { 'a.proto': `${P}${SVC}message In { strng a = 1; }` },
    bump: 'patch',
    rules: [],
    problems: ['undeclared-type'],
    says: /strng/,
  },
  'a misspelt import': {
    why: 'All imports of the release can be found, so this one is a typing error.',
    before: {
      'a.proto': `${P}import "types.proto"; service A { rpc Do(t.T) returns (t.T); }`,
      'types.proto': 'syntax = "proto3"; package t; message T { string a = 1; }',
    },
    after: {
      'a.proto': `${P}import "tipes.proto"; service A { rpc Do(t.T) returns (t.T); }`,
      'types.proto': 'syntax = "proto3"; package t; message T { string a = 1; }',
    },
    bump: 'patch',
    problems: ['missing-import', 'unresolved-type', 'unresolved-type'],
  },
  'an import of a repository that has others elsewhere': {
    why: 'The release imports what is not here, so this may be elsewhere as well.',
    before: { 'a.proto': `${P}import "ext.proto"; message In { string a = 1; }` },
    after: { 'a.proto': `${P}import "ext.proto"; import "more.proto"; message In { string a = 1; }` },
    bump: 'patch',
    problems: ['unresolved-import', 'unresolved-import'],
  },
  'an import that many files miss': {
    why: 'One cause, one line.',
    before: Object.fromEntries(
      ['a', 'b', 'c', 'd'].map((name) => [
        `${name}.proto`,
        `syntax = "proto3"; package ${name}; import "ext.proto"; message M {}`,
      ]),
    ),
    after: Object.fromEntries(
      ['a', 'b', 'c', 'd'].map((name) => [
        `${name}.proto`,
        `syntax = "proto3"; package ${name}; import "ext.proto"; message M { string s = 1; }`,
      ]),
    ),
    bump: 'minor',
    problems: ['unresolved-import'],
    says: /3 other files import it, too/,
    notCompared: ['ext.proto'],
  },
  'imports that protoc ships': {
    why: 'They are in protoc’s include folder.',
    before: {
      'a.proto':
        'edition = "2023"; package k; import "google/protobuf/go_features.proto"; import "google/protobuf/compiler/plugin.proto"; message M { string a = 1; }',
    },
    after: {
      'a.proto':
        'edition = "2023"; package k; import "google/protobuf/go_features.proto"; import "google/protobuf/compiler/plugin.proto"; message M { string a = 1; string b = 2; }',
    },
    bump: 'minor',
    problems: [],
  },
});

cases('other people’s files', {
  'what a request holds is sent, whoever wrote its file': {
    why: 'A field of a vendored message inside a request is lost.',
    before: {
      'a.proto': `${P}import "third_party/t.proto"; service A { rpc Do(In) returns (In); } message In { t.T t = 1; }`,
      'third_party/t.proto': 'syntax = "proto3"; package t; message T { string a = 1; string b = 2; }',
    },
    after: {
      'a.proto': `${P}import "third_party/t.proto"; service A { rpc Do(In) returns (In); } message In { t.T t = 1; }`,
      'third_party/t.proto': 'syntax = "proto3"; package t; message T { string a = 1; }',
    },
    bump: 'major',
    rules: ['field-removed'],
  },
  'what stored data holds is stored': {
    why: 'An own message that no method carries is data, and so is what it holds.',
    before: {
      'a.proto': `${P}import "third_party/t.proto"; message Stored { t.T t = 1; }`,
      'third_party/t.proto': 'syntax = "proto3"; package t; message T { string a = 1; string b = 2; }',
    },
    after: {
      'a.proto': `${P}import "third_party/t.proto"; message Stored { t.T t = 1; }`,
      'third_party/t.proto': 'syntax = "proto3"; package t; message T { string a = 1; }',
    },
    bump: 'major',
  },
  'what no own message holds is not reported': {
    why: 'The file is imported for one message, and another one changed.',
    before: {
      'a.proto': `${P}import "third_party/t.proto"; service A { rpc Do(In) returns (In); } message In { t.T t = 1; }`,
      'third_party/t.proto': 'syntax = "proto3"; package t; message T { string a = 1; } message U { string a = 1; }',
    },
    after: {
      'a.proto': `${P}import "third_party/t.proto"; service A { rpc Do(In) returns (In); } message In { t.T t = 1; }`,
      'third_party/t.proto': 'syntax = "proto3"; package t; message T { string a = 1; } message U { int32 a = 1; }',
    },
    bump: 'patch',
    rules: [],
  },
  'a vendored file that nobody uses is counted': {
    why: 'Silence is not to be taken for "nothing has changed".',
    before: {
      'a.proto': `${P}${SVC}message In { string a = 1; }`,
      'Godeps/x/y.proto': 'syntax = "proto3"; package y; message M { string a = 1; }',
    },
    after: { 'a.proto': `${P}${SVC}message In { string a = 1; }` },
    bump: 'patch',
    notCompared: ['Godeps/x/y.proto'],
  },
});

cases('one file asked for', {
  'is the protocol of that file': {
    why: 'The changed message is in a request of the file that was named.',
    before: {
      'a.proto': `${P}import "t.proto"; service A { rpc Do(t.T) returns (t.T); }`,
      't.proto': 'syntax = "proto3"; package t; message T { string a = 1; string b = 2; }',
    },
    after: {
      'a.proto': `${P}import "t.proto"; service A { rpc Do(t.T) returns (t.T); }`,
      't.proto': 'syntax = "proto3"; package t; message T { string a = 1; }',
    },
    paths: ['a.proto'],
    bump: 'major',
    rules: ['field-removed'],
  },
  'leaves out what it does not import': {
    why: 'Another protocol of the repository is nobody’s question.',
    before: { 'a.proto': `${P}message M { string a = 1; }`, 'b.proto': BOX },
    after: { 'a.proto': `${P}message M { string a = 1; string b = 2; }`, 'b.proto': BOX_WITH_NUMBER },
    paths: ['a.proto'],
    bump: 'minor',
    rules: ['field-added'],
  },
});

cases('one cause, one finding', {
  'an option that is dropped from many files': {
    why: 'It is one decision.',
    before: Object.fromEntries(
      ['a', 'b', 'c', 'd', 'e'].map((name) => [
        `${name}.proto`,
        `syntax = "proto3"; package ${name}; option go_package = "x/${name}"; message M {}`,
      ]),
    ),
    after: Object.fromEntries(
      ['a', 'b', 'c', 'd', 'e'].map((name) => [`${name}.proto`, `syntax = "proto3"; package ${name}; message M {}`]),
    ),
    bump: 'minor',
    rules: ['file-option-changed'],
    says: /`go_package` was removed from 5 files \(`a\.proto`, `b\.proto`, `c\.proto` and 2 more\)/,
  },
  'an option that is dropped from many fields': {
    why: 'It is one decision.',
    before: {
      'a.proto': `syntax = "proto2"; package k; message M { ${[1, 2, 3, 4, 5].map((n) => `optional string f${n} = ${n} [ctype = CORD];`).join(' ')} }`,
    },
    after: {
      'a.proto': `syntax = "proto2"; package k; message M { ${[1, 2, 3, 4, 5].map((n) => `optional string f${n} = ${n};`).join(' ')} }`,
    },
    bump: 'minor',
    rules: ['field-source-option-changed'],
    says: /5 fields/,
  },
});
