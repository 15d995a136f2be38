import { describe, expect, it } from 'vitest';
import { commentsIn } from '../../server/proto/comments.ts';
import { parse, reparse } from '../../server/proto/parse.ts';
import type { FileNode } from '../../server/proto/tree.ts';

/** A short form of the tree: names, numbers, and `!` for a damaged container. */
function outline(file: FileNode): string {
  type Node =
    | FileNode['declarations'][number]
    | Extract<FileNode['declarations'][number], { kind: 'message' }>['body']['members'][number];
  const one = (node: object): string => {
    // Every kind of node has some of these properties.
    const { name, extendee, number, body, group, ranges } = node as Partial<
      Record<'name' | 'extendee', { text: string }>
    > & {
      number?: { value: number };
      body?: { members: Node[]; damaged: boolean };
      group?: { members: Node[]; damaged: boolean };
      ranges?: unknown[];
    };
    const block = body ?? group;
    const inside = block === undefined ? '' : `${block.damaged ? '!' : ''}{${block.members.map(one).join(' ')}}`;
    return `${name?.text ?? extendee?.text ?? `#${ranges?.length ?? 0}`}${number === undefined ? '' : `=${number.value}`}${inside}`;
  };
  const damage = `${file.damage.members ? ' !members' : ''}${file.damage.header ? ' !header' : ''}`;
  return `${file.package?.name.text ?? '-'}: ${file.declarations.map(one).join(' ')}${damage}`;
}

const P3 = 'syntax = "proto3";\npackage p;\n';

