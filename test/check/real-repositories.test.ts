import { describe, expect, test } from 'vitest';
import { EFFECTS, type Effect } from '../../server/effects/effect.ts';
import type { CheckResult } from '../../server/check/result.ts';
import type { Settings } from '../../server/policy/settings.ts';
import { checkTexts, type Texts } from './texts.ts';

/* Situations from real repositories. */

const BOX =
  'syntax = "proto3"; package box; service Box { rpc Open(Key) returns (Key); } message Key { string id = 1; }';
const BOX_WITH_NUMBER = BOX.replace('string id', 'int64 id');
const P = 'syntax = "proto3"; package k; ';
const P2 = 'syntax = "proto2"; package k; ';
const SVC = 'service A { rpc Do(In) returns (Out); } message Out {} ';
const ANY = 'import "google/protobuf/any.proto"; ';

interface Case {
  /** Why the verdict is correct. */
  readonly why: string;
  readonly before: Texts;
  readonly after: Texts;
  readonly settings?: Partial<Settings>;
  readonly paths?: readonly string[];
  readonly bump: string;
  /** The worst binary effects for an old client with a new server, and for a new client with an old server. */
  readonly effects?: readonly [Effect, Effect];
  /** All of them, in the order of the findings. */
  readonly rules?: readonly string[];
  readonly says?: RegExp;
  readonly problems?: readonly string[];
  readonly notCompared?: readonly string[];
}

function worst(result: CheckResult, pairing: 'oldClientNewServer' | 'newClientOldServer'): Effect {
  const ranks = result.findings.map(({ effects }) => EFFECTS.indexOf(effects.binary[pairing]));
  return EFFECTS[Math.max(0, ...ranks)] ?? 'exact';
}

