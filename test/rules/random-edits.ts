import fc, { type GeneratorValue } from 'fast-check';
import { parse } from '../../server/proto/parse.ts';
import type { Name, Span, StatementNode } from '../../server/proto/tree.ts';
import { drawEdit } from '../effects/generate.ts';
import { SCALARS } from '../effects/scalars.ts';
import type { Edit } from './buf-compare.ts';

type Texts = ReadonlyMap<string, string>;

/** Random edits, half of them of generated schemas. The others change one of the releases, and may be invalid. */
export function randomEdits(seed: number, count: number, released: readonly Texts[]): Edit[] {
  return fc.sample(fc.gen(), { seed, numRuns: count }).map((draw, index) => {
    const name = `case ${String(index)} of seed ${String(seed)}`;
    if (index % 2 === 0) {
      const edit = drawEdit(draw);
      return { name, before: new Map([['a.proto', edit.old]]), after: new Map([['a.proto', edit.new]]) };
    }
    const before = pick(draw, released);
    const isOneEdit = draw(fc.boolean);
    const once = edited(draw, before);
    return { name, before, after: isOneEdit ? once : edited(draw, once) };
  });
}

export function pick<T>(draw: GeneratorValue, choices: readonly T[]): T {
  const chosen = choices[draw(fc.nat, { max: choices.length - 1 })];
  if (chosen === undefined) throw new Error('There are no choices to pick from.');
  return chosen;
}

export function edited(draw: GeneratorValue, files: Texts): Texts {
  const path = pick(draw, [...files.keys()]);
  const text = files.get(path) ?? '';
  const others = new Map([...files].filter(([other]) => other !== path));
  const statements = statementsOf(parse(text));
  if (statements.length === 0 || (others.size > 0 && draw(fc.nat, { max: 20 }) === 0)) return others;
  const statement = pick(draw, statements);
  const { start, end } = statement.span;
  const own = text.slice(start, end);
  const without = text.slice(0, start) + text.slice(end);
  switch (pick(draw, ['cut', 'double', 'move', 'name', 'part', 'part', 'part'] as const)) {
    case 'cut':
      return new Map([...others, [path, without]]);
    case 'double': {
      const twin = own.replace(/\w+(?= *[={(])/, (name) => `${name}_2`).replace(/= \d+/, '= 77');
      return new Map([...others, [path, text.slice(0, end) + twin + text.slice(end)]]);
    }
    case 'move': {
      const target = pick(draw, [{ span: { start: 0 } }, ...statementsOf(parse(without))]).span.start;
      return new Map([...others, [path, without.slice(0, target) + own + without.slice(target)]]);
    }
    case 'name': {
      const name = 'name' in statement ? statement.name.text : '';
      const word = new RegExp(`\\b${name.replaceAll('.', '\\.')}\\b`, 'g');
      return name === '' ? files : new Map([...files].map(([each, old]) => [each, old.replace(word, `${name}_x`)]));
    }
    case 'part': {
      const types = [...text.matchAll(/(?:message|enum) (\w+)/g)].map(([, name = '']) => name);
      const ways = waysToChange(draw, statement, own, [...SCALARS, ...types]);
      if (ways.length === 0) return files;
      const { at, by } = pick(draw, ways);
      return new Map([...others, [path, text.slice(0, at.start) + by + text.slice(at.end)]]);
    }
  }
}

interface Replacement {
  readonly at: Span;
  readonly by: string;
}

function waysToChange(
  draw: GeneratorValue,
  node: StatementNode,
  own: string,
  types: readonly string[],
): readonly Replacement[] {
  const number = (): string => String(draw(fc.nat, { max: 12 }));
  const type = (): string => pick(draw, types);
  /** Removes the word. If there is none, inserts `by` before `next`. */
  const toggled = (word: Name | undefined, next: Span, by: string): Replacement =>
    word === undefined ? { at: { start: next.start, end: next.start }, by: `${by} ` } : { at: word.span, by: '' };
  switch (node.kind) {
    case 'field':
      return [
        { at: node.type.span, by: type() },
        { at: (node.map?.value ?? node.type).span, by: type() },
        { at: node.type.span, by: `map<string, ${(node.map?.value ?? node.type).text}>` },
        { at: node.name.span, by: `${node.name.text}_x` },
        { at: (node.number ?? node).span, by: number() },
        toggled(node.label, node.span, pick(draw, ['optional', 'repeated', 'required'])),
        { at: (node.label ?? node.type).span, by: pick(draw, ['optional', 'repeated', 'required']) },
        { at: node.span, by: `oneof wrapped { ${own} }` },
        { at: node.span, by: `reserved ${String(node.number?.value)}; reserved "${node.name.text}";` },
        ...node.options.map(({ value }) => ({
          at: value.span,
          by: pick(draw, ['true', 'false', '"y"', '3', 'JS_STRING']),
        })),
      ];
    case 'enumValue':
      return [
        { at: node.name.span, by: `${node.name.text}_X` },
        { at: (node.number ?? node).span, by: number() },
        { at: node.span, by: `reserved ${String(node.number?.value)};` },
      ];
    case 'method':
      return [node.input, node.output].flatMap((each) => [
        toggled(each.stream, each.type.span, 'stream'),
        { at: each.type.span, by: type() },
      ]);
    case 'package':
      return [{ at: node.name.span, by: `${node.name.text}.v2` }];
    case 'reserved':
    case 'extensions':
      return node.ranges.map((range) => ({ at: range.span, by: `${number()}00 to ${number()}99` }));
    case 'edition':
      return ['syntax = "proto2";', 'syntax = "proto3";', 'edition = "2023";'].map((by) => ({ at: node.span, by }));
    case 'option':
      return ['true', 'false', '"y"', 'SPEED'].map((by) => ({ at: node.value.span, by }));
    default:
      return [];
  }
}

/** All statements, nested ones included. */
function statementsOf(node: object): StatementNode[] {
  return Object.values(node).flatMap((value: unknown) => {
    if (typeof value !== 'object' || value === null) return [];
    return isStatement(value) ? [value, ...statementsOf(value)] : statementsOf(value);
  });
}

/** Only statements have `leadingComments`. */
function isStatement(value: object): value is StatementNode {
  return 'leadingComments' in value;
}
