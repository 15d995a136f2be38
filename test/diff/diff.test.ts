import { describe, expect, test } from 'vitest';
import { diff } from '../../server/diff/diff.ts';
import { valueText } from '../../server/diff/options.ts';
import type { Diff } from '../../server/diff/pairs.ts';
import { parse } from '../../server/proto/parse.ts';
import type { Schema } from '../../server/schema/model.ts';
import { schemaOf } from '../rules/fixtures.ts';

const AGENT = `syntax = "proto3";
package grpc;

service AgentService {
  rpc CreateContainer(CreateContainerRequest) returns (CreateContainerResponse);
  rpc RemoveContainer(RemoveContainerRequest) returns (RemoveContainerResponse);
}

message CreateContainerRequest {
  string container_id = 1;
  string sandbox_id = 2;
  Mount rootfs = 3;
}

message CreateContainerResponse {
  Status status = 1;
}

message RemoveContainerRequest {
  string container_id = 1;
}

message RemoveContainerResponse {}

message Mount {
  string source = 1;
  string target = 2;
  map<string, Option> options = 3;
}

message Option {
  string value = 1;
}

enum Status {
  STATUS_UNSET = 0;
  STATUS_RUNNING = 1;
}

message Unused {
  string id = 1;
}
`;

describe('unchanged declarations', () => {
  test('give no pairs of members, whatever the spelling of names, the order and the layout', () => {
    const spelled = AGENT.replace('  Mount rootfs', '  .grpc.Mount   rootfs')
      .replace('(CreateContainerRequest)', '(grpc.CreateContainerRequest)')
      .replace(
        '  string source = 1;\n  string target = 2;\n',
        '  // Where.\n  string target = 2;\n  string source = 1;\n',
      );
    expect(summary(between(AGENT, AGENT))).toEqual([]);
    const { messages } = between(AGENT, spelled);
    expect(messages.flatMap(({ fields, oneofs, reservations }) => [...fields, ...oneofs, ...reservations])).toEqual([]);
  });

  test('proto3 and an edition with the same features give no pairs', () => {
    const edition = AGENT.replace(
      'syntax = "proto3";',
      'edition = "2023";\noption features.field_presence = IMPLICIT;',
    );
    expect(summary(between(AGENT, edition))).toEqual([]);
  });

  test('equal text gives a pair if its type name resolves to another type', () => {
    const side = (inner: string) =>
      sideOf({
        'm.proto': 'syntax = "proto3"; package a.b; import "outer.proto"; import "inner.proto"; message M { T t = 1; }',
        'outer.proto': 'syntax = "proto3"; package a; message T { string id = 1; }',
        'inner.proto': `syntax = "proto3"; package a.b; message ${inner} { int32 id = 1; }`,
      });
    const { messages } = diff(side('Other'), side('T'), { stored: [] });
    expect(messages.flatMap(({ fields }) => fields.map((pair) => pair.new?.fullName))).toEqual(['a.b.M.t']);
  });

  test.each([
    ['an unrelated type of another file without a package', '', 'bytes other = 7;', ['M.t']],
    ['another version of the type', 'package a;', 'string id = 1;', ['a.M.t']],
  ])('equal text gives a pair if its type name now means %s', (_, header, members, fields) => {
    const side = (imported: string, files: Record<string, string>) =>
      sideOf({
        'm.proto': `syntax = "proto3"; ${header} import "${imported}"; message M { T t = 1; }`,
        ...Object.fromEntries(
          Object.entries(files).map(([path, text]) => [path, `syntax = "proto3"; ${header} ${text}`]),
        ),
      });
    const kept = 'message A {} message B {} message C {}';
    const others = 'message D {} message E {} message F {}';
    const old = side('x.proto', {
      'x.proto': `${kept} message T { string id = 1; int32 size = 2; }`,
      ...(header !== '' && { 'y.proto': `${others} message T { ${members} }` }),
    });
    const edited = side('y.proto', { 'x.proto': kept, 'y.proto': `${others} message T { ${members} }` });
    const { messages } = diff(old, edited, { stored: [] });
    expect(messages.flatMap((pair) => pair.fields).map((pair) => pair.new?.fullName)).toEqual(fields);
  });
});

