import type { Diff } from '../diff/pairs.ts';
import type { Span } from '../proto/tree.ts';
import type { Enum, EnumValue, Field, File, Message, Method, Oneof, Schema, Service } from '../schema/model.ts';
import { bodyOf, type Container, lastLeft, namesBefore } from './fixes/edits.ts';
import type { Place } from './rule.ts';

/** Where findings point: at the one word that changed, and for what was deleted at the gap that it left. */

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

/** The label, or the type where there is none: there it would stand. */
export function labelOf(field: Field): Place {
  return { file: field.file, span: field.node.label?.span ?? field.node.type.span };
}

/** An option that may stand on the element; else the element's name. */
export function optionOf(element: Named, ...names: readonly string[]): Place {
  const option = names.map((name) => element.options.get(name)).find((found) => found !== undefined);
  return option === undefined ? nameOf(element) : { file: element.file, span: option.span };
}

/** What stands for a file: its package, else its syntax, else the first thing declared in it. */
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
 * The gap that a deleted member left in a container: the last character of the member before it, of those that are left. Where none is
 * left, the container's opening brace, or the end of the file's header.
 * @param before names of the members before it in the release, in their order.
 */
export function gapIn(container: Container, before: readonly string[]): Place {
  const file = container.kind === 'file' ? container : container.file;
  const end =
    lastLeft(container, before)?.node?.span.end ??
    (container.kind === 'file' ? endOfHeader(container) : afterBrace(container));
  return end === undefined ? nameOfFile(file) : { file, span: { start: end - 1, end }, gap: true };
}

function afterBrace(container: Exclude<Container, File>): number | undefined {
  const body = bodyOf(container);
  return body && body.start + 1;
}

/** Of the edition, package, imports and options; undefined where there are none. */
function endOfHeader({ node }: File): number | undefined {
  const first = node.declarations[0]?.span.start ?? Infinity;
  const ends = [node.edition, node.package, ...node.imports, ...node.options].flatMap((statement) =>
    statement === undefined || statement.span.end > first ? [] : statement.span.end,
  );
  return ends.length === 0 ? undefined : Math.max(...ends);
}

/** Where a removed type, service or extension was, in what is left around it. */
export function scopeOf(removed: Message | Enum | Service | Field, { matches, new: edited }: Diff): Place {
  const scope =
    removed.kind === 'message' || removed.kind === 'enum'
      ? removed.parent
      : removed.kind === 'field'
        ? removed.extensionScope
        : undefined;
  for (let at = scope; at?.kind === 'message'; at = at.parent) {
    const left = matches.messages.newOf(at);
    if (left?.node === undefined) continue;
    return removed.kind === 'message' || removed.kind === 'enum' ? gapIn(left, namesBefore(at, removed)) : nameOf(left);
  }
  const file = matches.files.newOf(removed.file);
  if (file === undefined) return nameOfFile(siblingOf(removed.file, edited) ?? removed.file);
  return removed.kind === 'field' || scope?.kind === 'message'
    ? nameOfFile(file)
    : gapIn(file, namesBefore(removed.file, removed));
}

/** A file that is left of the same package; else one that imported the removed file. */
export function siblingOf(removed: File, edited: Schema): File | undefined {
  const { byPackage, byImport } = neighbours(edited);
  const parts = removed.path.split('/');
  const suffixes = parts.map((_, index) => parts.slice(index).join('/'));
  return (
    byPackage.get(removed.package) ?? suffixes.map((path) => byImport.get(path)).find((file) => file !== undefined)
  );
}

interface Neighbours {
  /** The first file of each package. */
  readonly byPackage: ReadonlyMap<string, File>;
  /** The first file that has each import, as it is written. */
  readonly byImport: ReadonlyMap<string, File>;
}

const NEIGHBOURS = new WeakMap<Schema, Neighbours>();

function neighbours(schema: Schema): Neighbours {
  const known = NEIGHBOURS.get(schema);
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
  NEIGHBOURS.set(schema, { byPackage, byImport });
  return { byPackage, byImport };
}

/** Where a number or name that used to be a field or value now stands: reserved, or taken by another. */
export function reservationOf(container: Message | Enum, number: number, name: string): Place | undefined {
  const range = container.reservedRanges.find(({ start, end }) => start <= number && number <= end);
  const span = range?.span ?? container.reservedNames.get(name);
  return span && { file: container.file, span };
}
