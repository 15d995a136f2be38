import type { Enum, FieldType, Scalar } from '../schema/model.ts';
import type { Effect, Reading } from './effect.ts';
import { EXACT, worse } from './reading.ts';

export type NumberType =
  | { readonly kind: 'scalar'; readonly scalar: Exclude<Scalar, 'string' | 'bytes'> }
  | { readonly kind: 'enum'; readonly enum: Enum };

export function asNumber(type: FieldType): NumberType | undefined {
  if (type.kind === 'enum') return type;
  if (type.kind !== 'scalar') return undefined;
  const { scalar } = type;
  return scalar === 'string' || scalar === 'bytes' ? undefined : { kind: 'scalar', scalar };
}

/** For two types of one wire type. */
export function readNumberBits(writer: NumberType, reader: NumberType): Reading {
  if (writer.kind === 'scalar' && reader.kind === 'scalar') {
    const key = `${writer.scalar} ${reader.scalar}`;
    const known = scalarReadings.get(key) ?? tryNumbers(writer, reader);
    scalarReadings.set(key, known);
    return known;
  }
  return tryNumbers(writer, reader);
}

const scalarReadings = new Map<string, Reading>();

function tryNumbers(writer: NumberType, reader: NumberType): Reading {
  let worst: Effect = 'exact';
  let onSharedMessages: Effect = 'exact';
  let because = '';
  for (const value of samples(writer, reader)) {
    const seen = read(reader, bits(writer, value));
    const effect = effectOnNumber(reader, value, seen);
    if (expresses(reader, value)) onSharedMessages = worse(onSharedMessages, effect);
    if (worse(worst, effect) === worst) continue;
    worst = effect;
    because = reason(effect, show(writer, value), show(reader, seen));
  }
  return worst === 'exact' ? EXACT : { worst, onSharedMessages, onSharedElements: worst, because };
}

function effectOnNumber(reader: NumberType, sent: Value, seen: Value): Effect {
  const isUnnamed = reader.kind === 'enum' && !reader.enum.valuesByNumber.has(Number(seen));
  if (isUnnamed && reader.enum.closed) return 'dropped';
  if (seen !== sent) return 'altered';
  return isUnnamed ? 'unrecognised' : 'exact';
}

function reason(effect: Effect, sent: string, seen: string): string {
  if (effect === 'unrecognised') return `${sent} has no name`;
  if (effect === 'dropped') return `${sent} is not a value of the closed enum`;
  return `${sent} becomes ${seen}`;
}

/** Integers as bigint, floating point as number. */
export type Value = bigint | number;

/** Undefined for types other than integers and bool. */
export function range(scalar: Scalar): { readonly min: bigint; readonly max: bigint } | undefined {
  switch (scalar) {
    case 'bool':
      return { min: 0n, max: 1n };
    case 'int32':
    case 'sint32':
    case 'sfixed32':
      return { min: -(2n ** 31n), max: 2n ** 31n - 1n };
    case 'uint32':
    case 'fixed32':
      return { min: 0n, max: 2n ** 32n - 1n };
    case 'int64':
    case 'sint64':
    case 'sfixed64':
      return { min: -(2n ** 63n), max: 2n ** 63n - 1n };
    case 'uint64':
    case 'fixed64':
      return { min: 0n, max: 2n ** 64n - 1n };
    default:
      return undefined;
  }
}

/** Boundary values. Those that show a loss best come first. */
function samples(writer: NumberType, reader: NumberType): readonly Value[] {
  if (writer.kind === 'enum') return enumSamples(writer.enum);
  const limits = range(writer.scalar);
  if (limits === undefined) return [1, 1.5, -1, 0];
  const inEnum = reader.kind === 'enum' ? aroundEnum(reader.enum) : [];
  const candidates = [-1n, 2n, 1n, 2n ** 31n, 2n ** 32n, limits.max, limits.min, 0n, ...inEnum];
  return candidates.filter((value) => value >= limits.min && value <= limits.max);
}

function enumSamples(type: Enum): readonly Value[] {
  const named = [...type.valuesByNumber.keys()].map(BigInt);
  return type.closed ? named : [...named, 2n, -1n, 2n ** 31n - 1n, -(2n ** 31n)];
}

/** The first number without a name, the enum's numbers, and numbers that are truncated to them. */
function aroundEnum(type: Enum): readonly bigint[] {
  const named = [...type.valuesByNumber.keys()].map(BigInt);
  let unnamed = 0n;
  while (type.valuesByNumber.has(Number(unnamed))) unnamed++;
  return [
    unnamed,
    ...named,
    ...named.map((value) => value + 2n ** 32n),
    ...named.map((value) => BigInt.asUintN(32, value)),
  ];
}

function expresses(type: NumberType, value: Value): boolean {
  if (type.kind === 'enum') return type.enum.valuesByNumber.has(Number(value));
  const limits = range(type.scalar);
  if (limits === undefined) return true;
  return Number.isInteger(Number(value)) && BigInt(value) >= limits.min && BigInt(value) <= limits.max;
}

/** The number in a varint, or the bits of a fixed-width number. */
function bits(type: NumberType, value: Value): bigint {
  const scalar = type.kind === 'enum' ? 'int32' : type.scalar;
  switch (scalar) {
    case 'sint32':
    case 'sint64':
      return value < 0 ? -2n * BigInt(value) - 1n : 2n * BigInt(value);
    case 'float':
      view.setFloat32(0, Number(value));
      return BigInt(view.getUint32(0));
    case 'double':
      view.setFloat64(0, Number(value));
      return view.getBigUint64(0);
    case 'fixed32':
    case 'sfixed32':
      return BigInt.asUintN(32, BigInt(value));
    default:
      // A negative int32 is sign-extended to ten bytes (https://protobuf.dev/programming-guides/encoding/#signed-ints).
      return BigInt.asUintN(64, BigInt(value));
  }
}

const view = new DataView(new ArrayBuffer(8));

function read(type: NumberType, sent: bigint): Value {
  if (type.kind === 'enum') return BigInt.asIntN(32, sent);
  switch (type.scalar) {
    case 'bool':
      return sent === 0n ? 0n : 1n;
    case 'int32':
    case 'sfixed32':
      return BigInt.asIntN(32, sent);
    case 'int64':
    case 'sfixed64':
      return BigInt.asIntN(64, sent);
    case 'uint32':
    case 'fixed32':
      return BigInt.asUintN(32, sent);
    case 'uint64':
    case 'fixed64':
      return sent;
    case 'sint32':
      return zigzag(BigInt.asUintN(32, sent));
    case 'sint64':
      return zigzag(sent);
    case 'float':
      view.setUint32(0, Number(sent));
      return view.getFloat32(0);
    case 'double':
      view.setBigUint64(0, sent);
      return view.getFloat64(0);
  }
}

function zigzag(sent: bigint): bigint {
  return sent % 2n === 0n ? sent / 2n : -(sent + 1n) / 2n;
}

function show(type: NumberType, value: Value): string {
  if (type.kind === 'enum') return type.enum.valuesByNumber.get(Number(value))?.name ?? String(value);
  if (type.scalar === 'bool') return String(value !== 0n);
  return String(value);
}
