import { includes } from '../diff/numbers.ts';
import type { EnumPair, EnumValuePair, FieldPair, MessagePair, OptionPair, Pair } from '../diff/pairs.ts';
import type { Name, OptionNode } from '../proto/tree.ts';
import type { Enum, EnumValue, Field, File, Message, Method, Oneof, Service } from '../schema/model.ts';
import {
  freeNumbers,
  insert,
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
  type Edit,
} from './edits.ts';
import { canDefaultTo, type KeptField, sharesDefault } from './fields.ts';
import type { Context, Fix } from './rule.ts';
import { list, quote } from './words.ts';

/** The ways back to what was released, for rules to offer. */

function back(what: string, context: Context): string {
  return `Put ${what} back as in ${context.words.baseline}`;
}

/** The whole statement of a field, whatever changed in it. */
export function revertField({ old, new: edited }: KeptField, context: Context): Fix[] {
  const { text, needs } = released(old, context.diff, old.node.span);
  // Where the statement is the same, what changed stands elsewhere: in the file's options, or in its syntax.
  if (text === textAt(edited.file, edited.node.span)) return [];
  return [
    {
      title: back(quote(old.name), context),
      safe: true,
      edits: [replace({ file: edited.file, span: edited.node.span }, text), ...needs],
    },
  ];
}

/** Label and type, with the options that only fit the one type or the other, and nothing else about the field. */
export function revertType({ old, new: edited }: KeptField, context: Context): Fix[] {
  const from = (field: Field): number => field.node.label?.span.start ?? field.node.type.span.start;
  // A group is its type's declaration as well: only the whole of it can go back.
  if (old.node.group !== undefined || edited.node.group !== undefined) return [];
  const { text, needs } = released(old, context.diff, { start: from(old), end: old.node.type.span.end });
  const span = { start: from(edited), end: edited.node.type.span.end };
  return [
    {
      title: `Put ${quote(text)} back`,
      safe: true,
      edits: [replace({ file: edited.file, span }, text), ...revertBoundOptions(old, edited), ...needs],
    },
  ];
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
  old: Field | EnumValue | Oneof | Service | Method,
  edited: Field | EnumValue | Oneof | Service | Method,
): Fix[] {
  return [
    {
      title: `Rename it back to ${quote(old.name)}`,
      safe: false,
      edits: [replace({ file: edited.file, span: edited.node.name.span }, old.name)],
    },
  ];
}

/** The released name of an enum's value, with the defaults that it is. */
export function revertValueName(old: EnumValue, edited: EnumValue, { diff }: Context): Fix[] {
  const edits = [replace({ file: edited.file, span: edited.node.name.span }, old.name)];
  for (const field of fieldsIn(diff.new.files.values())) {
    if (field.type.kind !== 'enum' || field.type.enum !== edited.enum) continue;
    if (field.default?.kind === 'identifier' && field.default.text === edited.name)
      edits.push(replace({ file: field.file, span: field.default.span }, old.name));
  }
  return [{ title: `Rename it back to ${quote(old.name)}`, safe: false, edits }];
}

/** The released name of a type, with all that refer to it. */
export function revertTypeName(old: Message | Enum, edited: Message | Enum, { diff }: Context): Fix[] {
  if (edited.node === undefined) return [];
  const edits = [replace({ file: edited.file, span: edited.node.name.span }, old.name)];
  for (const { file, used, name } of references(diff.new.files.values())) {
    let depth = 0;
    let at = used;
    while (at !== edited && at.parent.kind === 'message') {
      at = at.parent;
      depth += 1;
    }
    // The type's own name stands before those of the types inside of it.
    const parts = name.text.split('.');
    const index = parts.length - 1 - depth;
    if (at !== edited || parts[index] !== edited.name) continue;
    const start = name.span.start + parts.slice(0, index).join('.').length + (index > 0 ? 1 : 0);
    edits.push(replace({ file, span: { start, end: start + edited.name.length } }, old.name));
  }
  return [{ title: `Rename it back to ${quote(old.name)}`, safe: false, edits }];
}

