import { includes } from '../../diff/numbers.ts';
import type { EnumPair, EnumValuePair, MessagePair } from '../../diff/pairs.ts';
import type { Enum, EnumValue, Field, Message, Oneof } from '../../schema/model.ts';
import { deletionIn } from '../place.ts';
import type { Context, Fix, Place } from '../rule.ts';
import type { KeptField } from '../subjects/fields.ts';
import { list, quote } from '../words.ts';
import { type Edit, fix, insert, statementText, textAt } from './edits.ts';
import { allowsAlias, hasRenumberedAlias } from './enum-values.ts';
import { insertReleased, withoutKeptComments } from './insert-released.ts';
import { namesBefore } from './members.ts';
import { type ReleasedText, releasedText } from './released-text.ts';
import { reservation, unreserve } from './reservations.ts';
import { isNameTaken } from './taken-names.ts';

export function restoreMember(old: Field | EnumValue, parent: MessagePair | EnumPair, context: Context): Fix[] {
  const container = parent.new;
  if (container === undefined) return [];
  const isTaken = isNumberTaken(old, container);
  const reserve = isTaken ? [] : reserveDeleted(old, container);
  const together = removedTogether(old, parent).filter((member) => canRestore(member, container, context));
  const back = together.includes(old) ? restoreEdits(together, parent, context) : [];
  const text = releasedMember(old, context).text;
  const deprecated = withDeprecated(text, old);
  const alone = deprecated === undefined || !canRestore(old, container, context) ? [] : [old];
  const isSafe = !(old.kind === 'enumValue' && container.kind === 'enum' && hasRenumberedAlias(old, container));
  return [
    ...fix(`Restore ${kindOf(old, together)} ${list(together.map(({ name }) => quote(name)))}`, isSafe, back),
    ...suitedTo(
      'used',
      fix(`Keep the ${kindOf(old, [old])}, deprecated`, false, restoreEdits(alone, parent, context, deprecated)),
    ),
    ...reserve,
  ];
}

/** The element that reused the number gets the next free one. */
export function restoreReplaced(
  { old, new: edited, parent }: KeptField | (EnumValuePair & { readonly status: 'kept' }),
  next: readonly Fix[],
  context: Context,
): Fix[] {
  const container = parent?.new;
  const move = next[0]?.edits;
  if (parent === undefined || container === undefined || move === undefined) return [];
  if (isNameTaken(old.name, container.kind === 'enum' ? container.parent : container, context.diff)) return [];
  const { text, needs } = releasedMember(old, context);
  const place = targetOf(old, parent);
  const edits = [
    ...move,
    ...unreserve(container, [old.number], [old.name]),
    insertReleased(place, old, withLabel(text, old, place), namesBefore(old)),
    ...needs,
  ];
  const free = move[0]?.text ?? '';
  const kind = old.kind === 'field' ? 'field' : 'value';
  return fix(
    `Restore ${kind} ${quote(old.name)} and use the next free number, ${free}, for ${quote(edited.name)}`,
    false,
    edits,
  );
}

export function gapOf(old: Field | EnumValue, parent: MessagePair | EnumPair): Place {
  return deletionIn(targetOf(old, parent), namesBefore(removedOneof(old, parent) ?? old));
}

function suitedTo(suits: Fix['suits'], fixes: readonly Fix[]): Fix[] {
  return fixes.map((each) => ({ ...each, ...(suits && { suits }) }));
}

function kindOf(old: Field | EnumValue, members: readonly unknown[]): string {
  return `${old.kind === 'field' ? 'field' : 'value'}${members.length === 1 ? '' : 's'}`;
}

function isNumberTaken(old: Field | EnumValue, container: Message | Enum): boolean {
  if (container.kind === 'message')
    return (
      container.fields.some(({ number }) => number === old.number) || includes(container.extensionRanges, old.number)
    );
  return (
    container.values.some(({ number }) => number === old.number) &&
    !(old.kind === 'enumValue' && (allowsAlias(old.enum.options) || allowsAlias(container.options)))
  );
}

/** False if something else has its number (except an alias), its name or its JSON key. */
function canRestore(old: Field | EnumValue, container: Message | Enum, { diff }: Context): boolean {
  if (isNumberTaken(old, container)) return false;
  if (old.kind === 'enumValue') return container.kind === 'enum' && !isNameTaken(old.name, container.parent, diff);
  return (
    container.kind === 'message' &&
    !isNameTaken(old.name, container, diff) &&
    !container.fields.some(({ jsonName }) => jsonName === old.jsonName)
  );
}

/** All members of a removed oneof, and all aliases of one number, come back at once. */
function removedTogether(old: Field | EnumValue, parent: MessagePair | EnumPair): readonly (Field | EnumValue)[] {
  if (old.kind === 'field' && 'fields' in parent) {
    const oneof = removedOneof(old, parent);
    if (oneof === undefined) return [old];
    return oneof.fields.filter((field) =>
      parent.fields.some((pair) => pair.status === 'removed' && pair.old === field),
    );
  }
  if (old.kind === 'enumValue' && 'values' in parent)
    return old.enum.values.filter(
      (value) =>
        value.number === old.number && parent.values.some((pair) => pair.status === 'removed' && pair.old === value),
    );
  return [old];
}

function releasedMember(old: Field | EnumValue, { diff }: Context): ReleasedText {
  return old.kind === 'field' ? releasedText(old, diff) : { text: statementText(old.file, old.node), needs: [] };
}

/**
 * An edit is undefined if the members cannot be restored.
 * @param instead the text for the first member
 */
