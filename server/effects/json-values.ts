import { allFields } from '../schema/fields.ts';
import type { Enum, FieldType, Scalar } from '../schema/model.ts';
import { JSON_PARSERS, type Reading } from './effect.ts';
import { readEnums } from './enums.ts';
import { acceptsName, type Form, formsOf, isBase64, namesSent, parsersAcceptingForm } from './json-forms.ts';
import { isSpecial, unwrap } from './json-special.ts';
import type { Nested } from './nested.ts';
import { range } from './numbers.ts';
import { lossBeyondReader, combine, EXACT, loss, takenBy } from './reading.ts';

export function readValue(writer: FieldType, reader: FieldType, nested: Nested, isZeroSent = true): Reading {
  const from = unwrap(writer);
  const to = unwrap(reader);
  if (from.kind === 'unresolved' || to.kind === 'unresolved') return EXACT;
  if (from.kind === 'scalar' && to.kind === 'scalar' && from.scalar === to.scalar) return EXACT;
  if (from.kind === 'enum' && to.kind === 'enum')
    return readEnums(from.enum, to.enum, 'json', isZeroSent, nested.types);
  if (from.kind === 'message' && to.kind === 'message') {
    if (!isSpecial(from.message) && !isSpecial(to.message)) return nested.message(from.message, to.message);
    if (from.message.fullName === to.message.fullName) return EXACT;
    // An empty object is valid for both.
    if (allFields(from.message).length === 0 && /\.(?:Any|Struct)$/.test(to.message.fullName)) return EXACT;
  }
  return combine(...formsOf(from).map((form) => readForm(form, from, to, isZeroSent)));
}

function readForm(form: Form, from: FieldType, to: FieldType, isZeroSent: boolean): Reading {
  const names = form === 'name' && from.kind === 'enum' ? namesSent(from.enum, isZeroSent) : undefined;
  if (names?.length === 0) return EXACT;
  const parsers = parsersAcceptingForm(form, from, to, isZeroSent);
  const name = names && `the name "${names.find((each) => acceptsName(to, each)) ?? names[0] ?? ''}"`;
  const sent = name ?? spoken(from, to);
  // A type that rejects Infinity cannot express it.
  const refused = (form === 'word' ? lossBeyondReader : loss)(
    'rejected',
    `${sent} is rejected where ${spoken(to, from)} is expected`,
  );
  // Python reads `true` as 1, as it was meant. Other parsers reject it.
  if (parsers.length === 0 || (form === 'true' && parsers.length < JSON_PARSERS.length)) return refused;
  if (from.kind === 'message' || to.kind === 'message')
    return takenBy(parsers, form.startsWith('empty') ? `the ${form} in ${sent}` : sent, spoken(to, from));
  if (to.kind === 'scalar') return readAsScalar(form, from, to.scalar, name);
  return to.kind === 'enum' ? readAsEnum(form, from, to.enum, refused) : EXACT;
}

/**
 * The reader is a scalar that accepts the form.
 * @param name an example, if the form is a name
 */
function readAsScalar(form: Form, from: FieldType, to: Scalar, name: string | undefined): Reading {
  if (form === 'number' || form === 'digits' || form === 'word') {
    if (to === 'string' || (form === 'word' && to !== 'bytes')) return EXACT;
    if (to !== 'bytes') return readNumber(from.kind === 'scalar' ? from.scalar : 'int32', to);
  }
  if (form === 'text' && to !== 'bytes') return readText(to);
  const as = to === 'string' ? 'text' : to === 'bytes' ? 'base64' : 'a number';
  return takenBy(JSON_PARSERS, name ?? EXAMPLES.get(form) ?? '', as);
}

const EXAMPLES: ReadonlyMap<Form, string> = new Map([
  ['text', '"abcd"'],
  ['digits', '"1234"'],
  ['word', '"Infinity"'],
  ['base64', 'the base64 "1234"'],
]);