interface Reference {
  readonly file: File;
  readonly used: Message | Enum;
  readonly name: Name;
}

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
    for (const method of file.services.flatMap(({ methods }) => methods)) {
      found.push(...typesUsed(method).map(({ type, name }) => ({ file, used: type, name })));
    }
  }
  return found;
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
  return [{ title: `Rename it back to ${quote(was)}`, safe: false, edits }];
}

/**
 * The released number of one field or value, where it is free, and of all of them at once, where several changed. Added ones that
 * stand on a released number take the next free one.
 */
export function revertNumbers(
  parent: MessagePair | EnumPair | undefined,
  only: Field | EnumValue,
  context: Context,
): Fix[] {
  if (parent?.status !== 'kept') return [];
  const pairs: readonly (FieldPair | EnumPair['values'][number])[] = 'fields' in parent ? parent.fields : parent.values;
  const moved = pairs.flatMap((pair) => (pair.status === 'kept' && pair.match === 'renumbered' ? [pair] : []));
  const members: readonly (Field | EnumValue)[] = 'fields' in parent.new ? parent.new.fields : parent.new.values;
  const numberEdit = (member: Field | EnumValue, number: number): Edit[] =>
    member.node.number === undefined
      ? []
      : [replace({ file: member.file, span: member.node.number.span }, String(number))];

  // The first value of an enum is its default, and the first it has to be again.
  const [oldFirst, first] = 'fields' in parent ? [] : [parent.old.values[0], parent.new.values[0]];
  const backToNumber = ({ old, new: edited }: (typeof moved)[number]): Edit[] =>
    old === oldFirst && edited !== first && edited.kind === 'enumValue'
      ? [remove(edited.file, edited.node), insert(edited.enum, statementText(old.file, old.node))]
      : numberEdit(edited, old.number);

  // Of the aliases of a number some may have stayed where they were.
  const released: readonly (Field | EnumValue)[] = 'fields' in parent.old ? parent.old.fields : parent.old.values;
  const stayed = ({ name, number }: Field | EnumValue): boolean =>
    released.some((member) => member.name === name && member.number === number);
  const taken = members.filter((member) => !stayed(member));

  const fixes: Fix[] = [];
  const own = moved.find((pair) => pair.new === only);
  if (own !== undefined && !taken.some((member) => member !== only && member.number === own.old.number)) {
    const title = `Put number ${String(own.old.number)} back`;
    fixes.push({
      title,
      safe: true,
      edits: [...backToNumber(own), ...unreserve(parent.new, [own.old.number], [])],
    });
  }
  const numbers = new Set(moved.map((pair) => pair.old.number));
  const inTheWay = taken.filter((member) => numbers.has(member.number) && !moved.some((pair) => pair.new === member));
  if (moved.length + inTheWay.length > 1) {
    const free = freeNumbers([parent.old, parent.new]);
    const aside = inTheWay.map((member) => ({ member, number: free.next().value }));
    if (aside.some(({ number }) => number === undefined)) return fixes;
    fixes.push({
      title: `Put all numbers of ${quote(parent.new.name)} back as in ${context.words.baseline}`,
      safe: true,
      edits: [
        ...moved.flatMap(backToNumber),
        ...aside.flatMap(({ member, number }) => (number === undefined ? [] : numberEdit(member, number))),
        ...unreserve(parent.new, [...numbers], []),
      ],
    });
  }
  return fixes;
}

/** Another number for a field or value that took one which was in use or kept free. */
export function nextNumber(edited: Field | EnumValue, sides: readonly (Message | Enum | undefined)[]): Fix[] {
  const { number } = edited.node;
  if (number === undefined) return [];
  const next = freeNumbers(sides).next().value;
  if (next === undefined) return [];
  const free = String(next);
  return [
    {
      title: `Give ${quote(edited.name)} the next free number, ${free}`,
      safe: false,
      edits: [replace({ file: edited.file, span: number.span }, free)],
    },
  ];
}