describe('damaged text', () => {
  test.each<[string, string, string]>([
    ['a field that is being typed', '  string sandbox_id = 2;\n', '  string sandb\n'],
    ['a broken line in place of a field', '  string sandbox_id = 2;\n', '  string = = 2\n'],
    ['a broken value in an enum', '  STATUS_RUNNING = 1;\n', '  STATUS_RUN\n'],
    [
      'a broken method',
      '  rpc RemoveContainer(RemoveContainerRequest) returns (RemoveContainerResponse);\n',
      '  rpc RemoveContainer(\n',
    ],
    ['a broken message', 'message Option {\n', 'message {\n'],
    ['a broken service', 'service AgentService {\n', 'service {\n'],
    ['an unclosed comment', 'message Mount {', '/* message Mount {'],
    ['a file cut off', AGENT.slice(AGENT.indexOf('message Mount')), 'mess'],
  ])(
    '%s in the edited text does not count as a removal, and in the released text not as an addition',
    (_, from, to) => {
      expect(AGENT).toContain(from);
      const damaged = AGENT.replace(from, to);
      expect(removed(between(AGENT, damaged))).toEqual([]);
      expect(added(between(damaged, AGENT))).toEqual([]);
    },
  );

  test('a broken extension in the edited text does not count as a removal, and in the released text not as an addition', () => {
    const whole = 'syntax = "proto2"; message M { extensions 100 to 200; } extend M { optional string note = 100; }';
    const damaged = whole.replace('extend M {', 'extend M');
    expect(removed(between(whole, damaged))).toEqual([]);
    expect(added(between(damaged, whole))).toEqual([]);
  });

  test('a second field with the same number gives no pair, because somebody may still be typing the number', () => {
    const next = '  string sandbox_id = 2;\n';
    for (const edited of [`${next}  string annotation = 2\n`, `  string annotation = 2;\n${next}`]) {
      expect(AGENT).toContain(next);
      expect(between(AGENT, AGENT.replace(next, edited)).messages.flatMap((pair) => pair.fields)).toEqual([]);
    }
  });

  test('a damaged package removes nothing', () => {
    expect(removed(between(AGENT, AGENT.replace('package grpc;', 'package gr..')))).toEqual([]);
  });

  test('a removal in another message is still found', () => {
    const edited = AGENT.replace('  string sandbox_id = 2;\n', '').replace('  STATUS_RUNNING = 1;\n', '  STATUS_RUN\n');
    expect(removed(between(AGENT, edited))).toEqual(['grpc.CreateContainerRequest.sandbox_id']);
  });
});

describe('carriers', () => {
  const changed = AGENT.replaceAll(/^( {2}string \w+ = \d);$/gm, '$1 [deprecated = true];').replace(
    'STATUS_RUNNING = 1',
    'STATUS_RUN = 1',
  );
  const carriersIn = ({ messages, enums }: Diff, name: string): string[] => {
    const pair = [...messages, ...enums].find(({ new: edited }) => edited?.fullName === name);
    return pair === undefined
      ? ['no pair']
      : Object.entries(pair.carriers).flatMap(([carrier, isUsed]) => (isUsed ? [carrier] : []));
  };

  test.each([
    ['grpc.CreateContainerRequest', ['request']],
    ['grpc.Mount', ['request']],
    ['grpc.Option', ['request']],
    ['grpc.Status', ['response']],
    // No method carries it.
    ['grpc.Unused', ['data', 'uncarried']],
  ])('of %s are %j', (name, carriers) => {
    expect(carriersIn(between(AGENT, changed), name)).toEqual(carriers);
  });

  test('of stored messages and their contents include data', () => {
    const stored = between(AGENT, changed, ['grpc.Unused', 'grpc.Mount']);
    expect(carriersIn(stored, 'grpc.Unused')).toEqual(['data']);
    expect(carriersIn(stored, 'grpc.Option')).toEqual(['request', 'data']);
  });

  test.each([
    ['a method', '  rpc CreateContainer(CreateContainerRequest)', '  rpc CreateContainer(CreateCon'],
    ['a service', 'service AgentService {', 'service {'],
  ])('are not lost while %s is half typed', (_, from, to) => {
    expect(changed).toContain(from);
    const found = between(AGENT, changed.replace(from, to));
    expect(carriersIn(found, 'grpc.CreateContainerRequest')).toEqual(['request']);
    expect(carriersIn(found, 'grpc.Status')).toEqual(['response']);
  });

  test('of messages that no method carries are data, with or without services', () => {
    const types = 'syntax = "proto3";\npackage types;\nmessage Mount {\n  string source = 1;\n}\n';
    const old = sideOf({ 'types.proto': types });
    const edited = sideOf({ 'types.proto': types.replace('source = 1', 'source = 2') });
    expect(carriersIn(diff(old, edited, { stored: [] }), 'types.Mount')).toEqual(['data']);
    const withServices = diff(old, edited, { stored: [], protocol: { hasServices: true, usesAny: true } });
    expect(withServices.messages[0]?.carriers).toEqual({
      request: false,
      response: false,
      data: true,
      uncarried: 'Mount',
      packed: true,
    });
  });

  test('a removed message that only a removed method reaches is folded', () => {
    const edited = AGENT.replace(/ {2}rpc RemoveContainer.*\n/, '').replace(
      /message RemoveContainerRequest \{[^}]*\}\n/,
      '',
    );
    const { messages } = between(AGENT, edited);
    expect(messages.map(({ old, folded }) => [old?.name, folded])).toEqual([['RemoveContainerRequest', true]]);
  });

  test('of the type of a removed field are those of the message that had the field', () => {
    const edited = AGENT.replace('  Mount rootfs = 3;\n', '').replace('  string target = 2;\n', '');
    expect(carriersIn(between(AGENT, edited), 'grpc.Mount')).toEqual(['request']);
  });
});