function cases(name: string, table: Readonly<Record<string, Case>>): void {
  describe(name, () => {
    const rows = Object.entries(table).map(([situation, one]) => [situation, one.bump, one] as const);
    test.each(rows)('%s: the bump is %s', async (_situation, _bump, one) => {
      const result = await checkTexts(one.before, one.after, {
        ...(one.settings && { settings: one.settings }),
        ...(one.paths && { paths: one.paths }),
      });
      const messages = [...result.findings, ...result.problems].map(({ message }) => message).join('\n');
      expect(result.bump, one.why).toBe(one.bump);
      if (one.effects)
        expect([worst(result, 'oldClientNewServer'), worst(result, 'newClientOldServer')], one.why).toEqual(
          one.effects,
        );
      if (one.rules)
        expect(
          result.findings.map(({ rule }) => rule),
          one.why,
        ).toEqual(one.rules);
      if (one.says) expect(messages, one.why).toMatch(one.says);
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
    why: 'The service still exists under its full name.',
    before: { 'a/box.proto': BOX, 'b/box.proto': BOX },
    after: { 'a/box.proto': BOX },
    bump: 'patch',
    rules: [],
  },
  'an equal copy is added': {
    why: 'The release already has the service.',
    before: { 'server/box.proto': BOX },
    after: { 'server/box.proto': BOX, 'client/box.proto': BOX },
    settings: { policy: 'live-upgrade' },
    bump: 'patch',
    rules: [],
  },
  'two copies become one in another place': {
    why: 'The declarations of both still exist.',
    before: { 'server/box.proto': BOX, 'client/box.proto': BOX },
    after: { 'api/box.proto': BOX },
    bump: 'patch',
    rules: [],
  },
  'two different copies become one in another place': {
    why: 'The copy with the additional field moved, so users of either copy lose nothing.',
    before: { 'client/box.proto': BOX, 'server/box.proto': BOX.replace('id = 1;', 'id = 1; string b = 2;') },
    after: { 'api/box.proto': BOX.replace('id = 1;', 'id = 1; string b = 2;') },
    settings: { policy: 'live-upgrade' },
    bump: 'patch',
    rules: [],
  },
  'one file becomes two copies': {
    why: 'Both are equal to the released file.',
    before: { 'api/box.proto': BOX },
    after: { 'server/box.proto': BOX, 'client/box.proto': BOX },
    bump: 'patch',
    rules: [],
  },
  'a copy that differs is added': {
    why: 'Clients built with the copy send id as a varint to servers that read a string.',
    before: { 'a/box.proto': BOX },
    after: { 'a/box.proto': BOX, 'b/box.proto': BOX_WITH_NUMBER },
    bump: 'major',
    effects: ['dropped', 'dropped'],
    rules: ['field-type-changed'],
  },
  'a copy with an additional field is added': {
    why: 'An old server ignores the additional field of clients built with the copy, which is a gap.',
    before: { 'a/box.proto': BOX },
    after: { 'a/box.proto': BOX, 'b/box.proto': BOX.replace('id = 1;', 'id = 1; string lid = 2;') },
    bump: 'minor',
    rules: ['field-added'],
  },
  'a copy with differences is deleted': {
    why: 'Its users have to use the other copy, which reads id as a number.',
    before: { 'a/box.proto': BOX_WITH_NUMBER, 'b/box.proto': BOX },
    after: { 'a/box.proto': BOX_WITH_NUMBER },
    bump: 'major',
    effects: ['dropped', 'dropped'],
    rules: ['field-type-changed'],
  },
  'an older copy is deleted': {
    why: 'The remaining copy has the same fields and an additional one, so its users lose nothing.',
    before: { 'a/box.proto': BOX.replace('id = 1;', 'id = 1; string lid = 2;'), 'b/box.proto': BOX },
    after: { 'a/box.proto': BOX.replace('id = 1;', 'id = 1; string lid = 2;') },
    bump: 'patch',
    rules: [],
  },
  'a copy with an additional field is deleted, and the other copy loses a field': {
    why: 'Users of the deleted copy lose both fields.',
    before: {
      'x/a.proto': `${P}message M { string a = 1; string b = 2; string c = 3; string d = 4; } message N {}`,
      'y/a.proto': `${P}message M { string a = 1; string b = 2; string c = 3; }`,
    },
    after: {
      'x/a.proto': `${P}message N {}`,
      'y/a.proto': `${P}message M { string a = 1; string b = 2; }`,
    },
    bump: 'major',
    rules: ['field-removed', 'field-removed'],
    says: /`c`[^]*`d`|`d`[^]*`c`/,
  },
  'both copies change in the same way': {
    why: 'Each copy is compared with its own released text.',
    before: { 'a/box.proto': BOX, 'b/box.proto': BOX },
    after: { 'a/box.proto': BOX_WITH_NUMBER, 'b/box.proto': BOX_WITH_NUMBER },
    bump: 'major',
    rules: ['field-type-changed', 'field-type-changed'],
  },
  'one copy is renamed, and the other is edited': {
    why: 'The renamed copy did not change, and the other is compared with its own released text.',
    before: { 'a/box.proto': BOX, 'b/box.proto': BOX },
    after: { 'a/box.proto': BOX_WITH_NUMBER, 'c/box.proto': BOX },
    bump: 'major',
    rules: ['field-type-changed'],
  },
  'the package of one of two copies is renamed': {
    why: 'Programs that use this copy can no longer call each other. That the other copy still has the old name changes nothing for them.',
    before: { 'a/box.proto': BOX, 'b/box.proto': BOX },
    after: { 'a/box.proto': BOX, 'b/box.proto': BOX.replace('package box', 'package crate') },
    bump: 'major',
    effects: ['rejected', 'rejected'],
    rules: ['package-changed'],
  },
  'files without a package that declare the same name are unrelated': {
    why: 'Each of two examples declares a Request, so deleting one file removes its Request.',
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
  'files of one package with one common name among many are not copies': {
    why: 'The two messages named Config are unrelated.',
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
    why: 'Both copies have the same change, so one finding is enough.',
    before: { 'a/box.proto': BOX },
    after: { 'a/box.proto': BOX_WITH_NUMBER, 'b/box.proto': BOX_WITH_NUMBER },
    bump: 'major',
    rules: ['field-type-changed'],
  },
  'a file loses a method and is copied': {
    why: 'Neither copy has the method.',
    before: { 'a/box.proto': BOX.replace('service Box {', 'service Box { rpc Shut(Key) returns (Key);') },
    after: { 'a/box.proto': BOX, 'b/box.proto': BOX },
    bump: 'major',
    rules: ['method-removed'],
  },
  'a file is copied and then edited': {
    why: 'The new copy equals the released file, so only the edited file has a finding.',
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
    why: 'It is compared with its released text.',
    before: { 'a/box.proto': BOX },
    after: { 'b/box.proto': BOX.replace('id = 1', 'id = 2') },
    bump: 'major',
    rules: ['field-renumbered'],
  },
  'a file is split': {
    why: 'Every declaration still exists, but generated code is imported by file name.',
    before: { 'a.proto': `${P}${SVC}message In { T t = 1; } message T { string a = 1; }` },
    after: {
      'a.proto': `${P}import "t.proto"; ${SVC}message In { T t = 1; }`,
      't.proto': `${P}message T { string a = 1; }`,
    },
    bump: 'minor',
    rules: ['message-moved'],
  },
  'files are merged': {
    why: 'Every declaration still exists.',
    before: {
      'a.proto': `${P}import "t.proto"; ${SVC}message In { T t = 1; }`,
      't.proto': `${P}message T { string a = 1; }`,
    },
    after: { 'a.proto': `${P}${SVC}message In { T t = 1; } message T { string a = 1; }` },
    bump: 'patch',
    rules: [],
  },
  'a file moves into a vendored folder': {
    why: 'Its users still have the same declarations.',
    before: { 'a/box.proto': BOX },
    after: { 'third_party/box.proto': BOX, 'a/other.proto': 'syntax = "proto3"; package other;' },
    bump: 'patch',
    rules: [],
  },
  'a file moves into a vendored folder and loses a field': {
    why: 'The field that its users sent is lost, regardless of the folder.',
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
  'two packages trade their files': {
    why: 'Peers do not see files: both packages declare what they declared before.',
    before: { 'a.proto': BOX, 'b.proto': BOX_WITH_NUMBER.replace('package box', 'package crate') },
    after: { 'a.proto': BOX_WITH_NUMBER.replace('package box', 'package crate'), 'b.proto': BOX },
    bump: 'minor',
    rules: ['file-renamed', 'file-renamed'],
  },
  'two packages trade their services': {
    why: 'Each file remains, but peers call other methods by the same paths.',
    before: { 'a.proto': BOX, 'b.proto': BOX_WITH_NUMBER.replace('package box', 'package crate') },
    after: { 'a.proto': BOX_WITH_NUMBER, 'b.proto': BOX.replace('package box', 'package crate') },
    bump: 'major',
    rules: ['field-type-changed', 'field-type-changed'],
  },
  'a package moves to a new file, and its old file becomes the next version': {
    why: 'The old version is still there.',
    before: { 'box.proto': BOX },
    after: { 'box.proto': BOX.replace('package box', 'package box.v2'), 'box_v1.proto': BOX },
    bump: 'minor',
    rules: ['service-added', 'file-renamed'],
  },
  'a package is renamed, and a service moves to another file of it': {
    why: 'The package is a part of the path by which the service is called, in whatever file the service is.',
    before: { 'box.proto': BOX },
    after: {
      'box.proto': 'syntax = "proto3"; package crate; message Key { string id = 1; }',
      'service.proto':
        'syntax = "proto3"; package crate; import "box.proto"; service Box { rpc Open(Key) returns (Key); }',
    },
    bump: 'major',
    effects: ['rejected', 'rejected'],
    rules: ['package-changed', 'service-renamed'],
  },
  'two versions of a package become the next versions': {
    why: 'All messages are the same, and every method uses the one that it used before. No package was renamed from v1 to v3.',
    before: {
      'v1/box.proto': 'syntax = "proto3"; package v1; message Key { string id = 1; }',
      'v2/box.proto': 'syntax = "proto3"; package v2; message Key { bytes key = 1; bool open = 2; }',
      'a.proto': `${P}import "v1/box.proto"; import "v2/box.proto"; service A { rpc Do(v1.Key) returns (v2.Key); }`,
    },
    after: {
      'v2/box.proto': 'syntax = "proto3"; package v2; message Key { string id = 1; }',
      'v3/box.proto': 'syntax = "proto3"; package v3; message Key { bytes key = 1; bool open = 2; }',
      'a.proto': `${P}import "v2/box.proto"; import "v3/box.proto"; service A { rpc Do(v2.Key) returns (v3.Key); }`,
    },
    bump: 'minor',
    rules: ['message-moved', 'message-moved'],
  },
  'a version of a package is removed, while another one is copied': {
    why: 'The copy replaces nothing, so the removed messages are lost.',
    before: {
      'v1/box.proto': 'syntax = "proto3"; package v1; message Key { string id = 1; }',
      'v2/box.proto': 'syntax = "proto3"; package v2; message Key { bytes key = 1; bool open = 2; }',
    },
    after: {
      'v2/box.proto': 'syntax = "proto3"; package v2; message Key { bytes key = 1; bool open = 2; }',
      'v3/box.proto': 'syntax = "proto3"; package v3; message Key { bytes key = 1; bool open = 2; int32 more = 3; }',
    },
    bump: 'major',
    rules: ['file-removed', 'message-added'],
  },
  'two folders, each with a file all.proto, move to another package': {
    why: 'The names of the folders show which file is which.',
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
  'a message, its fields and the field with its type are renamed': {
    why: 'Only numbers and structures are on the wire, and none of them changed.',
    before: {
      'a.proto': `${P}${SVC}message In { Configuration configuration = 1; } message Configuration { int32 days = 1; string archival_u_r_i = 2; string visibility_u_r_i = 3; }`,
    },
    after: {
      'a.proto': `${P}${SVC}message In { Config config = 1; } message Config { int32 days = 1; string archival_uri = 2; string visibility_uri = 3; }`,
    },
    bump: 'minor',
    effects: ['exact', 'exact'],
  },
  'a message moves to another package and its field names get underscores': {
    why: 'It is the same message: the words in the names and the numbers are the same.',
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
    why: 'Both mixed pairings fail, because each side calls a path that the other does not serve.',
    before: { 'vault/f.proto': `${P}${SVC}message In { string a = 1; }` },
    after: { 'fwd/f.proto': `syntax = "proto3"; package fwd; ${SVC}message In { string a = 1; }` },
    bump: 'major',
    effects: ['rejected', 'rejected'],
    rules: ['package-changed'],
  },
  'a service moves to another package, without its file': {
    why: 'One cause is one finding.',
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
  'a service moves to another package and gets a new method': {
    why: 'It is still the moved service, and the new method is an addition.',
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

cases('how a message travels', {
  'a shared import does not make a message reachable': {
    why: 'No method of the service carries Event.',
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
    says: /No method carries `Event`\. If it is stored or packed into an Any/,
  },
  'a message that only has a type in common with a request is data': {
    why: 'Reachability goes from a method to the messages that it carries, never back.',
    before: {
      'a.proto': `${P}${SVC}message In { R r = 1; } message R { int32 x = 1; } message Stored { repeated R r = 1; string a = 2; }`,
    },
    after: {
      'a.proto': `${P}${SVC}message In { R r = 1; } message R { int32 x = 1; } message Stored { repeated R r = 2; string a = 1; }`,
    },
    bump: 'major',
  },
  'an enum alone in a file is data': {
    why: 'No method carries it, so it may be stored.',
    before: { 'a.proto': `${P}enum E { U = 0; A = 1; }` },
    after: { 'a.proto': `${P}enum E { U = 0; A = 5; }` },
    bump: 'major',
  },
  'removing a message that no method carries affects only code, if there are services': {
    why: 'It is not known whether the message was ever stored.',
    before: { 'a.proto': `${P}${SVC}message In { string a = 1; } message Old { string b = 1; }` },
    after: { 'a.proto': `${P}${SVC}message In { string a = 1; }` },
    bump: 'minor',
    rules: ['message-removed'],
  },
  'removing a message without any service loses data': {
    why: 'Without a service, messages can only be stored data.',
    before: { 'a.proto': `${P}message In { string a = 1; } message Old { string b = 1; }` },
    after: { 'a.proto': `${P}message In { string a = 1; }` },
    bump: 'major',
    rules: ['message-removed'],
  },
  'a message that only a new method carries was data before': {
    why: 'Data that was stored with the old numbers is read with the new ones.',
    before: { 'a.proto': `${P}${SVC}message In { string a = 1; } message Stored { string a = 1; string b = 2; }` },
    after: {
      'a.proto': `${P}service A { rpc Do(In) returns (Out); rpc Put(Stored) returns (Out); } message Out {} message In { string a = 1; } message Stored { string a = 2; string b = 1; }`,
    },
    bump: 'major',
    says: /Stored/,
  },
  'a payload of Any is read by its numbers': {
    why: 'Executed: the old reader reads a as b.',
    before: {
      'a.proto': `${P}${ANY}${SVC}message In { google.protobuf.Any o = 1; } message D { string a = 1; string b = 2; }`,
    },
    after: {
      'a.proto': `${P}${ANY}${SVC}message In { google.protobuf.Any o = 1; } message D { string a = 2; string b = 1; }`,
    },
    bump: 'major',
    effects: ['altered', 'altered'],
  },
  'a payload of Any is found by its name, even if no file imports it': {
    why: 'Executed: unpacking fails, because the type URL contains the name.',
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
  'a payload of Any is removed': {
    why: 'Neither side can unpack what the other packs.',
    before: { 'a.proto': `${P}${ANY}${SVC}message In { google.protobuf.Any o = 1; } message D { string a = 1; }` },
    after: { 'a.proto': `${P}${ANY}${SVC}message In { google.protobuf.Any o = 1; }` },
    bump: 'major',
    effects: ['rejected', 'rejected'],
    rules: ['message-removed'],
  },
  'the package of payloads of Any is renamed': {
    why: 'The package is part of their full names.',
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
  'a renamed request is not a payload of Any': {
    why: 'A method carries it, so it needs no Any.',
    before: { 'a.proto': `${P}${ANY}${SVC}message In { google.protobuf.Any o = 1; }` },
    after: { 'a.proto': `${P}${ANY}${SVC.replace('In', 'Input')}message Input { google.protobuf.Any o = 1; }` },
    bump: 'minor',
    rules: ['message-renamed'],
  },
  'an Any in a vendored file has no effect': {
    why: 'Only a use of Any in the own protocol counts.',
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
  'a mask in the request also names fields of the response': {
    why: 'A read mask selects fields of the response.',
    before: {
      'a.proto': `${P}import "google/protobuf/field_mask.proto"; service A { rpc Do(In) returns (Item); } message In { google.protobuf.FieldMask mask = 1; } message Item { string bar = 1; }`,
    },
    after: {
      'a.proto': `${P}import "google/protobuf/field_mask.proto"; service A { rpc Do(In) returns (Item); } message In { google.protobuf.FieldMask mask = 1; } message Item { string quu = 1; }`,
    },
    bump: 'major',
    rules: ['field-renamed'],
  },
  'a mask of another method has no effect': {
    why: 'The method that carries Item does not carry a mask.',
    before: {
      'a.proto': `${P}import "google/protobuf/field_mask.proto"; service A { rpc Do(Item) returns (Item); rpc Other(Mask) returns (Mask); } message Mask { google.protobuf.FieldMask mask = 1; } message Item { string bar = 1; }`,
    },
    after: {
      'a.proto': `${P}import "google/protobuf/field_mask.proto"; service A { rpc Do(Item) returns (Item); rpc Other(Mask) returns (Mask); } message Mask { google.protobuf.FieldMask mask = 1; } message Item { string quu = 1; }`,
    },
    bump: 'minor',
    rules: ['field-renamed'],
  },
  'a package is renamed to one that a copy already has': {
    why: 'After the change, the two services are equal. The removed old name is one finding.',
    before: {
      'a.proto':
        'syntax = "proto3"; package remote; service Hypervisor { rpc Create(In) returns (In); rpc Stop(In) returns (In); } message In { string a = 1; }',
      'b/b.proto':
        'syntax = "proto3"; package hypervisor; service Hypervisor { rpc Create(In) returns (In); rpc Stop(In) returns (In); } message In { string a = 1; }',
    },
    after: {
      'a.proto':
        'syntax = "proto3"; package hypervisor; service Hypervisor { rpc Create(In) returns (In); rpc Stop(In) returns (In); } message In { string a = 1; }',
      'b/b.proto':
        'syntax = "proto3"; package hypervisor; service Hypervisor { rpc Create(In) returns (In); rpc Stop(In) returns (In); } message In { string a = 1; }',
    },
    bump: 'major',
    rules: ['package-changed'],
  },
  'a message for options is read only by compilers': {
    why: 'No peer sends it.',
    before: {
      'o.proto': `${P}import "google/protobuf/descriptor.proto"; message Rules { string a = 1; string b = 2; } extend google.protobuf.FieldOptions { Rules rules = 50001; }`,
    },
    after: {
      'o.proto': `${P}import "google/protobuf/descriptor.proto"; message Rules { string a = 1; } extend google.protobuf.FieldOptions { Rules rules = 50001; }`,
    },
    bump: 'minor',
    rules: ['field-removed'],
  },
  'a field switches to a new type, and the old type still exists': {
    why: 'The release does not have the new type, so the members are compared by number, and the bytes mean the same.',
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

cases('unknown types and imports', {
  'an unknown type becomes a known one': {
    why: 'Executed with a message type: the new reader rejects or misreads it.',
    before: { 'a.proto': `${P}import "google/type/money.proto"; ${SVC}message In { google.type.Money price = 3; }` },
    after: { 'a.proto': `${P}${SVC}message In { string price = 3; }` },
    bump: 'major',
    rules: ['field-type-changed'],
  },
  'an unknown type becomes another unknown one': {
    why: 'There is no evidence that the two types are equal.',
    before: { 'a.proto': `${P}import "ext.proto"; ${SVC}message In { ext.X f = 1; }` },
    after: { 'a.proto': `${P}import "ext.proto"; ${SVC}message In { ext.Y f = 1; }` },
    bump: 'major',
    says: /ext\.(X|Y)/,
  },
  'a list of an unknown type becomes one value': {
    why: 'Executed: all elements except one are lost, with any type.',
    before: { 'a.proto': `${P}import "ext.proto"; ${SVC}message In { repeated ext.X f = 1; }` },
    after: { 'a.proto': `${P}import "ext.proto"; ${SVC}message In { ext.X f = 1; }` },
    bump: 'major',
  },
  'an unknown type does not change': {
    why: 'Types with the same name are assumed to be equal, and one remark says that they were not compared.',
    before: { 'a.proto': `${P}import "ext.proto"; ${SVC}message In { ext.X f = 1; }` },
    after: { 'a.proto': `${P}import "ext.proto"; ${SVC}message In { ext.X f = 1; string g = 2; }` },
    bump: 'minor',
    rules: ['field-added'],
    notCompared: ['ext.proto'],
  },
  'the name of an unknown type is written differently': {
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
    bump: 'none',
    rules: [],
  },
  'a field with an unknown type gets another number': {
    why: 'Old peers still send the old number.',
    before: { 'a.proto': `${P}import "ext.proto"; ${SVC}message In { ext.X f = 1; }` },
    after: { 'a.proto': `${P}import "ext.proto"; ${SVC}message In { ext.X f = 2; }` },
    bump: 'major',
    rules: ['field-renumbered'],
  },
  'a type without a declaration': {
    why: 'protoc rejects the text, so the field cannot be judged.',
    before: { 'a.proto': `${P}${SVC}message In { string a = 1; }` },
    after: { 'a.proto': `${P}${SVC}message In { strng a = 1; }` },
    bump: 'patch',
    rules: [],
    problems: ['undeclared-type'],
    says: /strng/,
  },
  'a misspelt import': {
    why: 'All imports of the release are found, so this one is a mistake.',
    before: {
      'a.proto': `${P}import "types.proto"; service A { rpc Do(t.T) returns (t.T); }`,
      'types.proto': 'syntax = "proto3"; package t; message T { string a = 1; }',
    },
    after: {
      'a.proto': `${P}import "tipes.proto"; service A { rpc Do(t.T) returns (t.T); }`,
      'types.proto': 'syntax = "proto3"; package t; message T { string a = 1; }',
    },
    bump: 'patch',
    problems: ['missing-import', 'unresolved-type'],
    says: /"t\.T" is not declared .*, so it is not compared\. Another place uses this name, too\./,
  },
  'an imported file is deleted': {
    why: 'protoc rejects the importing file, although it did not change.',
    before: {
      'a.proto': `${P}import "types.proto"; service A { rpc Do(t.T) returns (t.T); }`,
      'types.proto': 'syntax = "proto3"; package t; message T { string a = 1; }',
    },
    after: { 'a.proto': `${P}import "types.proto"; service A { rpc Do(t.T) returns (t.T); }` },
    bump: 'minor',
    problems: ['missing-import'],
    says: /"types\.proto" was not found, but the release has it\. If it was moved, import its new path\. Otherwise restore it, or remove this import\./,
  },
  'an imported file is moved': {
    why: 'The importing file has to import the new path.',
    before: {
      'a.proto': `${P}import "types.proto"; service A { rpc Do(t.T) returns (t.T); }`,
      'types.proto': 'syntax = "proto3"; package t; message T { string a = 1; }',
    },
    after: {
      'a.proto': `${P}import "types.proto"; service A { rpc Do(t.T) returns (t.T); }`,
      'shared/kinds.proto': 'syntax = "proto3"; package t; message T { string a = 1; }',
    },
    bump: 'minor',
    problems: ['missing-import'],
    says: /"types\.proto" was not found, but the release has it\. What it declared is in `shared\/kinds\.proto` now, so import that instead\./,
  },
  'an imported file is merged into the importing file': {
    why: 'The file cannot import itself.',
    before: {
      'a.proto': `${P}import "types.proto"; service A { rpc Do(T) returns (T); }`,
      'types.proto': `${P}message T { string a = 1; }`,
    },
    after: { 'a.proto': `${P}import "types.proto"; service A { rpc Do(T) returns (T); } message T { string a = 1; }` },
    bump: 'patch',
    problems: ['missing-import'],
    says: /"types\.proto" was not found, but the release has it\. What it declared is in `a\.proto` now, so remove this import\./,
  },
  'an imported file is merged into another one that is imported, too': {
    why: 'The other import is enough.',
    before: {
      'a.proto': `${P}import "b.proto"; import "types.proto"; service A { rpc Do(T) returns (B); }`,
      'b.proto': `${P}message B { string a = 1; }`,
      'types.proto': `${P}message T { string a = 1; }`,
    },
    after: {
      'a.proto': `${P}import "b.proto"; import "types.proto"; service A { rpc Do(T) returns (B); }`,
      'b.proto': `${P}message B { string a = 1; } message T { string a = 1; }`,
    },
    bump: 'patch',
    problems: ['missing-import'],
    says: /What it declared is in `b\.proto` now, so remove this import\./,
  },
  'a file has the same misspelt import twice': {
    why: 'It is reported once, and no other file imports it.',
    before: { 'a.proto': `${P}import "types.proto"; message A { T t = 1; }`, 'types.proto': `${P}message T {}` },
    after: {
      'a.proto': `${P}import "tipes.proto"; import "tipes.proto"; import "types.proto"; message A { T t = 1; }`,
      'types.proto': `${P}message T {}`,
    },
    bump: 'patch',
    problems: ['missing-import'],
    says: /or add the folder of its files to importRoots\.$/m,
  },
  'an imported file is deleted, and other files import what is in another repository': {
    why: 'A dependency may contain the file now, so this may be right.',
    before: {
      'a.proto': `${P}import "types.proto"; service A { rpc Do(t.T) returns (t.T); }`,
      'types.proto': 'syntax = "proto3"; package t; message T { string a = 1; }',
      'b.proto': `${P}import "elsewhere.proto"; message B {}`,
    },
    after: {
      'a.proto': `${P}import "types.proto"; service A { rpc Do(t.T) returns (t.T); }`,
      'b.proto': `${P}import "elsewhere.proto"; message B {}`,
    },
    bump: 'minor',
    problems: ['unresolved-import'],
    says: /^"types\.proto" was not found, but the release has it\. Unless a dependency has it now, import its new path, restore it, or remove this import\.$/m,
  },
  'a type that an unchanged file uses is renamed': {
    why: 'protoc rejects the file that uses the old name.',
    before: {
      'a.proto': `${P}import "types.proto"; service A { rpc Do(t.T) returns (t.T); }`,
      'types.proto': 'syntax = "proto3"; package t; message T { string a = 1; }',
    },
    after: {
      'a.proto': `${P}import "types.proto"; service A { rpc Do(t.T) returns (t.T); }`,
      'types.proto': 'syntax = "proto3"; package t; message U { string a = 1; }',
    },
    bump: 'minor',
    problems: ['undeclared-type', 'undeclared-type'],
  },
  'an import that the release did not resolve is still unresolved in an unchanged file': {
    why: 'It is reported where the user works, not in every file that has it.',
    before: {
      'a.proto': `${P}import "ext.proto"; import "types.proto"; service A { rpc Do(t.T) returns (ext.X); }`,
      'types.proto': 'syntax = "proto3"; package t; message T { string a = 1; }',
    },
    after: {
      'a.proto': `${P}import "ext.proto"; import "types.proto"; service A { rpc Do(t.T) returns (ext.X); }`,
      'types.proto': 'syntax = "proto3"; package t; message T { string a = 1; string b = 2; }',
    },
    bump: 'minor',
    problems: [],
    notCompared: ['ext.proto'],
  },
  'an extension of an unknown message is renumbered': {
    why: 'The message may be stored or sent.',
    before: { 'a.proto': `${P2}import "ext.proto"; extend ext.X { optional string a = 100; }` },
    after: { 'a.proto': `${P2}import "ext.proto"; extend ext.X { optional string a = 101; }` },
    bump: 'major',
    effects: ['dropped', 'dropped'],
    rules: ['field-renumbered'],
    says: /The declaration of `ext\.X` was not found\. If it is stored or sent, /,
  },
  'the type of an extension of an unknown message changes': {
    why: 'The message may be stored or sent.',
    before: { 'a.proto': `${P2}import "ext.proto"; extend ext.X { optional string a = 100; }` },
    after: { 'a.proto': `${P2}import "ext.proto"; extend ext.X { optional int32 a = 100; }` },
    bump: 'major',
    effects: ['dropped', 'dropped'],
    rules: ['field-type-changed'],
  },
  'an extension of an unknown message is removed': {
    why: 'The message may be stored or sent.',
    before: {
      'a.proto': `${P2}import "ext.proto"; extend ext.X { optional string a = 100; optional string b = 101; }`,
    },
    after: { 'a.proto': `${P2}import "ext.proto"; extend ext.X { optional string a = 100; }` },
    bump: 'major',
    effects: ['dropped', 'absent'],
    rules: ['extension-removed'],
  },
  'two extensions of an unknown message swap their numbers': {
    why: 'Each is read as the other one.',
    before: {
      'a.proto': `${P2}import "ext.proto"; extend ext.X { optional string a = 100; optional string b = 101; }`,
    },
    after: { 'a.proto': `${P2}import "ext.proto"; extend ext.X { optional string a = 101; optional string b = 100; }` },
    bump: 'major',
    effects: ['altered', 'altered'],
    rules: ['field-renumbered', 'field-renumbered'],
  },
  'a message in an extension of an unknown message loses a field': {
    why: 'The unknown message may be stored or sent.',
    before: {
      'a.proto': `${P2}import "ext.proto"; message M { optional string a = 1; optional string b = 2; } extend ext.X { optional M m = 100; }`,
    },
    after: {
      'a.proto': `${P2}import "ext.proto"; message M { optional string a = 1; } extend ext.X { optional M m = 100; }`,
    },
    bump: 'major',
    rules: ['field-removed'],
  },
  'an extension of options in a file that is not found is renumbered': {
    why: 'Only compilers and code generators read options.',
    before: {
      'a.proto': `${P2}import "buf/validate/validate.proto"; extend buf.validate.StringRules { optional string a = 100; }`,
    },
    after: {
      'a.proto': `${P2}import "buf/validate/validate.proto"; extend buf.validate.StringRules { optional string a = 101; }`,
    },
    bump: 'patch',
    rules: ['field-renumbered'],
    says: /It is used only in options, which only compilers read/,
  },
  'a message in an extension of options in a file that is not found loses a field': {
    why: 'Only compilers and code generators read options.',
    before: {
      'a.proto': `${P2}import "validate/validate.proto"; message M { optional string a = 1; optional string b = 2; } extend validate.FieldRules { optional M m = 1100; }`,
    },
    after: {
      'a.proto': `${P2}import "validate/validate.proto"; message M { optional string a = 1; } extend validate.FieldRules { optional M m = 1100; }`,
    },
    bump: 'minor',
    rules: ['field-removed'],
  },
  'an unresolved import in a repository with other unresolved imports': {
    why: 'The release has imports from other repositories, so this file can be in one of them, too.',
    before: { 'a.proto': `${P}import "ext.proto"; message In { string a = 1; }` },
    after: { 'a.proto': `${P}import "ext.proto"; import "more.proto"; message In { string a = 1; }` },
    bump: 'patch',
    problems: ['unresolved-import', 'unresolved-import'],
  },
  'an import that is unresolved in many files': {
    why: 'One cause is one problem.',
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
  'a name that two packages use for types that were not found': {
    why: 'The types may be different ones.',
    before: {
      'a.proto': `${P}import "ext/a.proto"; message M { Tag t = 1; }`,
      'b.proto': 'syntax = "proto3"; package b; import "ext/b.proto"; message N { Tag t = 1; }',
    },
    after: {
      'a.proto': `${P}import "ext/a.proto"; message M { Tag t = 1; string s = 2; }`,
      'b.proto': 'syntax = "proto3"; package b; import "ext/b.proto"; message N { Tag t = 1; string s = 2; }',
    },
    bump: 'minor',
    problems: ['unresolved-import', 'unresolved-type', 'unresolved-import'],
    says: /"Tag" is not declared .*, so it is not compared\. Another place uses this name, too\./,
    notCompared: ['ext/a.proto', 'ext/b.proto'],
  },
  'a file that imports itself': {
    why: 'protoc rejects it. The name is not misspelt.',
    before: { 'a.proto': `${P}message M {}` },
    after: { 'a.proto': `${P}import "a.proto"; message M {}` },
    bump: 'patch',
    problems: ['missing-import'],
    says: /"a\.proto" is this file\. A file cannot import itself\.$/m,
  },
  'imports of files that protoc includes': {
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
  'a vendored message inside a request is sent': {
    why: 'Its removed field is lost.',
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
  'a vendored message inside a stored message is stored': {
    why: 'A message of the repository that no method carries is data, and so are the messages inside it.',
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
  'a vendored message that the repository does not use is not reported': {
    why: 'The file is imported for another message than the changed one.',
    before: {
      'a.proto': `${P}import "third_party/t.proto"; service A { rpc Do(In) returns (In); } message In { t.T t = 1; }`,
      'third_party/t.proto': 'syntax = "proto3"; package t; message T { string a = 1; } message U { string a = 1; }',
    },
    after: {
      'a.proto': `${P}import "third_party/t.proto"; service A { rpc Do(In) returns (In); } message In { t.T t = 1; }`,
      'third_party/t.proto': 'syntax = "proto3"; package t; message T { string a = 1; } message U { int32 a = 1; }',
    },
    bump: 'none',
    rules: [],
  },
  'a removed vendored file that was not used is listed as not compared': {
    why: 'Otherwise, the report would look as if nothing had changed.',
    before: {
      'a.proto': `${P}${SVC}message In { string a = 1; }`,
      'Godeps/x/y.proto': 'syntax = "proto3"; package y; message M { string a = 1; }',
    },
    after: { 'a.proto': `${P}${SVC}message In { string a = 1; }` },
    bump: 'none',
    notCompared: ['Godeps/x/y.proto'],
  },
});

cases('a check of one file', {
  'checks the protocol of that file': {
    why: 'The changed message is in a request of the given file.',
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
  'leaves out files that it does not import': {
    why: 'They belong to another protocol of the repository.',
    before: { 'a.proto': `${P}message M { string a = 1; }`, 'b.proto': BOX },
    after: { 'a.proto': `${P}message M { string a = 1; string b = 2; }`, 'b.proto': BOX_WITH_NUMBER },
    paths: ['a.proto'],
    bump: 'minor',
    rules: ['field-added'],
  },
});

cases('one cause, one finding', {
  'an option that is removed from many files': {
    why: 'The removals have one cause.',
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
  'an option that is removed from many fields': {
    why: 'The removals have one cause.',
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
