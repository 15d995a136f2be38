import type { Enum, Message, Method, Service } from '../../schema/model.ts';
import type { Context, Fix } from '../rule.ts';
import { quote } from '../words.ts';
import { fix, replace } from './edits.ts';
import { typesUsed } from './references.ts';
import { releasedText, restoreDeclaration, restoreTypes } from './released-text.ts';

/** Also restores the removed types that it uses. */
export function restoreType(old: Message | Enum, context: Context): Fix[] {
  return fix(`Restore ${old.kind} ${quote(old.name)}`, true, restoreTypes([old], context.diff));
}

/** Also restores the removed types that its methods use. */
export function restoreService(old: Service, context: Context): Fix[] {
  const types = old.methods.flatMap(typesUsed).map(({ type }) => type);
  const edits = [...restoreDeclaration(old, context.diff), ...restoreTypes(types, context.diff)];
  return fix(`Restore service ${quote(old.name)}`, true, edits);
}

export function revertMethodType(old: Method, edited: Method, part: 'input' | 'output', context: Context): Fix[] {
  const { text, needs } = releasedText(old, context.diff, old.node[part].type.span);
  const edit = replace({ file: edited.file, span: edited.node[part].type.span }, text);
  return fix(`Restore type ${quote(text)}`, true, [edit, ...needs]);
}