/** The whole of a deleted field or value; the same, deprecated; or a reservation of what it was known by. */
export function restoreMember(old: Field | EnumValue, parent: MessagePair | EnumPair, context: Context): Fix[] {
  const container = parent.new;
  if (container === undefined) return [];
  const members: readonly (Field | EnumValue)[] = container.kind === 'message' ? container.fields : container.values;
  const isTaken =
    members.some((member) => member.number === old.number) && !(container.kind === 'enum' && isAlias(old, container));
  const reserve = isTaken ? [] : reserveDeleted(old, container);
  if (isTaken) return reserve;

  const { text, needs } =
    old.kind === 'field' ? released(old, context.diff) : { text: statementText(old.file, old.node), needs: [] };
  const put = (statement: string): Edit[] => {
    const edits = unreserve(container, [old.number], [old.name]);
    const at = edits.find((edit) => edit.text === '');
    // A reservation that goes as a whole stands where its field stood.
    if (at !== undefined && edits.length === 1 && placeOf(old, parent) === container) {
      const line = textAt(container.file, at.span);
      return [
        { ...at, text: (/^[ \t]*/.exec(line)?.[0] ?? '') + statement + (/(?:\r\n|\n|\r)$/.exec(line)?.[0] ?? '') },
        ...needs,
      ];
    }
    const oneof = goneOneof(old, parent);
    return oneof === undefined
      ? [...edits, insert(placeOf(old, parent), statement, namesBefore(before(old), old)), ...needs]
      : [...edits, insert(container, oneofText(oneof, [statement]), namesBefore(oneof.message, oneof)), ...needs];
  };
  const fixes: Fix[] = [{ title: back(quote(old.name), context), safe: true, edits: put(text) }];
  const deprecated = withDeprecated(text, old);
  if (deprecated !== undefined)
    fixes.push({ title: `Keep ${quote(old.name)}, deprecated`, safe: false, suits: 'used', edits: put(deprecated) });
  return [...fixes, ...reserve];
}

/** What of its number and its name may still be taken by mistake. */
function reserveDeleted(old: Field | EnumValue, container: Message | Enum): Fix[] {
  const members: readonly (Field | EnumValue)[] = container.kind === 'message' ? container.fields : container.values;
  const isFree =
    !includes(container.reservedRanges, old.number) && !members.some(({ number }) => number === old.number);
  const ranges = isFree ? [String(old.number)] : [];
  const names = container.reservedNames.has(old.name) ? [] : [old.name];
  if (ranges.length + names.length === 0) return [];
  const title = `Reserve ${list([...ranges, ...names.map(quote)])}`;
  return [
    {
      title,
      safe: false,
      suits: 'unused',
      edits: [insert(container, reservation(ranges, names, container), namesBefore(before(old), old))],
    },
  ];
}

function isAlias(old: EnumValue | Field, type: Enum): boolean {
  return old.kind === 'enumValue' && type.options.has('allow_alias');
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
    old.kind === 'field' && 'oneofs' in parent ? parent.oneofs.find((pair) => pair.old === old.oneof)?.new : undefined;
  const container = oneof ?? parent.new;
  if (container === undefined) throw new Error('What is put back needs a place.');
  return container;
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
  const edits: Edit[] = [];
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
      edits.push(insert(now ?? message, text, stable(namesBefore(before(old), old), moved)), ...needs);
    } else if (!restored.has(oneof)) {
      restored.add(oneof);
      const kept = oneof.fields
        .filter((field) => moved.some((pair) => pair.old === field))
        .map((field) => released(field, context.diff).text);
      edits.push(insert(message, oneofText(oneof, kept), stable(namesBefore(oneof.message, oneof), moved)));
    }
  }
  const names = list(moved.map(({ new: { name } }) => quote(name)));
  return [{ title: back(names, context), safe: true, edits }];
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
  const title = `Put ${quote(pair.name)} back as in ${context.words.baseline}`;
  if (old.kind === 'field' && edited.kind === 'field') {
    return [
      {
        title,
        safe: true,
        edits: [
          replace({ file: edited.file, span: edited.node.span }, released(old, context.diff, old.node.span).text),
        ],
      },
    ];
  }
  const oldFile = old.kind === 'file' ? old : old.file;
  if (edited.kind === 'field' || edited.kind === 'enumValue' || edited.kind === 'oneof') return [];
  if (old.kind === 'method' && edited.kind === 'method' && pair.new === undefined) {
    return [
      {
        title,
        safe: true,
        edits: [
          replace({ file: edited.file, span: edited.node.span }, released(old, context.diff, old.node.span).text),
        ],
      },
    ];
  }
  const edit = restoreOption(pair.old, pair.new, oldFile, edited);
  return edit === undefined ? [] : [{ title, safe: true, edits: [edit] }];
}

