import { type DocumentSymbol, SymbolKind, SymbolTag } from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';

import { type Element, type ElementNode, elementsOf } from '../proto/elements.ts';
import { parse } from '../proto/parse.ts';
import type { OptionNode, Span } from '../proto/tree.ts';

export function documentSymbols(document: TextDocument): DocumentSymbol[] {
  const rangeOf = ({ start, end }: Span): DocumentSymbol['range'] => ({
    start: document.positionAt(start),
    end: document.positionAt(end),
  });
  const top: DocumentSymbol[] = [];
  const symbols = new Map<Element, DocumentSymbol>();
  for (const element of elementsOf(parse(document.getText()))) {
    const { node, name, parent } = element;
    const symbol: DocumentSymbol = {
      // Editors reject an empty name.
      name: name.text === '' ? '…' : name.text,
      detail: detailOf(node),
      kind: KINDS[node.kind],
      range: rangeOf({
        start: Math.min(node.span.start, name.span.start),
        end: Math.max(node.span.end, name.span.end),
      }),
      selectionRange: rangeOf(name.span),
      ...(isDeprecated(node) && { tags: [SymbolTag.Deprecated] }),
      children: [],
    };
    symbols.set(element, symbol);
    const siblings = parent === undefined ? undefined : symbols.get(parent)?.children;
    (siblings ?? top).push(symbol);
  }
  return top;
}

const KINDS: Record<ElementNode['kind'], SymbolKind> = {
  message: SymbolKind.Struct,
  enum: SymbolKind.Enum,
  service: SymbolKind.Interface,
  field: SymbolKind.Field,
  oneof: SymbolKind.Object,
  enumValue: SymbolKind.EnumMember,
  method: SymbolKind.Method,
};

function detailOf(node: ElementNode): string {
  switch (node.kind) {
    case 'field':
      return `${node.label === undefined ? '' : `${node.label.text} `}${node.type.text}${numbered(node.number)}`;
    case 'enumValue':
      return numbered(node.number).trim();
    case 'method':
      return `${node.input.type.text} → ${node.output.type.text}`;
    case 'message':
    case 'enum':
    case 'service':
    case 'oneof':
      return node.kind;
  }
}

function numbered(number: { readonly value: number } | undefined): string {
  return number === undefined ? '' : ` = ${number.value}`;
}

function isDeprecated(node: ElementNode): boolean {
  const members: readonly { readonly kind: string }[] = 'body' in node ? node.body.members : [];
  const options = 'options' in node ? node.options : members.filter((one): one is OptionNode => one.kind === 'option');
  return options.some(
    ({ name, value }) => name.text === 'deprecated' && value.kind === 'identifier' && value.text === 'true',
  );
}