describe('parsing broken text', () => {
  it.each([
    [
      'a missing `;` at the end of a line',
      `${P3}message A {\n  int32 a = 1\n  int32 b = 2;\n}\n`,
      'p: A!{a=1 b=2}',
      ['Expected `;` after field `a`.'],
    ],
    [
      'a field without its number',
      `${P3}message A {\n  int32 a\n  int32 b = 2;\n}\n`,
      'p: A!{a b=2}',
      ['Expected `=` and a number after field `a`.'],
    ],
    [
      'a type without a name',
      `${P3}message A {\n  int32\n  int32 b = 2;\n}\n`,
      'p: A!{b=2}',
      ['Expected a field name after the type `int32`.'],
    ],
    [
      'a word above a map',
      `${P3}message A {\n  o\n  map<string, string> m = 1;\n}\n`,
      'p: A!{m=1}',
      ['Expected a field name after the type `o`.'],
    ],
    [
      'a label above a map',
      `${P3}message A {\n  repeated\n  map<string, string> m = 1;\n}\n`,
      'p: A!{m=1}',
      ['Expected a type after `repeated`.'],
    ],
    [
      'a oneof that has only a name',
      `${P3}message A {\n  oneof o\n  int32 a = 1;\n}\n`,
      'p: A!{o!{} a=1}',
      ['Expected `{` after oneof `o`.'],
    ],
    [
      'unclosed options',
      `${P3}message A {\n  int32 a = 1 [deprecated = true\n  int32 b = 2;\n}\n`,
      'p: A!{a=1 b=2}',
      ['Expected `,` or `]` after this option.'],
    ],
    [
      'a missing `}`',
      `${P3}message A {\n  int32 a = 1;\n\nmessage B {\n  int32 b = 2;\n}\n`,
      'p: A{a=1} B{b=2}',
      ['Expected `}`: message `A` is not closed.'],
    ],
    [
      'a missing inner `}`',
      `${P3}message A {\n  message I {\n    int32 a = 1;\n  int32 b = 2;\n}\nmessage B {\n}\n`,
      'p: A{I{a=1} b=2} B{}',
      ['Expected `}`: message `I` is not closed.'],
    ],
    [
      'a missing `{`',
      `${P3}message A\n  int32 a = 1;\n}\nmessage B {\n}\n`,
      'p: A{a=1} B{}',
      ['Expected `{` after message `A`.'],
    ],
    [
      'a name without a body',
      `${P3}message A\nmessage B {\n}\n`,
      'p: A!{} B{} !members',
      ['Expected `{` after message `A`.'],
    ],
    [
      'an extra `}`',
      `${P3}message A {\n  int32 a = 1; }\n  int32 b = 2;\n}\nmessage B {\n}\n`,
      'p: A{a=1 b=2} B{}',
      ['Unexpected `}`.'],
    ],
    [
      'an extra `}` where nothing is indented',
      `${P3}message A {\nint32 a = 1;\n}\nint32 b = 2;\n}\nmessage B {\n}\n`,
      'p: A!{a=1} B{} !members',
      undefined,
    ],
    ['a file cut in a message', `${P3}message A {\n  int32 a = 1;\n  int32 b`, 'p: A!{a=1 b} !members', undefined],
    [
      'a field without a name',
      `${P3}message A {\n  int32 = 1;\n}\nmessage B {\n  int32 b = 1;\n}\n`,
      'p: A!{} B{b=1}',
      ['Expected a field name after the type `int32`.'],
    ],
    [
      'a broken field of a oneof, whose fields belong to the message',
      `${P3}message A {\n  oneof o {\n    int32 = 1;\n    int32 b = 2;\n  }\n}\n`,
      'p: A!{o!{b=2}}',
      undefined,
    ],
    [
      'a broken inner message',
      `${P3}message A {\n  message I {\n    x\n    int32 a = 1;\n  }\n  int32 b = 1;\n}\n`,
      'p: A{I!{a=1} b=1}',
      undefined,
    ],
    [
      'an unclosed comment',
      `${P3}/* about A\nmessage A {\n  int32 a = 1;\n}\n`,
      'p: A{a=1} !members',
      ['This comment is not closed: expected `*/`.'],
    ],
    [
      'an unclosed comment above another',
      `${P3}/* about A\nmessage A {\n  /* a */\n  int32 a = 1;\n}\n`,
      'p: A{a=1} !members',
      ['This comment is not closed: expected `*/`.'],
    ],
    [
      'an unclosed comment in a message',
      `${P3}message A {\n  /* int32 a = 1;\n  int32 b = 2;\n}\nmessage B {}\n`,
      'p: A!{b=2} B{}',
      ['This comment is not closed: expected `*/`.'],
    ],
    [
      'an unclosed licence',
      `/* Copyright\n * somebody\n\n${P3}message A {}\n`,
      'p: A{} !members',
      ['This comment is not closed: expected `*/`.'],
    ],
    [
      'an unclosed string',
      `${P3}message A {\n  string a = 1 [json_name = "b];\n  string c = 2;\n}\n`,
      'p: A!{a=1 c=2}',
      undefined,
    ],
    [
      'a damaged package',
      'syntax = "proto3";\npackage ;\nmessage A {}\n',
      '-: A{} !members !header',
      ['Expected a name after `package`.'],
    ],
    ['a misspelled package', 'syntax = "proto3";\npakage p;\nmessage A {}\n', '-: A{} !members !header', undefined],
    [
      'a package without `;`',
      'syntax = "proto3";\npackage p\nmessage A {}\n',
      'p: A{}',
      ['Expected `;` after the `package` statement.'],
    ],
    ['a damaged syntax', 'syntax = ;\npackage p;\nmessage A {}\n', 'p: A{} !members !header', undefined],
    [
      'a misspelled keyword',
      `${P3}mesage A {\n  int32 a = 1;\n}\nmessage B {}\n`,
      'p: A{a=1} B{} !members',
      ['Expected `message`.'],
    ],
    [
      'a broken method',
      `${P3}service S {\n  rpc A(M) retur (M);\n  rpc B(M) returns (M);\n}\n`,
      'p: S!{B}',
      ["Expected `returns` after the request's type of `A`."],
    ],
    [
      'a method with a body and a broken header',
      `${P3}service S {\n  rpc A(M returns (M) {\n    option deprecated = true;\n  }\n  rpc B(M) returns (M);\n}\n`,
      'p: S!{B}',
      undefined,
    ],
    [
      'a letter of another alphabet',
      `${P3}message A {\n  int32 größe = 1;\n  int32 b = 2;\n}\n`,
      'p: A{größe=1 b=2}',
      ['`größe` is not a valid name: only the letters A to Z, digits and _ are allowed.'],
    ],
    ['a curly quote', `${P3}message A {\n  int32 a = 1; “\n}\n`, 'p: A{a=1}', ['`“` is not allowed here.']],
    [
      'an invisible character',
      `${P3}message A {\n  int32 a\u200b = 1;\n}\n`,
      'p: A{a=1}',
      ['This invisible character is not allowed here.'],
    ],
  ])('keeps the readable declarations: %s', (_, text, expected, messages) => {
    const file = parse(text);
    expect(outline(file)).toBe(expected);
    if (messages === undefined) expect(file.problems).not.toEqual([]);
    else expect(file.problems.map((problem) => problem.message)).toEqual(messages);
  });

  it.each([
    ['a half-typed syntax', 'syntax = "proto', 'Unknown syntax "proto".'],
    ['an unknown edition', 'edition = "20', 'Unknown edition "20".'],
  ])('reports %s once, without problems that depend on the edition', (_, header, message) => {
    const body = (name: string): string => `message ${name} {
  optional int32 a = 1;
  int32 b = 2;
  reserved "old", "older";
  extensions 100 to 200;
}
message C { reserved old; }
`;
    const text = `${header}";\n${body('A')}`;
    expect(parse(text).problems.map((problem) => problem.message)).toEqual([message]);
    const edited = reparse(reparse(parse(''), text), `${header}";\n${body('Ab')}`);
    expect(edited).toEqual({ ...parse(`${header}";\n${body('Ab')}`), mutable: true });
  });

  it('keeps both sides of a merge conflict', () => {
    const text = `${P3}message A {\n  int32 a = 1;\n<<<<<<< HEAD\n  int32 b = 2;\n||||||| base\n  int32 old = 9;\n=======\n  int32 c = 2;\n>>>>>>> theirs\n}\nmessage B {}\n`;
    const file = parse(text);
    expect(outline(file)).toBe('p: A!{a=1 b=2 c=2} B{}');
    expect(new Set(file.problems.map((problem) => problem.message))).toEqual(
      new Set(['Unresolved merge conflict: choose one side and delete the marker lines.']),
    );
    expect(file.problems.map((problem) => text.slice(problem.span.start, problem.span.end))).toEqual([
      '<<<<<<< HEAD',
      '||||||| base',
      '=======',
      '>>>>>>> theirs',
    ]);
  });

  it.each([
    [
      'a whole message',
      '<<<<<<< a\nmessage A {\n  int32 a = 1;\n}\n=======\nmessage A {\n  int32 b = 2;\n}\n>>>>>>> b\n',
      'A!{a=1} A!{b=2}',
    ],
    [
      'the first line of a message',
      '<<<<<<< a\nmessage A {\n=======\nmessage B {\n>>>>>>> b\n  int32 a = 1;\n}\n',
      'A!{} B!{a=1}',
    ],
    [
      'the first line and a field of a message',
      '<<<<<<< a\nmessage A {\n  int32 a = 1;\n=======\nmessage B {\n>>>>>>> b\n  int32 b = 2;\n}\n',
      'A!{a=1} B!{b=2}',
    ],
  ])('marks the messages as damaged if a merge conflict contains %s', (_, text, expected) => {
    expect(outline(parse(`${P3}${text}message C {\n  int32 c = 1;\n}\n`))).toBe(`p: ${expected} C{c=1} !members`);
  });

  it('marks the header as damaged if a merge conflict contains it', () => {
    const file = parse('syntax = "proto3";\n<<<<<<< a\npackage p;\n=======\npackage q;\n>>>>>>> b\nmessage A {}\n');
    expect(outline(file)).toBe('p: A{} !members !header');
  });

  it('keeps everything before the place where a text was cut off', () => {
    const text = `${P3}message A {\n  int32 a = 1;\n  enum E {\n    Z = 0;\n  }\n  oneof o {\n    string s = 2;\n  }\n}\nservice S {\n  rpc R(A) returns (A) {\n    option deprecated = true;\n  }\n}\n`;
    const declarations = [
      ['int32 a = 1;', 'a=1'],
      ['Z = 0;', 'Z=0'],
      ['string s = 2;', 's=2'],
      ['rpc R(A) returns (A)', 'R'],
    ] as const;
    for (let cut = 0; cut <= text.length; cut++) {
      const shown = outline(parse(text.slice(0, cut)));
      for (const [declaration, expected] of declarations) {
        const end = text.indexOf(declaration) + declaration.length;
        if (cut >= end) expect(shown, `cut at ${cut}`).toContain(expected);
      }
    }
  });
});

