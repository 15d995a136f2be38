import type { Enum, Field, Message, Scalar } from '../../server/schema/model.ts';

/*
 * The binary encoding (https://protobuf.dev/programming-guides/encoding/) of linked schemas. It shares no code with the encoder and decoder
 * in server/effects, because it has to find their mistakes.
 */

/** Integers, booleans and enums are bigint. Strings and bytes have one character per byte. */
export type Value = bigint | number | string | MessageValue;
/** A map is a list of entries. */
export type FieldValue = Value | readonly Value[];
/** Values by field number. Unset fields are missing. */
export type MessageValue = ReadonlyMap<number, FieldValue>;

function isList(held: FieldValue): held is readonly Value[] {
  return Array.isArray(held);
}

export function listOf(held: FieldValue | undefined): readonly Value[] {
  if (held === undefined) return [];
  return isList(held) ? held : [held];
}

/** Whether two numbers are equal. In floating point, negative zero does not equal zero. */
export function isSameNumber(a: bigint | number, b: bigint | number): boolean {
  if (typeof a === typeof b) return Object.is(a, b);
  return Number.isInteger(Number(a)) && Number.isInteger(Number(b)) && BigInt(a) === BigInt(b);
}

/** Thrown if a parser must reject the message. */
export class Rejected extends Error {}

export function encode(message: Message, value: MessageValue): Uint8Array {
  const out: number[] = [];
  for (const field of fieldsOf(message)) {
    const held = value.get(field.number);
    if (held === undefined) continue;
    if (!isList(held)) {
      const isSkipped = field.presence === 'implicit' && !field.repeated && !message.isMapEntry && isZero(held);
      if (!isSkipped) encodeOne(out, field, held);
    } else if (field.packed && held.length > 0) {
      const packed: number[] = [];
      for (const one of held) encodeBare(packed, field, one);
      tag(out, field.number, 2);
      varint(out, BigInt(packed.length));
      for (const byte of packed) out.push(byte);
    } else {
      for (const one of held) encodeOne(out, field, one);
    }
  }
  return Uint8Array.from(out);
}

export function fieldsOf(message: Message): readonly Field[] {
  return [...message.fields, ...message.extensionsByNumber.values()];
}

export function isZero(value: Value): boolean {
  return value === 0n || value === '' || (value === 0 && !Object.is(value, -0));
}

function tag(out: number[], number: number, wire: number): void {
  varint(out, BigInt(number * 8 + wire));
}

function varint(out: number[], value: bigint): void {
  let rest = BigInt.asUintN(64, value);
  for (; rest > 127n; rest >>= 7n) out.push(Number(rest & 127n) | 128);
  out.push(Number(rest));
}

type WireType = 0 | 1 | 2 | 3 | 5;

export function wireOf(field: Field): WireType {
  if (field.delimited) return 3;
  if (field.type.kind === 'enum') return 0;
  if (field.type.kind !== 'scalar') return 2;
  return SCALAR_WIRE[field.type.scalar];
}

const SCALAR_WIRE: Readonly<Record<Scalar, WireType>> = {
  double: 1,
  float: 5,
  int32: 0,
  int64: 0,
  uint32: 0,
  uint64: 0,
  sint32: 0,
  sint64: 0,
  fixed32: 5,
  fixed64: 1,
  sfixed32: 5,
  sfixed64: 1,
  bool: 0,
  string: 2,
  bytes: 2,
};

function encodeOne(out: number[], field: Field, value: Value): void {
  tag(out, field.number, wireOf(field));
  encodeBare(out, field, value);
  if (field.delimited) tag(out, field.number, 4);
}

function encodeBare(out: number[], field: Field, value: Value): void {
  if (typeof value === 'object') {
    if (field.type.kind !== 'message') throw new Error('a message in a field of another type');
    const body = encode(field.type.message, value);
    if (!field.delimited) varint(out, BigInt(body.length));
    for (const byte of body) out.push(byte);
  } else if (typeof value === 'string') {
    varint(out, BigInt(value.length));
    for (const char of value) out.push(char.charCodeAt(0));
  } else {
    encodeNumber(out, field.type.kind === 'scalar' ? field.type.scalar : 'int32', value);
  }
}

