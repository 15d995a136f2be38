import { includes, LAST, subtract } from '../../diff/numbers.ts';
import type { Diff } from '../../diff/pairs.ts';
import type { Comment, FileNode, Name, OptionNode, RangeNode, Span } from '../../proto/tree.ts';
import type {
  Enum,
  EnumValue,
  Field,
  File,
  Message,
  Method,
  NumberRange,
  Oneof,
  Schema,
  Service,
} from '../../schema/model.ts';
import type { Fix, Place } from '../rule.ts';

/** Edits that fixes are made of. They put text back as it was released and leave everything around it as it is now. */

export type Edit = Fix['edits'][number];
export type Container = Message | Enum | Service | Oneof | File;
/** What is written between braces or at the top of a file. */
type Member = Message | Enum | EnumValue | Field | Oneof | Service | Method;

interface Written {
  readonly span: Span;
  readonly leadingComments: Span | undefined;
}

/** A fix of these edits; none where one of them has no place. */
export function fix(title: string, safe: boolean, edits: readonly (Edit | undefined)[]): Fix[] {
  const made = edits.filter((edit) => edit !== undefined);
  return made.length === edits.length && made.length > 0 ? [{ title, safe, edits: made }] : [];
}

export function replace({ file, span }: Place, text: string): Edit {
  return { file: file.path, span, text };
}

export function textAt(file: File, { start, end }: Span): string {
  return file.node.text.slice(start, end);
}

/** A statement as it stands, with the comments above it and behind it, without the indentation of its first line. */
export function statementText(file: File, node: Written): string {
  const { text } = file.node;
  const start = node.leadingComments?.start ?? node.span.start;
  return text.slice(start, endWithComment(file.node, node.span.end));
}

/** Takes a statement away, with its comments and with the line where nothing else is left on it. */
export function remove(file: File, node: Written): Edit {
  const { text } = file.node;
  let start = node.leadingComments?.start ?? node.span.start;
  let end = endWithComment(file.node, node.span.end);
  const line = blanksBefore(text, start);
  const rest = /^[ \t]*(?:\r\n|\n|\r)/.exec(text.slice(end));
  if (rest !== null && beginsLine(text, line)) {
    start = line;
    end += rest[0].length;
  }
  return { file: file.path, span: { start, end }, text: '' };
}

/** The end of a statement, or of the comment behind it on its line. */
export function endWithComment({ text, comments }: FileNode, end: number): number {
  const next = comments.find(({ span }: Comment) => span.start >= end);
  if (next === undefined || !/^[ \t]*$/.test(text.slice(end, next.span.start))) return end;
  return next.span.end;
}

/**
 * Writes a member into a container: behind the members that it stood behind in the release, as far as they are left.
 * @param text from `statementText`, or made up.
 * @param before names of the members that stood before it, in their order.
 */
export function insert(container: Container, text: string, before: readonly string[] = []): Edit {
  const file = container.kind === 'file' ? container : container.file;
  const eol = /\r\n|\n|\r/.exec(file.node.text)?.[0] ?? '\n';
  const after = lastLeft(container, before);
  if (after?.node !== undefined) {
    const at = endWithComment(file.node, after.node.span.end);
    const gap = container.kind === 'file' ? eol + eol : eol;
    return {
      file: file.path,
      span: { start: at, end: at },
      text: gap + indented(text, indentAt(file, after.node.span.start), eol),
    };
  }
  if (container.kind === 'file') {
    const end = file.node.text.trimEnd().length;
    return { file: file.path, span: { start: end, end }, text: `${eol}${eol}${indented(text, '', eol)}` };
  }
  const body = bodyOf(container);
  const start = (body?.start ?? 0) + 1;
  const indent = indentAt(file, container.node?.span.start ?? 0);
  // While it has no closing brace, a body may end with its opening one.
  const last = Math.max(start, (body?.end ?? start) - 1);
  const isEmpty = file.node.text.slice(start, last).trim() === '';
  const closing = isEmpty ? eol + indent : '';
  const end = isEmpty ? last : start;
  return { file: file.path, span: { start, end }, text: eol + indented(text, `${indent}  `, eol) + closing };
}

