import { type Hover, MarkupKind } from 'vscode-languageserver/node';

import { block, plain } from '../report/plain.ts';
import { reachable } from '../schema/reach.ts';
import type { Enum, File, Message, Method, Schema } from '../schema/model.ts';
import { type Declared, declarationAt, referencedTypeAt } from './definition.ts';
import type { FileHistory } from './file-history.ts';

const MAX_METHODS = 5;
/** A hover should fit on one screen. */
const MAX_LINES = 12;

export function elementAt(file: File, offset: number): Declared | undefined {
  return declarationAt(file, offset) ?? referencedTypeAt(file, offset);
}

/**
 * @param isWhole whether the schema contains every file whose methods may carry the element.
 * @returns a function that may be called after an edit. Its argument is undefined if there is no release.
 */
export function elementHover(
  element: Declared,
  schema: Schema,
  isWhole: boolean,
): (history: FileHistory | undefined) => Hover | null {
  const { fullName } = element;
  const source = sourceOf(element);
  const carried = isWhole ? carriedWords(element, schema) : '';
  return (history) => {
    const parts = [block('proto', source), sinceWords(fullName, history), carried];
    const value = parts.filter((part) => part !== '').join('\n\n');
    return source === '' ? null : { contents: { kind: MarkupKind.Markdown, value } };
  };
}

function sourceOf({ node, file }: Declared): string {
  if (node === undefined) return '';
  const { text } = file.node;
  const start = node.leadingComments?.start ?? node.span.start;
  const lines = text.slice(start, node.span.end).split(/\r\n|\r|\n/);
  const inner = lines.slice(1).filter((line) => line.trim() !== '');
  const indent = Math.min(...inner.map((line) => line.length - line.trimStart().length));
  const shifted = lines.map((line, index) => (index === 0 ? line : line.slice(Math.min(indent, line.length))));
  return shifted.length <= MAX_LINES ? shifted.join('\n') : [...shifted.slice(0, MAX_LINES), '…'].join('\n');
}

function sinceWords(fullName: string, history: FileHistory | undefined): string {
  if (history === undefined) return '';
  const since = history.since(fullName);
  if (since === undefined) return 'Not in a release yet.';
  return since.isFirstOfFile
    ? `Since ${plain(since.version)}, the first release with this file.`
    : `Since ${plain(since.version)}.`;
}

function carriedWords(element: Declared, schema: Schema): string {
  const type = carriedType(element);
  if (type === undefined) return '';
  const methods = methodsCarrying(type, schema);
  if (methods.length === 0) return 'No method carries it.';
  const shown = methods.slice(0, MAX_METHODS).map(({ name, service }) => plain(`${service.name}.${name}`));
  const more = methods.length - shown.length;
  return `Carried by ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}.`;
}

function carriedType(element: Declared): Message | Enum | undefined {
  switch (element.kind) {
    case 'message':
    case 'enum':
      return element;
    case 'field':
    case 'oneof':
      return element.message;
    case 'enumValue':
      return element.enum;
    case 'service':
    case 'method':
      return undefined;
  }
}

function methodsCarrying(type: Message | Enum, schema: Schema): readonly Method[] {
  const methods = schema.declared.services.flatMap((service) => service.methods);
  return methods.filter(({ input, output }) =>
    reachable([input, output].filter((message) => message !== undefined)).has(type),
  );
}