function encodeNumber(out: number[], scalar: Scalar, value: bigint | number): void {
  const bytes = new DataView(new ArrayBuffer(8));
  let length = 8;
  switch (scalar) {
    case 'double':
      bytes.setFloat64(0, Number(value), true);
      break;
    case 'float':
      bytes.setFloat32(0, Number(value), true);
      length = 4;
      break;
    case 'fixed32':
    case 'sfixed32':
      bytes.setUint32(0, Number(BigInt.asUintN(32, BigInt(value))), true);
      length = 4;
      break;
    case 'fixed64':
    case 'sfixed64':
      bytes.setBigUint64(0, BigInt.asUintN(64, BigInt(value)), true);
      break;
    case 'sint32':
    case 'sint64':
      varint(out, (BigInt(value) << 1n) ^ (BigInt(value) >> 63n));
      return;
    default:
      varint(out, BigInt(value));
      return;
  }
  for (let at = 0; at < length; at++) out.push(bytes.getUint8(at));
}

/** @throws Rejected */
export function decode(message: Message, bytes: Uint8Array): MessageValue {
  const value: Building = new Map();
  const input = new Input(bytes);
  while (!input.isAtEnd()) decodeField(message, value, input, input.tag());
  settle(message, value);
  return value;
}

type Building = Map<number, FieldValue>;

class Input {
  #at = 0;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** For lookahead. */
  rest(): Input {
    return new Input(this.#bytes.subarray(this.#at));
  }

  isAtEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  byte(): number {
    const byte = this.#bytes[this.#at++];
    if (byte === undefined) throw new Rejected('truncated');
    return byte;
  }

  varint(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.byte();
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return BigInt.asUintN(64, value);
    }
    throw new Rejected('a varint of more than ten bytes');
  }

  tag(): { number: number; wire: number } {
    const value = this.varint();
    const number = Number(value >> 3n);
    if (value >= 2n ** 32n || number === 0) throw new Rejected('an invalid tag');
    return { number, wire: Number(value & 7n) };
  }

  take(length: number): Uint8Array {
    if (this.#at + length > this.#bytes.length) throw new Rejected('truncated');
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  fixed(length: 4 | 8): DataView {
    const taken = this.take(length);
    return new DataView(taken.buffer, taken.byteOffset, length);
  }

  skip(number: number, wire: number): void {
    if (wire === 0) this.varint();
    else if (wire === 1) this.take(8);
    else if (wire === 2) this.take(Number(this.varint()));
    else if (wire === 5) this.take(4);
    else if (wire === 3) this.#skipGroup(number);
    else throw new Rejected('an invalid wire type');
  }

  #skipGroup(number: number): void {
    for (;;) {
      const next = this.tag();
      if (next.wire !== 4) this.skip(next.number, next.wire);
      else if (next.number === number) return;
      else throw new Rejected('another group ends');
    }
  }
}

function decodeField(
  message: Message,
  value: Building,
  input: Input,
  { number, wire }: { number: number; wire: number },
): void {
  const field = message.fieldsByNumber.get(number) ?? message.extensionsByNumber.get(number);
  if (field === undefined) {
    input.skip(number, wire);
    return;
  }
  const isPackable = field.repeated && field.type.kind !== 'message' && wireOf(field) !== 2;
  if (wire === 2 && isPackable) {
    const packed = new Input(input.take(Number(input.varint())));
    while (!packed.isAtEnd()) store(value, field, decodeBare(field, packed));
  } else if (wire === wireOf(field)) {
    store(value, field, decodeBare(field, input));
  } else {
    input.skip(number, wire);
  }
}

/** Undefined for an unknown number of a closed enum, and for its map entry. */
function decodeBare(field: Field, input: Input): Value | undefined {
  const { type } = field;
  switch (type.kind) {
    case 'unresolved':
      throw new Error('a field of an unresolved type');
    case 'message': {
      const inner: Building = new Map();
      if (!field.delimited) return decodeUnchecked(type.message, input.take(Number(input.varint())), inner);
      for (;;) {
        const next = input.tag();
        if (next.wire !== 4) decodeField(type.message, inner, input, next);
        else if (next.number === field.number) return inner;
        else throw new Rejected('another group ends');
      }
    }
    case 'enum':
      return asEnum(type.enum, BigInt.asIntN(32, input.varint()));
    case 'scalar':
      return decodeScalar(field, type.scalar, input);
  }
}

function decodeUnchecked(message: Message, bytes: Uint8Array, value: Building): MessageValue | undefined {
  const input = new Input(bytes);
  while (!input.isAtEnd()) {
    const next = input.tag();
    if (message.isMapEntry && isUnknownEnum(message, next, input)) return undefined;
    decodeField(message, value, input, next);
  }
  return value;
}

function isUnknownEnum(message: Message, next: { number: number; wire: number }, input: Input): boolean {
  const type = message.fieldsByNumber.get(next.number)?.type;
  if (next.number !== 2 || next.wire !== 0 || type?.kind !== 'enum' || !type.enum.closed) return false;
  return asEnum(type.enum, BigInt.asIntN(32, input.rest().varint())) === undefined;
}

function asEnum(type: Enum, number: bigint): bigint | undefined {
  return !type.closed || type.valuesByNumber.has(Number(number)) ? number : undefined;
}

function decodeScalar(field: Field, scalar: Scalar, input: Input): Value {
  switch (scalar) {
    case 'double':
      return input.fixed(8).getFloat64(0, true);
    case 'float':
      return input.fixed(4).getFloat32(0, true);
    case 'fixed32':
      return BigInt(input.fixed(4).getUint32(0, true));
    case 'sfixed32':
      return BigInt(input.fixed(4).getInt32(0, true));
    case 'fixed64':
      return input.fixed(8).getBigUint64(0, true);
    case 'sfixed64':
      return input.fixed(8).getBigInt64(0, true);
    case 'int32':
      return BigInt.asIntN(32, input.varint());
    case 'int64':
      return BigInt.asIntN(64, input.varint());
    case 'uint32':
      return BigInt.asUintN(32, input.varint());
    case 'uint64':
      return input.varint();
    case 'sint32':
      return unzigzag(BigInt.asUintN(32, input.varint()));
    case 'sint64':
      return unzigzag(input.varint());
    case 'bool':
      return input.varint() === 0n ? 0n : 1n;
    case 'string':
    case 'bytes': {
      const bytes = input.take(Number(input.varint()));
      if (field.validatesUtf8) checkText(bytes);
      return String.fromCharCode(...bytes);
    }
  }
}

function unzigzag(value: bigint): bigint {
  return (value >> 1n) ^ -(value & 1n);
}

function checkText(bytes: Uint8Array): void {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new Rejected('invalid UTF-8');
  }
}

