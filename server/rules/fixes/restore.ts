import { includes } from '../../diff/numbers.ts';
import type { EnumPair, EnumValuePair, FieldPair, MessagePair, OptionPair, Pair } from '../../diff/pairs.ts';
import type { ExtendNode, Name, OptionNode } from '../../proto/tree.ts';
import type { Enum, EnumValue, Field, File, Message, Method, Oneof, Schema, Service } from '../../schema/model.ts';
import {
  fix,
  freeNumbers,
  insert,
  insertReleased,
  isNameTaken,
  membersOf,
  namesBefore,
  released,
  remove,
  replace,
  restoreDeclaration,
  restoreOption,
  restoreTypes,
  statementText,
  textAt,
  typesUsed,
  unreserve,
  withoutLeftComments,
  type Edit,
  type Released,
} from './edits.ts';
import { canDefaultTo, type KeptField, sharesDefault } from '../subjects/fields.ts';
import { gapIn } from '../place.ts';
import type { Context, Fix, Place } from '../rule.ts';
import { list, quote } from '../words.ts';

/** The ways back to what was released, for rules to offer. */

/** The whole statement of a field, whatever changed in it. */
export function revertField(pair: KeptField, context: Context): Fix[] {
  const { old, new: edited } = pair;
  // What is written outside a oneof has no place in one, nor the reverse.
  if (isElsewhere(pair)) return pair.parent === undefined ? [] : moveBack([pair], pair.parent, context);
  const { text, needs } = released(old, context.diff, old.node.span);
  // Where the statement is the same, what changed stands elsewhere: in the file's options, or in its syntax.
  if (text === textAt(edited.file, edited.node.span)) return [];
  const edit = replace({ file: edited.file, span: edited.node.span }, text);
  return fix(`Restore field ${quote(old.name)}`, true, [edit, ...needs]);
}

/** Whether a field went into a oneof or out of one. */
function isElsewhere({ old, new: edited }: KeptField): boolean {
  return (old.oneof === undefined) !== (edited.oneof === undefined);
}

/** Label and type, with the options that only fit the one type or the other, and nothing else about the field. */
export function revertType(pair: KeptField, context: Context): Fix[] {
  const { old, new: edited } = pair;
  if (isElsewhere(pair)) return revertField(pair, context);
  const from = (field: Field): number => field.node.label?.span.start ?? field.node.type.span.start;
  // A group is its type's declaration as well: only the whole of it can go back.
  if (old.node.group !== undefined || edited.node.group !== undefined) return [];
  const { text, needs } = released(old, context.diff, { start: from(old), end: old.node.type.span.end });
  const span = { start: from(edited), end: edited.node.type.span.end };
  const edits = [replace({ file: edited.file, span }, text), ...revertBoundOptions(old, edited), ...needs];
  return fix(`Restore type ${quote(text)}`, true, edits);
}