/** The first value goes back to the top. */
export function moveFirst(old: EnumValue, type: Enum): Fix[] {
  const value = type.valuesByName.get(old.name);
  if (value === undefined) return [];
  const edits = [remove(value.file, value.node), insert(type, statementText(value.file, value.node))];
  return [{ title: `Put ${quote(old.name)} first again`, safe: true, edits }];
}

/** Where an enum's value was renamed: the released name first, and the new one as another name for it. */
export function addAlias(old: EnumValue, edited: EnumValue): Fix[] {
  const type = edited.enum;
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
  return [{ title: `Keep ${quote(old.name)} and make ${quote(edited.name)} an alias`, safe: false, edits }];
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
  return [{ title: `Keep ${quote(old.jsonName)} in JSON`, safe: false, edits: [edit] }];
}

function insertAt(file: File, at: number, text: string): Edit {
  return replace({ file, span: { start: at, end: at } }, text);
}

/** A declaration that is gone, with the types that it uses and that are gone too. */
export function restoreType(old: Message | Enum, context: Context): Fix[] {
  const edits = restoreTypes([old], context.diff);
  return edits.length === 0 ? [] : [{ title: back(quote(old.name), context), safe: true, edits }];
}

export function restoreService(old: Service, context: Context): Fix[] {
  const edit = restoreDeclaration(old, context.diff);
  if (edit === undefined) return [];
  const types = old.methods.flatMap(typesUsed).map(({ type }) => type);
  return [{ title: back(quote(old.name), context), safe: true, edits: [edit, ...restoreTypes(types, context.diff)] }];
}

/** The released type of a request or response. */
export function revertMethodType(old: Method, edited: Method, part: 'input' | 'output', context: Context): Fix[] {
  const { text, needs } = released(old, context.diff, old.node[part].type.span);
  const edit = replace({ file: edited.file, span: edited.node[part].type.span }, text);
  return [{ title: `Put ${quote(text)} back`, safe: true, edits: [edit, ...needs] }];
}

/** What the number belongs to goes back to it, and what took it moves on. */
export function putBackBeside(
  { old, new: edited, parent }: KeptField | (EnumValuePair & { readonly status: 'kept' }),
  next: readonly Fix[],
  context: Context,
): Fix[] {
  const container = parent?.new;
  const move = next[0]?.edits;
  if (container === undefined || move === undefined) return [];
  const { text, needs } =
    old.kind === 'field' ? released(old, context.diff) : { text: statementText(old.file, old.node), needs: [] };
  const edits = [
    ...move,
    ...unreserve(container, [old.number], [old.name]),
    insert(container, text, namesBefore(before(old), old)),
    ...needs,
  ];
  const free = move[0]?.text ?? '';
  return [
    {
      title: `Put ${quote(old.name)} back and give ${quote(edited.name)} the next free number, ${free}`,
      safe: false,
      edits,
    },
  ];
}

/** The two sides of one option as a pair. */
export function optionSides(old: OptionNode | undefined, edited: OptionNode | undefined): Pair<OptionNode> {
  if (edited === undefined) {
    if (old === undefined) throw new Error('An option stands on one side at least.');
    return { status: 'removed', old, new: undefined };
  }
  return old === undefined ? { status: 'added', old, new: edited } : { status: 'kept', old, new: edited };
}
