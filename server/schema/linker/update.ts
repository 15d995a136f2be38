import type { Declaration, FileNode } from '../../proto/tree.ts';
import type { Enum, Message } from '../model.ts';
import { declare } from './declare.ts';
import { fillDeclared } from './fill.ts';
import type { LinkedFile } from './linked-file.ts';
import { Names } from './names.ts';

/**
 * Follows an edit inside one message or service at the top of the file, if it declares the same types as before. Everything that
 * refers to them, in this file or another, stays valid. The tree of the edited text shares all other declarations with the tree
 * before, which must not be used any more; neither must what was linked from it.
 * @returns false where the file, and everything that refers to it, has to be linked from scratch; the linked file is useless then.
 */
export function update(linked: LinkedFile, node: FileNode): boolean {
  const before = linked.file.node;
  const sharesHeader =
    node.imports === before.imports &&
    node.options === before.options &&
    node.package === before.package &&
    node.edition === before.edition;
  const hasExtensions = linked.extensions.length > 0;
  if (!sharesHeader || hasExtensions || node.declarations.length !== before.declarations.length) return false;
  const changed = before.declarations.filter((declaration, index) => declaration !== node.declarations[index]);
  linked.file.node = node;
  const [old] = changed;
  if (old === undefined) return true;
  const edited = node.declarations[before.declarations.indexOf(old)];
  return changed.length === 1 && edited !== undefined && replace(linked, old, edited);
}

function replace(linked: LinkedFile, old: Declaration, edited: Declaration): boolean {
  const isKind = edited.kind === 'message' || edited.kind === 'service';
  if (!isKind || edited.kind !== old.kind || edited.name.text !== old.name.text) return false;
  const type = linked.types.get(old.name.text);
  // Of two with one name only the first was declared.
  if (type === undefined || type.node !== old) return false;
  // What else has its name, an enum's value or another file's type, is not looked at again.
  if (linked.reported.get(old)?.some(({ span }) => span === old.name.span)) return false;
  const first = type.kind === 'service' ? 0 : linked.declared.indexOf(type);
  const types = type.kind === 'service' ? [] : linked.declared.slice(first, first + countTypes(type));
  for (const each of type.kind === 'service' ? [type] : types) {
    const name = linked.relativeName(each);
    linked.types.delete(name);
    linked.replaced.set(name, each);
  }
  linked.reported.delete(old);
  const { messages, services } = linked.file;
  const lengths = [linked.declared.length, messages.length, services.length] as const;
  declare(linked, edited, new Names());
  const again = linked.declared.slice(lengths[0]);
  // They have their places in these lists already.
  [linked.declared.length, messages.length, services.length] = lengths;
  linked.replaced.clear();
  const areSame = again.length === types.length && again.every((each, index) => each === types[index]);
  // An extension changes the message that it extends, wherever that is.
  const extend = linked.open.some(({ members }) => members.some(({ kind }) => kind === 'extend'));
  if (!areSame || extend) return false;
  fillDeclared(linked);
  linked.groups.clear();
  return true;
}

/** With everything that is declared inside it. */
function countTypes(type: Message | Enum): number {
  if (type.kind === 'enum') return 1;
  return type.messages.reduce((count, inner) => count + countTypes(inner), 1 + type.enums.length);
}
