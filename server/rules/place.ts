import type { Diff } from '../diff/pairs.ts';
import type { Span } from '../proto/tree.ts';
import type { Enum, EnumValue, Field, File, Message, Method, Oneof, Schema, Service } from '../schema/model.ts';
import { bodyOf, type Container, lastRemaining, namesBefore } from './fixes/members.ts';
import type { Place } from './rule.ts';

type Named = Message | Enum | EnumValue | Field | Oneof | Service | Method;

export function nameOf(element: Named): Place {
  return { file: element.file, span: element.node?.name.span ?? nameOfFile(element.file).span };
}

export function numberOf(element: Field | EnumValue): Place {
  return { file: element.file, span: element.node.number?.span ?? element.node.name.span };
}

export function typeOf(field: Field): Place {
  return { file: field.file, span: field.node.type.span };
}

/** Without a label, the type. */
export function labelOf(field: Field): Place {
  return { file: field.file, span: field.node.label?.span ?? field.node.type.span };
}

/** Without these options, the name of the element. */
export function optionOf(element: Named, ...names: readonly string[]): Place {
  const option = names.map((name) => element.options.get(name)).find((found) => found !== undefined);
  return option === undefined ? nameOf(element) : { file: element.file, span: option.span };
}

/** The package, else the syntax or edition, the first declaration, or the first line. */
export function nameOfFile(file: File): Place {
  const { node } = file;
  const first = node.declarations[0];
  const declared = first?.kind === 'extend' ? first.extendee.span : first?.name.span;
  const span = node.package?.name.span ?? node.edition?.value.span ?? declared ?? wholeFirstLine(node.text);
  return { file, span };
}

function wholeFirstLine(text: string): Span {
  return { start: 0, end: /^[^\r\n]*/.exec(text)?.[0].length ?? 0 };
}

/**
 * The last character of the nearest earlier member that still exists, else the opening brace, or the end of the file's
 * header.
 * @param before names of the members before the deleted one in the release, in their order
 */
export function deletionIn(container: Container, before: readonly string[]): Place {
  const file = container.kind === 'file' ? container : container.file;
  const end =
    lastRemaining(container, before)?.node?.span.end ??
    (container.kind === 'file' ? endOfHeader(container) : afterBrace(container));
  return end === undefined ? nameOfFile(file) : { file, span: { start: end - 1, end }, isBeforeDeletion: true };
}

function afterBrace(container: Exclude<Container, File>): number | undefined {
  const body = bodyOf(container);
  return body && body.start + 1;
}

function endOfHeader({ node }: File): number | undefined {
  const first = node.declarations[0]?.span.start ?? Infinity;
  const ends = [node.edition, node.package, ...node.imports, ...node.options].flatMap((statement) =>
    statement === undefined || statement.span.end > first ? [] : statement.span.end,
  );
  return ends.length === 0 ? undefined : Math.max(...ends);
}

/** The place of a deletion in the nearest scope that still exists, or the name of that scope. */
export function scopeOf(removed: Message | Enum | Service | Field, { matches, new: edited }: Diff): Place {
  const scope =
    removed.kind === 'message' || removed.kind === 'enum'
      ? removed.parent
      : removed.kind === 'field'
        ? removed.extensionScope
        : undefined;
  let member = removed;
  for (let at = scope; at?.kind === 'message'; [member, at] = [at, at.parent]) {
    const left = matches.types.newOf(at);
    if (left?.node === undefined) continue;
    return removed.kind === 'message' || removed.kind === 'enum' ? deletionIn(left, namesBefore(member)) : nameOf(left);
  }
  const file = matches.files.newOf(removed.file);
  if (file === undefined) return nameOfFile(siblingOf(removed.file, edited) ?? removed.file);
  return removed.kind === 'field' || scope?.kind === 'message'
    ? nameOfFile(file)
    : deletionIn(file, namesBefore(removed));
}

/** A file of the same package, else a file that imports the removed file. */
export function siblingOf(removed: File, edited: Schema): File | undefined {
  const { byPackage, byImport } = indexFiles(edited);
  const parts = removed.path.split('/');
  const suffixes = parts.map((_, index) => parts.slice(index).join('/'));
  return (
    byPackage.get(removed.package) ?? suffixes.map((path) => byImport.get(path)).find((file) => file !== undefined)
  );
}

interface FileIndex {
  /** The first file of each package. */
  readonly byPackage: ReadonlyMap<string, File>;
  /** By the path as written. */
  readonly byImport: ReadonlyMap<string, File>;
}

const FILE_INDEXES = new WeakMap<Schema, FileIndex>();

function indexFiles(schema: Schema): FileIndex {
  const known = FILE_INDEXES.get(schema);
  if (known !== undefined) return known;
  const byPackage = new Map<string, File>();
  const byImport = new Map<string, File>();
  for (const file of schema.files.values()) {
    if (!byPackage.has(file.package)) byPackage.set(file.package, file);
    for (const { node } of file.imports) {
      const path = node.path.text.replace(/^["']|["']$/g, '');
      if (!byImport.has(path)) byImport.set(path, file);
    }
  }
  FILE_INDEXES.set(schema, { byPackage, byImport });
  return { byPackage, byImport };
}

export function reservationOf(container: Message | Enum, number: number, name: string): Place | undefined {
  const range = container.reservedRanges.find(({ start, end }) => start <= number && number <= end);
  const span = range?.span ?? container.reservedNames.get(name);
  return span && { file: container.file, span };
}
