import { type CompletionItem, CompletionItemKind, type Position, type Range } from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';

import { freeNumbers } from '../rules/fixes/free-numbers.ts';
import { type Enum, type File, type Message, SCALARS } from '../schema/model.ts';
import type { FileHistory } from './file-history.ts';

export type Typed =
  | { readonly kind: 'number'; readonly range: Range }
  | { readonly kind: 'type'; readonly range: Range; readonly onlyMessages: boolean };

/**
 * @param isAutomatic whether a trigger character caused the request. A blank line is then ignored, because indenting it
 * must not open a list.
 */
export function typedAt(document: TextDocument, position: Position, isAutomatic: boolean): Typed | undefined {
  const line = document.getText({ start: { line: position.line, character: 0 }, end: position });
  if (isAutomatic && line.trim() === '') return undefined;
  const rangeOf = (typed: string): Range => ({
    start: { line: position.line, character: position.character - typed.length },
    end: position,
  });
  const number = NUMBER.exec(line);
  if (number !== null) return { kind: 'number', range: rangeOf(number[1] ?? '') };
  const method = METHOD_TYPE.exec(line);
  if (method !== null) return { kind: 'type', range: rangeOf(method[1] ?? ''), onlyMessages: true };
  const field = FIELD_TYPE.exec(line);
  return field === null ? undefined : { kind: 'type', range: rangeOf(field[1] ?? ''), onlyMessages: false };
}

const NUMBER = /^\s*(?!option\s+\w)(?:(?:[\w.]+|map\s*<[^<>]*>)\s+){0,2}[A-Za-z_]\w*\s*=\s*(\d*)$/;
const METHOD_TYPE = /^\s*rpc\s+\w+\s*\((?:[^()]*\)\s*returns\s*\()?\s*(?:stream\s+)?([\w.]*)$/;
/** At the start of a field, after its label, or as the value type of a map. */
const FIELD_TYPE = /^\s*(?:(?:optional|repeated|required)\s+|map\s*<\s*\w+\s*,\s*)?([\w.]*)$/;

export function typeItems(
  file: File,
  offset: number,
  { range, onlyMessages }: Typed & { kind: 'type' },
): CompletionItem[] {
  const item = (label: string, kind: CompletionItemKind, order: number, detail?: string): CompletionItem => ({
    label,
    kind,
    sortText: `${order}${label}`,
    ...(detail !== undefined && { detail }),
    textEdit: { range, newText: label },
  });
  const scope = typeAround(file, offset)?.fullName ?? file.package;
  const seen = new Set<string>();
  const types = visibleFiles(file)
    .flatMap((each) => typesIn(each))
    .filter(
      (type) => (!onlyMessages || type.kind === 'message') && !seen.has(type.fullName) && seen.add(type.fullName),
    );
  return [
    ...types.map((type) =>
      item(
        shortName(type.fullName, scope),
        type.kind === 'enum' ? CompletionItemKind.Enum : CompletionItemKind.Struct,
        1,
        type.file === file ? type.kind : `${type.kind} in ${type.file.path}`,
      ),
    ),
    ...(onlyMessages ? [] : SCALARS.map((scalar) => item(scalar, CompletionItemKind.Keyword, 2))),
  ];
}

/**
 * The next number that is not used, reserved or released.
 * @returns a function that may be called after an edit. Its argument is undefined if there is no release.
 */
export function numberItems(
  file: File,
  offset: number,
  { range }: Typed,
): (history: FileHistory | undefined) => CompletionItem[] {
  const type = typeAround(file, offset);
  if (type === undefined || isInExtend(type, offset)) return () => [];
  const present = withoutUnfinished(type, offset);
  return (history) => {
    const used = history?.numbersOf(type.fullName);
    for (const number of freeNumbers([present])) {
      if (used?.has(number) === true) continue;
      const label = String(number);
      const detail = history === undefined ? 'next free number' : 'next number that no release has used';
      return [{ label, kind: CompletionItemKind.Value, detail, preselect: true, textEdit: { range, newText: label } }];
    }
    return [];
  };
}

/** Removes the field or value that is being typed. Its number is missing or incomplete. */
function withoutUnfinished(type: Message | Enum, offset: number): Message | Enum {
  const isOther = ({ node }: { readonly node: { readonly span: { start: number; end: number } } }): boolean =>
    offset < node.span.start || node.span.end < offset;
  return type.kind === 'message'
    ? { ...type, fields: type.fields.filter(isOther) }
    : { ...type, values: type.values.filter(isOther) };
}

/** The numbers in an `extend` block are those of another message. */
function isInExtend({ node }: Message | Enum, offset: number): boolean {
  const members = node?.kind === 'message' ? node.body.members : [];
  return members.some(({ kind, span }) => kind === 'extend' && span.start < offset && offset < span.end);
}

function typeAround(file: File, offset: number): Message | Enum | undefined {
  return typesIn(file).findLast(({ node }) => node !== undefined && node.span.start < offset && offset < node.span.end);
}

function typesIn(file: File): readonly (Message | Enum)[] {
  const inside = (message: Message): readonly (Message | Enum)[] => [
    message,
    ...message.messages.flatMap(inside),
    ...message.enums,
  ];
  return [...file.messages.flatMap(inside), ...file.enums];
}

/** The file, its imports, and their public imports, also indirect ones. */
function visibleFiles(file: File): readonly File[] {
  const visible = new Set([file, ...file.imports.flatMap((each) => each.file ?? [])]);
  for (const each of visible) {
    if (each === file) continue;
    for (const { node, file: target } of each.imports)
      if (node.modifier === 'public' && target !== undefined) visible.add(target);
  }
  return [...visible];
}

/** Removes the scopes that the name shares with the scope where it is used. */
function shortName(fullName: string, scope: string): string {
  const scopes = scope === '' ? [] : scope.split('.');
  const parts = fullName.split('.');
  let shared = 0;
  while (shared < scopes.length && shared < parts.length - 1 && scopes[shared] === parts[shared]) shared++;
  return parts.slice(shared).join('.');
}
