import type { Declaration, FileNode, MessageNode, ServiceNode } from '../../proto/tree.ts';
import type { Enum, Message } from '../model.ts';
import { declare } from './declare.ts';
import { fillDeclared } from './fill.ts';
import type { LinkedFile } from './linked-file.ts';
import { Names } from './names.ts';

/**
 * Follows an edit inside one top-level message or service that still declares the same types, in a file without extensions. References to
 * these types stay valid. The previous tree and schema must not be used afterwards.
 * @returns false if the file and everything that refers to it must be linked from scratch. If both trees are `mutable`, the linked file may
 * then be unusable.
 */
export function update(linked: LinkedFile, node: FileNode): boolean {
  const before = linked.file.node;
  if (!before.mutable || !node.mutable) return false;
  // `reparse` keeps these objects unless it parses the whole text.
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
  // Of two declarations with the same name, only the first one is linked, and a message then counts as damaged.
  if (type === undefined || type.node !== old || isDeclaredTwice(linked.file.node, edited)) return false;
  // A collision of the name would not be found again.
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
  // `declare` appended the types, which are already in these lists.
  [linked.declared.length, messages.length, services.length] = lengths;
  linked.replaced.clear();
  const areSame = again.length === types.length && again.every((each, index) => each === types[index]);
  // An extension changes the message that it extends, which may be in another file.
  const extend = linked.open.some(({ members }) => members.some(({ kind }) => kind === 'extend'));
  if (!areSame || extend) return false;
  fillDeclared(linked);
  linked.groups.clear();
  return true;
}

function isDeclaredTwice({ declarations }: FileNode, { kind, name }: MessageNode | ServiceNode): boolean {
  return declarations.filter((other) => other.kind === kind && other.name.text === name.text).length > 1;
}

/** Including the type itself. */
function countTypes(type: Message | Enum): number {
  if (type.kind === 'enum') return 1;
  return type.messages.reduce((count, inner) => count + countTypes(inner), 1 + type.enums.length);
}
