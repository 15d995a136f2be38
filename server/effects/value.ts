import type { Field } from '../schema/model.ts';

/**
 * A message as a program stores it, by field number, because the numbers identify fields in all schemas.
 */
export interface MessageValue {
  /** By field number. `undefined` means that the field is unset and that a description of the message mentions it. */
  readonly fields: ReadonlyMap<number, FieldValue | undefined>;
  /** The unknown fields, in the order in which they were read. */
  readonly unknown?: readonly UnknownField[];
}

/** A list for a repeated field. A map field is a list of entries with the fields 1 and 2. */
export type FieldValue = Value | readonly Value[];

/**
 * Integers and enum values of any width are bigint. Floating-point numbers are number. A string that is not valid UTF-8 is a Uint8Array.
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

/** The values of a field, repeated or not. Empty if it is unset. */
export function asList(value: FieldValue | undefined): readonly Value[] {
  if (value === undefined) return [];
  return isList(value) ? value : [value];
}

/** Whether an unset field without presence reads as this value. -0 is not such a value. */
export function isZero(value: Value): boolean {
  if (value instanceof Uint8Array) return value.length === 0;
  return value === 0n || value === false || value === '' || Object.is(value, 0);
}

/** Whether a zero in this field is not written. The fields of a map entry are always written. */
export function skipsZero(field: Field): boolean {
  return field.presence === 'implicit' && !field.repeated && field.message?.isMapEntry !== true;
}