/** The last of these members that the container still has. */
export function lastLeft(container: Container, before: readonly string[]): Member | undefined {
  const { byName } = membersIn(container);
  return byName.get(before.findLast((name) => byName.has(name)) ?? '');
}

export function bodyOf(container: Exclude<Container, File>): Span | undefined {
  const { node } = container;
  return node?.kind === 'field' ? node.group?.span : node?.body.span;
}

export function membersOf(container: Container): readonly Member[] {
  return membersIn(container).all;
}

interface Members {
  /** In the order of the text. */
  readonly all: readonly Member[];
  /** Of two with one name the first. */
  readonly byName: ReadonlyMap<string, Member>;
  readonly places: ReadonlyMap<Member, number>;
  /** What they were read from: an edit makes new lists. */
  readonly lists: readonly (readonly Member[])[];
}

/** Each of a thousand findings in one message asks for its members. */
const MEMBERS = new WeakMap<Container, Members>();

function membersIn(container: Container): Members {
  const lists = listsIn(container);
  const known = MEMBERS.get(container);
  if (known?.lists.every((list, index) => list === lists[index]) === true) return known;
  const found = lists.flatMap((list) => list.filter((member) => !isInOneof(member, container)));
  const all = lists.length === 1 ? found : inOrder(found);
  const byName = new Map<string, Member>();
  for (const member of all) if (!byName.has(member.name)) byName.set(member.name, member);
  const members = { all, byName, places: new Map(all.map((member, place) => [member, place])), lists };
  MEMBERS.set(container, members);
  return members;
}

function listsIn(container: Container): readonly (readonly Member[])[] {
  switch (container.kind) {
    case 'file':
      return [container.messages, container.enums, container.services];
    case 'message':
      return [container.fields, container.oneofs, container.messages, container.enums];
    case 'enum':
      return [container.values];
    case 'service':
      return [container.methods];
    case 'oneof':
      return [container.fields];
  }
}

/** Of a message's fields those of its oneofs are members of these. */
function isInOneof(member: Member, container: Container): boolean {
  return container.kind === 'message' && member.kind === 'field' && member.oneof !== undefined;
}

/** The names of the members that stand before one, in its own file. */
export function namesBefore(container: Container, member: Member): string[] {
  const { all, places } = membersIn(container);
  return all.slice(0, places.get(member) ?? -1).map(({ name }) => name);
}

function inOrder(members: readonly Member[]): Member[] {
  return members.toSorted((a, b) => (a.node?.span.start ?? 0) - (b.node?.span.start ?? 0));
}

/** Where the spaces and tabs start that end at an offset. Regular expressions would search the whole text before it. */
export function blanksBefore(text: string, offset: number): number {
  let start = offset;
  while (start > 0 && /[ \t]/.test(text.charAt(start - 1))) start -= 1;
  return start;
}

export function beginsLine(text: string, offset: number): boolean {
  return offset === 0 || /[\r\n]/.test(text.charAt(offset - 1));
}

function indentAt(file: File, offset: number): string {
  return /(?<![ \t])[ \t]*$/.exec(lineBefore(file.node.text, offset))?.[0] ?? '';
}

function lineBefore(text: string, offset: number): string {
  let start = offset;
  while (!beginsLine(text, start)) start -= 1;
  return /^[ \t]*/.exec(text.slice(start, offset))?.[0] ?? '';
}

/** Text with its first line at this indentation and the others moved along. */
function indented(text: string, indent: string, eol: string): string {
  const lines = text.split(/\r\n|\n|\r/);
  const inner = lines.slice(1).filter((line) => line.trim() !== '');
  const common = Math.min(
    ...inner.map((line) => /^[ \t]*/.exec(line)?.[0].length ?? 0),
    ...(inner.length === 0 ? [0] : []),
  );
  // The last line of a block stands where its first one stood.
  return lines
    .map((line, index) => (line.trim() === '' ? '' : indent + (index === 0 ? line : line.slice(common))))
    .join(eol);
}

