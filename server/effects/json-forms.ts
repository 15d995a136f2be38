import { allFields } from '../schema/fields.ts';
import type { Enum, FieldType, Message } from '../schema/model.ts';
import { JSON_PARSERS, type JsonParser } from './effect.ts';
import { isFieldMask, isDynamicValue, unwrap } from './json-special.ts';
import { range } from './numbers.ts';

/*
 * How values are written as JSON (https://protobuf.dev/programming-guides/json/), and which parsers accept them, as observed with Python's
 * protobuf 4.21, protobuf-go 1.28 and protobuf-es 2.
 */

const OBJECTS = ['object', 'keys', 'typed', 'empty object'] as const;
const LISTS = ['list', 'empty list'] as const;
const LITERALS = ['true', 'false', 'number'] as const;
/** Accepted for a string, for bytes and for a FieldMask. */
const TEXTS = ['text', 'empty text', 'base64', 'word', 'mask'] as const;
const OTHER_STRINGS = ['digits', 'duration', 'timestamp', 'url'] as const;

/** `keys` is an object with any keys, `typed` an object with `@type`, and `name` the name of an enum value. */
export type Form =
  (typeof OBJECTS | typeof LISTS | typeof LITERALS | typeof TEXTS | typeof OTHER_STRINGS)[number] | 'name';

interface JsonType {
  readonly written: readonly Form[];
  /** The form that only the zero or empty value has. */
  readonly zero?: Form;
  /** Forms that all parsers accept for some values. */
  readonly accepted: readonly Form[];
  /** Forms that only Python accepts. */
  readonly python?: readonly Form[];
  /** Forms that all parsers but Go's accept. */
  readonly notGo?: readonly Form[];
}

/** Leaves out the form that only the zero has. */
export function formsOf(type: FieldType): readonly Form[] {
  return jsonTypeOf(type).written;
}

/** The form of a zero or an empty message. */
export function zeroForm(type: FieldType): Form | undefined {
  const { zero, written } = jsonTypeOf(type);
  return zero ?? written[0];
}

function jsonTypeOf(type: FieldType): JsonType {
  switch (type.kind) {
    case 'unresolved':
      return UNRESOLVED;
    case 'message':
      return TYPES.get(type.message.fullName) ?? ordinary(type.message);
    case 'enum':
      return type.enum.closed ? CLOSED_ENUM : OPEN_ENUM;
    case 'scalar':
      return TYPES.get(type.scalar) ?? (type.scalar.endsWith('64') ? LONG : INTEGER);
  }
}

const UNRESOLVED: JsonType = { written: [], accepted: [] };
// See `acceptedAsEnum` for what enums accept.
const CLOSED_ENUM: JsonType = { written: ['name'], accepted: [] };
const OPEN_ENUM: JsonType = { written: ['name', 'number'], accepted: [] };

/** Text and base64 can consist of digits. */
const NUMBERS = ['number', 'digits', 'text', 'base64'] as const;
const INTEGER: JsonType = { written: ['number'], accepted: NUMBERS };
const LONG: JsonType = { written: ['digits'], accepted: NUMBERS };
/** Infinity and NaN are written as words. */
const FLOATING: JsonType = {
  written: ['number', 'word'],
  accepted: [...NUMBERS, 'word'],
  python: ['true', 'false'],
};

function ordinary(message: Message): JsonType {
  if (message.fields.some(({ presence }) => presence === 'required')) return REQUIRING;
  return allFields(message).length === 0 ? WITHOUT_FIELDS : ORDINARY;
}

const ORDINARY: JsonType = {
  written: ['object'],
  zero: 'empty object',
  accepted: ['object', 'keys', 'empty object'],
  python: ['empty text', 'empty list'],
};
const WITHOUT_FIELDS: JsonType = { ...ORDINARY, accepted: ['object', 'empty object'] };
const REQUIRING: JsonType = { written: ['object'], accepted: ['object', 'keys'], python: ORDINARY.python ?? [] };

/** Scalars by name, and messages by full name. */
const TYPES: ReadonlyMap<string, JsonType> = new Map<string, JsonType>([
  ['bool', { written: ['true'], zero: 'false', accepted: ['true', 'false'] }],
  ['float', FLOATING],
  ['double', FLOATING],
  ['string', { written: ['text'], zero: 'empty text', accepted: [...TEXTS, ...OTHER_STRINGS] }],
  [
    'bytes',
    {
      written: ['base64'],
      zero: 'empty text',
      accepted: [...TEXTS, 'digits', 'duration'],
      // Python skips colons and dots, which base64 does not have.
      python: ['timestamp', 'url'],
    },
  ],
  ['google.protobuf.Any', { written: ['typed'], zero: 'empty object', accepted: ['typed', 'keys', 'empty object'] }],
  ['google.protobuf.Duration', { written: ['duration'], accepted: ['duration', 'text'] }],
  ['google.protobuf.FieldMask', { written: ['mask'], zero: 'empty text', accepted: TEXTS, notGo: OTHER_STRINGS }],
  ['google.protobuf.ListValue', { written: ['list'], zero: 'empty list', accepted: LISTS }],
  ['google.protobuf.Struct', { written: ['keys'], zero: 'empty object', accepted: OBJECTS }],
  ['google.protobuf.Timestamp', { written: ['timestamp'], accepted: ['timestamp', 'text'] }],
  [
    'google.protobuf.Value',
    {
      // The reason names the first form that is misread. An ordinary message accepts the last two only in Python.
      written: ['keys', 'list', 'number', 'text', 'true', 'empty text', 'empty list'],
      // A Value with an empty Struct.
      zero: 'empty object',
      accepted: [...OBJECTS, ...LISTS, ...LITERALS, ...TEXTS, ...OTHER_STRINGS],
    },
  ],
]);

