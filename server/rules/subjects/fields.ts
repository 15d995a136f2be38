import type { FieldPair } from '../../diff/pairs.ts';
import { integerOf } from '../../effects/defaults.ts';
import { range } from '../../effects/numbers.ts';
import type { OptionValue } from '../../proto/tree.ts';
import type { Field, Scalar } from '../../schema/model.ts';
import { quote } from '../words.ts';

export type KeptField = FieldPair & { readonly status: 'kept' };

/** A field that kept its number and its place: each thing that changed about it is a finding of its own. */
export function keptInPlace(pair: FieldPair): KeptField | undefined {
  if (pair.status !== 'kept' || isExtension(pair.old) !== isExtension(pair.new)) return undefined;
  return pair.match === 'same' || pair.match === 'renamed' ? pair : undefined;
}

/** A field that became an extension, or the reverse, and still is the same element. */
export function crossed(pair: FieldPair): KeptField | undefined {
  const isCrossed = pair.status === 'kept' && isExtension(pair.old) !== isExtension(pair.new);
  return isCrossed && pair.match !== 'reused' ? pair : undefined;
}

/** Kept, known, and as it was in type and cardinality: what else changed stands for itself. */
export function keptInShape(
  pair: FieldPair,
  sameType: (old: Field['type'], edited: Field['type']) => boolean,
): KeptField | undefined {
  const kept = keptInPlace(pair);
  if (kept === undefined || kept.old.type.kind === 'unresolved' || kept.new.type.kind === 'unresolved')
    return undefined;
  if (!sameType(kept.old.type, kept.new.type) || kept.old.isMap !== kept.new.isMap) return undefined;
  return kept.old.repeated === kept.new.repeated ? kept : undefined;
}

/**
 * The same, whether its type changed or not: unless one of the types is a message, which always has presence, whether the field has
 * it or is required is the label's business.
 */
export function keptInLabel(
  pair: FieldPair,
  sameType: (old: Field['type'], edited: Field['type']) => boolean,
): KeptField | undefined {
  const kept = keptInPlace(pair);
  const isOfValues = kept !== undefined && isValue(kept.old) && isValue(kept.new);
  return isOfValues && kept.old.repeated === kept.new.repeated ? kept : keptInShape(pair, sameType);
}

/** Whether a default of the one type says the same of the other, so that a change of it stands for itself. */
export function sharesDefault({ type: a }: Field, { type: b }: Field): boolean {
  return a.kind === 'scalar' && b.kind === 'scalar' && isText(a.scalar) === isText(b.scalar);
}

/** Whether a compiler takes the value for the default of such a field. */
export function canDefaultTo({ type, repeated }: Field, value: OptionValue): boolean {
  if (repeated || type.kind === 'message') return false;
  if (type.kind === 'unresolved') return true;
  if (type.kind === 'enum') return value.kind === 'identifier' && type.enum.valuesByName.has(value.text);
  if (isText(type.scalar)) return value.kind === 'string';
  if (type.scalar === 'bool') return value.kind === 'identifier' && /^(?:true|false)$/.test(value.text);
  const limits = range(type.scalar);
  if (limits === undefined)
    return value.kind === 'number' || (value.kind === 'identifier' && /^-?(?:inf|nan)$/.test(value.text));
  const number = value.kind === 'number' ? integerOf(value.text) : undefined;
  return number !== undefined && limits.min <= number && number <= limits.max;
}

function isText(scalar: Scalar): boolean {
  return scalar === 'string' || scalar === 'bytes';
}

function isValue({ type }: Field): boolean {
  return type.kind === 'scalar' || type.kind === 'enum';
}

export function isExtension(field: Field): boolean {
  return field.extensionScope !== undefined;
}

/** The released field whose number an added one took, under a name that lives on elsewhere. */
export function takenFrom(pair: FieldPair): Field | undefined {
  return pair.status === 'added' ? pair.parent?.old?.fieldsByNumber.get(pair.new.number) : undefined;
}

/** "`sandbox_id` (string, 2)" */
export function describe(field: Field): string {
  const number = Number.isNaN(field.number) ? '' : `, ${String(field.number)}`;
  return `${quote(field.name)} (${fieldType(field)}${number})`;
}

function fieldType(field: Field): string {
  const label = field.node.label === undefined ? '' : `${field.node.label.text} `;
  return label + field.node.type.text;
}