describe('matching types by content', () => {
  const wide = (name: string, fields: number): string =>
    `message ${name} {\n${Array.from({ length: fields }, (_, index) => `  string f${String(index)} = ${String(index + 1)};\n`).join('')}}\n`;
  const file = (...messages: string[]): string => `syntax = "proto3";\npackage p;\n${messages.join('')}`;
  const matchOf = (old: string, edited: string): string[] =>
    between(old, edited).messages.map(
      ({ old: before, new: now, match }) => `${before?.name ?? ''} -> ${now?.name ?? ''}: ${match}`,
    );

  test('renamed if three quarters of the fields remain, but not if half of them do', () => {
    expect(matchOf(file(wide('A', 4)), file(wide('B', 4).replace('  string f3 = 4;\n', '  int32 g3 = 4;\n')))).toEqual([
      'A -> B: renamed',
    ]);
    expect(
      matchOf(file(wide('A', 4)), file(wide('B', 4).replace('f2 = 3', 'g2 = 3').replace('f1 = 2', 'g1 = 2'))),
    ).toEqual(['A -> : same', ' -> B: same']);
  });

  test('not renamed if two candidates are equally similar', () => {
    expect(matchOf(file(wide('A', 2)), file(wide('B', 2), wide('C', 2)))).toEqual([
      'A -> : same',
      ' -> B: same',
      ' -> C: same',
    ]);
  });

  test('moved into a message, with its inner types', () => {
    const inner = 'message Inner {\n  string id = 1;\n  message Deep {\n    string id = 1;\n  }\n}\n';
    expect(matchOf(file(inner, 'message Outer {}\n'), file(`message Outer {\n${inner}}\n`))).toEqual([
      'Inner -> Inner: moved',
      'Outer -> Outer: same',
    ]);
  });

  test('moved, even if half of the fields changed, if the same method uses the old and the new type', () => {
    const service = (type: string): string => `service S {\n  rpc R(${type}) returns (${type});\n}\n`;
    const now = wide('A', 4).replace('f3 = 4', 'g3 = 4').replace('f2 = 3', 'g2 = 3');
    const outer = `message Outer {\n${now}}\n`;
    const old = file(wide('A', 4), 'message Outer {}\n', service('A'));
    expect(matchOf(old, file(outer, service('Outer.A')))).toEqual(['A -> A: moved', 'Outer -> Outer: same']);
    expect(matchOf(old, file(outer, service('Outer')))).toContain('A -> : same');
  });

  test('renamed, even if empty, if the same method uses the old and the new type', () => {
    const old =
      'syntax = "proto3";\npackage p;\nservice S {\n  rpc Get(GetRequest) returns (GetResponse);\n}\nmessage GetRequest {}\nmessage GetResponse {\n  string id = 1;\n}\n';
    expect(matchOf(old, old.replaceAll('GetRequest', 'FetchRequest'))).toEqual(['GetRequest -> FetchRequest: renamed']);
  });

  test('renamed with its parent, even if a method also uses it directly', () => {
    const text = (outer: string): string =>
      file(
        `service S {\n  rpc Get(${outer}.Inner) returns (${outer});\n}\n`,
        `message ${outer} {\n  message Inner {}\n  int32 id = 1;\n}\n`,
      );
    expect(matchOf(text('A'), text('B'))).toEqual(['A -> B: renamed']);
    const onlyInner = (outer: string): string => text(outer).replace(`returns (${outer})`, `returns (${outer}.Inner)`);
    expect(matchOf(onlyInner('A'), onlyInner('B'))).toEqual(['A -> B: renamed']);
  });

  test('renamed inside a message that was renamed too, even if half of the fields changed, if the same method uses it', () => {
    const text = (outer: string, inner: string): string =>
      file(
        `service S {\n  rpc Get(${outer}.${inner}) returns (Other);\n}\nmessage Other {}\n`,
        `message ${outer} {\n  ${wide(inner, 4)}  int32 id = 1;\n}\n`,
      );
    const now = text('C', 'D').replace('f3 = 4', 'g3 = 4').replace('f2 = 3', 'g2 = 3');
    expect(matchOf(text('A', 'B'), now)).toEqual(['A -> C: renamed', 'B -> D: renamed']);
  });

  test('renamed inside a message that was renamed too', () => {
    const text = (outer: string, inner: string): string =>
      file(`message ${outer} {\n  ${wide(inner, 2)}  ${inner} first = 1;\n  ${inner} last = 2;\n}\n`);
    expect(matchOf(text('A', 'B'), text('C', 'D'))).toEqual(['A -> C: renamed', 'B -> D: renamed']);
  });
});

test('names of JavaScript object properties are ordinary names', () => {
  const old =
    'syntax = "proto3";\npackage constructor;\nmessage __proto__ {\n  string toString = 1;\n  string __proto__ = 2;\n}\nenum hasOwnProperty {\n  valueOf = 0;\n}\n';
  expect(summary(between(old, old))).toEqual([]);
  expect(removed(between(old, old.replace('  string __proto__ = 2;\n', '')))).toEqual([
    'constructor.__proto__.__proto__',
  ]);
});

