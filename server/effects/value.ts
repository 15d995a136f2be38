import type { Field } from '../schema/model.ts';

/**
 * A message as a program holds it. Keyed by number, because that is what schemas share and what no two fields have in common.
 */
export interface MessageValue {
  /** By field number. `undefined` says that the field is left unset and that a text about the message shall say so. */
  readonly fields: ReadonlyMap<number, FieldValue | undefined>;
  /** What a reader had no use for, in the order it came. */
  readonly unknown?: readonly UnknownField[];
}

/** A list for a repeated field; a map field is a list of entries with the fields 1 and 2. */
export type FieldValue = Value | readonly Value[];

/**
 * Integers and enum values are bigint, whatever their width; floating-point numbers are number; a string that is no valid UTF-8
 * is its bytes.
 */
export type Value = bigint | number | boolean | string | Uint8Array | MessageValue;

export interface UnknownField {
  readonly number: number;
  readonly value: bigint | Uint8Array | 'group';
}

export function isMessage(value: Value): value is MessageValue {
  return typeof value === 'object' && !(value instanceof Uint8Array);
}

export function isList(value: FieldValue): value is readonly Value[] {
  return Array.isArray(value);
}

/** The values of a field, repeated or not; none where it is unset. */
export function asList(value: FieldValue | undefined): readonly Value[] {
  if (value === undefined) return [];
  return isList(value) ? value : [value];
}

/** Whether the value is what a field without presence has when it is unset; minus zero is not. */
export function isZero(value: Value): boolean {
  if (value instanceof Uint8Array) return value.length === 0;
  return value === 0n || value === false || value === '' || Object.is(value, 0);
}

/** Whether a zero in this field is not written at all. The fields of a map entry always are. */
export function skipsZero(field: Field): boolean {
  return field.presence === 'implicit' && !field.repeated && field.message?.isMapEntry !== true;
}