function restoreEdits(
  members: readonly (Field | EnumValue)[],
  parent: MessagePair | EnumPair,
  context: Context,
  instead?: string,
): (Edit | undefined)[] {
  const container = parent.new;
  const [old] = members;
  if (container === undefined || old === undefined) return [];
  const texts = members.map((member, index) => {
    const written = releasedMember(member, context);
    return { member, needs: written.needs, text: (index === 0 ? instead : undefined) ?? written.text };
  });
  const needs = texts.flatMap((each) => each.needs);
  const free = unreserve(
    container,
    members.map(({ number }) => number),
    members.map(({ name }) => name),
  );
  if (old.kind === 'enumValue') {
    if (container.kind !== 'enum') return [];
    const numbers = [...container.values, ...members].map(({ number }) => number);
    const isAliased = new Set(numbers).size < numbers.length;
    const isFirst = namesBefore(old).every((name) => !container.valuesByName.has(name));
    if (!container.closed && isFirst && old.number !== 0) return [undefined];
    if (isAliased && !allowsAlias(container.options)) {
      if (container.options.has('allow_alias')) return [undefined];
      needs.push(insert(container, 'option allow_alias = true;'));
    }
  }
  const oneof = removedOneof(old, parent);
  if (oneof !== undefined && container.kind === 'message') {
    const isWhole = members.length === oneof.fields.length && instead === undefined;
    const inner = texts.map(({ member, text }) => withoutKeptComments(member, text, container.file));
    const text = oneofText(oneof, inner);
    const comments = isWhole && oneof.node.leadingComments ? textAt(oneof.file, oneof.node.leadingComments) : undefined;
    const whole = comments === undefined ? text : `${comments}\n${text}`;
    return [...free, insertReleased(container, oneof, whole, namesBefore(oneof)), ...needs];
  }
  const place = targetOf(old, parent);
  const at = free.find((edit) => edit.text === '');
  // The emptied `reserved` statement is usually where the member was.
  if (at !== undefined && free.length === 1 && members.length === 1 && place === container) {
    const line = textAt(container.file, at.span);
    const text = withoutKeptComments(old, texts[0]?.text ?? '', container.file);
    return [
      { ...at, text: (/^[ \t]*/.exec(line)?.[0] ?? '') + text + (/(?:\r\n|\n|\r)$/.exec(line)?.[0] ?? '') },
      ...needs,
    ];
  }
  return [
    ...free,
    ...texts.map(({ member, text }) =>
      insertReleased(place, member, withLabel(text, member, place), namesBefore(member)),
    ),
    ...needs,
  ];
}

/** In proto2, a field outside of a oneof needs a label. */
function withLabel(text: string, old: Field | EnumValue, place: Message | Enum | Oneof): string {
  if (old.kind !== 'field' || old.oneof === undefined || place.kind === 'oneof' || place.file.edition !== 'proto2')
    return text;
  const start = old.node.span.start - (old.node.leadingComments?.start ?? old.node.span.start);
  return `${text.slice(0, start)}optional ${text.slice(start)}`;
}

function reserveDeleted(old: Field | EnumValue, container: Message | Enum): Fix[] {
  const members: readonly (Field | EnumValue)[] = container.kind === 'message' ? container.fields : container.values;
  const isNumberFree =
    !includes(container.reservedRanges, old.number) && !members.some(({ number }) => number === old.number);
  const ranges = isNumberFree ? [String(old.number)] : [];
  const isNameFree = !container.reservedNames.has(old.name) && !members.some(({ name }) => name === old.name);
  const names = isNameFree ? [old.name] : [];
  if (ranges.length + names.length === 0) return [];
  const what = list([...ranges.map((number) => `number ${number}`), ...names.map((name) => `name ${quote(name)}`)]);
  const edit = insert(container, reservation(ranges, names, container), namesBefore(old));
  return suitedTo('unused', fix(`Reserve ${what} (the break remains)`, false, [edit]));
}

/** The field's oneof if it still exists, else the message or enum. */
function targetOf(old: Field | EnumValue, parent: MessagePair | EnumPair): Message | Enum | Oneof {
  const oneof =
    old.kind === 'field' && old.oneof !== undefined && 'oneofs' in parent
      ? parent.oneofs.find((pair) => pair.old === old.oneof)?.new
      : undefined;
  const container = oneof ?? parent.new;
  if (container === undefined) throw new Error('A member can only be restored in a message or enum that still exists.');
  return container;
}

/** Undefined if a field has the name of one of its members. */
function removedOneof(old: Field | EnumValue, parent: MessagePair | EnumPair): Oneof | undefined {
  const oneof = old.kind === 'field' ? old.oneof : undefined;
  if (oneof === undefined || parent.new?.kind !== 'message' || targetOf(old, parent) !== parent.new) return undefined;
  const { fieldsByName } = parent.new;
  return oneof.fields.some(({ name }) => fieldsByName.has(name)) ? undefined : oneof;
}

export function oneofText({ name }: Oneof, members: readonly string[]): string {
  return [`oneof ${name} {`, ...members.map((text) => `  ${text}`), '}'].join('\n');
}

function withDeprecated(text: string, { node, options }: Field | EnumValue): string | undefined {
  if (options.has('deprecated') || (node.kind === 'field' && node.group !== undefined)) return undefined;
  const start = node.leadingComments?.start ?? node.span.start;
  const end = text.lastIndexOf(';', node.span.end - start);
  if (end < 0) return undefined;
  const head = text.slice(0, end);
  const closing = node.options.length === 0 ? -1 : head.lastIndexOf(']');
  return closing < 0
    ? `${head} [deprecated = true]${text.slice(end)}`
    : `${head.slice(0, closing)}, deprecated = true${text.slice(closing)}`;
}
