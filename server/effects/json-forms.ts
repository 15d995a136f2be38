import { allFields } from '../schema/fields.ts';
import type { Enum, FieldType, Message, Scalar } from '../schema/model.ts';
import { JSON_PARSERS, type JsonParser } from './effect.ts';
import { isMask, isValue, unwrap } from './json-special.ts';
import { range } from './numbers.ts';

/*
 * In which forms values are written as JSON, and which parsers accept a form. Readings and acceptance are both derived from these tables.
 * Facts: https://protobuf.dev/programming-guides/json/, and what was observed with Python's protobuf 4.21, protobuf-go 1.28 and
 * protobuf-es 2.
 */

/** The forms that are JSON strings. */
const STRINGS = [
  'text',
  'empty text',
  'base64',
  'digits',
  'word',
  'name',
  'timestamp',
  'url',
  'duration',
  'mask',
] as const;

/** A kind of JSON value. `keys` is an object with any keys, and `typed` is an object with `@type`. */
export type Form =
  | 'object'
  | 'keys'
  | 'typed'
  | 'empty object'
  | 'list'
  | 'empty list'
  | 'true'
  | 'false'
  | 'number'
  | (typeof STRINGS)[number];

interface Written {
  readonly forms: readonly Form[];
  /** The form of the zero or empty value, if no other value has this form. */
  readonly zero?: Form;
}

/** The forms in which the values of a type are written, without the form that only its zero has. */
export function formsOf(type: FieldType): readonly Form[] {
  return writtenAs(type).forms;
}

function writtenAs(type: FieldType): Written {
  switch (type.kind) {
    case 'unresolved':
      return NOTHING;
    case 'message':
      return WRITTEN.get(type.message.fullName) ?? (requiresFields(type.message) ? NEVER_EMPTY : OBJECT);
    case 'enum':
      // A number without a name is written as a number.
      return type.enum.closed ? NAME : NAME_OR_NUMBER;
    case 'scalar':
      return WRITTEN.get(type.scalar) ?? (type.scalar.endsWith('64') ? DIGITS : NUMBER);
  }
}

const NOTHING: Written = { forms: [] };
const OBJECT: Written = { forms: ['object'], zero: 'empty object' };
const NEVER_EMPTY: Written = { forms: ['object'] };
const NAME: Written = { forms: ['name'] };
const NAME_OR_NUMBER: Written = { forms: ['name', 'number'] };
const DIGITS: Written = { forms: ['digits'] };
const NUMBER: Written = { forms: ['number'] };

/** Scalars by name, and messages by full name. */
const WRITTEN: ReadonlyMap<string, Written> = new Map<string, Written>([
  ['bool', { forms: ['true'], zero: 'false' }],
  ['string', { forms: ['text'], zero: 'empty text' }],
  ['bytes', { forms: ['base64'], zero: 'empty text' }],
  // Infinity and NaN are written as words.
  ['float', { forms: ['number', 'word'] }],
  ['double', { forms: ['number', 'word'] }],
  ['google.protobuf.Any', { forms: ['typed'], zero: 'empty object' }],
  ['google.protobuf.Duration', { forms: ['duration'] }],
  ['google.protobuf.FieldMask', { forms: ['mask'], zero: 'empty text' }],
  ['google.protobuf.ListValue', { forms: ['list'], zero: 'empty list' }],
  ['google.protobuf.Struct', { forms: ['keys'], zero: 'empty object' }],
  ['google.protobuf.Timestamp', { forms: ['timestamp'] }],
  // A Value is empty if it contains an empty Struct. Forms that all parsers accept come first, because the first one gives the reason.
  [
    'google.protobuf.Value',
    { forms: ['keys', 'list', 'number', 'text', 'true', 'empty text', 'empty list'], zero: 'empty object' },
  ],
]);

const NONE: readonly JsonParser[] = [];
const PYTHON: readonly JsonParser[] = ['Python'];

/** The parsers that accept some values of a type as another type. Empty if all of them reject every value. */
export function parsersAcceptingType(writer: FieldType, reader: FieldType, isZeroSent: boolean): readonly JsonParser[] {
  const [from, to] = [unwrap(writer), unwrap(reader)];
  const { forms, zero } = writtenAs(from);
  let found = isZeroSent && zero !== undefined ? parsersAcceptingForm(zero, from, to) : NONE;
  for (const form of forms) found = union(found, parsersAcceptingForm(form, from, to, isZeroSent));
  return found;
}

function union(a: readonly JsonParser[], b: readonly JsonParser[]): readonly JsonParser[] {
  if (a.length === 0 || b === JSON_PARSERS) return b;
  return a === JSON_PARSERS ? a : JSON_PARSERS.filter((parser) => a.includes(parser) || b.includes(parser));
}

/**
 * The parsers that accept some of the values that `from` sends in this form.
 * @param from not a wrapper type. The same for `to`.
 */
export function parsersAcceptingForm(
  form: Form,
  from: FieldType,
  to: FieldType,
  isZeroSent = true,
): readonly JsonParser[] {
  if (form === 'name' && from.kind === 'enum')
    return allIf(namesSent(from.enum, isZeroSent).some((name) => acceptsName(to, name)));
  switch (to.kind) {
    case 'unresolved':
      return NONE;
    case 'message':
      return acceptedAsMessage(to.message, form);
    case 'enum':
      return acceptedAsEnum(to.enum, form, from);
    case 'scalar':
      return acceptedAsScalar(to.scalar, form);
  }
}

