import type { FileNode, Span, StatementNode } from './tree.ts';

export function statementsOf(file: FileNode): readonly StatementNode[] {
  return [file.edition, file.package, ...file.imports, ...file.options, ...file.declarations].filter(
    (one) => one !== undefined,
  );
}

export function membersOf(statement: StatementNode): readonly StatementNode[] {
  if ('body' in statement) return statement.body.members;
  return statement.kind === 'field' ? (statement.group?.members ?? []) : [];
}

/** Outermost first. Options in brackets and of methods are not searched. */
export function enclosing(file: FileNode, place: Span): readonly StatementNode[] {
  const found: StatementNode[] = [];
  let members = statementsOf(file);
  for (;;) {
    const inner = members.find(({ span }) => contains(span, place));
    if (inner === undefined) return found;
    found.push(inner);
    members = membersOf(inner);
  }
}

export function contains(outer: Span, inner: Span): boolean {
  return outer.start <= inner.start && inner.end <= outer.end;
}