test('diff returns only pairs of the requested files, with carriers from all files', () => {
  const types = 'syntax = "proto3";\npackage grpc;\nmessage Extra {\n  string id = 1;\n}\n';
  const agent = AGENT.replace('package grpc;', 'package grpc;\nimport "types.proto";').replace(
    '  Mount rootfs = 3;',
    '  Mount rootfs = 3;\n  Extra extra = 4;',
  );
  const old = sideOf({ 'agent.proto': agent, 'types.proto': types });
  const edited = sideOf({
    'agent.proto': agent.replace('target = 2', 'target = 4'),
    'types.proto': types.replace('id = 1', 'id = 2'),
  });
  const found = diff(old, edited, { stored: [], reports: (path) => path === 'types.proto' });
  expect(found.messages.map((pair) => pair.new?.name)).toEqual(['Extra']);
  expect(found.messages[0]?.carriers).toEqual({ request: true, response: false, data: false });
  expect(found.files.map((pair) => pair.new?.path)).toEqual(['types.proto']);
});

test('an extension that became a field of a message in another file is reported in both files', () => {
  const agent = 'syntax = "proto2"; package a; message M { extensions 100 to 199; }';
  const other = 'syntax = "proto2"; package a; import "agent.proto";';
  const extended = `${other} extend M { optional int32 pid = 100; }`;
  const field = 'syntax = "proto2"; package a; message M { optional int32 pid = 100; extensions 101 to 199; }';
  const old = sideOf({ 'agent.proto': agent, 'other.proto': extended });
  const edited = sideOf({ 'agent.proto': field, 'other.proto': other });
  for (const [path, inMessage, alone] of [
    ['other.proto', [], ['pid']],
    ['agent.proto', ['pid'], []],
  ] as const) {
    const found = diff(old, edited, { stored: [], reports: (reported) => reported === path });
    expect(found.messages.flatMap(({ fields }) => fields.map((pair) => pair.new?.name))).toEqual(inMessage);
    expect(found.extensions.map((pair) => pair.new?.name)).toEqual(alone);
  }
});

describe('what extends or uses messages of files that were not found', () => {
  const FILE = 'syntax = "proto2"; package a; import "elsewhere.proto";';

  test.each([
    ['Left', 'Left', ['kept a.new_note']],
    ['Left', 'a.Left', ['kept a.new_note']],
    ['Left', 'Right', ['removed a.note', 'added a.new_note']],
  ])('a new name for an extension of %s, which now extends %s, gives %j', (before, now, expected) => {
    const found = between(
      `${FILE} extend ${before} { optional int32 note = 100; }`,
      `${FILE} extend ${now} { optional int32 new_note = 100; }`,
    );
    expect(summary(found)).toEqual(expected);
  });

  test('an extension that now extends another message counts as removed and added', () => {
    const extend = (name: string): string => `${FILE} extend ${name} { optional int32 note = 100; }`;
    expect(summary(between(extend('Left'), extend('Right')))).toEqual(['removed a.note', 'added a.note']);
  });

  test.each([
    ['Left', ['kept a.S.ReadAll']],
    ['Right', ['removed a.S.Read', 'added a.S.ReadAll']],
  ])('a new name for a method that took Left, and now takes %s, gives %j', (now, expected) => {
    const found = between(
      `${FILE} service S { rpc Read(Left) returns (Left); }`,
      `${FILE} service S { rpc ReadAll(${now}) returns (Left); }`,
    );
    expect(summary(found)).toEqual(expected);
  });
});

function between(old: string, edited: string, stored: readonly string[] = []): Diff {
  return diff(sideOf({ 'agent.proto': old }), sideOf({ 'agent.proto': edited }), { stored });
}

function sideOf(files: Readonly<Record<string, string>>): Schema {
  return schemaOf(new Map(Object.entries(files)));
}

function summary({ messages, enums, services, extensions }: Diff): string[] {
  const methods = services.flatMap((service) => service.methods.filter(({ differs }) => differs));
  return [...messages, ...enums, ...extensions, ...methods].map(
    (pair) => `${pair.status} ${pair.new?.fullName ?? pair.old?.fullName ?? ''}`,
  );
}

function removed(found: Diff): string[] {
  return pairsIn(found).flatMap((pair) => (pair.status === 'removed' ? [pair.old.fullName] : []));
}

function added(found: Diff): string[] {
  return pairsIn(found).flatMap((pair) => (pair.status === 'added' ? [pair.new.fullName] : []));
}

function pairsIn({ messages, enums, services, extensions }: Diff) {
  return [
    ...messages,
    ...messages.flatMap(({ fields, oneofs }) => [...fields, ...oneofs]),
    ...enums,
    ...enums.flatMap(({ values }) => values),
    ...services,
    ...services.flatMap(({ methods }) => methods),
    ...extensions,
  ];
}

