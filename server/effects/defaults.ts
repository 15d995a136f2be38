import type { EnumValue, Field, Scalar } from '../schema/model.ts';
import type { Reading } from './effect.ts';
import { sameEnumValue } from './enums.ts';
import { EXACT, loss } from './reading.ts';
import type { TypeMatching } from './type-matching.ts';

/** The reader reads an unset field as its own default (https://protobuf.dev/programming-guides/proto2/#updating). */
export function readDefault(writer: Field, reader: Field, types: TypeMatching): Reading {
  if (writer.type.kind === 'message' || reader.type.kind === 'message') return EXACT;
  if (writer.type.kind === 'unresolved' || reader.type.kind === 'unresolved') return EXACT;
  const writerValue = defaultEnumValue(writer);
  const readerValue = defaultEnumValue(reader);
  const same =
    writerValue !== undefined && readerValue !== undefined
      ? sameEnumValue(writerValue, readerValue, types.switched(writerValue.enum, readerValue.enum))
      : meaning(writer, reader) === meaning(reader, writer);
  if (same) return EXACT;
  return loss(
    'altered',
    `unset means ${displayedDefault(writer)} to the writer and ${displayedDefault(reader)} to the reader`,
  );
}

function defaultEnumValue(field: Field): EnumValue | undefined {
  if (field.type.kind !== 'enum') return undefined;
  const { values, valuesByName } = field.type.enum;
  return field.default?.kind === 'identifier' ? valuesByName.get(field.default.text) : values[0];
}

/**
 * Zero, false and an empty string are equal, and so are one and true.
 * @param other the field of the other side. If one of them is a float, 0.1 is the same for both.
 */
function meaning(field: Field, other: Field): string {
  if (field.type.kind === 'enum') return String(defaultEnumValue(field)?.number ?? 0);
  const value = field.default;
  if (isFloating(field) && (value?.kind === 'number' || value?.kind === 'identifier')) {
    const number = floatingOf(value.text);
    const isRounded = [field, other].some((one) => scalarOf(one) === 'float');
    return numberText(isRounded ? Math.fround(number) : number);
  }
  switch (value?.kind) {
    case 'number':
      return String(integerOf(value.text) ?? value.text);
    case 'identifier':
      return BOOLEANS.get(value.text) ?? value.text;
    case 'string':
      return value.bytes.length === 0 ? '0' : `"${String.fromCharCode(...value.bytes)}`;
    default:
      return '0';
  }
}

function isFloating(field: Field): boolean {
  return scalarOf(field) === 'float' || scalarOf(field) === 'double';
}

function scalarOf({ type }: Field): Scalar | undefined {
  return type.kind === 'scalar' ? type.scalar : undefined;
}

/** Parses a decimal number, a hexadecimal or octal integer, `inf` or `nan`. */
function floatingOf(text: string): number {
  const digits = text.replace(/^-/, '');
  const size = Number(integerOf(digits) ?? digits.replace('inf', 'Infinity'));
  return text.startsWith('-') ? -size : size;
}

/** Unlike `String`, keeps the sign of zero. */
function numberText(number: number): string {
  return Object.is(number, -0) ? '-0' : String(number);
}

const BOOLEANS: ReadonlyMap<string, string> = new Map([
  ['false', '0'],
  ['true', '1'],
]);

/** Parses a decimal, hexadecimal or octal integer. */
export function integerOf(text: string): bigint | undefined {
  const sign = text.startsWith('-') ? -1n : 1n;
  const digits = text.replace(/^[-+]/, '').replace(/^0(?=\d)/, '0o');
  try {
    return sign * BigInt(digits);
  } catch {
    return undefined;
  }
}

function displayedDefault(field: Field): string {
  const enumValue = defaultEnumValue(field);
  if (enumValue !== undefined) return enumValue.name;
  const value = field.default;
  switch (value?.kind) {
    case 'number':
    case 'identifier':
      return value.text;
    case 'string':
      return JSON.stringify(new TextDecoder().decode(value.bytes));
    default:
      return ZERO.get(field.type.kind === 'scalar' ? field.type.scalar : '') ?? '0';
  }
}

const ZERO: ReadonlyMap<string, string> = new Map([
  ['string', '""'],
  ['bytes', '""'],
  ['bool', 'false'],
]);
