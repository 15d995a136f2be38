import type { Diff } from '../../diff/pairs.ts';
import type { Span } from '../../proto/tree.ts';
import type { Enum, EnumValue, Field, File, Message, Method, Service } from '../../schema/model.ts';
import { type Edit, endWithComment, statementText, textAt } from './edits.ts';
import { insertReleased } from './insert-released.ts';
import { namesBefore } from './members.ts';
import { typesUsed, type TypeUse } from './references.ts';
import { isNameTaken } from './taken-names.ts';

/* In edited files, the types and enum values of released text may have other names or be missing. */

export interface ReleasedText {
  readonly text: string;
  /** Edits that restore removed types and add imports. If one is undefined, the text cannot be restored. */
  readonly needs: readonly (Edit | undefined)[];
}

/** @param part the part of the statement to return; by default the whole statement with its comments */
export function releasedText(element: Field | Method, diff: Diff, part?: Span): ReleasedText {
  const { file, node } = element;
  const start = part?.start ?? node.leadingComments?.start ?? node.span.start;
  const text = part === undefined ? statementText(file, node) : textAt(file, part);
  const home = editedFileOf(element, diff);
  const uses = typesUsed(element);
  return {
    text: withCurrentNames(text, start, [element], diff),
    needs: [
      ...(home === undefined || (element.kind === 'field' && !hasSameGrammar(file, home)) ? [undefined] : []),
      ...(element.kind === 'field' && !canHaveType(element.presence, element, diff) ? [undefined] : []),
      ...(isDefaultRemoved(element, { start, end: start + text.length }, diff) ? [undefined] : []),
      ...restoreTypes(
        uses.map(({ type }) => type),
        diff,
      ),
      ...(home === undefined ? [] : missingImports(uses, file, home, diff)),
    ],
  };
}

/** Compilers reject a closed enum with implicit presence. */
export function canHaveType(presence: Field['presence'], { type, repeated }: Field, diff: Diff): boolean {
  if (presence !== 'implicit' || repeated || type.kind !== 'enum') return true;
  const now = diff.matches.types.newOf(type.enum) ?? type.enum;
  return !now.closed;
}

/** proto2, proto3 and editions allow different labels, for example. */
function hasSameGrammar(a: File, b: File): boolean {
  const [one, other] = [a, b].map(({ edition }) => (edition.startsWith('proto') ? edition : 'edition'));
  return one === other;
}

function editedFileOf(element: Field | Method, { matches }: Diff): File | undefined {
  const scope = element.kind === 'method' ? element.file : (element.extensionScope ?? element.message);
  return scope?.kind === 'message' ? matches.types.newOf(scope)?.file : scope && matches.files.newOf(scope);
}

function withCurrentNames(text: string, start: number, elements: readonly (Field | Method)[], diff: Diff): string {
  const types = elements.flatMap(typesUsed).flatMap(({ type, name: { span } }) => {
    const edited = diff.matches.types.newOf(type);
    return edited === undefined || edited.fullName === type.fullName ? [] : [{ span, name: edited.fullName }];
  });
  return [...types, ...elements.flatMap((element) => renamedDefault(element, diff))]
    .filter(({ span }) => span.start >= start && span.end <= start + text.length)
    .toSorted((a, b) => b.span.start - a.span.start)
    .reduce((now, { span, name }) => now.slice(0, span.start - start) + name + now.slice(span.end - start), text);
}

function renamedDefault(element: Field | Method, diff: Diff): { readonly span: Span; readonly name: string }[] {
  const found = defaultValue(element, diff);
  if (found === undefined || found.now.valuesByName.has(found.value.name)) return [];
  const name = found.now.valuesByNumber.get(found.value.number)?.name;
  return name === undefined ? [] : [{ span: found.span, name }];
}

/** The edited enum does not have the value under any name. */
function isDefaultRemoved(element: Field | Method, part: Span, diff: Diff): boolean {
  const found = defaultValue(element, diff);
  if (found === undefined || found.span.start < part.start || found.span.end > part.end) return false;
  return !found.now.valuesByName.has(found.value.name) && !found.now.valuesByNumber.has(found.value.number);
}

