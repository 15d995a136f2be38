import type { Location, Position } from 'vscode-languageserver/node';

import { parse } from '../proto/parse.ts';
import { offsetAt, rangeOf } from '../proto/position.ts';
import type { FileNode, Span } from '../proto/tree.ts';
import { link } from '../schema/link.ts';
import type { Enum, Field, File, Message, Method } from '../schema/model.ts';
import { type ReleasedFile, releaseUri } from './uris.ts';

/** Imports of imports beyond this are not followed for one click. */
const MAX_FILES = 200;

/**
 * Where the type or import at a place of a released document is declared, in the same release. Other extensions answer for files of
 * the working tree; the release is known to nobody else.
 * @param read the text of a file at the document's commit.
 * @param label the release's name, for the addresses of its documents.
 */
export async function definition(
  released: ReleasedFile,
  label: string,
  position: Position,
  read: (file: string) => Promise<string | undefined>,
): Promise<Location | null> {
  const files = await withImports(released.file, read);
  const file = link(files).files.get(released.file);
  if (file === undefined) return null;
  const { lineStarts, text } = file.node;
  const target = targetAt(file, offsetAt(lineStarts, text.length, position));
  if (target === undefined || target.file.builtIn) return null;
  return {
    uri: releaseUri({ ...released, file: target.file.path }, label),
    range: rangeOf(target.file.node, target.span),
  };
}

interface Target {
  readonly file: File;
  readonly span: Span;
}

function targetAt(file: File, offset: number): Target | undefined {
  const isAt = ({ span }: { readonly span: Span }): boolean => span.start <= offset && offset <= span.end;
  const imported = file.imports.find(({ node }) => isAt(node.path))?.file;
  if (imported !== undefined) return { file: imported, span: { start: 0, end: 0 } };
  for (const field of fieldsOf(file)) {
    const { node, type } = field;
    if (node.map !== undefined ? isAt(node.map.value) : isAt(node.type)) return typeTarget(type);
  }
  for (const method of file.services.flatMap((service) => service.methods)) {
    if (isAt(method.node.input.type)) return place(method.input);
    if (isAt(method.node.output.type)) return place(method.output);
  }
  return undefined;
}

function typeTarget(type: Field['type']): Target | undefined {
  if (type.kind === 'enum') return place(type.enum);
  if (type.kind !== 'message') return undefined;
  const { message } = type;
  // A map's entry stands nowhere; what is meant is its value.
  const value = message.isMapEntry ? message.fieldsByName.get('value') : undefined;
  return value === undefined ? place(message) : typeTarget(value.type);
}

function place(type: Message | Enum | Method | undefined): Target | undefined {
  return type?.node === undefined ? undefined : { file: type.file, span: type.node.name.span };
}

function fieldsOf(file: File): readonly Field[] {
  const inside = (message: Message): readonly Field[] => [
    ...message.fields,
    ...message.extensions,
    ...message.messages.flatMap(inside),
  ];
  return [...file.extensions, ...file.messages.flatMap(inside)];
}

async function withImports(
  first: string,
  read: (file: string) => Promise<string | undefined>,
): Promise<ReadonlyMap<string, FileNode>> {
  const files = new Map<string, FileNode>();
  const open = [first];
  const asked = new Set(open);
  for (let file = open.pop(); file !== undefined && files.size < MAX_FILES; file = open.pop()) {
    const text = await read(file);
    if (text === undefined) continue;
    const node = parse(text);
    files.set(file, node);
    for (const { path } of node.imports) {
      for (const candidate of candidates(path.text.replace(/^["']|["']$/g, ''), file)) {
        if (asked.has(candidate)) continue;
        asked.add(candidate);
        open.push(candidate);
      }
    }
  }
  return files;
}

/** Where an import may lead; which of them it is, the linker decides. */
function candidates(path: string, importer: string): readonly string[] {
  const folders = importer.split('/').slice(0, -1);
  const above = folders.map((_folder, index) => [...folders.slice(0, index + 1), path].join('/'));
  const parts = path.split('/');
  return [...above, ...parts.map((_part, index) => parts.slice(index).join('/'))];
}
