import protobuf from 'protobufjs/minimal.js';
import { fieldAt } from '../schema/fields.ts';
import type { Field, Message } from '../schema/model.ts';
import { indexOf } from './field-index.ts';
import { asList, isMessage, isZero, type MessageValue, skipsZero, type Value } from './value.ts';

/**
 * Writes a message as the writer's program does, field by field with protobufjs's writer. What protobufjs itself generates for a type
 * would write the same (a test compares them), but has to be compiled for every example. Fields that the schema does not have, or
 * whose type is unresolved, are not written.
 */
export function encode(message: Message, value: MessageValue): Uint8Array {
  const writer = protobuf.Writer.create();
  writeMessage(writer, message, value);
  // In Node.js this is a Buffer, which is compared and printed in its own way.
  return Uint8Array.from(writer.finish());
}

/**
 * Whether a program can send the value: it has all that is required, down to the innermost message, and no number that two fields
 * claim. A message that requires one of its own kind has no such value, and while a text is edited much else is possible.
 */
export function isSendable(message: Message, value: MessageValue): boolean {
  const fields = indexOf(message);
  // What is never written is not missed.
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
  // As the specification wants it, and protobufjs does: in the order of their numbers.
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
    for (const each of values)
      if (field.repeated || !skipsZero(field) || !isZero(each)) writeField(writer, field, each);
  }
}

function writeField(writer: protobuf.Writer, field: Field, value: Value): void {
  const { type } = field;
  if (type.kind !== 'message') {
    writer.uint32(tag(field, wireType(field)));
    writeScalar(writer, field, value);
  } else if (isMessage(value)) {
    writer.uint32(tag(field, field.delimited ? GROUP : LENGTH_PREFIXED));
    if (!field.delimited) writer.fork();
    writeMessage(writer, type.message, value);
    if (field.delimited) writer.uint32(tag(field, END_OF_GROUP));
    else writer.ldelim();
  }
}

const LENGTH_PREFIXED = 2;
const GROUP = 3;
const END_OF_GROUP = 4;

function tag({ number }: Field, type: number): number {
  return ((number << 3) | type) >>> 0;
}

function wireType({ type }: Field): number {
  if (type.kind !== 'scalar') return 0;
  switch (type.scalar) {
    case 'string':
    case 'bytes':
      return LENGTH_PREFIXED;
    case 'double':
    case 'fixed64':
    case 'sfixed64':
      return 1;
    case 'float':
    case 'fixed32':
    case 'sfixed32':
      return 5;
    default:
      return 0;
  }
}

function writeScalar(writer: protobuf.Writer, { type }: Field, value: Value): void {
  const scalar = type.kind === 'scalar' ? type.scalar : 'int32';
  switch (scalar) {
    case 'string':
    case 'bytes':
      // Half a surrogate pair becomes U+FFFD: encoders have to write valid UTF-8.
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

/** protobufjs takes any pair of halves; BigInt itself it would round. */
function halves(value: bigint): { low: number; high: number; unsigned: boolean } {
  return { low: Number(BigInt.asIntN(32, value)), high: Number(BigInt.asIntN(32, value >> 32n)), unsigned: false };
}
