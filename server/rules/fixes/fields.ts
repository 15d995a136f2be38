import type { MessagePair } from '../../diff/pairs.ts';
import type { OptionNode } from '../../proto/tree.ts';
import type { Field, Oneof } from '../../schema/model.ts';
import type { Context, Fix } from '../rule.ts';
import { canDefaultTo, type KeptField, sharesDefault } from '../subjects/fields.ts';
import { list, quote } from '../words.ts';
import { oneofText } from './deleted-members.ts';
import { type Edit, fix, insert, insertAt, remove, replace, stringLiteral, textAt } from './edits.ts';
import { withoutKeptComments } from './insert-released.ts';
import { namesBefore } from './members.ts';
import { canHaveType, releasedText } from './released-text.ts';

export function revertField(pair: KeptField, context: Context): Fix[] {
  // Statements inside and outside a oneof have different syntax.
  if (isMovedAcrossOneof(pair)) return pair.parent === undefined ? [] : revertOneofs([pair], pair.parent, context);
  // A group also declares its type, which other fields may use.
  if ((pair.old.node.group === undefined) !== (pair.new.node.group === undefined)) return [];
  const pairs = withHoldersOfJsonNames(pair);
  const edits = pairs?.flatMap((each): (Edit | undefined)[] => {
    const { text, needs } = releasedText(each.old, context.diff, each.old.node.span);
    const { file, node } = each.new;
    // If the texts are equal, the cause is elsewhere, such as in the file's options.
    return text === textAt(file, node.span) ? [] : [replace({ file, span: node.span }, text), ...needs];
  });
  if (pairs === undefined || edits === undefined || edits.length === 0) return [];
  const names = list(pairs.map((each) => quote(each.old.name)));
  return fix(`Restore field${pairs.length === 1 ? '' : 's'} ${names}`, true, edits);
}

/**
 * Also the fields that have the released JSON names now, because compilers refuse two fields with one JSON name.
 * Undefined if one of them cannot be restored.
 */
function withHoldersOfJsonNames(pair: KeptField): readonly KeptField[] | undefined {
  const pairs = [pair];
  // The loop also visits fields that it adds.
  for (const { old, new: edited } of pairs) {
    if (old.jsonName === edited.jsonName) continue;
    const isHolder = (field: Field): boolean => field.jsonName === old.jsonName && field !== edited;
    const holder = edited.message?.fields.find(isHolder);
    if (holder === undefined || pairs.some((each) => each.new === holder)) continue;
    const found = pair.parent?.fields.find((each) => each.new === holder);
    if (found?.status !== 'kept' || found.match !== 'same' || isMovedAcrossOneof(found)) return undefined;
    pairs.push(found);
  }
  return pairs;
}

/** Also restores options whose validity depends on the type, such as `packed`. */
export function revertType(pair: KeptField, context: Context): Fix[] {
  const { old, new: edited } = pair;
  if (isMovedAcrossOneof(pair)) return revertField(pair, context);
  const from = (field: Field): number => field.node.label?.span.start ?? field.node.type.span.start;
  // The type of a group cannot be restored alone.
  if (old.node.group !== undefined || edited.node.group !== undefined) return [];
  if (!canHaveType(edited.presence, old, context.diff)) return [];
  const { text, needs } = releasedText(old, context.diff, { start: from(old), end: old.node.type.span.end });
  const span = { start: from(edited), end: edited.node.type.span.end };
  const edits = [replace({ file: edited.file, span }, text), ...revertTypeOptions(old, edited), ...needs];
  return fix(`Restore type ${quote(text)}`, true, edits);
}

export function revertOneofs(moved: readonly KeptField[], parent: MessagePair, context: Context): Fix[] {
  const message = parent.new;
  if (message === undefined) return [];
  const edits: (Edit | undefined)[] = [];
  const emptied = new Set<Oneof>();
  for (const { new: edited } of moved) {
    const { oneof } = edited;
    if (oneof !== undefined && oneof.fields.every((field) => moved.some((pair) => pair.new === field)))
      emptied.add(oneof);
    else edits.push(remove(edited.file, edited.node));
  }
  for (const oneof of emptied) edits.push(remove(oneof.file, oneof.node));
  const restored = new Set<Oneof>();
  for (const { old } of moved) {
    const { oneof } = old;
    const now = parent.oneofs.find((pair) => oneof !== undefined && pair.old === oneof)?.new;
    if (oneof === undefined || now !== undefined) {
      const { text, needs } = releasedText(old, context.diff);
      const bare = withoutKeptComments(old, text, message.file);
      edits.push(insert(now ?? message, bare, withoutMoved(namesBefore(old), moved)), ...needs);
    } else if (!restored.has(oneof)) {
      restored.add(oneof);
      const back = oneof.fields
        .filter((field) => moved.some((pair) => pair.old === field))
        .map((field) => releasedText(field, context.diff));
      const kept = back.map(({ text }) => text);
      edits.push(...back.flatMap(({ needs }) => needs));
      edits.push(insert(message, oneofText(oneof, kept), withoutMoved(namesBefore(oneof), moved)));
    }
  }
  const names = list(moved.map(({ old: { name } }) => quote(name)));
  return fix(`Restore field${moved.length === 1 ? '' : 's'} ${names}`, true, edits);
}

export function keepJsonName({ old, new: edited }: KeptField): Fix[] {
  const { node, file } = edited;
  if (old.jsonName === edited.jsonName || edited.options.has('json_name')) return [];
  const option = `json_name = ${stringLiteral(old.jsonName)}`;
  const last = node.options.at(-1)?.span.end;
  const end = node.number?.span.end;
  if (end === undefined) return [];
  const edit = last === undefined ? insertAt(file, end, ` [${option}]`) : insertAt(file, last, `, ${option}`);
  return fix(`Keep name ${quote(old.jsonName)} in JSON`, false, [edit]);
}

function isMovedAcrossOneof({ old, new: edited }: KeptField): boolean {
  return (old.oneof === undefined) !== (edited.oneof === undefined);
}

function revertTypeOptions(old: Field, edited: Field): Edit[] {
  const { node, file } = edited;
  const isBack = ({ name: { text: name } }: OptionNode): boolean => {
    if (name !== 'default') return TYPE_OPTIONS.test(name);
    return !sharesDefault(old, edited) || edited.default === undefined || !canDefaultTo(old, edited.default);
  };
  const textOf = (field: Field) => (option: OptionNode) => textAt(field.file, option.span);
  const [before, now] = [old, edited].map((field) => field.node.options.filter(isBack).map(textOf(field)));
  if (before?.join() === now?.join() || node.number === undefined) return [];
  const all = [...node.options.filter((option) => !isBack(option)).map(textOf(edited)), ...(before ?? [])];
  const end = textAt(file, node.span).endsWith(';') ? node.span.end - 1 : node.span.end;
  const text = all.length === 0 ? '' : ` [${all.join(', ')}]`;
  return [replace({ file, span: { start: node.number.span.end, end } }, text)];
}

/** Compilers refuse these for some types and labels. */
const TYPE_OPTIONS = /^(?:packed|lazy|unverified_lazy|jstype|ctype|features(?:\..*)?)$/;

function withoutMoved(names: readonly string[], moved: readonly KeptField[]): string[] {
  return names.filter((name) => !moved.some((pair) => pair.new.name === name));
}