const NONE: readonly JsonParser[] = [];
const PYTHON: readonly JsonParser[] = ['Python'];
const NOT_GO: readonly JsonParser[] = ['Python', 'protobuf-es'];

export function parsersAcceptingType(writer: FieldType, reader: FieldType, isZeroSent: boolean): readonly JsonParser[] {
  const [from, to] = [unwrap(writer), unwrap(reader)];
  const { written, zero } = jsonTypeOf(from);
  let found = isZeroSent && zero !== undefined ? parsersAcceptingForm(zero, from, to) : NONE;
  for (const form of written) found = union(found, parsersAcceptingForm(form, from, to, isZeroSent));
  return found;
}

/** Like `parsersAcceptingType`, but assumes that the reader's enum has the names and numbers that are sent. */
export function acceptsForm(writer: FieldType, reader: FieldType): boolean {
  const [from, to] = [unwrap(writer), unwrap(reader)];
  if (from.kind === 'enum' && (to.kind === 'enum' || isText(to))) return true;
  const opened: FieldType = to.kind === 'enum' ? { ...to, enum: { ...to.enum, closed: false } } : to;
  return parsersAcceptingType(from, opened, true).length > 0;
}

export function isText(type: FieldType): boolean {
  return type.kind === 'scalar' && (type.scalar === 'string' || type.scalar === 'bytes');
}

function union(a: readonly JsonParser[], b: readonly JsonParser[]): readonly JsonParser[] {
  if (a.length === 0 || b === JSON_PARSERS) return b;
  return a === JSON_PARSERS ? a : JSON_PARSERS.filter((parser) => a.includes(parser) || b.includes(parser));
}

/**
 * The parsers that accept some of the values that `from` sends in this form.
 * @param from unwrapped, as is `to`, unless the form is `list`
 */
export function parsersAcceptingForm(
  form: Form,
  from: FieldType,
  to: FieldType,
  isZeroSent = true,
): readonly JsonParser[] {
  if (form === 'name' && from.kind === 'enum')
    return namesSent(from.enum, isZeroSent).some((name) => acceptsName(to, name)) ? JSON_PARSERS : NONE;
  if (to.kind === 'enum') return acceptedAsEnum(to.enum, form, from);
  const { accepted, python, notGo } = jsonTypeOf(to);
  if (accepted.includes(form)) return JSON_PARSERS;
  if (python?.includes(form) === true) return PYTHON;
  return notGo?.includes(form) === true ? NOT_GO : NONE;
}

function acceptedAsEnum(type: Enum, form: Form, from: FieldType): readonly JsonParser[] {
  const takes = (isSent: (number: number) => boolean): boolean =>
    !type.closed || [...type.valuesByNumber.keys()].some(isSent);
  switch (form) {
    case 'text':
      return JSON_PARSERS;
    case 'number':
      if (takes((number) => sendsNumber(from, number))) return JSON_PARSERS;
      // Python ignores the upper 32 bits, so some integer is read as a value of the enum.
      return from.kind === 'enum' ? NONE : PYTHON;
    case 'base64':
      if ([...type.valuesByName.keys()].some(isBase64)) return JSON_PARSERS;
      // Python reads base64 that consists of digits as a number.
      return takes((number) => number >= 0) ? PYTHON : NONE;
    case 'digits':
      return PYTHON;
    case 'true':
      return takes((number) => number === 1) ? PYTHON : NONE;
    case 'false':
      return takes((number) => number === 0) ? PYTHON : NONE;
    default:
      return NONE;
  }
}

export function namesSent({ valuesByNumber }: Enum, isZeroSent: boolean): string[] {
  return [...valuesByNumber.values()].filter(({ number }) => isZeroSent || number !== 0).map(({ name }) => name);
}

export function acceptsName(to: FieldType, name: string): boolean {
  switch (to.kind) {
    case 'unresolved':
      return false;
    case 'enum':
      return to.enum.valuesByName.has(name);
    case 'message':
      // The path in a FieldMask cannot contain an underscore.
      return isDynamicValue(to.message) || (isFieldMask(to.message) && !name.includes('_'));
    case 'scalar':
      return to.scalar === 'string' || (to.scalar === 'bytes' && name.length % 4 !== 1);
  }
}

/** As a JSON number. An enum sends only numbers without a name. */
function sendsNumber(type: FieldType, number: number): boolean {
  if (type.kind === 'enum') return !type.enum.valuesByNumber.has(number);
  const limits = type.kind === 'scalar' ? range(type.scalar) : undefined;
  return limits === undefined || (number >= limits.min && number <= limits.max);
}

/** Whether encoders write this text. They use the alphabet without an underscore. */
export function isBase64(text: string): boolean {
  return text.length % 4 === 0 && !text.includes('_');
}
