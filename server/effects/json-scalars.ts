import type { Enum, FieldType, Scalar } from '../schema/model.ts';
import type { Reading } from './effect.ts';
import { range } from './numbers.ts';
import { beyond, combine, EXACT, loss, takenBy } from './reading.ts';

/** How a scalar that is written as JSON is read as another scalar. */
export function readScalar(from: Scalar, to: Scalar): Reading {
  if (from === to) return EXACT;
  const refused = `${withArticle(from)} is rejected where ${withArticle(to)} is expected`;
  if (from === 'bool' || to === 'bool') return loss('rejected', refused);
  if (from === 'bytes')
    return loss(
      'altered',
      to === 'string' ? 'bytes read as their base64 text' : 'the bytes d7 6d f8, in base64 "1234", become 1234',
    );
  if (from === 'string') return readText(to);
  if (to === 'string' || to === 'bytes') return readNumberAsText(from, to, refused);
  return readNumber(from, to);
}

function readText(to: Scalar): Reading {
  if (to === 'bytes') return loss('altered', '"abcd" is taken for base64');
  if (to === 'double' || to === 'float') return loss('altered', '"9007199254740993" becomes 9007199254740992');
  if (to === 'bool') return loss('rejected', '"abc" is not a bool');
  // JSON writes 64-bit integers as text, so text that contains an integer is usual.
  return takenBy(['Python', 'protobuf-es'], '"012"', '12', to.endsWith('64') ? beyond : loss);
}

/** 64-bit integers are written as strings, 32-bit ones and floating point as numbers. */
function readNumberAsText(from: Scalar, to: 'string' | 'bytes', refused: string): Reading {
  const isQuoted = from.endsWith('64');
  if (to === 'string') return isQuoted ? EXACT : loss('rejected', refused);
  if (isQuoted) return loss('altered', '"1234" is taken for base64');
  // Infinity is written as a string, which is also valid base64.
  return isFloating(from) ? loss('altered', '"Infinity" is taken for base64') : loss('rejected', refused);
}

export function readNumber(from: Scalar, to: Scalar): Reading {
  const limits = range(from);
  const readerLimits = range(to);
  if (limits === undefined) {
    if (readerLimits !== undefined) return beyond('rejected', `1.5 is not a valid ${to}`);
    return to === 'double' ? EXACT : beyond('altered', '0.1 becomes 0.10000000149011612');
  }
  if (readerLimits === undefined) {
    if (to === 'float') return beyond('altered', '16777217 becomes 16777216');
    return from.endsWith('64') ? beyond('altered', '9007199254740993 becomes 9007199254740992') : EXACT;
  }
  if (limits.min < readerLimits.min) return beyond('rejected', `${String(readerLimits.min - 1n)} is not a valid ${to}`);
  return limits.max > readerLimits.max
    ? beyond('rejected', `${String(readerLimits.max + 1n)} is not a valid ${to}`)
    : EXACT;
}

export function isFloating(scalar: Scalar): boolean {
  return scalar === 'double' || scalar === 'float';
}

type EnumType = Extract<FieldType, { readonly kind: 'enum' }>;

/** How an enum value, which is written as its name, is read. */
export function readEnumName(from: EnumType, to: FieldType): Reading {
  const names = [...from.enum.valuesByNumber.values()].map((value) => value.name);
  if (to.kind === 'scalar' && to.scalar === 'string')
    return loss('altered', `the name "${names[0] ?? ''}" is taken for text`);
  const base64 = names.find((name) => name.length % 4 !== 1);
  if (to.kind === 'scalar' && to.scalar === 'bytes' && base64 !== undefined)
    return loss('altered', `"${base64}" is taken for base64`);
  return loss('rejected', `the name "${names[0] ?? ''}" is rejected where ${spoken(to)} is expected`);
}

/** An enum is read from a name or a number. Python's parser converts everything that is not a name to a number. */
export function readAsEnum(from: FieldType, to: EnumType): Reading {
  const refused = loss('rejected', `${spoken(from)} is rejected where ${spoken(to)} is expected`);
  if (from.kind !== 'scalar') return refused;
  const names = [...to.enum.valuesByName.keys()];
  if (from.scalar === 'string') return loss('altered', `"${names[0] ?? ''}" is taken for the value of that name`);
  if (from.scalar === 'bytes') {
    const base64 = base64Name(to.enum);
    if (base64 !== undefined) return loss('altered', `bytes whose base64 is "${base64}" are taken for that value`);
    if (!takesNumber(to.enum, (number) => number >= 0)) return refused;
    const digits = [...to.enum.valuesByNumber.keys()].find((number) => number >= 0) ?? 1234;
    const base64Digits = String(digits).padStart(4, '0');
    return takenBy(['Python'], `bytes whose base64 is "${base64Digits}"`, 'that number');
  }
  if (from.scalar === 'bool') return refused;
  const limits = range(from.scalar);
  if (limits === undefined) {
    const whole = [...to.enum.valuesByNumber.keys()].find((number) => Math.abs(number) < MAX_HALVES);
    if (whole === undefined) return beyond('rejected', `1.5 is not a value of ${to.enum.name}`);
    return takenBy(['Python'], `${String(whole)}.5`, String(whole), beyond);
  }
  const isQuoted = from.scalar.endsWith('64');
  const unnamed = isQuoted
    ? refused
    : to.enum.closed || limits.min === 0n
      ? beyond('rejected', `not every ${from.scalar} is a value of ${to.enum.name}`)
      : beyond('unrecognised', `not every ${from.scalar} has a name in ${to.enum.name}`);
  const cut = [...to.enum.valuesByNumber.values()].find(({ number }) => BigInt(number) + 2n ** 32n <= limits.max);
  if (cut === undefined) return unnamed;
  const wide = String(BigInt(cut.number) + 2n ** 32n);
  return combine(unnamed, takenBy(['Python'], wide, cut.name, beyond));
}

/** Whether a parser that reads numbers accepts one of those that are sent. A closed enum accepts only its own numbers. */
export function takesNumber(type: Enum, isSent: (number: number) => boolean): boolean {
  return !type.closed || [...type.valuesByNumber.keys()].some(isSent);
}

/** A name that is also valid base64. */
export function base64Name(type: Enum): string | undefined {
  return [...type.valuesByName.keys()].find((name) => name.length % 4 === 0 && !name.includes('_'));
}

/** Below this number, a float can represent a fraction of one half: its significand has 24 bits. */
const MAX_HALVES = 2 ** 23;

/** A type as messages name it: "an int32", "a name of State", "a Mount". */
export function spoken(type: FieldType): string {
  switch (type.kind) {
    case 'scalar':
      return withArticle(type.scalar);
    case 'enum':
      return `a name of ${type.enum.name}`;
    case 'message':
      return withArticle(type.message.name);
    case 'unresolved':
      return withArticle(type.name);
  }
}

export function withArticle(name: string): string {
  return `${/^[AEIOaeio]/.test(name) ? 'an' : 'a'} ${name}`;
}