/** Takes numbers and names out of what a message or enum reserves: one edit for each statement. */
export function unreserve(container: Message | Enum, numbers: readonly number[], gone: readonly string[]): Edit[] {
  const { node, file } = container;
  const body = node?.kind === 'field' ? node.group : node?.body;
  const reserved = (body?.members ?? []).filter((member) => member.kind === 'reserved');
  return reserved.flatMap((member): Edit[] => {
    const names = member.names.filter(({ text }) => !gone.includes(text));
    const isHit = numbers.some((number) => includes(member.ranges, number));
    if (!isHit && names.length === member.names.length) return [];
    const ranges = member.ranges.flatMap((range) =>
      subtract(
        [range],
        numbers.map((number) => ({ ...range, start: number, end: number })),
      ).map((left) => rangeText(left, range, file)),
    );
    const items = [...ranges, ...names.map(({ span }) => textAt(file, span))];
    return [
      items.length === 0 ? remove(file, member) : replace({ file, span: member.span }, `reserved ${items.join(', ')};`),
    ];
  });
}

function rangeText(left: NumberRange, whole: RangeNode, file: File): string {
  if (left.start === whole.start && left.end === whole.end) return textAt(file, whole.span);
  const end = left.end === whole.end && textAt(file, whole.span).endsWith('max') ? 'max' : String(left.end);
  return left.start === left.end ? String(left.start) : `${String(left.start)} to ${end}`;
}

/** Numbers that nothing uses or keeps free in either version: upwards from the highest one in use, then the gaps below it. */
export function* freeNumbers(sides: readonly (Message | Enum | undefined)[]): Generator<number, undefined> {
  const known = sides.filter((side) => side !== undefined);
  const used = new Set(
    known.flatMap((side) => (side.kind === 'message' ? side.fields : side.values).map((one) => one.number)),
  );
  const closed = known.flatMap((side) => [
    ...side.reservedRanges,
    ...(side.kind === 'message' ? side.extensionRanges : []),
  ]);
  const highest = [...used].reduce((most, number) => Math.max(most, Number.isNaN(number) ? 0 : number), 0);
  const last = known.some(({ kind }) => kind === 'enum') ? LAST.enum : LAST.message;
  for (const [from, to] of [
    [highest + 1, last],
    [1, highest],
  ] as const) {
    for (let number = from; number <= to; number += 1) {
      // A range is passed over in one step: it may hold half a billion numbers.
      const range = [...closed, PROTOBUFS_OWN].find(({ start, end }) => start <= number && number <= end);
      if (range !== undefined) number = range.end;
      else if (!used.has(number)) yield number;
    }
  }
  return undefined;
}

/** https://protobuf.dev/programming-guides/proto3/#assigning */
const PROTOBUFS_OWN = { start: 19000, end: 19999 };

/** Text of the release as it has to be written into the edited files, and what has to be written there with it. */
export interface Released {
  readonly text: string;
  /** Types that are gone, and imports. Undefined stands for something that cannot be written: the text has no place then. */
  readonly needs: readonly (Edit | undefined)[];
}

/**
 * The released text of a field or method, with names of types and values that changed since as they are now, the types that are
 * gone, and the imports that it takes.
 * @param part the whole of it with its comments, or the part of it that is wanted.
 */
export function released(element: Field | Method, diff: Diff, part?: Span): Released {
  const { file, node } = element;
  const start = part?.start ?? node.leadingComments?.start ?? node.span.start;
  const text = part === undefined ? statementText(file, node) : textAt(file, part);
  const home = homeOf(element, diff);
  const uses = typesUsed(element);
  return {
    text: renamed(text, start, [element], diff),
    needs: [
      ...(home === undefined || (element.kind === 'field' && !hasOneGrammar(file, home)) ? [undefined] : []),
      ...restoreTypes(
        uses.map(({ type }) => type),
        diff,
      ),
      ...(home === undefined ? [] : imports(uses, file, home, diff)),
    ],
  };
}