describe('comments', () => {
  it.each([
    ['// a\nmessage A {}', '// a'],
    ['// a\n// b\r\nmessage A {}', '// a\n// b'],
    ['// a\n\n// b\nmessage A {}', '// b'],
    ['// a\n\nmessage A {}', undefined],
    ['/* a */ message A {}', '/* a */'],
    ['enum E { Z = 0; } // e\nmessage A {}', undefined],
    ['enum E { Z = 0; } // e\n// a\nmessage A {}', '// a'],
    ['/* a */ /* b */\nmessage A {}', '/* a */ /* b */'],
    ['/* a\n\n b */\n// c\nmessage A {}', '/* a\n\n b */\n// c'],
  ])('belong to a message only directly above or before it: %j', (text, expected) => {
    const span = parse(text).declarations.find((node) => node.kind === 'message')?.leadingComments;
    expect(span === undefined ? undefined : text.slice(span.start, span.end).replaceAll('\r', '')).toBe(expected);
  });

  it('are listed by commentsIn without their marks', () => {
    expect(commentsIn('// a\n/* b */\n/**/').map((comment) => comment.text)).toEqual([' a', ' b ', '']);
  });
});

it('strings are decoded and joined', () => {
  const file = parse('option a = "\\x41\\101\\n\\u00e9\\U0001F600" \'é"\';\nimport "a" \'b\';');
  const value = file.options[0]?.value;
  expect(value?.kind === 'string' && new TextDecoder().decode(value.bytes)).toBe('AA\né😀é"');
  expect(file.imports[0]?.path.text).toBe('ab');
});
