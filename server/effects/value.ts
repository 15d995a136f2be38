import type { Field } from '../schema/model.ts';

/** A message as a program stores it. */
export interface MessageValue {
  /** By field number. `describeMessage` lists `undefined` as unset. */
  readonly fields: ReadonlyMap<number, FieldValue | undefined>;
  /** In the order in which they were read. */
  readonly unknown?: readonly UnknownField[];
}

/** A map is a list of entries with the fields 1 and 2. */
export type FieldValue = Value | readonly Value[];

/** Integers and enum values are bigint, and floating-point numbers are number. A string that is not valid UTF-8 is a Uint8Array. */
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

/** Empty if unset. */
export function asList(value: FieldValue | undefined): readonly Value[] {
  if (value === undefined) return [];
  return isList(value) ? value : [value];
}

/** Negative zero is not the zero value. */
export function isZero(value: Value): boolean {
  if (value instanceof Uint8Array) return value.length === 0;
  return value === 0n || value === false || value === '' || Object.is(value, 0);
}

/** Whether a zero in this field is sent. */
export function sendsZero(field: Field): boolean {
  return field.repeated || field.presence !== 'implicit' || field.message?.isMapEntry === true;
}