/** Labels are written in proto2 alone, and an enum begins with zero elsewhere. */
function hasOneGrammar(a: File, b: File): boolean {
  const [one, other] = [a, b].map(({ edition }) => (edition.startsWith('proto') ? edition : 'edition'));
  return one === other;
}

/** The file in which what stood in an element's place stands now. */
function homeOf(element: Field | Method, { matches }: Diff): File | undefined {
  const scope = element.kind === 'method' ? element.file : (element.extensionScope ?? element.message);
  return scope?.kind === 'message' ? matches.messages.newOf(scope)?.file : scope && matches.files.newOf(scope);
}

/** A text in which types and default values have the names that they have now. */
function renamed(text: string, start: number, elements: readonly (Field | Method)[], diff: Diff): string {
  const types = elements.flatMap(typesUsed).flatMap(({ type, name: { span } }) => {
    const now = newOf(type, diff);
    return now === undefined || now.fullName === type.fullName ? [] : [{ span, name: now.fullName }];
  });
  return [...types, ...elements.flatMap((element) => renamedDefault(element, diff))]
    .filter(({ span }) => span.start >= start && span.end <= start + text.length)
    .toSorted((a, b) => b.span.start - a.span.start)
    .reduce((now, { span, name }) => now.slice(0, span.start - start) + name + now.slice(span.end - start), text);
}

function newOf(type: Message | Enum, { matches }: Diff): Message | Enum | undefined {
  return type.kind === 'message' ? matches.messages.newOf(type) : matches.enums.newOf(type);
}

/** A default that is called otherwise now: the value of its number. */
function renamedDefault(element: Field | Method, { matches }: Diff): { readonly span: Span; readonly name: string }[] {
  if (element.kind !== 'field' || element.type.kind !== 'enum' || element.default?.kind !== 'identifier') return [];
  const now = matches.enums.newOf(element.type.enum);
  const value = element.type.enum.valuesByName.get(element.default.text);
  if (now === undefined || value === undefined || now.valuesByName.has(value.name)) return [];
  const name = now.valuesByNumber.get(value.number)?.name;
  return name === undefined ? [] : [{ span: element.default.span, name }];
}

/** Imports that a file lacks for types that are used in it as they were used in a released one. */
function imports(uses: readonly Use[], from: File, home: File, diff: Diff): (Edit | undefined)[] {
  return uses.flatMap(({ type }): (Edit | undefined)[] => {
    const target = newOf(type, diff)?.file ?? diff.matches.files.newOf(type.file) ?? type.file;
    if (
      target === home ||
      home.imports.some((each) => each.node.path.text === target.path || reaches(each.file, target))
    )
      return [];
    // Files must not import each other.
    if (importsAnyhow(target, home)) return [undefined];
    const known = [...from.imports, ...[...diff.new.files.values()].flatMap((file) => file.imports)].find(
      ({ file }) => file !== undefined && (file === target || (file === type.file && file.path === target.path)),
    );
    const text = `import ${JSON.stringify(known?.node.path.text ?? target.path)};`;
    const before = home.node.imports.at(-1) ?? home.node.package ?? home.node.edition;
    const at = before === undefined ? 0 : endWithComment(home.node, before.span.end);
    return [{ file: home.path, span: { start: at, end: at }, text: before === undefined ? `${text}\n` : `\n${text}` }];
  });
}

/** Whether a file is another one or passes it on. */
function reaches(file: File | undefined, target: File, seen = new Set<File>()): boolean {
  if (file === undefined || seen.has(file)) return false;
  seen.add(file);
  return (
    file === target || file.imports.some((each) => each.node.modifier === 'public' && reaches(each.file, target, seen))
  );
}

