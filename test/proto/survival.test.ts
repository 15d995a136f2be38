import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from '../../server/proto/parse.ts';
import { positionAt } from '../../server/proto/position.ts';
import type { EnumValueNode, FileNode, MethodNode, Span } from '../../server/proto/tree.ts';
import { breakages, random, type Breakage } from './breakages.ts';

const text = readFileSync(join(import.meta.dirname, 'fixtures/ordinary.proto'), 'utf8');
const whole = parse(text);
const declared = elementsOf(whole);

it('the parser almost always keeps all declarations on lines other than the broken ones', () => {
  let harmless = 0;
  let survival = 0;
  const byKind = new Map<string, { count: number; harmless: number }>();
  const worst: string[] = [];
  const all = breakages(text, 1200, random(20260607));
  for (const breakage of all) {
    const found = new Set(elementsOf(parse(breakage.text)).map((element) => element.key));
    const expected = declared.filter(
      (element) => !touches(element.lines, breakage.first, breakage.last) && !isRenamed(element, breakage),
    );
    const lost = expected.filter((element) => !found.has(element.key));
    const kind = byKind.get(breakage.kind) ?? { count: 0, harmless: 0 };
    byKind.set(breakage.kind, kind);
    kind.count++;
    if (lost.length === 0) {
      harmless++;
      kind.harmless++;
    } else {
      worst.push(`${breakage.kind} at line ${breakage.first + 1}, lost ${lost.length}: ${breakage.excerpt}`);
    }
    survival += expected.length === 0 ? 1 : 1 - lost.length / expected.length;
  }
  const share = harmless / all.length;
  const mean = survival / all.length;
  const kinds = [...byKind].map(([kind, { count, harmless: good }]) => `  ${kind}: ${good} of ${count}`).join('\n');
  console.log(
    `${(share * 100).toFixed(1)} % of ${all.length} breakages lose nothing else, mean survival ${(mean * 100).toFixed(2)} %\n${kinds}`,
  );
  if (process.env['SHOW_LOST'] !== undefined) console.log(worst.join('\n'));
  expect(share).toBeGreaterThanOrEqual(0.97);
  expect(mean).toBeGreaterThanOrEqual(0.998);
}, 30_000);

it('the parser marks the container of a lost declaration as damaged, so that the declaration does not count as deleted', () => {
  let lostInAll = 0;
  for (const breakage of breakages(text, 1200, random(7))) {
    const file = parse(breakage.text);
    // What is missing from a valid text was deleted.
    if (file.problems.length === 0) continue;
    const elements = elementsOf(file);
    const found = new Set(elements.map((element) => element.path));
    for (const element of declared) {
      if (found.has(element.path) || isRenamed(element, breakage)) continue;
      lostInAll++;
      expect(
        isDamaged(file, elements, element.path),
        `${breakage.kind} at line ${breakage.first + 1} lost ${element.path}: ${breakage.excerpt}`,
      ).toBe(true);
    }
  }
  expect(lostInAll).toBeGreaterThan(100);
}, 30_000);

/** Whether the nearest remaining container is marked as damaged. */
function isDamaged(file: FileNode, elements: readonly Element[], path: string): boolean {
  for (let outer = path.slice(0, path.lastIndexOf('.')); outer !== ''; outer = outer.slice(0, outer.lastIndexOf('.'))) {
    const container = elements.find((element) => element.path === outer && element.damaged !== undefined);
    if (container !== undefined) return container.damaged === true;
  }
  return file.damage.members;
}

/** Whether the breakage changed the name of the element or of a container around it, which makes it another element. */
function isRenamed(element: Element, breakage: Breakage): boolean {
  const names = element.headers.filter(({ line }) => line === breakage.first).map(({ name }) => name);
  if (names.length === 0) return false;
  const line = breakage.text.split('\n')[breakage.first] ?? '';
  const readable = line.replace(/"[^"]*(?:"|$)|\/\*.*/g, '');
  return names.some((name) => !new RegExp(`\\b${name}\\b`).test(readable));
}

interface Element {
  /** The path, and what else must survive: the kind, type or number. */
  readonly key: string;
  readonly path: string;
  /** For a container, the flag of its body. */
  readonly damaged: boolean | undefined;
  /** Its own name and those of its containers, with their lines. */
  readonly headers: readonly { readonly line: number; readonly name: string }[];
  /** All lines, but for a container only the first and the last. */
  readonly lines: readonly number[];
}

function touches(lines: readonly number[], first: number, last: number): boolean {
  return lines.some((line) => line >= first && line <= last);
}

/** All messages, enums, services, fields, values and methods, except those inside `extend` or a group. */
function elementsOf(file: FileNode): Element[] {
  const elements: Element[] = [];
  const lineOf = (offset: number) => positionAt(file.lineStarts, offset).line;
  const linesOf = (span: Span) => {
    const lines: number[] = [];
    for (let line = lineOf(span.start); line <= lineOf(span.end); line++) lines.push(line);
    return lines;
  };
  type Node =
    | FileNode['declarations'][number]
    | Extract<FileNode['declarations'][number], { kind: 'message' }>['body']['members'][number]
    | EnumValueNode
    | MethodNode;
  const visit = (prefix: string, outer: Element['headers'], node: Node) => {
    const name = 'name' in node ? node.name.text : '';
    const path = `${prefix}.${name}`;
    const headers = 'name' in node ? [...outer, { line: lineOf(node.name.span.start), name }] : outer;
    switch (node.kind) {
      case 'message':
      case 'enum':
      case 'service': {
        const lines = [lineOf(node.span.start), lineOf(node.span.end)];
        elements.push({ key: `${node.kind} ${path}`, path, damaged: node.body.damaged, headers, lines });
        for (const member of node.body.members) visit(path, headers, member);
        break;
      }
      case 'oneof':
        // The fields of a oneof belong to the message.
        for (const member of node.body.members) visit(prefix, outer, member);
        break;
      case 'field':
        elements.push({
          key: `${path} ${node.type.text} ${node.number?.value}`,
          path,
          damaged: undefined,
          headers,
          lines: linesOf(node.span),
        });
        break;
      case 'enumValue':
        elements.push({
          key: `${path} ${node.number?.value}`,
          path,
          damaged: undefined,
          headers,
          lines: linesOf(node.span),
        });
        break;
      case 'method':
        elements.push({
          key: `${path} ${node.input.type.text} ${node.output.type.text}`,
          path,
          damaged: undefined,
          headers,
          lines: linesOf(node.span),
        });
        break;
      case 'extend':
      case 'extensions':
      case 'option':
      case 'reserved':
        break;
    }
  };
  for (const node of file.declarations) visit('', [], node);
  return elements;
}
