import type { FileNode, Span, StatementNode } from './tree.ts';

/** The top-level statements of a file: those of the header first, then all others in the order of the tree. */
export function statementsOf(file: FileNode): readonly StatementNode[] {
  return [file.edition, file.package, ...file.imports, ...file.options, ...file.declarations].filter(
    (one) => one !== undefined,
  );
}

/** The statements in a statement's body. Empty if it has no body. */
export function membersOf(statement: StatementNode): readonly StatementNode[] {
  if ('body' in statement) return statement.body.members;
  return statement.kind === 'field' ? (statement.group?.members ?? []) : [];
}

/** The statements that contain a span, outermost first. */
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