/** Undefined if the default isn't an enum value, or if the enum was removed. */
function defaultValue(
  element: Field | Method,
  { matches }: Diff,
): { readonly value: EnumValue; readonly span: Span; readonly now: Enum } | undefined {
  if (element.kind !== 'field' || element.type.kind !== 'enum' || element.default?.kind !== 'identifier')
    return undefined;
  const now = matches.types.newOf(element.type.enum);
  const value = element.type.enum.valuesByName.get(element.default.text);
  return now === undefined || value === undefined ? undefined : { value, span: element.default.span, now };
}

/** An import is undefined if it would be cyclic. */
function missingImports(uses: readonly TypeUse[], from: File, home: File, diff: Diff): (Edit | undefined)[] {
  return uses.flatMap(({ type }): (Edit | undefined)[] => {
    const target = diff.matches.types.newOf(type)?.file ?? diff.matches.files.newOf(type.file) ?? type.file;
    if (
      target === home ||
      home.imports.some((each) => each.node.path.text === target.path || providesTypesOf(each.file, target))
    )
      return [];
    if (importsTransitively(target, home)) return [undefined];
    const known = [...from.imports, ...[...diff.new.files.values()].flatMap((file) => file.imports)].find(
      ({ file }) => file !== undefined && (file === target || (file === type.file && file.path === target.path)),
    );
    const text = `import ${JSON.stringify(known?.node.path.text ?? target.path)};`;
    const before = home.node.imports.at(-1) ?? home.node.package ?? home.node.edition;
    const at = before === undefined ? 0 : endWithComment(home.node, before.span.end);
    return [{ file: home.path, span: { start: at, end: at }, text: before === undefined ? `${text}\n` : `\n${text}` }];
  });
}

/** Also through public imports. */
function providesTypesOf(file: File | undefined, target: File, seen = new Set<File>()): boolean {
  if (file === undefined || seen.has(file)) return false;
  seen.add(file);
  return (
    file === target ||
    file.imports.some((each) => each.node.modifier === 'public' && providesTypesOf(each.file, target, seen))
  );
}

function importsTransitively(file: File, target: File, seen = new Set<File>()): boolean {
  if (seen.has(file)) return false;
  seen.add(file);
  return (
    file === target ||
    file.imports.some((each) => each.file !== undefined && importsTransitively(each.file, target, seen))
  );
}

/** Also restores the removed types that they use. */
export function restoreTypes(types: readonly (Message | Enum)[], diff: Diff): (Edit | undefined)[] {
  const removed = new Set<Message | Enum>();
  const visit = (type: Message | Enum): void => {
    if (diff.matches.types.newOf(type) !== undefined || type.node === undefined) return;
    const whole = outermostRemoved(type, diff);
    if (removed.has(whole)) return;
    removed.add(whole);
    if (whole.kind === 'message')
      for (const field of fieldsWithin(whole)) for (const use of typesUsed(field)) visit(use.type);
  };
  types.forEach(visit);
  return [...removed].flatMap((type) => restoreDeclaration(type, diff));
}

function outermostRemoved(type: Message | Enum, diff: Diff): Message | Enum {
  const { parent } = type;
  return parent.kind === 'message' && diff.matches.types.newOf(parent) === undefined
    ? outermostRemoved(parent, diff)
    : type;
}

function fieldsWithin(message: Message): Field[] {
  return [...message.fields, ...message.messages.flatMap(fieldsWithin)];
}

/** Also adds the imports that it needs. */
export function restoreDeclaration(element: Message | Enum | Service, diff: Diff): (Edit | undefined)[] {
  const parent = element.kind === 'service' ? element.file : element.parent;
  const now = parent.kind === 'file' ? diff.matches.files.newOf(parent) : diff.matches.types.newOf(parent);
  const home = now?.kind === 'message' ? now.file : now;
  if (now === undefined || home === undefined || element.node === undefined) return [undefined];
  // The values of an enum are declared beside it, not inside.
  const names = [element, ...(element.kind === 'enum' ? element.values : [])].map(({ name }) => name);
  const isTaken = names.some((name) => isNameTaken(name, now, diff));
  if (isTaken || (element.kind !== 'service' && !hasSameGrammar(element.file, home))) return [undefined];
  const inside = element.kind === 'service' ? element.methods : element.kind === 'message' ? fieldsWithin(element) : [];
  const { file, node } = element;
  const text = withCurrentNames(
    statementText(file, node),
    node.leadingComments?.start ?? node.span.start,
    inside,
    diff,
  );
  return [
    insertReleased(now, element, text, namesBefore(element)),
    ...missingImports(inside.flatMap(typesUsed), file, home, diff),
  ];
}
