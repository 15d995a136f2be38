export interface Breakage {
  readonly kind: string;
  readonly text: string;
  /** The first and last line (zero-based) of the original text that differ; -1 if a line was only inserted. */
  readonly first: number;
  readonly last: number;
  /** An excerpt for failure messages. */
  readonly excerpt: string;
}

/** A generator (mulberry32) of integers from 0 to `limit - 1`. The same seed gives the same numbers. */
export function random(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296) * limit);
  };
}

const INSERTED = [
  '{',
  '}',
  ';',
  '=',
  '(',
  ')',
  '[',
  ']',
  '<',
  '>',
  ',',
  '.',
  '"',
  "'",
  '/*',
  '*/',
  '@',
  '#',
  '-',
  '0',
  '42',
  'foo',
  'message',
  'string',
  'option',
  'rpc',
];

const TYPED = [
  'string new_field = 99;',
  'repeated string new_fields = 98 [deprecated = true];',
  'map<string, Item> new_map = 97;',
  'message New { int32 a = 1; }',
  'enum New { NEW_UNSPECIFIED = 0; }',
  'rpc New(CheckRequest) returns (stream CheckResponse);',
  'option deprecated = true;',
  'reserved 90, 91 to 95;',
  'NEW_VALUE = 96;',
  'oneof new {',
  'import "a.proto";',
];

export function breakages(text: string, count: number, pick: (limit: number) => number): Breakage[] {
  const lines = text.split('\n');
  const tokens = [...text.matchAll(/\/\/.*|"[^"]*"|\w+|[^\w\s]/g)].filter(([token]) => !token.startsWith('//'));
  const lineOf = (offset: number) => text.slice(0, offset).split('\n').length - 1;
  const made: Breakage[] = [];
  const add = (kind: string, start: number, end: number, inserted: string) => {
    const first = lineOf(start);
    const last = lineOf(end);
    const broken = text.slice(0, start) + inserted + text.slice(end);
    const excerpt = JSON.stringify(
      broken
        .split('\n')
        .slice(first, first + 1 + inserted.split('\n').length)
        .join('\n'),
    );
    made.push({ kind, text: broken, first, last, excerpt });
  };
  while (made.length < count) {
    const token = tokens[pick(tokens.length)];
    const line = pick(lines.length);
    const lineStart = lines.slice(0, line).join('\n').length + (line > 0 ? 1 : 0);
    const lineText = lines[line] ?? '';
    if (token === undefined) continue;
    switch (made.length % 6) {
      case 0:
        add('token deleted', token.index, token.index + token[0].length, '');
        break;
      case 1:
        add('token inserted', token.index, token.index, `${INSERTED[pick(INSERTED.length)] ?? ''} `);
        break;
      case 2: {
        const lineEnd = text.indexOf('\n', token.index);
        add('line cut', token.index + pick(lineEnd - token.index), lineEnd, '');
        break;
      }
      case 3: {
        const typed = TYPED[pick(TYPED.length)] ?? '';
        const indent = /^\s*/.exec(lines.slice(line).find((below) => below.trim() !== '') ?? '')?.[0] ?? '';
        const half = typed.slice(0, 1 + pick(typed.length));
        const broken = `${text.slice(0, lineStart)}${indent}${half}\n${text.slice(lineStart)}`;
        made.push({
          kind: 'half-typed line',
          text: broken,
          first: -1,
          last: -1,
          excerpt: JSON.stringify(`${half}\n${lineText}`),
        });
        break;
      }
      case 4:
        made.push({
          kind: 'file cut',
          text: text.slice(0, lineStart),
          first: line,
          last: lines.length,
          excerpt: lineText,
        });
        break;
      case 5:
        add('character deleted', token.index, token.index + 1, '');
        break;
    }
  }
  return made;
}