function acceptedAsMessage(message: Message, form: Form): readonly JsonParser[] {
  switch (message.fullName) {
    case 'google.protobuf.Any':
      return allIf(form === 'typed' || form === 'keys' || form === 'empty object');
    case 'google.protobuf.Duration':
      return allIf(form === 'duration' || form === 'text');
    case 'google.protobuf.FieldMask':
      // Go requires that a path is a name.
      if (form === 'digits' || form === 'timestamp' || form === 'url' || form === 'duration')
        return ['Python', 'protobuf-es'];
      return allIf(isString(form));
    case 'google.protobuf.ListValue':
      return allIf(form === 'list' || form === 'empty list');
    case 'google.protobuf.Struct':
      return allIf(form === 'object' || form === 'keys' || form === 'typed' || form === 'empty object');
    case 'google.protobuf.Timestamp':
      return allIf(form === 'timestamp' || form === 'text');
    case 'google.protobuf.Value':
      return JSON_PARSERS;
    default:
      // Python reads an empty text or list as an empty message.
      if (form === 'empty text' || form === 'empty list') return PYTHON;
      return allIf(
        form === 'object' ||
          (form === 'keys' && allFields(message).length > 0) ||
          (form === 'empty object' && !requiresFields(message)),
      );
  }
}

function acceptedAsEnum(type: Enum, form: Form, from: FieldType): readonly JsonParser[] {
  // A closed enum accepts only its own numbers.
  const takes = (isSent: (number: number) => boolean): boolean =>
    !type.closed || [...type.valuesByNumber.keys()].some(isSent);
  switch (form) {
    case 'text':
      return JSON_PARSERS;
    case 'number':
      if (takes((number) => sendsNumber(from, number))) return JSON_PARSERS;
      // Python ignores the upper 32 bits, so every enum value has such an integer.
      return from.kind === 'enum' ? NONE : PYTHON;
    case 'base64':
      if ([...type.valuesByName.keys()].some(isBase64)) return JSON_PARSERS;
      // Python reads base64 that consists of digits as a number.
      return takes((number) => number >= 0) ? PYTHON : NONE;
    case 'digits':
      return PYTHON;
    // Python reads true as 1 and false as 0.
    case 'true':
      return takes((number) => number === 1) ? PYTHON : NONE;
    case 'false':
      return takes((number) => number === 0) ? PYTHON : NONE;
    default:
      return NONE;
  }
}

function acceptedAsScalar(scalar: Scalar, form: Form): readonly JsonParser[] {
  switch (scalar) {
    case 'string':
      return allIf(isString(form));
    case 'bytes':
      // Base64 has no colon, which every timestamp contains, and no dot, which every URL contains. Python skips both.
      return form === 'timestamp' || form === 'url' ? PYTHON : allIf(isString(form));
    case 'bool':
      return allIf(form === 'true' || form === 'false');
    case 'float':
    case 'double':
      if (form === 'true' || form === 'false') return PYTHON;
      return allIf(form === 'word' || NUMERIC.has(form));
    default:
      return allIf(NUMERIC.has(form));
  }
}

/** The forms that numbers accept: text and base64 can consist of digits. */
const NUMERIC: ReadonlySet<Form> = new Set<Form>(['number', 'digits', 'text', 'base64']);

function allIf(isAccepted: boolean): readonly JsonParser[] {
  return isAccepted ? JSON_PARSERS : NONE;
}

function isString(form: Form): boolean {
  return STRINGS.some((each) => each === form);
}

/** The names that a field of an enum sends. */
export function namesSent({ valuesByNumber }: Enum, isZeroSent: boolean): string[] {
  return [...valuesByNumber.values()].filter(({ number }) => isZeroSent || number !== 0).map(({ name }) => name);
}

/** Whether parsers accept the name of an enum value. */
export function acceptsName(to: FieldType, name: string): boolean {
  switch (to.kind) {
    case 'unresolved':
      return false;
    case 'enum':
      return to.enum.valuesByName.has(name);
    case 'message':
      // The path in a FieldMask cannot contain an underscore.
      return isValue(to.message) || (isMask(to.message) && !name.includes('_'));
    case 'scalar':
      return to.scalar === 'string' || (to.scalar === 'bytes' && name.length % 4 !== 1);
  }
}

/** Whether the type sends this number as a JSON number. Only numbers without a name are sent like this by an enum. */
function sendsNumber(type: FieldType, number: number): boolean {
  if (type.kind === 'enum') return !type.enum.valuesByNumber.has(number);
  const limits = type.kind === 'scalar' ? range(type.scalar) : undefined;
  return limits === undefined || (number >= limits.min && number <= limits.max);
}

/** Whether encoders write some bytes as this text. Encoders use the alphabet without an underscore. */
export function isBase64(text: string): boolean {
  return text.length % 4 === 0 && !text.includes('_');
}

function requiresFields({ fields }: Message): boolean {
  return fields.some(({ presence }) => presence === 'required');
}