function importsAnyhow(file: File, target: File, seen = new Set<File>()): boolean {
  if (seen.has(file)) return false;
  seen.add(file);
  return (
    file === target || file.imports.some((each) => each.file !== undefined && importsAnyhow(each.file, target, seen))
  );
}

interface Use {
  readonly type: Message | Enum;
  readonly name: Name;
}

export function typesUsed(element: Field | Method): Use[] {
  if (element.kind === 'method') {
    const { input, output, node } = element;
    return [
      ...(input ? [{ type: input, name: node.input.type }] : []),
      ...(output ? [{ type: output, name: node.output.type }] : []),
    ];
  }
  const { type, node } = element;
  if (type.kind === 'enum') return [{ type: type.enum, name: node.type }];
  if (type.kind !== 'message' || node.group !== undefined) return [];
  if (!type.message.isMapEntry || node.map === undefined) return [{ type: type.message, name: node.type }];
  const value = type.message.fieldsByNumber.get(2)?.type;
  if (value?.kind === 'message') return [{ type: value.message, name: node.map.value }];
  return value?.kind === 'enum' ? [{ type: value.enum, name: node.map.value }] : [];
}

/** Puts back the types that are gone, and those that they use. */
export function restoreTypes(types: readonly (Message | Enum)[], diff: Diff): (Edit | undefined)[] {
  const gone = new Set<Message | Enum>();
  const visit = (type: Message | Enum): void => {
    if (newOf(type, diff) !== undefined || type.node === undefined) return;
    const whole = outermostGone(type, diff);
    if (gone.has(whole)) return;
    gone.add(whole);
    if (whole.kind === 'message')
      for (const field of allFields(whole)) for (const use of typesUsed(field)) visit(use.type);
  };
  types.forEach(visit);
  return [...gone].flatMap((type) => restoreDeclaration(type, diff));
}

function outermostGone(type: Message | Enum, diff: Diff): Message | Enum {
  const { parent } = type;
  return parent.kind === 'message' && diff.matches.messages.newOf(parent) === undefined
    ? outermostGone(parent, diff)
    : type;
}

function allFields(message: Message): Field[] {
  return [...message.fields, ...message.messages.flatMap(allFields)];
}

/** Puts a message, enum or service back where it was declared, with the imports that it takes. */
export function restoreDeclaration(element: Message | Enum | Service, diff: Diff): (Edit | undefined)[] {
  const parent = element.kind === 'service' ? element.file : element.parent;
  const now = parent.kind === 'file' ? diff.matches.files.newOf(parent) : diff.matches.messages.newOf(parent);
  const home = now?.kind === 'message' ? now.file : now;
  if (now === undefined || home === undefined || element.node === undefined) return [undefined];
  if (isNameTaken(element.name, now, diff) || (element.kind !== 'service' && !hasOneGrammar(element.file, home)))
    return [undefined];
  const inside = element.kind === 'service' ? element.methods : element.kind === 'message' ? allFields(element) : [];
  const { file, node } = element;
  const text = renamed(statementText(file, node), node.leadingComments?.start ?? node.span.start, inside, diff);
  return [
    insertReleased(now, element, text, namesBefore(parent, element)),
    ...imports(inside.flatMap(typesUsed), file, home, diff),
  ];
}

/** Whether something else in a scope has this name: types, services, extensions and the values of enums share it with fields. */
export function isNameTaken(name: string, scope: Message | File, { new: edited }: Diff): boolean {
  const outer = scope.kind === 'file' ? scope.package : scope.fullName;
  const fullName = outer === '' ? name : `${outer}.${name}`;
  if (edited.types.has(fullName) || edited.services.has(fullName) || edited.extensions.has(fullName)) return true;
  if (scope.kind === 'message' && (scope.fieldsByName.has(name) || scope.oneofs.some((oneof) => oneof.name === name)))
    return true;
  return valueNamesIn(edited).has(fullName);
}

