import { SCALARS } from './scalars.ts';

export const SYNTAXES = ['proto2', 'proto3', '2023'] as const;
/** `2023` is an edition. */
export type Syntax = (typeof SYNTAXES)[number];

/** A small schema that can be edited and printed in each syntax. `M0` is the message that is sent. */
export interface Plan {
  readonly messages: readonly MessagePlan[];
  readonly enums: readonly EnumPlan[];
  /** The features of the file in an edition. */
  readonly file: { delimited: boolean; packed: boolean };
}

export interface MessagePlan {
  name: string;
  fields: FieldPlan[];
  reserved: string[];
}

export interface FieldPlan {
  name: string;
  number: number;
  /** A scalar, `M…`, `E…` or a well-known type. */
  type: string;
  /** The key type of a map. */
  key: string | undefined;
  label: 'implicit' | 'explicit' | 'required' | 'repeated';
  packed: boolean;
  delimited: boolean;
  verified: boolean;
  oneof: 'o' | 'p' | undefined;
  /** An index into a list of `DEFAULTS`, or into an enum's values. */
  default: number | undefined;
  jsonName: string | undefined;
  deprecated: boolean;
  extension: boolean;
}

export interface EnumPlan {
  name: string;
  closed: boolean;
  values: { name: string; number: number; isAlias?: boolean }[];
  reserved: string[];
}

/** A schema in one syntax. */
export interface SyntaxPlan {
  readonly plan: Plan;
  readonly syntax: Syntax;
}

export const ONEOFS = ['o', 'o', 'p'] as const;
export const TYPES = [...SCALARS, 'M1', 'M2', 'E0', 'E1'] as const;
export const KEYS = ['string', 'int32', 'int64', 'uint32', 'sint64', 'fixed32', 'bool'] as const;
export const PACKAGE = 'google.protobuf.';
/** Types of google.protobuf by the name of their file. */
export const WELL_KNOWN = {
  any: ['Any'],
  duration: ['Duration'],
  empty: ['Empty'],
  field_mask: ['FieldMask'],
  struct: ['ListValue', 'Struct', 'Value'],
  timestamp: ['Timestamp'],
  wrappers: ['BoolValue', 'BytesValue', 'DoubleValue', 'Int32Value', 'Int64Value', 'StringValue', 'UInt64Value'],
} as const;
/** Some of them are different spellings of one value. */
export const DEFAULTS = {
  integer: ['0', '1', '2', '0x10', '017'],
  floating: ['0', '1', '-0.0', '0.1', 'nan'],
  bool: ['false', 'true', 'true', 'false', 'true'],
  string: ['""', '"x"', '"xx"', '"\\n"', '"\\303\\251"'],
  bytes: ['""', '"x"', '"xx"', '"\\n"', '"\\377"'],
} as const;

/** The numbers of extensions start after those of members. */
export const FIRST_EXTENSION = 100;

/** A field's key in JSON. */
export function keyOf({ name, jsonName }: FieldPlan): string {
  return jsonName ?? name.replaceAll(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