function store(value: Building, field: Field, decoded: Value | undefined): void {
  if (decoded === undefined) return;
  for (const rival of field.oneof?.fields ?? []) if (rival !== field) value.delete(rival.number);
  const held = value.get(field.number);
  if (field.isMap && field.type.kind === 'message') {
    const entry = fillEntry(field.type.message, decoded);
    const others = listOf(held).filter((other) => asMessage(other).get(1) !== entry.get(1));
    value.set(field.number, [...others, entry]);
  } else if (field.repeated) {
    value.set(field.number, [...listOf(held), decoded]);
  } else if (held instanceof Map && decoded instanceof Map && field.type.kind === 'message') {
    value.set(field.number, merge(field.type.message, held, decoded));
  } else {
    value.set(field.number, decoded);
  }
}

function asMessage(value: Value): MessageValue {
  if (typeof value !== 'object') throw new Error('no message');
  return value;
}

/** A missing part of a map entry is zero, empty, or the enum's first value. */
function fillEntry(entry: Message, decoded: Value): MessageValue {
  const filled = new Map(asMessage(decoded));
  for (const field of entry.fields) if (!filled.has(field.number)) filled.set(field.number, zero(field));
  return filled;
}

/** The value of an unset field without a declared default. */
export function zero(field: Field): Value {
  const { type } = field;
  if (type.kind === 'enum') return BigInt(type.enum.values[0]?.number ?? 0);
  if (type.kind !== 'scalar') return new Map();
  if (type.scalar === 'string' || type.scalar === 'bytes') return '';
  return type.scalar === 'float' || type.scalar === 'double' ? 0 : 0n;
}

/** Merges the parts of a message: later scalars win, lists are concatenated, messages merge recursively. */
function merge(message: Message, first: MessageValue, second: MessageValue): MessageValue {
  const value: Building = new Map(first);
  for (const field of fieldsOf(message)) {
    const more = second.get(field.number);
    if (more === undefined) continue;
    for (const one of listOf(more)) store(value, field, one);
  }
  return value;
}

/** Checks required fields, and removes zeros of fields without presence. */
function settle(message: Message, value: Building): void {
  for (const field of fieldsOf(message)) {
    const held = value.get(field.number);
    if (held === undefined && field.presence === 'required' && !message.isMapEntry)
      throw new Rejected(`${field.name} is missing`);
    if (held === undefined) continue;
    const list = listOf(held);
    if (field.type.kind === 'message') {
      const inner = field.type.message;
      // This decoder made the values.
      for (const one of list) settle(inner, one as Building);
    } else if (
      field.presence === 'implicit' &&
      !field.repeated &&
      !message.isMapEntry &&
      list[0] !== undefined &&
      isZero(list[0])
    ) {
      value.delete(field.number);
    }
  }
}