function revertBoundOptions(old: Field, edited: Field): Edit[] {
  const { node, file } = edited;
  const isBack = ({ name: { text: name } }: OptionNode): boolean => {
    if (name !== 'default') return BOUND.test(name);
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

/** Compilers refuse these on some types and labels. */
const BOUND = /^(?:packed|lazy|unverified_lazy|jstype|ctype|features(?:\..*)?)$/;

/** The released name of something that is not referred to by name in other declarations. */
export function revertName(
  old: Field | Oneof | Service | Method,
  edited: Field | Oneof | Service | Method,
  { diff }: Context,
): Fix[] {
  const scope = edited.kind === 'service' ? edited.file : edited.kind === 'method' ? undefined : edited.message;
  if (scope !== undefined && isNameTaken(old.name, scope, diff)) return [];
  return fix(restoringName(old), false, [replace({ file: edited.file, span: edited.node.name.span }, old.name)]);
}

function restoringName({ name }: { readonly name: string }): string {
  return `Restore name ${quote(name)}`;
}

/** The released name of an enum's value, with the defaults that it is. */
export function revertValueName(old: EnumValue, edited: EnumValue, { diff }: Context): Fix[] {
  if (isNameTaken(old.name, edited.enum.parent, diff)) return [];
  const edits = [replace({ file: edited.file, span: edited.node.name.span }, old.name)];
  for (const field of fieldsIn(diff.new.files.values())) {
    if (field.type.kind !== 'enum' || field.type.enum !== edited.enum) continue;
    if (field.default?.kind === 'identifier' && field.default.text === edited.name)
      edits.push(replace({ file: field.file, span: field.default.span }, old.name));
  }
  return fix(restoringName(old), false, edits);
}

/** The released name of a type, with all that refer to it. */
export function revertTypeName(old: Message | Enum, edited: Message | Enum, { diff }: Context): Fix[] {
  if (edited.node === undefined || isNameTaken(old.name, edited.parent, diff)) return [];
  const edits = [replace({ file: edited.file, span: edited.node.name.span }, old.name)];
  for (const { file, name, depth } of referencesTo(edited, diff.new)) {
    // The type's own name stands before those of the types inside of it.
    const parts = name.text.split('.');
    const index = parts.length - 1 - depth;
    if (parts[index] !== edited.name) continue;
    const start = name.span.start + parts.slice(0, index).join('.').length + (index > 0 ? 1 : 0);
    edits.push(replace({ file, span: { start, end: start + edited.name.length } }, old.name));
  }
  return fix(restoringName(old), false, edits);
}

interface Reference {
  readonly file: File;
  readonly used: Message | Enum;
  readonly name: Name;
}

/** Where a type is used, or `depth` levels inside of it another one. A thousand types may have been renamed. */
function referencesTo(type: Message | Enum, schema: Schema): readonly (Reference & { readonly depth: number })[] {
  let known = REFERENCES.get(schema);
  if (known === undefined) {
    known = new Map();
    for (const reference of references(schema.files.values())) {
      let at = reference.used;
      for (let depth = 0; ; depth += 1) {
        const found = known.get(at);
        if (found === undefined) known.set(at, [{ ...reference, depth }]);
        else found.push({ ...reference, depth });
        if (at.parent.kind !== 'message') break;
        at = at.parent;
      }
    }
    REFERENCES.set(schema, known);
  }
  return known.get(type) ?? [];
}

const REFERENCES = new WeakMap<Schema, Map<Message | Enum, (Reference & { readonly depth: number })[]>>();

/** Fields of messages and extensions. */
function fieldsIn(files: Iterable<File>): Field[] {
  const inMessage = ({ fields, extensions, messages }: Message): Field[] => [
    ...fields,
    ...extensions,
    ...messages.flatMap(inMessage),
  ];
  return [...files].flatMap((file) => [...file.messages.flatMap(inMessage), ...file.extensions]);
}

/** Every name of a type, wherever it is used. */
function references(all: Iterable<File>): Reference[] {
  const found: Reference[] = [];
  const files = [...all];
  for (const field of fieldsIn(files)) {
    if (field.node.group === undefined)
      found.push(...typesUsed(field).map(({ type, name }) => ({ file: field.file, used: type, name })));
  }
  for (const file of files) {
    for (const { node, field } of extendsIn(file)) {
      if (field.message !== undefined) found.push({ file, used: field.message, name: node.extendee });
    }
    for (const method of file.services.flatMap(({ methods }) => methods)) {
      found.push(...typesUsed(method).map(({ type, name }) => ({ file, used: type, name })));
    }
  }
  return found;
}

/** Every `extend` of a file, with one of the extensions in it. */
function extendsIn(file: File): { readonly node: ExtendNode; readonly field: Field }[] {
  const inScope = (nodes: readonly { readonly kind: string }[], extensions: readonly Field[]) =>
    nodes.flatMap((node) => {
      if (!isExtend(node)) return [];
      const field = extensions.find(({ node: { span } }) => node.span.start <= span.start && span.end <= node.span.end);
      return field === undefined ? [] : [{ node, field }];
    });
  const inMessage = ({ node, extensions, messages }: Message): ReturnType<typeof inScope> => [
    ...inScope((node?.kind === 'field' ? node.group : node?.body)?.members ?? [], extensions),
    ...messages.flatMap(inMessage),
  ];
  return [...inScope(file.node.declarations, file.extensions), ...file.messages.flatMap(inMessage)];
}

function isExtend(node: { readonly kind: string }): node is ExtendNode {
  return node.kind === 'extend';
}

/** The released name of a package, with all that names its types by it. */
export function revertPackage(old: File, edited: File, { diff }: Context): Fix[] {
  const was = old.node.package?.name.text;
  const is = edited.node.package?.name;
  if (was === undefined || is === undefined) return [];
  const edits = [replace({ file: edited, span: is.span }, was)];
  for (const { file, used, name } of references(diff.new.files.values())) {
    const at = name.text.startsWith('.') ? 1 : 0;
    if (used.file !== edited || !name.text.startsWith(`${is.text}.`, at)) continue;
    const start = name.span.start + at;
    edits.push(replace({ file, span: { start, end: start + is.text.length } }, was));
  }
  return fix(`Restore package ${quote(was)}`, false, edits);
}

/**
 * The released number of one field or value, where it is free, and of all of them at once, where several changed. Added ones that
 * stand on a released number take the next free one.
 */
export function revertNumbers(parent: MessagePair | EnumPair | undefined, only: Field | EnumValue): Fix[] {
  if (parent?.status !== 'kept') return [];
  const moves = movesIn(parent);
  const { container, isSound } = moves;
  const own = moves.byNew.get(only);
  const fixes: Fix[] = [];
  if (
    own !== undefined &&
    moves.takenAt.get(own.old.number)?.some((member) => member !== only) !== true &&
    isSound(new Map([[only, own.old.number]]))
  ) {
    const edits = [...moves.back(own), ...unreserve(container, [own.old.number], [])];
    fixes.push(...fix(`Restore number ${String(own.old.number)}`, true, edits));
  }
  let all = ALL_BACK.get(parent);
  if (all === undefined) {
    all = allNumbersBack(parent, moves);
    ALL_BACK.set(parent, all);
  }
  return [...fixes, ...all];
}

type KeptParent = (MessagePair | EnumPair) & { readonly status: 'kept' };
type Move = { readonly status: 'kept' } & (FieldPair | EnumPair['values'][number]);

/** The renumbered members of a message or enum. */
interface Moves {
  readonly container: Message | Enum;
  readonly moved: readonly Move[];
  readonly byNew: ReadonlyMap<Field | EnumValue, Move>;
  /** The members that did not have their number in the release. */
  readonly taken: readonly (Field | EnumValue)[];
  readonly takenAt: ReadonlyMap<number, readonly (Field | EnumValue)[]>;
  readonly back: (move: Move) => Edit[];
  /** Whether a compiler takes the container with these numbers, in the order in which its values are then. */
  readonly isSound: (numbers: ReadonlyMap<Field | EnumValue, number>) => boolean;
}

/** Each of a thousand renumbered members asks for the same. */
const MOVES = new WeakMap<KeptParent, Moves>();
const ALL_BACK = new WeakMap<KeptParent, readonly Fix[]>();

function movesIn(parent: KeptParent): Moves {
  let known = MOVES.get(parent);
  if (known === undefined) {
    known = readMoves(parent);
    MOVES.set(parent, known);
  }
  return known;
}

function readMoves(parent: KeptParent): Moves {
  const pairs: readonly (FieldPair | EnumPair['values'][number])[] = 'fields' in parent ? parent.fields : parent.values;
  const moved = pairs.flatMap((pair) => (pair.status === 'kept' && pair.match === 'renumbered' ? [pair] : []));
  const byNew = new Map<Field | EnumValue, Move>(moved.map((pair) => [pair.new, pair]));
  // The first value of an enum is its default, and the first it has to be again.
  const [oldFirst, first] = 'fields' in parent ? [] : [parent.old.values[0], parent.new.values[0]];
  const top = moved.find(({ old, new: edited }) => old === oldFirst && edited !== first)?.new;
  const taken = notStayed(parent);
  const takenAt = new Map<number, (Field | EnumValue)[]>();
  for (const member of taken) {
    const same = takenAt.get(member.number);
    if (same === undefined) takenAt.set(member.number, [member]);
    else same.push(member);
  }
  const container = parent.new;
  return {
    container,
    moved,
    byNew,
    taken,
    takenAt,
    back: ({ old, new: edited }) =>
      edited === top && edited.kind === 'enumValue'
        ? [remove(edited.file, edited.node), insert(edited.enum, statementText(old.file, old.node))]
        : numberEdit(edited, old.number),
    isSound(numbers) {
      if (container.kind === 'message')
        return ![...numbers.values()].some((number) => includes(container.extensionRanges, number));
      const isBack = top !== undefined && numbers.has(top);
      const values = isBack ? [top, ...container.values.filter((value) => value !== top)] : container.values;
      return isSoundEnum(
        container,
        values.map((value) => numbers.get(value) ?? value.number),
      );
    },
  };
}

/** Of the aliases of a number some may have stayed where they were. */
function notStayed(parent: KeptParent): readonly (Field | EnumValue)[] {
  const released: readonly (Field | EnumValue)[] = 'fields' in parent ? parent.old.fields : parent.old.values;
  const members: readonly (Field | EnumValue)[] = 'fields' in parent ? parent.new.fields : parent.new.values;
  const keyOf = ({ name, number }: Field | EnumValue): string => `${name} ${String(number)}`;
  const known = new Set(released.filter(({ number }) => !Number.isNaN(number)).map(keyOf));
  return members.filter((member) => !known.has(keyOf(member)));
}

function numberEdit({ file, node }: Field | EnumValue, number: number): Edit[] {
  return node.number === undefined ? [] : [replace({ file, span: node.number.span }, String(number))];
}

function allNumbersBack(parent: KeptParent, { container, moved, byNew, taken, back, isSound }: Moves): readonly Fix[] {
  const numbers = new Set(moved.map((pair) => pair.old.number));
  const inTheWay = taken.filter((member) => numbers.has(member.number) && !byNew.has(member));
  if (moved.length + inTheWay.length <= 1) return [];
  const free = freeNumbers([parent.old, parent.new]);
  const aside = inTheWay.map((member) => ({ member, number: free.next().value }));
  if (aside.some(({ number }) => number === undefined)) return [];
  const then = new Map<Field | EnumValue, number>([
    ...moved.map((pair) => [pair.new, pair.old.number] as const),
    ...aside.map(({ member, number }) => [member, number ?? NaN] as const),
  ]);
  if (!isSound(then)) return [];
  const edits = [
    ...moved.flatMap(back),
    ...aside.flatMap(({ member, number }) => (number === undefined ? [] : numberEdit(member, number))),
    ...unreserve(container, [...numbers], []),
  ];
  return fix(`Restore all numbers of ${quote(container.name)}`, true, edits);
}

/** Whether a compiler takes an enum with these numbers: an open one begins with zero, and a number may be there twice if that is allowed, and then has to be. */
function isSoundEnum({ closed, options }: Enum, numbers: readonly number[]): boolean {
  const hasAliases = new Set(numbers).size < numbers.length;
  return (closed || numbers[0] === 0) && hasAliases === allowsAlias(options);
}

function allowsAlias(options: Enum['options']): boolean {
  const value = options.get('allow_alias')?.value;
  return value?.kind === 'identifier' && value.text === 'true';
}

/** Another number for a field or value that took one which was in use or kept free. */
export function nextNumber(edited: Field | EnumValue, sides: readonly (Message | Enum | undefined)[]): Fix[] {
  const { number } = edited.node;
  if (number === undefined) return [];
  const next = freeNumbers(sides).next().value;
  if (next === undefined) return [];
  if (
    edited.kind === 'enumValue' &&
    !isSoundEnum(
      edited.enum,
      edited.enum.values.map((value) => (value === edited ? next : value.number)),
    )
  )
    return [];
  const free = String(next);
  return fix(`Use the next free number, ${free}`, false, [replace({ file: edited.file, span: number.span }, free)]);
}

/** The whole of a deleted field or value; the same, deprecated; or a reservation of what it was known by. */
export function restoreMember(old: Field | EnumValue, parent: MessagePair | EnumPair, context: Context): Fix[] {
  const container = parent.new;
  if (container === undefined) return [];
  const isTaken = isNumberTaken(old, container);
  const reserve = isTaken ? [] : reserveDeleted(old, container);
  const together = goneTogether(old, parent).filter((member) => hasPlace(member, container, context));
  const back = together.includes(old) ? putBack(together, parent, context) : [];
  const text = writtenText(old, context).text;
  const deprecated = withDeprecated(text, old);
  const alone = deprecated === undefined || !hasPlace(old, container, context) ? [] : [old];
  return [
    ...fix(`Restore ${kindOf(old, together)} ${list(together.map(({ name }) => quote(name)))}`, true, back),
    ...suiting(
      'used',
      fix(`Keep the ${kindOf(old, [old])}, deprecated`, false, putBack(alone, parent, context, deprecated)),
    ),
    ...reserve,
  ];
}

function suiting(suits: Fix['suits'], fixes: readonly Fix[]): Fix[] {
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

/** Whether a compiler takes the member where it was: nothing else has its number, its name, or in a message its key in JSON. */
function hasPlace(old: Field | EnumValue, container: Message | Enum, { diff }: Context): boolean {
  if (isNumberTaken(old, container)) return false;
  if (old.kind === 'enumValue') return container.kind === 'enum' && !isNameTaken(old.name, container.parent, diff);
  return (
    container.kind === 'message' &&
    !isNameTaken(old.name, container, diff) &&
    !container.fields.some(({ jsonName }) => jsonName === old.jsonName)
  );
}

/** What can only come back in one piece: the members of a oneof that is gone as a whole, and the names of one number. */
function goneTogether(old: Field | EnumValue, parent: MessagePair | EnumPair): readonly (Field | EnumValue)[] {
  if (old.kind === 'field' && 'fields' in parent) {
    const oneof = goneOneof(old, parent);
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

function writtenText(old: Field | EnumValue, { diff }: Context): Released {
  return old.kind === 'field' ? released(old, diff) : { text: statementText(old.file, old.node), needs: [] };
}

/** @param instead what is written for the first one instead of its released text */
function putBack(
  members: readonly (Field | EnumValue)[],
  parent: MessagePair | EnumPair,
  context: Context,
  instead?: string,
): (Edit | undefined)[] {
  const container = parent.new;
  const [old] = members;
  if (container === undefined || old === undefined) return [];
  const texts = members.map((member, index) => {
    const written = writtenText(member, context);
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
    const isFirst = namesBefore(old.enum, old).every((name) => !container.valuesByName.has(name));
    if (!container.closed && isFirst && old.number !== 0) return [undefined];
    if (isAliased && !allowsAlias(container.options)) {
      if (container.options.has('allow_alias')) return [undefined];
      needs.push(insert(container, 'option allow_alias = true;'));
    }
  }
  const oneof = goneOneof(old, parent);
  if (oneof !== undefined && container.kind === 'message') {
    const isWhole = members.length === oneof.fields.length && instead === undefined;
    const inner = texts.map(({ member, text }) => withoutLeftComments(member, text, container.file));
    const text = oneofText(oneof, inner);
    const comments = isWhole && oneof.node.leadingComments ? textAt(oneof.file, oneof.node.leadingComments) : undefined;
    const whole = comments === undefined ? text : `${comments}\n${text}`;
    return [...free, insertReleased(container, oneof, whole, namesBefore(oneof.message, oneof)), ...needs];
  }
  const place = placeOf(old, parent);
  const at = free.find((edit) => edit.text === '');
  // A reservation that goes as a whole stands where its field stood.
  if (at !== undefined && free.length === 1 && members.length === 1 && place === container) {
    const line = textAt(container.file, at.span);
    const text = withoutLeftComments(old, texts[0]?.text ?? '', container.file);
    return [
      { ...at, text: (/^[ \t]*/.exec(line)?.[0] ?? '') + text + (/(?:\r\n|\n|\r)$/.exec(line)?.[0] ?? '') },
      ...needs,
    ];
  }
  return [
    ...free,
    ...texts.map(({ member, text }) =>
      insertReleased(place, member, withLabel(text, member, place), namesBefore(before(member), member)),
    ),
    ...needs,
  ];
}

/** In proto2 a field has a label, but for the members of a oneof. */
function withLabel(text: string, old: Field | EnumValue, place: Message | Enum | Oneof): string {
  if (old.kind !== 'field' || old.oneof === undefined || place.kind === 'oneof' || place.file.edition !== 'proto2')
    return text;
  const start = old.node.span.start - (old.node.leadingComments?.start ?? old.node.span.start);
  return `${text.slice(0, start)}optional ${text.slice(start)}`;
}

/** What of its number and its name may still be taken by mistake. */
function reserveDeleted(old: Field | EnumValue, container: Message | Enum): Fix[] {
  const members: readonly (Field | EnumValue)[] = container.kind === 'message' ? container.fields : container.values;
  const isFree =
    !includes(container.reservedRanges, old.number) && !members.some(({ number }) => number === old.number);
  const ranges = isFree ? [String(old.number)] : [];
  const names = container.reservedNames.has(old.name) ? [] : [old.name];
  if (ranges.length + names.length === 0) return [];
  const what = list([...ranges.map((number) => `number ${number}`), ...names.map((name) => `name ${quote(name)}`)]);
  const edit = insert(container, reservation(ranges, names, container), namesBefore(before(old), old));
  return suiting('unused', fix(`Reserve ${what} (the break remains)`, false, [edit]));
}

function before(old: Field | EnumValue): Message | Enum | Oneof {
  if (old.kind === 'enumValue') return old.enum;
  const container = old.oneof ?? old.message;
  if (container === undefined) throw new Error('A field of a message has one.');
  return container;
}

/** The oneof that it was a member of, where that is left; else the message or enum. */
function placeOf(old: Field | EnumValue, parent: MessagePair | EnumPair): Message | Enum | Oneof {
  const oneof =
    old.kind === 'field' && old.oneof !== undefined && 'oneofs' in parent
      ? parent.oneofs.find((pair) => pair.old === old.oneof)?.new
      : undefined;
  const container = oneof ?? parent.new;
  if (container === undefined) throw new Error('What is put back needs a place.');
  return container;
}

/** The gap that a deleted field or value left. */
export function gapOf(old: Field | EnumValue, parent: MessagePair | EnumPair): Place {
  const oneof = goneOneof(old, parent);
  const [container, member] = oneof === undefined ? [before(old), old] : [oneof.message, oneof];
  return gapIn(placeOf(old, parent), namesBefore(container, member));
}

/** The oneof that went with all its members. */
function goneOneof(old: Field | EnumValue, parent: MessagePair | EnumPair): Oneof | undefined {
  const oneof = old.kind === 'field' ? old.oneof : undefined;
  if (oneof === undefined || parent.new?.kind !== 'message' || placeOf(old, parent) !== parent.new) return undefined;
  const { fieldsByName } = parent.new;
  return oneof.fields.some(({ name }) => fieldsByName.has(name)) ? undefined : oneof;
}

function oneofText({ name }: Oneof, members: readonly string[]): string {
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

/** `reserved` statements; editions write names without quotes. */
export function reservation(ranges: readonly string[], names: readonly string[], { file }: Message | Enum): string {
  const isBare = file.edition !== 'proto2' && file.edition !== 'proto3';
  return [
    ...(ranges.length === 0 ? [] : [`reserved ${ranges.join(', ')};`]),
    ...(names.length === 0 ? [] : [`reserved ${names.map((name) => (isBare ? name : `"${name}"`)).join(', ')};`]),
  ].join('\n');
}

/** Fields go back into or out of oneofs as they were, each as it is written now. */
export function moveBack(moved: readonly KeptField[], parent: MessagePair, context: Context): Fix[] {
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
      const { text, needs } = released(old, context.diff);
      const bare = withoutLeftComments(old, text, message.file);
      edits.push(insert(now ?? message, bare, stable(namesBefore(before(old), old), moved)), ...needs);
    } else if (!restored.has(oneof)) {
      restored.add(oneof);
      const back = oneof.fields
        .filter((field) => moved.some((pair) => pair.old === field))
        .map((field) => released(field, context.diff));
      const kept = back.map(({ text }) => text);
      edits.push(...back.flatMap(({ needs }) => needs));
      edits.push(insert(message, oneofText(oneof, kept), stable(namesBefore(oneof.message, oneof), moved)));
    }
  }
  const names = list(moved.map(({ old: { name } }) => quote(name)));
  return fix(`Restore field${moved.length === 1 ? '' : 's'} ${names}`, true, edits);
}

/** Members that are about to move themselves are no place to stand behind. */
function stable(names: readonly string[], moved: readonly KeptField[]): string[] {
  return names.filter((name) => !moved.some((pair) => pair.new.name === name));
}

/** The option as it was, or the whole statement of what it stands on in brackets. */
export function revertOption(pair: OptionPair, context: Context): Fix[] {
  const { owner } = pair;
  if (owner.status !== 'kept') return [];
  const { old, new: edited } = owner;
  const title = `Restore option ${quote(pair.name)}`;
  if (isKeptField(owner)) return revertField(owner, context).map((made) => ({ ...made, title }));
  const oldFile = old.kind === 'file' ? old : old.file;
  if (edited.kind === 'field' || edited.kind === 'enumValue' || edited.kind === 'oneof') return [];
  if (old.kind === 'method' && edited.kind === 'method' && pair.new === undefined) {
    const { text, needs } = released(old, context.diff, old.node.span);
    return fix(title, true, [replace({ file: edited.file, span: edited.node.span }, text), ...needs]);
  }
  if (old.kind === 'enum' && edited.kind === 'enum' && !canBecome(old.closed, edited, context)) return [];
  return fix(title, true, [restoreOption(pair.old, pair.new, oldFile, edited)]);
}

function isKeptField(owner: OptionPair['owner']): owner is KeptField {
  return owner.status === 'kept' && owner.new.kind === 'field';
}

/** Whether an enum can be closed, or open, where and as it is now. */
function canBecome(closed: boolean, edited: Enum, { diff }: Context): boolean {
  if (!closed) return edited.values[0]?.number === 0;
  return !fieldsIn(diff.new.files.values()).some(
    ({ type, presence, repeated }) =>
      type.kind === 'enum' && type.enum === edited && presence === 'implicit' && !repeated,
  );
}

/** The first value goes back to the top. */
export function moveFirst(old: EnumValue, type: Enum): Fix[] {
  const value = type.valuesByName.get(old.name);
  if (value === undefined) return [];
  if (!type.closed && value.number !== 0) return [];
  const edits = [remove(value.file, value.node), insert(type, statementText(value.file, value.node))];
  return fix(`Restore ${quote(old.name)} as the first value`, true, edits);
}

/** Where an enum's value was renamed: the released name first, and the new one as another name for it. */
export function addAlias(old: EnumValue, edited: EnumValue, { diff }: Context): Fix[] {
  const type = edited.enum;
  if (isNameTaken(old.name, type.parent, diff)) return [];
  const number = edited.node.number;
  if (number === undefined) return [];
  const edits = [
    replace({ file: edited.file, span: edited.node.name.span }, old.name),
    insert(
      type,
      `${edited.name} = ${textAt(edited.file, number.span)};`,
      membersOf(type)
        .slice(0, membersOf(type).indexOf(edited) + 1)
        .map(({ name }) => name),
    ),
    ...(type.options.has('allow_alias') ? [] : [insert(type, 'option allow_alias = true;')]),
  ];
  return fix(`Keep name ${quote(old.name)}, with ${quote(edited.name)} as an alias`, false, edits);
}

/** The key that peers of the release know in JSON. */
export function keepJsonName({ old, new: edited }: KeptField): Fix[] {
  const { node, file } = edited;
  if (old.jsonName === edited.jsonName || edited.options.has('json_name')) return [];
  const option = `json_name = "${old.jsonName}"`;
  const last = node.options.at(-1)?.span.end;
  const end = node.number?.span.end;
  if (end === undefined) return [];
  const edit = last === undefined ? insertAt(file, end, ` [${option}]`) : insertAt(file, last, `, ${option}`);
  return fix(`Keep name ${quote(old.jsonName)} in JSON`, false, [edit]);
}

function insertAt(file: File, at: number, text: string): Edit {
  return replace({ file, span: { start: at, end: at } }, text);
}

/** A declaration that is gone, with the types that it uses and that are gone too. */
export function restoreType(old: Message | Enum, context: Context): Fix[] {
  return fix(`Restore ${old.kind} ${quote(old.name)}`, true, restoreTypes([old], context.diff));
}

export function restoreService(old: Service, context: Context): Fix[] {
  const types = old.methods.flatMap(typesUsed).map(({ type }) => type);
  const edits = [...restoreDeclaration(old, context.diff), ...restoreTypes(types, context.diff)];
  return fix(`Restore service ${quote(old.name)}`, true, edits);
}

/** The released type of a request or response. */
export function revertMethodType(old: Method, edited: Method, part: 'input' | 'output', context: Context): Fix[] {
  const { text, needs } = released(old, context.diff, old.node[part].type.span);
  const edit = replace({ file: edited.file, span: edited.node[part].type.span }, text);
  return fix(`Restore type ${quote(text)}`, true, [edit, ...needs]);
}

/** What the number belongs to goes back to it, and what took it moves on. */
export function putBackBeside(
  { old, new: edited, parent }: KeptField | (EnumValuePair & { readonly status: 'kept' }),
  next: readonly Fix[],
  context: Context,
): Fix[] {
  const container = parent?.new;
  const move = next[0]?.edits;
  if (parent === undefined || container === undefined || move === undefined) return [];
  if (isNameTaken(old.name, container.kind === 'enum' ? container.parent : container, context.diff)) return [];
  const { text, needs } = writtenText(old, context);
  const place = placeOf(old, parent);
  const edits = [
    ...move,
    ...unreserve(container, [old.number], [old.name]),
    insertReleased(place, old, withLabel(text, old, place), namesBefore(before(old), old)),
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

/** The two sides of one option as a pair. */
export function optionSides(old: OptionNode | undefined, edited: OptionNode | undefined): Pair<OptionNode> {
  if (edited === undefined) {
    if (old === undefined) throw new Error('An option stands on one side at least.');
    return { status: 'removed', old, new: undefined };
  }
  return old === undefined ? { status: 'added', old, new: edited } : { status: 'kept', old, new: edited };
}
