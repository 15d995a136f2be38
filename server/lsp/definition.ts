import type { Location, Position } from 'vscode-languageserver/node';

import { parse } from '../proto/parse.ts';
import { offsetAt, rangeOf } from '../proto/position.ts';
import type { Declaration, ExtendNode, FileNode, MessageMember, Span } from '../proto/tree.ts';
import { heldType } from '../schema/fields.ts';
import { link } from '../schema/link.ts';
import type { Enum, EnumValue, Field, File, Message, Method, Oneof, Schema, Service } from '../schema/model.ts';
import { type ReleasedFile, releaseUri } from './uris.ts';

const MAX_PARSED_FILES = 200;

/**
 * Where the type or import at a position of a released document is defined in that release. Null if it is unknown or
 * built in.
 * @param label the release's name, for URIs.
 */
export async function releasedDefinition(
  released: ReleasedFile,
  label: string,
  position: Position,
  read: (file: string) => Promise<string | undefined>,
): Promise<Location | null> {
  const files = await parseWithImports(released.file, read);
  const file = link(files).files.get(released.file);
  if (file === undefined) return null;
  const { lineStarts, text } = file.node;
  const target = targetAt(file, offsetAt(lineStarts, text, position));
  if (target === undefined || target.file.builtIn) return null;
  return {
    uri: releaseUri({ ...released, file: target.file.path }, label),
    range: rangeOf(target.file.node, target.span),
  };
}

/**
 * Where the type or import at an offset is defined. For the name of a declaration, its own range. Null if it is unknown
 * or built in.
 */
export function definition(file: File, offset: number, uriOf: (path: string) => string): Location | null {
  const own = declarationAt(file, offset);
  const target = targetAt(file, offset) ?? (own && { file, span: nameSpan(own) });
  if (target === undefined || target.file.builtIn) return null;
  return { uri: uriOf(target.file.path), range: rangeOf(target.file.node, target.span) };
}

export function references(
  schema: Schema,
  file: File,
  offset: number,
  includeDeclaration: boolean,
  uriOf: (path: string) => string,
): Location[] {
  const own = declarationAt(file, offset);
  const target = referencedTypeAt(file, offset) ?? (own?.kind === 'message' || own?.kind === 'enum' ? own : undefined);
  if (target === undefined) return [];
  const found: Target[] = [];
  if (includeDeclaration && target.node !== undefined && !target.file.builtIn)
    found.push({ file: target.file, span: nameSpan(target) });
  for (const each of schema.files.values())
    for (const { span, type } of typeReferencesIn(each)) if (type === target) found.push({ file: each, span });
  return found.map((place) => ({ uri: uriOf(place.file.path), range: rangeOf(place.file.node, place.span) }));
}

export type Declared = Message | Enum | Field | EnumValue | Oneof | Service | Method;

export function declarationAt(file: File, offset: number): Declared | undefined {
  return declarationsIn(file).find((one) => isAt(nameSpan(one), offset));
}

export function referencedTypeAt(file: File, offset: number): Message | Enum | undefined {
  return typeReferencesIn(file).find(({ span }) => isAt(span, offset))?.type;
}

interface Target {
  readonly file: File;
  readonly span: Span;
}

function targetAt(file: File, offset: number): Target | undefined {
  const imported = file.imports.find(({ node }) => isAt(node.path.span, offset))?.file;
  if (imported !== undefined) return { file: imported, span: { start: 0, end: 0 } };
  const type = referencedTypeAt(file, offset);
  return type?.node === undefined ? undefined : { file: type.file, span: type.node.name.span };
}

function isAt(span: Span, offset: number): boolean {
  return span.start <= offset && offset <= span.end;
}

function nameSpan({ node, file }: Declared): Span {
  // A built-in type. No offset is in this span.
  return node === undefined ? { start: file.node.text.length + 1, end: file.node.text.length + 1 } : node.name.span;
}

interface TypeReference {
  readonly span: Span;
  /** Undefined for a scalar type, an unknown name, or the type of an empty `extend` block. */
  readonly type: Message | Enum | undefined;
}

function typeReferencesIn(file: File): readonly TypeReference[] {
  const fields = fieldsOf(file);
  const methods = file.services.flatMap((service) => service.methods);
  return [
    ...fields.map((field) => ({ span: (field.node.map?.value ?? field.node.type).span, type: heldBy(field) })),
    ...methods.flatMap(({ node, input, output }) => [
      { span: node.input.type.span, type: input },
      { span: node.output.type.span, type: output },
    ]),
    ...extendsIn(file.node.declarations).map(({ extendee, span }) => ({
      span: extendee.span,
      type: fields.find(({ node }) => span.start <= node.span.start && node.span.end <= span.end)?.message,
    })),
  ];
}

function heldBy(field: Field): Message | Enum | undefined {
  const type = heldType(field);
  return type.kind === 'enum' ? type.enum : type.kind === 'message' ? type.message : undefined;
}

function extendsIn(members: readonly (Declaration | MessageMember)[]): readonly ExtendNode[] {
  return members.flatMap((member) =>
    member.kind === 'extend' ? member : member.kind === 'message' ? extendsIn(member.body.members) : [],
  );
}

function messagesIn(file: File): readonly Message[] {
  const withInner = (message: Message): readonly Message[] => [message, ...message.messages.flatMap(withInner)];
  return file.messages.flatMap(withInner);
}

function fieldsOf(file: File): readonly Field[] {
  return [...file.extensions, ...messagesIn(file).flatMap(({ fields, extensions }) => [...fields, ...extensions])];
}

function declarationsIn(file: File): readonly Declared[] {
  const messages = messagesIn(file);
  const enums = [...file.enums, ...messages.flatMap((message) => message.enums)];
  return [
    ...messages,
    ...enums,
    ...enums.flatMap(({ values }) => values),
    ...messages.flatMap(({ oneofs }) => oneofs),
    ...fieldsOf(file),
    ...file.services,
    ...file.services.flatMap(({ methods }) => methods),
  ].filter(({ node }) => node !== undefined);
}

async function parseWithImports(
  first: string,
  read: (file: string) => Promise<string | undefined>,
): Promise<ReadonlyMap<string, FileNode>> {
  const files = new Map<string, FileNode>();
  const open = [first];
  const known = new Set(open);
  for (let file = open.pop(); file !== undefined && files.size < MAX_PARSED_FILES; file = open.pop()) {
    const text = await read(file);
    if (text === undefined) continue;
    const node = parse(text);
    files.set(file, node);
    for (const { path } of node.imports) {
      for (const candidate of candidates(path.text.replace(/^["']|["']$/g, ''), file)) {
        if (known.has(candidate)) continue;
        known.add(candidate);
        open.push(candidate);
      }
    }
  }
  return files;
}

function candidates(path: string, importer: string): readonly string[] {
  const folders = importer.split('/').slice(0, -1);
  const above = folders.map((_folder, index) => [...folders.slice(0, index + 1), path].join('/'));
  const parts = path.split('/');
  return [...above, ...parts.map((_part, index) => parts.slice(index).join('/'))];
}
