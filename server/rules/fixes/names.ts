import type { Enum, Field, File, Message, Method, Oneof, Service } from '../../schema/model.ts';
import type { Context, Fix } from '../rule.ts';
import { quote } from '../words.ts';
import { fix, replace } from './edits.ts';
import { references, referencesTo } from './references.ts';
import { isNameTaken } from './taken-names.ts';

/** Options that use the edited name of a field do not change. */
export function revertName(
  old: Field | Oneof | Service | Method,
  edited: Field | Oneof | Service | Method,
  context: Context,
): Fix[] {
  const [group, oldGroup] = [groupOf(edited), groupOf(old)];
  // A group is written with the name of its message.
  if (group !== undefined) return oldGroup === undefined ? [] : revertTypeName(oldGroup, group, context);
  // A method with the released name would be the other side of this pair.
  const scope = edited.kind === 'service' ? edited.file : edited.kind === 'method' ? undefined : edited.message;
  if (scope !== undefined && isNameTaken(old.name, scope, context.diff)) return [];
  return fix(restoreNameTitle(old), false, [replace({ file: edited.file, span: edited.node.name.span }, old.name)]);
}

function groupOf(element: Field | Oneof | Service | Method): Message | undefined {
  if (element.kind !== 'field' || element.node.group === undefined) return undefined;
  return element.type.kind === 'message' ? element.type.message : undefined;
}

export function revertTypeName(old: Message | Enum, edited: Message | Enum, { diff }: Context): Fix[] {
  if (edited.node === undefined || isNameTaken(old.name, edited.parent, diff)) return [];
  const edits = [replace({ file: edited.file, span: edited.node.name.span }, old.name)];
  for (const { file, name, depth } of referencesTo(edited, diff.new)) {
    // A reference to `Outer.Inner` also names `Outer`, `depth` parts before the end.
    const parts = name.text.split('.');
    const index = parts.length - 1 - depth;
    if (parts[index] !== edited.name) continue;
    const start = name.span.start + parts.slice(0, index).join('.').length + (index > 0 ? 1 : 0);
    edits.push(replace({ file, span: { start, end: start + edited.name.length } }, old.name));
  }
  return fix(restoreNameTitle(old), false, edits);
}

export function revertPackage(old: File, edited: File, { diff }: Context): Fix[] {
  const oldName = old.node.package?.name.text;
  const newName = edited.node.package?.name;
  if (oldName === undefined || newName === undefined) return [];
  const edits = [replace({ file: edited, span: newName.span }, oldName)];
  for (const { file, used, name } of references(diff.new.files.values())) {
    const at = name.text.startsWith('.') ? 1 : 0;
    if (used.file !== edited || !name.text.startsWith(`${newName.text}.`, at)) continue;
    const start = name.span.start + at;
    edits.push(replace({ file, span: { start, end: start + newName.text.length } }, oldName));
  }
  return fix(`Restore package ${quote(oldName)}`, false, edits);
}

export function restoreNameTitle({ name }: { readonly name: string }): string {
  return `Restore name ${quote(name)}`;
}