function readText(to: Scalar): Reading {
  if (isFloating(to)) return loss('altered', '"9007199254740993" becomes 9007199254740992');
  // 64-bit integers are also written as text, but never with a leading zero.
  return takenBy(['Python', 'protobuf-es'], '"012"', '12', to.endsWith('64') ? lossBeyondReader : loss);
}

export function readNumber(from: Scalar, to: Scalar): Reading {
  const limits = range(from);
  const readerLimits = range(to);
  if (limits === undefined) {
    if (readerLimits !== undefined) return lossBeyondReader('rejected', `1.5 is not a valid ${to}`);
    return to === 'double' ? EXACT : lossBeyondReader('altered', '0.1 becomes 0.10000000149011612');
  }
  if (readerLimits === undefined) {
    if (to === 'float') return lossBeyondReader('altered', '16777217 becomes 16777216');
    return from.endsWith('64') ? lossBeyondReader('altered', '9007199254740993 becomes 9007199254740992') : EXACT;
  }
  if (limits.min < readerLimits.min)
    return lossBeyondReader('rejected', `${String(readerLimits.min - 1n)} is not a valid ${to}`);
  return limits.max > readerLimits.max
    ? lossBeyondReader('rejected', `${String(readerLimits.max + 1n)} is not a valid ${to}`)
    : EXACT;
}

function isFloating(scalar: Scalar): boolean {
  return scalar === 'double' || scalar === 'float';
}

/** The reader is an enum that accepts the form. Only Python accepts fractions, and base64 that is a number. */
function readAsEnum(form: Form, from: FieldType, to: Enum, refused: Reading): Reading {
  const names = [...to.valuesByName.keys()];
  if (form === 'text') return takenBy(JSON_PARSERS, `"${names[0] ?? ''}"`, 'the value of that name');
  if (form === 'base64') {
    const name = names.find(isBase64);
    if (name !== undefined) return takenBy(JSON_PARSERS, `the base64 "${name}"`, 'the value of that name');
    const number = [...to.valuesByNumber.keys()].find((each) => each >= 0) ?? 1234;
    return takenBy(['Python'], `the base64 "${String(number).padStart(4, '0')}"`, 'that number');
  }
  if (from.kind !== 'scalar') return EXACT;
  const limits = range(from.scalar);
  if (limits === undefined) {
    const whole = [...to.valuesByNumber.keys()].find((number) => Math.abs(number) < MAX_HALVES);
    if (whole === undefined) return lossBeyondReader('rejected', `1.5 is not a value of ${to.name}`);
    return takenBy(['Python'], `${String(whole)}.5`, String(whole), lossBeyondReader);
  }
  const unnamed =
    form === 'digits'
      ? refused
      : to.closed || limits.min === 0n
        ? lossBeyondReader('rejected', `not every ${from.scalar} is a value of ${to.name}`)
        : lossBeyondReader('unrecognised', `not every ${from.scalar} has a name in ${to.name}`);
  // Python ignores the upper 32 bits.
  const cut = [...to.valuesByNumber.values()].find(({ number }) => BigInt(number) + 2n ** 32n <= limits.max);
  if (cut === undefined) return unnamed;
  const wide = String(BigInt(cut.number) + 2n ** 32n);
  return combine(unnamed, takenBy(['Python'], wide, cut.name, lossBeyondReader));
}

/** Below this number, a float can represent halves, such as 2.5: its significand has 24 bits. */
const MAX_HALVES = 2 ** 23;

/**
 * "an int32", "a name of State", "a Mount".
 * @param other a type in the same sentence. If both have the same short name, the full name is returned.
 */
export function spoken(type: FieldType, other?: FieldType): string {
  switch (type.kind) {
    case 'scalar':
      return withArticle(type.scalar);
    case 'enum':
      return `a name of ${type.enum.name}`;
    case 'message': {
      const isSame = other?.kind === 'message' && other.message.name === type.message.name;
      return withArticle(isSame ? type.message.fullName : type.message.name);
    }
    case 'unresolved':
      return withArticle(type.name);
  }
}

function withArticle(name: string): string {
  return `${/^[AEIOaeio]/.test(name) ? 'an' : 'a'} ${name}`;
}