/** The full names of all values of enums. */
function valueNamesIn(schema: Schema): ReadonlySet<string> {
  let known = VALUE_NAMES.get(schema);
  if (known === undefined) {
    const enums = [...schema.types.values()].filter((type) => type.kind === 'enum');
    known = new Set(enums.flatMap(({ valuesByName }) => [...valuesByName.values()].map(({ fullName }) => fullName)));
    VALUE_NAMES.set(schema, known);
  }
  return known;
}

const VALUE_NAMES = new WeakMap<Schema, ReadonlySet<string>>();

/**
 * Writes a released member into a container, without those of its comments that were left behind when it was deleted: below them.
 * @param text its statement with its comments.
 */
export function insertReleased(
  container: Container,
  element: Member,
  text: string,
  before: readonly string[] = [],
): Edit {
  const { file, node } = element;
  const home = container.kind === 'file' ? container : container.file;
  const above = node?.leadingComments && textAt(file, node.leadingComments);
  const bare = withoutLeftComments(element, text, home);
  if (above === undefined || bare.length === text.length) return insert(container, bare, before);
  const at = leftComment(above, element, home);
  if (at === undefined || innermostAt(container, at) !== container) return insert(container, bare, before);
  const eol = /\r\n|\n|\r/.exec(home.node.text)?.[0] ?? '\n';
  return { file: home.path, span: { start: at, end: at }, text: eol + indented(bare, indentAt(home, at), eol) };
}

/** A released statement without the comments that are still in the edited file. */
export function withoutLeftComments({ file, node }: Member, text: string, home: File): string {
  if (node === undefined) return text;
  const above = node.leadingComments && textAt(file, node.leadingComments);
  const end = endWithComment(file.node, node.span.end);
  const behind = file.node.text.slice(node.span.end, end).trim();
  let bare = text;
  if (behind !== '' && bare.endsWith(behind) && isLeft(behind, file, home))
    bare = bare.slice(0, -behind.length).trimEnd();
  if (node.leadingComments !== undefined && above !== undefined && isLeft(above, file, home))
    bare = bare.slice(node.span.start - node.leadingComments.start);
  return bare;
}

function isLeft(comment: string, old: File, home: File): boolean {
  const [before, now] = [old, home].map(({ node }) => node.text.split(comment).length - 1);
  return now !== undefined && before !== undefined && now >= before;
}

/** Where the comment ends that a released one became: the one of the same text that has as many before it. */
function leftComment(comment: string, { file, node }: Member, home: File): number | undefined {
  const start = node?.leadingComments?.start;
  if (start === undefined) return undefined;
  const parts = home.node.text.split(comment).slice(0, file.node.text.slice(0, start).split(comment).length);
  return parts.join(comment).length + comment.length;
}

/** The innermost of a container and what is declared in it that has this place between its braces. */
function innermostAt(container: Container, at: number): Container {
  const inner = membersOf(container).find((member): member is Message | Enum | Service | Oneof => {
    if (member.kind === 'field' || member.kind === 'enumValue' || member.kind === 'method') return false;
    const body = bodyOf(member);
    return body !== undefined && body.start < at && at < body.end;
  });
  return inner === undefined ? container : innermostAt(inner, at);
}

/** Puts an option statement of a body or a file back to what it was; undefined for options in brackets, which go with their statement. */
export function restoreOption(
  old: OptionNode | undefined,
  now: OptionNode | undefined,
  oldFile: File,
  container: Message | Enum | Service | Method | File,
): Edit | undefined {
  const file = container.kind === 'file' ? container : container.file;
  if (now !== undefined)
    return old === undefined ? remove(file, now) : replace({ file, span: now.span }, textAt(oldFile, old.span));
  if (old === undefined) return undefined;
  const text = textAt(oldFile, old.span);
  if (container.kind === 'method') return undefined;
  if (container.kind !== 'file') return insert(container, text);
  const at = (file.node.package ?? file.node.edition)?.span.end ?? 0;
  return { file: file.path, span: { start: at, end: at }, text: `\n${text}` };
}
