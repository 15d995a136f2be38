import type { Declaration, FileNode, MessageMember, MessageNode, ServiceNode } from '../../proto/tree.ts';
import { declare } from './declare.ts';
import { hasExtend } from './extends.ts';
import { fillDeclared } from './fill.ts';
import type { LinkedFile } from './linked-file.ts';
import { join, Names } from './names.ts';

interface Edit {
  readonly old: MessageNode | ServiceNode;
  readonly edited: MessageNode | ServiceNode;
}

/**
 * Applies an edit inside one top-level message or service, in place, so that references to its types stay valid. Returns false, and does
 * nothing, if the file must be linked again.
 */
export function update(linked: LinkedFile, node: FileNode): boolean {
  const edits = editsIn(linked, node);
  if (edits === undefined) return false;
  linked.file.node = node;
  for (const edit of edits) replace(linked, edit);
  return true;
}

/** At most one edit. Undefined if the file must be linked again. */
function editsIn({ file, extensions, types, reported }: LinkedFile, node: FileNode): readonly Edit[] | undefined {
  const before = file.node;
  if (!before.mutable || !node.mutable) return undefined;
  // `reparse` keeps these objects unless it parses the whole text.
  const sharesHeader =
    node.imports === before.imports &&
    node.options === before.options &&
    node.package === before.package &&
    node.edition === before.edition;
  if (!sharesHeader || node.declarations.length !== before.declarations.length) return undefined;
  // The extended messages may be in other files.
  if (extensions.length > 0) return undefined;
  const [index, another] = node.declarations.flatMap((each, at) => (each === before.declarations[at] ? [] : [at]));
  if (index === undefined) return [];
  const [old, edited] = [before.declarations[index], node.declarations[index]];
  if (another !== undefined || !hasTypes(old) || !hasTypes(edited)) return undefined;
  if (edited.kind === 'message' && hasExtend(edited.body.members)) return undefined;
  if (!declareSame(old, edited)) return undefined;
  // Of two declarations with one name, only the first one is linked. A message is then damaged.
  const isAlone = !node.declarations.some(
    (other) => other !== edited && other.kind === edited.kind && other.name.text === edited.name.text,
  );
  if (!isAlone || types.get(old.name.text)?.node !== old) return undefined;
  // The name is declared elsewhere, too. An update would not report that again.
  if (reported.get(old)?.some(({ span }) => span === old.name.span) === true) return undefined;
  return [{ old, edited }];
}

function hasTypes(declaration: Declaration | undefined): declaration is Edit['old'] {
  return declaration?.kind === 'message' || declaration?.kind === 'service';
}

function declareSame(old: Edit['old'], edited: Edit['old']): boolean {
  const [before, now] = [typesIn(old), typesIn(edited)];
  return new Set(now.map(({ name }) => name)).size === now.length && JSON.stringify(before) === JSON.stringify(now);
}

interface NamedType {
  readonly kind: Edit['old']['kind'] | 'enum';
  /** Relative to the package. */
  readonly name: string;
}

/** In the order in which `declare` adds them. */
function typesIn(declaration: Edit['old']): NamedType[] {
  const types: NamedType[] = [];
  const add = (kind: NamedType['kind'], name: string, members: readonly MessageMember[]): void => {
    types.push({ kind, name });
    for (const member of members) addMember(member, name);
  };
  const addMember = (member: MessageMember, scope: string): void => {
    if (member.kind === 'message') add('message', join(scope, member.name.text), member.body.members);
    else if (member.kind === 'enum') add('enum', join(scope, member.name.text), []);
    else if (member.kind === 'oneof')
      for (const field of member.body.members) if (field.kind === 'field') addMember(field, scope);
    if (member.kind === 'field' && member.group !== undefined)
      add('message', join(scope, member.name.text), member.group.members);
  };
  const { kind, name, body } = declaration;
  add(kind, name.text, kind === 'message' ? body.members : []);
  return types;
}

function replace(linked: LinkedFile, { old, edited }: Edit): void {
  // `declare` overwrites these objects.
  for (const { name } of typesIn(old)) {
    const type = linked.types.get(name);
    if (type !== undefined) linked.replaced.set(name, type);
    linked.types.delete(name);
  }
  linked.reported.delete(old);
  const { messages, services } = linked.file;
  const lengths = [linked.declared.length, messages.length, services.length] as const;
  declare(linked, edited, new Names());
  // `declare` appended the types, which are already in these lists.
  [linked.declared.length, messages.length, services.length] = lengths;
  linked.replaced.clear();
  fillDeclared(linked);
  linked.groups.clear();
}
