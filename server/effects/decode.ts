import { fieldAt } from '../schema/fields.ts';
import type { Field, Message, Scalar } from '../schema/model.ts';
import { fieldIndexOf } from './field-index.ts';
import type { FieldValue, MessageValue, UnknownField, Value } from './value.ts';
import { type WireType, wireTypeOf } from './wire-type.ts';

/** A parser rejects the whole message. */
export class Rejected extends Error {}

/**
 * See https://protobuf.dev/programming-guides/encoding/.
 * @throws Rejected if a parser has to fail, such as for a missing required field
 */
export function decode(bytes: Uint8Array, message: Message): MessageValue {
  const wire = new Wire(bytes);
  const partial = newPartial(message);
  decodeInto(wire, partial, undefined);
  requireFields(partial);
  return finished(partial);
}

interface PartialMessage {
  readonly message: Message;
  readonly fields: Map<number, PartialMessage | Value | (PartialMessage | Value)[]>;
  readonly unknown: UnknownField[];
}

/** The default limit in C++, Java and Python. */
const MAX_DEPTH = 100;

function newPartial(message: Message): PartialMessage {
  return { message, fields: new Map(), unknown: [] };
}

/** @param group the number of the current group; undefined outside of groups */
function decodeInto(wire: Wire, partial: PartialMessage, group: number | undefined, depth = 0): void {
  if (depth > MAX_DEPTH) throw new Rejected('messages are nested too deeply');
  while (!wire.atEnd) {
    const { number, type } = wire.tag();
    if (type === 4) {
      if (number === group) return;
      throw new Rejected(`group ${number} ends where it did not begin`);
    }
    const field = fieldAt(partial.message, number);
    if (field === undefined || !decodeField(wire, partial, field, type, depth)) {
      partial.unknown.push({ number, value: wire.skip(number, type, depth) });
    }
  }
  if (group !== undefined) throw new Rejected(`group ${group} does not end`);
}

/** If the field does not accept the wire type, returns false and reads nothing. */
function decodeField(wire: Wire, partial: PartialMessage, field: Field, type: WireType, depth: number): boolean {
  const expected = wireTypeOf(field);
  if (expected === undefined) return false;
  if (type === expected) {
    if (field.isMap) decodeEntry(wire, partial, field, depth);
    else store(partial, field, decodeValue(wire, partial, field, depth));
    return true;
  }
  if (type !== 2 || !field.repeated || expected === 2 || expected === 3) return false;
  const packed = new Wire(wire.bytes());
  while (!packed.atEnd) store(partial, field, decodeValue(packed, partial, field, depth));
  return true;
}

function store(partial: PartialMessage, field: Field, value: PartialMessage | Value | undefined): void {
  if (value === undefined) return;
  if (field.oneof !== undefined) {
    for (const other of field.oneof.fields) if (other !== field) partial.fields.delete(other.number);
  }
  if (!field.repeated) {
    partial.fields.set(field.number, value);
    return;
  }
  const list = partial.fields.get(field.number);
  if (Array.isArray(list)) list.push(value);
  else partial.fields.set(field.number, [value]);
}

/** Undefined for an unknown number of a closed enum, and for an unresolved type. */
function decodeValue(
  wire: Wire,
  partial: PartialMessage,
  field: Field,
  depth: number,
): PartialMessage | Value | undefined {
  switch (field.type.kind) {
    case 'unresolved':
      return undefined;
    case 'scalar':
      return decodeScalar(wire, field, field.type.scalar);
    case 'enum': {
      const value = wire.varint();
      const number = BigInt.asIntN(32, value);
      if (!field.type.enum.closed || field.type.enum.valuesByNumber.has(Number(number))) return number;
      partial.unknown.push({ number: field.number, value });
      return undefined;
    }
    case 'message': {
      const before = field.repeated ? undefined : partial.fields.get(field.number);
      const inner = isPartial(before) ? before : newPartial(field.type.message);
      if (field.delimited) decodeInto(wire, inner, field.number, depth + 1);
      else decodeInto(new Wire(wire.bytes()), inner, undefined, depth + 1);
      return inner;
    }
  }
}

/** The last entry of a key wins. An entry with an unknown value of a closed enum is an unknown field. */
function decodeEntry(wire: Wire, partial: PartialMessage, field: Field, depth: number): void {
  if (field.type.kind !== 'message') return;
  const bytes = wire.bytes();
  const entry = newPartial(field.type.message);
  decodeInto(new Wire(bytes), entry, undefined, depth + 1);
  if (entry.unknown.some((each) => each.number === 2 && isClosedEnum(fieldAt(entry.message, 2)))) {
    partial.unknown.push({ number: field.number, value: bytes });
    return;
  }
  for (const part of entry.message.fields) {
    if (!entry.fields.has(part.number)) setZero(entry, part);
  }
  const key = entry.fields.get(1);
  const entries = partial.fields.get(field.number);
  const others = Array.isArray(entries) ? entries.filter((each) => isPartial(each) && each.fields.get(1) !== key) : [];
  partial.fields.set(field.number, [...others, entry]);
}

function isClosedEnum(field: Field | undefined): boolean {
  return field?.type.kind === 'enum' && field.type.enum.closed;
}