describe('a message that is added to a released file, but exists in a copy of that file', () => {
  const FILE = `syntax = "proto3";
package grpc;
service AgentService { rpc Start(StartRequest) returns (StartRequest); }
message StartRequest { string id = 1; }
`;
  const FULL = `${FILE}message Module { string name = 1; bytes data = 2; }\n`;
  const found = (edited: string): string[] => {
    const side = (text: string) => sideOf({ 'agent.proto': text, 'copy/agent.proto': FULL });
    const { messages } = diff(side(FILE), side(edited), { stored: [] });
    return messages.map(({ status, new: message }) => `${status} ${message?.fullName ?? ''}`);
  };

  test('is not new if it has all fields of the copy', () => {
    expect(found(FULL)).toEqual([]);
  });

  test('is new while it is half typed, and the missing fields do not count as removed', () => {
    expect(found(FULL.replace(' bytes data = 2;', ''))).toEqual(['added grpc.Module']);
  });
});

describe('what is reported about a message', () => {
  const file = (...declarations: string[]): string => `syntax = "proto3"; package a; ${declarations.join(' ')}`;
  const [M, EDITED, N] = [
    'message M { string id = 1; int32 size = 2; }',
    'message M { string id = 1; }',
    'message N {}',
  ];
  const BEFORE = file(M, N);
  const AFTER = file(EDITED, N);

  test.each<[string, Record<string, string>, Record<string, string>, string[], string[]]>([
    ['edited', { 'a.proto': BEFORE }, { 'a.proto': AFTER }, ['a.proto'], ['changes']],
    ['edited in another file', { 'a.proto': BEFORE }, { 'a.proto': AFTER }, ['b.proto'], []],
    ['removed', { 'a.proto': BEFORE }, { 'a.proto': file(N) }, ['a.proto'], ['changes']],
    [
      'removed with its file, while a copy is left',
      { 'a.proto': BEFORE, 'copy.proto': AFTER },
      { 'copy.proto': AFTER },
      ['a.proto'],
      ['regressions'],
    ],
    [
      'moved to another file',
      { 'a.proto': BEFORE },
      { 'a.proto': file(N), 'b.proto': file(EDITED) },
      ['a.proto'],
      ['regressions'],
    ],
    ['copied', { 'a.proto': BEFORE }, { 'a.proto': BEFORE, 'copy.proto': AFTER }, ['copy.proto'], ['losses']],
    [
      'copied with the file in which it was edited',
      { 'a.proto': BEFORE },
      { 'a.proto': AFTER, 'copy.proto': AFTER },
      ['a.proto', 'copy.proto'],
      ['changes'],
    ],
  ])('that was %s', (_, before, after, reported, expected) => {
    const { messages } = diff(sideOf(before), sideOf(after), {
      stored: [],
      reports: (path) => reported.includes(path),
    });
    expect(messages.map(({ reports }) => reports)).toEqual(expected);
  });
});

