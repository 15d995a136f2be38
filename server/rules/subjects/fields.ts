import type { FieldPair } from '../../diff/pairs.ts';
import { integerOf } from '../../effects/defaults.ts';
import { range } from '../../effects/numbers.ts';
import type { OptionValue } from '../../proto/tree.ts';
import { isExtension, isUnfinished } from '../../schema/fields.ts';
import type { Field, Scalar } from '../../schema/model.ts';
import { quote } from '../words.ts';

export type KeptField = FieldPair & { readonly status: 'kept' };

/** The pair if the field kept its number and was not replaced. */
export function keptInPlace(pair: FieldPair): KeptField | undefined {
  if (pair.status !== 'kept' || isExtension(pair.old) !== isExtension(pair.new)) return undefined;
  return pair.match === 'same' || pair.match === 'renamed' ? pair : undefined;
}

/** The pair if a field became an extension, or the reverse. */
export function crossed(pair: FieldPair): KeptField | undefined {
  const isCrossed = pair.status === 'kept' && isExtension(pair.old) !== isExtension(pair.new);
  return isCrossed && pair.match !== 'reused' ? pair : undefined;
}

/** Type and cardinality did not change, so other changes can be judged alone. */
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
 * The type may only change between scalars and enums. A message always has presence, so its type and label cannot be
 * judged apart.
 */
export function keptInLabel(
  pair: FieldPair,
  sameType: (old: Field['type'], edited: Field['type']) => boolean,
): KeptField | undefined {
  const kept = keptInPlace(pair);
  const isOfValues = kept !== undefined && isValue(kept.old) && isValue(kept.new);
  return isOfValues && kept.old.repeated === kept.new.repeated ? kept : keptInShape(pair, sameType);
}

export function sharesDefault({ type: a }: Field, { type: b }: Field): boolean {
  return a.kind === 'scalar' && b.kind === 'scalar' && isText(a.scalar) === isText(b.scalar);
}

/** True if the field's type is unknown. */
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

/** The renumbered field whose released number an added field has now. */
export function takenFrom(pair: FieldPair): Field | undefined {
  return pair.status === 'added' ? pair.parent?.old?.fieldsByNumber.get(pair.new.number) : undefined;
}

/** "`sandbox_id` (string, 2)" */
export function describe(field: Field): string {
  const number = isUnfinished(field) ? '' : `, ${String(field.number)}`;
  return `${quote(field.name)} (${fieldType(field)}${number})`;
}

function fieldType(field: Field): string {
  const label = field.node.label === undefined ? '' : `${field.node.label.text} `;
  return label + field.node.type.text;
}
