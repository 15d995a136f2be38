import protobuf from 'protobufjs/minimal.js';
import { fieldAt } from '../schema/fields.ts';
import type { Field, Message } from '../schema/model.ts';
import { fieldIndexOf } from './field-index.ts';
import { asList, isMessage, isZero, type MessageValue, sendsZero, type Value } from './value.ts';
import { END_OF_GROUP, LENGTH_PREFIXED, wireTypeOf } from './wire-type.ts';

/** Skips fields that are not in the schema, that have an unresolved type, or whose number is out of range. */
export function encode(message: Message, value: MessageValue): Uint8Array {
  const writer = protobuf.Writer.create();
  writeMessage(writer, message, value);
  // `finish` returns a Buffer, which is compared and printed differently.
  return Uint8Array.from(writer.finish());
}

/** Whether all required fields are set, and no set field shares its number with another one. */
export function isSendable(message: Message, value: MessageValue): boolean {
  const fields = fieldIndexOf(message);
  // Fields that are never written cannot be missing.
  const isMissing = (field: Field): boolean =>
    value.fields.get(field.number) === undefined && writable(message, field.number) !== undefined;
  if (fields.required.some(isMissing)) return false;
  for (const [number, held] of value.fields) {
    if (held === undefined) continue;
    if (fields.numbered(number).length > 1) return false;
    const field = fieldAt(message, number);
    if (field?.type.kind !== 'message') continue;
    const { message: inner } = field.type;
    if (!asList(held).every((each) => isMessage(each) && isSendable(inner, each))) return false;
  }
  return true;
}

function writable(message: Message, number: number): Field | undefined {
  const field = fieldAt(message, number);
  return field?.type.kind === 'unresolved' || number < 1 || number > MAX_NUMBER ? undefined : field;
}

const MAX_NUMBER = 2 ** 29 - 1;

function writeMessage(writer: protobuf.Writer, message: Message, value: MessageValue): void {
  // Any order is valid. This is protobufjs's.
  for (const number of [...value.fields.keys()].sort((a, b) => a - b)) {
    const field = writable(message, number);
    const held = value.fields.get(number);
    if (field === undefined || held === undefined) continue;
    const values = asList(held);
    if (field.repeated && field.packed) {
      if (values.length === 0) continue;
      writer.uint32(tag(field, LENGTH_PREFIXED)).fork();
      for (const each of values) writeScalar(writer, field, each);
      writer.ldelim();
      continue;
    }
    for (const each of values) if (sendsZero(field) || !isZero(each)) writeField(writer, field, each);
  }
}

function writeField(writer: protobuf.Writer, field: Field, value: Value): void {
  const { type } = field;
  const wireType = wireTypeOf(field);
  if (wireType === undefined) return;
  if (type.kind !== 'message') {
    writer.uint32(tag(field, wireType));
    writeScalar(writer, field, value);
  } else if (isMessage(value)) {
    writer.uint32(tag(field, wireType));
    if (!field.delimited) writer.fork();
    writeMessage(writer, type.message, value);
    if (field.delimited) writer.uint32(tag(field, END_OF_GROUP));
    else writer.ldelim();
  }
}

function tag({ number }: Field, type: number): number {
  return ((number << 3) | type) >>> 0;
}

function writeScalar(writer: protobuf.Writer, { type }: Field, value: Value): void {
  const scalar = type.kind === 'scalar' ? type.scalar : 'int32';
  switch (scalar) {
    case 'string':
    case 'bytes':
      // Encoders must write valid UTF-8, so an unpaired surrogate becomes U+FFFD.
      if (typeof value === 'string') writer.bytes(UTF8.encode(value));
      else if (value instanceof Uint8Array) writer.bytes(value);
      break;
    case 'bool':
      writer.bool(value === true);
      break;
    case 'int64':
    case 'uint64':
    case 'sint64':
    case 'fixed64':
    case 'sfixed64':
      if (typeof value === 'bigint') writer[scalar](halves(value));
      break;
    default:
      writer[scalar](Number(value));
  }
}

const UTF8 = new TextEncoder();

/** protobufjs accepts two 32-bit halves, but writes zero for a BigInt. */
function halves(value: bigint): { low: number; high: number; unsigned: boolean } {
  return { low: Number(BigInt.asIntN(32, value)), high: Number(BigInt.asIntN(32, value >> 32n)), unsigned: false };
}