describe('a new type with the name of a renamed one', () => {
  const BEFORE = `syntax = "proto3";
package grpc;
service AgentService { rpc Start(StartRequest) returns (StartRequest); }
message StartRequest { repeated Mount mounts = 1; }
message Mount { string source = 1; string target = 2; }
`;
  const AFTER = BEFORE.replace('repeated Mount', 'repeated OldMount')
    .replace('message Mount', 'message OldMount')
    .concat('message Mount { uint64 volume = 1; bool shared = 2; }\n');
  const versionOfMount = (before: string, after: string, stored: string[] = []): string | undefined => {
    const found = between(before, after, stored);
    const mount = found.old.types.get('grpc.Mount');
    return mount && found.matches.types.newOf(mount)?.name;
  };
  const newTypeOfMount = (after: string, stored?: string[]): string | undefined =>
    versionOfMount(BEFORE, after, stored);

  test('is added if everything that used the old type uses its new name', () => {
    expect(newTypeOfMount(AFTER)).toBe('OldMount');
  });

  test('replaces the old one if a field still uses the name', () => {
    expect(newTypeOfMount(AFTER.replace('OldMount mounts', 'Mount mounts'))).toBe('Mount');
  });

  test('replaces the old one if no method carries it, and an Any may have the name', () => {
    const importing = (text: string): string =>
      text.replace('package grpc;', 'package grpc; import "google/protobuf/any.proto";');
    expect(versionOfMount(importing(BEFORE), importing(AFTER))).toBe('OldMount');
    const uncarried = (text: string): string => text.replace(/(?<=^service AgentService \{).*(?=\})/m, '');
    expect(versionOfMount(uncarried(BEFORE), uncarried(AFTER))).toBe('OldMount');
    expect(versionOfMount(uncarried(importing(BEFORE)), uncarried(importing(AFTER)))).toBe('Mount');
  });

  const fieldsChanged = (before: string, after: string): (string | undefined)[] => {
    const found = between(before, after);
    const pairs = [...found.messages.flatMap(({ fields }) => fields), ...found.extensions];
    return pairs.flatMap(({ status, new: field }) => (status === 'kept' ? field.fullName : []));
  };

  test('replaces the old one in another parent if the two types exchange their places', () => {
    const nested = BEFORE.replace(
      'repeated Mount mounts = 1;',
      'Left.Mount mount = 1; Right.Mount volume = 2;',
    ).replace(
      /^message Mount .*$/m,
      'message Left { message Mount { string source = 1; string target = 2; } }\nmessage Right { message Mount { uint64 volume = 1; bool shared = 2; } }',
    );
    const exchanged = nested.replaceAll(/Left|Right/g, (name) => (name === 'Left' ? 'Right' : 'Left'));
    const { old, matches } = between(nested, exchanged);
    const newNameOf = (name: string): string | undefined => {
      const type = old.types.get(name);
      return type && matches.types.newOf(type)?.fullName;
    };
    expect(['grpc.Left.Mount', 'grpc.Right.Mount'].map(newNameOf)).toEqual(['grpc.Right.Mount', 'grpc.Left.Mount']);
  });

  test('replaces the old one in another package only if its users follow', () => {
    const files = (a: string, b: string, carried: string): Record<string, string> => ({
      'a.proto': `syntax = "proto3"; package a; message Mount { ${a} }`,
      'b.proto': `syntax = "proto3"; package b; message Mount { ${b} }`,
      'agent.proto': `syntax = "proto3"; package grpc; import "a.proto"; import "b.proto"; service S { ${carried} }`,
    });
    const [texts, numbers] = ['string source = 1; string target = 2;', 'uint64 volume = 1; bool shared = 2;'];
    const released = sideOf(files(texts, numbers, 'rpc Do(a.Mount) returns (b.Mount);'));
    const newNames = (carried: string): (string | undefined)[] => {
      const { old, matches } = diff(released, sideOf(files(numbers, texts, carried)), { stored: [] });
      return ['a.Mount', 'b.Mount'].map((name) => {
        const type = old.types.get(name);
        return type && matches.types.newOf(type)?.fullName;
      });
    };
    expect(newNames('rpc Do(b.Mount) returns (a.Mount);')).toEqual(['b.Mount', 'a.Mount']);
    expect(newNames('rpc Do(a.Mount) returns (b.Mount);')).toEqual(['a.Mount', 'b.Mount']);
  });

  test('is a different type for fields that still use the names of its nested types', () => {
    const before = BEFORE.replace(
      'message Mount {',
      'message Mount { enum Kind { A = 0; OFF = 1; ON = 2; } Kind kind = 3;',
    ).replace('repeated Mount mounts = 1;', 'repeated Mount mounts = 1; Mount.Kind kind = 2;');
    const after = before
      .replace('repeated Mount', 'repeated OldMount')
      .replace('message Mount', 'message OldMount')
      .concat('message Mount { enum Kind { A = 0; ON = 1; OFF = 2; } uint64 volume = 1; bool shared = 2; }\n');
    expect(fieldsChanged(before, after)).toContain('grpc.StartRequest.kind');
  });

  test('is a different type for an extension that still uses the name', () => {
    const proto2 = (text: string): string =>
      text
        .replace('proto3', 'proto2')
        .replaceAll(/(?<=[{;] )(?=string|uint64|bool)/g, 'optional ')
        .replace('mounts = 1;', 'mounts = 1; extensions 100;')
        .concat('extend StartRequest { optional Mount mount = 100; }\n');
    expect(fieldsChanged(proto2(BEFORE), proto2(AFTER))).toContain('grpc.mount');
  });

  test('is not the message that an extension with its name extended', () => {
    const extended = (text: string): string =>
      text
        .replace('proto3', 'proto2')
        .replaceAll(/(?<=[{;] )(?=string|uint64|bool)/g, 'optional ')
        .replaceAll(/(message (?:Old)?Mount \{)/g, '$1 extensions 100;')
        .concat('extend Mount { optional bool lazy = 100; }\n');
    const { extensions } = between(extended(BEFORE), extended(AFTER));
    expect(
      extensions.map(({ status, old, new: edited }) => `${status} ${(old ?? edited).message?.name ?? ''}`),
    ).toEqual(['removed Mount', 'added Mount']);
  });

  test('does not turn the merge of two types into a rename', () => {
    const two = (text: string): string =>
      text
        .replace('mounts = 1;', 'mounts = 1; Disk disk = 2;')
        .concat('message Disk { string source = 1; string target = 2; }\n');
    const after = two(AFTER)
      .replace('Disk disk', 'OldMount disk')
      .replace('message Disk { string source = 1; string target = 2; }', 'message Disk { bytes id = 1; }');
    const { old, matches } = between(two(BEFORE), after);
    const newTypes = ['grpc.Mount', 'grpc.Disk'].map((name) => {
      const type = old.types.get(name);
      return type && matches.types.newOf(type)?.name;
    });
    expect(newTypes).toEqual(['Mount', 'Disk']);
  });

  test.each([
    [
      'belong to each other if all fields use the other name',
      'Disk a = 1; Mount b = 2; Disk c = 3;',
      ['Disk', 'Mount'],
    ],
    [
      'still belong to their names if a field still uses one',
      'Disk a = 1; Mount b = 2; Mount c = 3;',
      ['Mount', 'Disk'],
    ],
  ])('two types that exchange their names %s', (_, fields, expected) => {
    const side = (uses: string, ...names: string[]): string =>
      `syntax = "proto3"; package grpc; message Uses { ${uses} }
message ${names[0] ?? ''} { string source = 1; string target = 2; }
message ${names[1] ?? ''} { uint64 volume = 1; bool shared = 2; }`;
    const { old, matches } = between(
      side('Mount a = 1; Disk b = 2; Mount c = 3;', 'Mount', 'Disk'),
      side(fields, 'Disk', 'Mount'),
    );
    const newTypes = ['grpc.Mount', 'grpc.Disk'].map((name) => {
      const type = old.types.get(name);
      return type && matches.types.newOf(type)?.name;
    });
    expect(newTypes).toEqual(expected);
  });

  test('replaces the old one if messages with this name are stored', () => {
    expect(newTypeOfMount(AFTER, ['grpc.Mount'])).toBe('Mount');
  });
});

describe('a type that all users use by another name', () => {
  const [SOURCE, VOLUME] = ['string source = 1; string target = 2;', 'uint64 volume = 1; bool shared = 2;'];
  /** The new names of the types that do not keep theirs. A removed type has none. */
  const newNames = (before: string, after: string): Record<string, string | undefined> => {
    const side = (text: string): string =>
      `syntax = "proto3"; service S { rpc Do(Request) returns (Request); } message Request { ${text}`;
    const { old, matches } = between(side(before), side(after));
    const names = old.declared.types.map((type) => [type.fullName, matches.types.newOf(type)?.fullName]);
    return Object.fromEntries(names.filter(([name, now]) => name !== now)) as Record<string, string | undefined>;
  };
  const SWAPPED = { A: 'B', B: 'A' };

  test.each<[string, string, string, Record<string, string | undefined>]>([
    [
      'if two types use only each other',
      `A a = 1; } message A { ${SOURCE} B b = 3; } message B { ${VOLUME} A a = 3; }`,
      `B a = 1; } message B { ${SOURCE} A b = 3; } message A { ${VOLUME} B a = 3; }`,
      SWAPPED,
    ],
    [
      'if one of two types contains the other',
      `A a = 1; } message A { ${SOURCE} B b = 3; } message B { ${VOLUME} }`,
      `B a = 1; } message B { ${SOURCE} A b = 3; } message A { ${VOLUME} }`,
      SWAPPED,
    ],
    [
      'not if the name changed only outside the other type',
      `A a = 1; } message A { ${SOURCE} B b = 3; } message B { ${VOLUME} }`,
      `B a = 1; } message B { ${SOURCE} B b = 3; } message A { ${VOLUME} }`,
      {},
    ],
    [
      'not if nothing but the two types themselves uses them',
      `} message A { ${SOURCE} B b = 3; } message B { ${VOLUME} A a = 3; }`,
      `} message B { ${SOURCE} A b = 3; } message A { ${VOLUME} B a = 3; }`,
      {},
    ],
    [
      'if a type with its old name took the place of its only user, too',
      `A a = 1; } message A { ${SOURCE} B b = 3; } message B { ${VOLUME} }`,
      `OldA a = 1; } message OldA { ${SOURCE} OldB b = 3; } message OldB { ${VOLUME} } message A { double x = 1; } message B { bytes x = 1; }`,
      { A: 'OldA', B: 'OldB' },
    ],
    [
      'if one of two types also changed by a third',
      `A a = 1; B b = 2; } message A { ${SOURCE} } message B { ${VOLUME} }`,
      `B a = 1; A b = 2; } message B { ${SOURCE} bytes data = 3; bytes more = 4; } message A { ${VOLUME} }`,
      SWAPPED,
    ],
    [
      'not if one of two types has nothing in common with it',
      `A a = 1; B b = 2; } message A { ${SOURCE} } message B { ${VOLUME} }`,
      `B a = 1; A b = 2; } message B { double ratio = 1; bytes data = 2; } message A { ${VOLUME} }`,
      {},
    ],
    [
      'if the two types are very alike',
      `A a = 1; B b = 2; } message A { ${SOURCE} bool lazy = 3; } message B { ${SOURCE} uint64 volume = 3; }`,
      `B a = 1; A b = 2; } message B { ${SOURCE} bool lazy = 3; } message A { ${SOURCE} uint64 volume = 3; }`,
      SWAPPED,
    ],
    [
      'not if two types that are very alike exchange only their fields',
      `A a = 1; B b = 2; } message A { ${SOURCE} bool lazy = 3; } message B { ${SOURCE} uint64 volume = 3; }`,
      `A a = 1; B b = 2; } message B { ${SOURCE} bool lazy = 3; } message A { ${SOURCE} uint64 volume = 3; }`,
      {},
    ],
    [
      'not if two types that are very alike exchange only their users',
      `A a = 1; B b = 2; } message A { ${SOURCE} bool lazy = 3; } message B { ${SOURCE} uint64 volume = 3; }`,
      `B a = 1; A b = 2; } message A { ${SOURCE} bool lazy = 3; } message B { ${SOURCE} uint64 volume = 3; }`,
      {},
    ],
    [
      'not if the old type was edited and users use a new one that is more alike',
      `A a = 1; } message A { ${SOURCE} bool lazy = 3; }`,
      `A2 a = 1; } message A { ${SOURCE} } message A2 { ${SOURCE} bool lazy = 3; }`,
      {},
    ],
    [
      'if the two types differ only in what their nested types contain',
      `A a = 1; B b = 2; } message A { message Part { ${SOURCE} } Part part = 1; } message B { message Part { ${VOLUME} } Part part = 1; }`,
      `B a = 1; A b = 2; } message B { message Part { ${SOURCE} } Part part = 1; } message A { message Part { ${VOLUME} } Part part = 1; }`,
      { ...SWAPPED, 'A.Part': 'B.Part', 'B.Part': 'A.Part' },
    ],
    [
      'not if only the nested types exchange their places',
      `A a = 1; B b = 2; } message A { message Part { ${SOURCE} } Part part = 1; } message B { message Part { ${VOLUME} } Part part = 1; }`,
      `A a = 1; B b = 2; } message B { message Part { ${SOURCE} } Part part = 1; } message A { message Part { ${VOLUME} } Part part = 1; }`,
      {},
    ],
    [
      'if types inside exchange their names, too',
      `A a = 1; B b = 2; } message A { message P { ${SOURCE} } message Q { ${VOLUME} } P p = 1; Q q = 2; string id = 3; } message B { bytes key = 1; }`,
      `B a = 1; A b = 2; } message B { message Q { ${SOURCE} } message P { ${VOLUME} } Q p = 1; P q = 2; string id = 3; } message A { bytes key = 1; }`,
      { ...SWAPPED, 'A.P': 'B.Q', 'A.Q': 'B.P' },
    ],
    [
      'if a nested type left its parent',
      `In in = 1; } message In { message N { ${SOURCE} } enum K { OFF = 0; ON = 1; } N n = 1; K k = 2; }`,
      `In in = 1; } message In { InN n = 1; InK k = 2; } message InN { ${SOURCE} } enum InK { OFF = 0; ON = 1; }`,
      { 'In.N': 'InN', 'In.K': 'InK' },
    ],
    [
      'not if the new type has little in common with the removed one',
      `In in = 1; } message In { message N { ${SOURCE} } N n = 1; }`,
      `In in = 1; } message In { InN n = 1; } message InN { string source = 1; bytes data = 2; bytes more = 3; }`,
      { 'In.N': undefined },
    ],
    [
      'not if the other type existed before',
      `In in = 1; Other o = 2; } message Other { ${SOURCE} } message In { message N { ${SOURCE} } N n = 1; }`,
      `In in = 1; Other o = 2; } message Other { ${SOURCE} } message In { Other n = 1; }`,
      { 'In.N': undefined },
    ],
    [
      'not if two types were merged into one',
      `In in = 1; } message In { message N { ${SOURCE} } message O { ${SOURCE} } N n = 1; O o = 2; }`,
      `In in = 1; } message In { Both n = 1; Both o = 2; } message Both { ${SOURCE} }`,
      { 'In.N': undefined, 'In.O': undefined },
    ],
  ])('is that type %s', (_, before, after, expected) => {
    expect(newNames(before, after)).toEqual(expected);
  });
});

test('carriers are found through all changed messages, even if a vendored type that changed comes before them', () => {
  const own = (request: string, part: string) =>
    `syntax = "proto3"; service S { rpc Get(Request) returns (Reply); } message Reply {} message Request { ${request} } message Part { ${part} }`;
  const third = (field: string) => `syntax = "proto3"; package third; message Third { ${field} }`;
  const { messages } = diff(
    sideOf({
      'a/third.proto': third('string a = 1;'),
      'own.proto': own('string id = 1;', 'string a = 1; string b = 2;'),
    }),
    sideOf({ 'a/third.proto': third(''), 'own.proto': own('string id = 1; Part part = 2;', 'string a = 1;') }),
    { stored: [], reports: (path) => path === 'own.proto', isOwn: (path) => path === 'own.proto' },
  );
  expect(messages.map(({ new: edited, carriers }) => [edited?.name, carriers.request, carriers.data])).toEqual([
    ['Request', true, false],
    ['Part', true, false],
  ]);
});

test('a string that is not UTF-8 is shown as bytes, so that two such strings differ', () => {
  const { options } = parse(String.raw`option a = "\xffa"; option b = "\xfea"; option c = 'caf\xc3\xa9';`);
  expect(options.map(({ value }) => valueText(value))).toEqual([
    String.raw`"\xff\x61"`,
    String.raw`"\xfe\x61"`,
    '"café"',
  ]);
});
