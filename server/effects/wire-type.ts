import type { Field, Scalar } from '../schema/model.ts';

/** The wire types in which a field can be sent (https://protobuf.dev/programming-guides/encoding/#structure). */
export type WireType = typeof VARINT | typeof I64 | typeof LENGTH_PREFIXED | typeof GROUP | typeof I32;

const VARINT = 0;
const I64 = 1;
export const LENGTH_PREFIXED = 2;
const GROUP = 3;
export const END_OF_GROUP = 4;
const I32 = 5;

/** The wire type of one value of a field; undefined for an unresolved type. */
export function wireTypeOf({ type, delimited }: Field): WireType | undefined {
  switch (type.kind) {
    case 'unresolved':
      return undefined;
    case 'enum':
      return VARINT;
    case 'message':
      return delimited ? GROUP : LENGTH_PREFIXED;
    case 'scalar':
      return WIRE_TYPES[type.scalar];
  }
}

const WIRE_TYPES: Readonly<Record<Scalar, WireType>> = {
  double: I64,
  float: I32,
  int32: VARINT,
  int64: VARINT,
  uint32: VARINT,
  uint64: VARINT,
  sint32: VARINT,
  sint64: VARINT,
  fixed32: I32,
  fixed64: I64,
  sfixed32: I32,
  sfixed64: I64,
  bool: VARINT,
  string: LENGTH_PREFIXED,
  bytes: LENGTH_PREFIXED,
};