function setZero(entry: PartialMessage, part: Field): void {
  if (part.type.kind === 'message') entry.fields.set(part.number, newPartial(part.type.message));
  else if (part.type.kind === 'enum') {
    const zero = part.type.enum.values[0]?.number ?? 0;
    // A value that is being typed has no number.
    entry.fields.set(part.number, BigInt(Number.isNaN(zero) ? 0 : zero));
  } else if (part.type.kind === 'scalar') entry.fields.set(part.number, zeroOf(part.type.scalar));
}

function zeroOf(scalar: Scalar): Value {
  switch (scalar) {
    case 'string':
      return '';
    case 'bytes':
      return new Uint8Array();
    case 'bool':
      return false;
    case 'double':
    case 'float':
      return 0;
    default:
      return 0n;
  }
}

function decodeScalar(wire: Wire, field: Field, scalar: Scalar): Value {
  switch (scalar) {
    case 'double':
      return wire.fixed(8).getFloat64(0, true);
    case 'float':
      return wire.fixed(4).getFloat32(0, true);
    case 'fixed64':
      return wire.fixed(8).getBigUint64(0, true);
    case 'sfixed64':
      return wire.fixed(8).getBigInt64(0, true);
    case 'fixed32':
      return BigInt(wire.fixed(4).getUint32(0, true));
    case 'sfixed32':
      return BigInt(wire.fixed(4).getInt32(0, true));
    case 'int32':
      return BigInt.asIntN(32, wire.varint());
    case 'int64':
      return BigInt.asIntN(64, wire.varint());
    case 'uint32':
      return BigInt.asUintN(32, wire.varint());
    case 'uint64':
      return wire.varint();
    case 'sint32':
      return zigzag(BigInt.asUintN(32, wire.varint()));
    case 'sint64':
      return zigzag(wire.varint());
    case 'bool':
      return wire.varint() !== 0n;
    case 'bytes':
      return wire.bytes();
    case 'string': {
      const bytes = wire.bytes();
      const text = textOf(bytes);
      if (text === undefined && field.validatesUtf8)
        throw new Rejected(`${field.name} (${field.number}) is not valid UTF-8`);
      return text ?? bytes;
    }
  }
}

function zigzag(value: bigint): bigint {
  return (value >> 1n) ^ -(value & 1n);
}

/** Undefined if the bytes are not valid UTF-8. */
export function textOf(bytes: Uint8Array): string | undefined {
  try {
    return UTF8.decode(bytes);
  } catch {
    return undefined;
  }
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function requireFields(partial: PartialMessage): void {
  const fields = fieldIndexOf(partial.message);
  const asked = new Set(fields.required);
  for (const [number, value] of partial.fields) {
    const field = fieldAt(partial.message, number);
    const [first] = Array.isArray(value) ? value : [value];
    if (field !== undefined && isPartial(first)) asked.add(field);
  }
  for (const field of [...asked].sort((a, b) => fields.position(a) - fields.position(b))) {
    const value = partial.fields.get(field.number);
    if (value === undefined) throw new Rejected(`required field ${field.name} (${field.number}) is missing`);
    for (const each of Array.isArray(value) ? value : [value]) if (isPartial(each)) requireFields(each);
  }
}

function isPartial(value: PartialMessage | Value | (PartialMessage | Value)[] | undefined): value is PartialMessage {
  return typeof value === 'object' && 'message' in value;
}

function finished(partial: PartialMessage): MessageValue {
  const fields = new Map<number, FieldValue>();
  for (const [number, value] of partial.fields) {
    fields.set(number, Array.isArray(value) ? value.map(finishedValue) : finishedValue(value));
  }
  return partial.unknown.length === 0 ? { fields } : { fields, unknown: partial.unknown };
}

function finishedValue(value: PartialMessage | Value): Value {
  return isPartial(value) ? finished(value) : value;
}

class Wire {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get atEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  tag(): { readonly number: number; readonly type: WireType | 4 } {
    const tag = this.varint();
    const number = Number(tag >> 3n);
    const type = Number(tag & 7n);
    if (tag >= 1n << 32n || number === 0) throw new Rejected(`${number} is not a valid field number`);
    if (type === 0 || type === 1 || type === 2 || type === 3 || type === 4 || type === 5) return { number, type };
    throw new Rejected(`there is no wire type ${type}`);
  }

  varint(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#bytes[this.#at++];
      if (byte === undefined) throw new Rejected('the message ends too early');
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return BigInt.asUintN(64, value);
    }
    throw new Rejected('a number has more than ten bytes');
  }

  fixed(length: 4 | 8): DataView {
    const bytes = this.#take(length);
    return new DataView(bytes.buffer, bytes.byteOffset, length);
  }

  bytes(): Uint8Array {
    return this.#take(Number(this.varint()));
  }

  skip(number: number, type: WireType, depth: number): UnknownField['value'] {
    switch (type) {
      case 0:
        return this.varint();
      case 1:
        return this.fixed(8).getBigUint64(0, true);
      case 2:
        return this.bytes();
      case 5:
        return BigInt(this.fixed(4).getUint32(0, true));
      case 3: {
        if (depth > MAX_DEPTH) throw new Rejected('messages are nested too deeply');
        for (;;) {
          const inner = this.tag();
          if (inner.type !== 4) this.skip(inner.number, inner.type, depth + 1);
          else if (inner.number === number) return 'group';
          else throw new Rejected(`group ${inner.number} ends where it did not begin`);
        }
      }
    }
  }

  #take(length: number): Uint8Array {
    if (length > this.#bytes.length - this.#at) throw new Rejected('the message ends too early');
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }
}
