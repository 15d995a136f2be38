import { describe, expect, test } from 'vitest';
import type { Effect, Encoding } from '../../server/effects/effect.ts';
import { readField } from '../../server/effects/read.ts';
import { BY_NAME } from './by-name.ts';
import type { Message, Scalar } from '../../server/schema/model.ts';
import { Json } from './json.ts';
import { worse } from './observe.ts';
import { LIMITS, SCALARS } from './scalars.ts';
import { messageOf, schemaOf } from './schema.ts';
import { decode, encode, isSameNumber, isZero, Rejected, type MessageValue, type Value } from './wire.ts';

/** The meaning of a cell: the worst effect, the worst one among messages that the reader can express, and the reason. */
const BINARY: Readonly<Record<string, readonly [worst: Effect, shared: Effect, reason: string]>> = {
  '=': ['exact', 'exact', "the same layout, and the reader's range contains the writer's"],
  '<': ['altered', 'exact', 'the same layout, but a value out of range is read as another value'],
  z: ['altered', 'altered', 'one number is zigzag-encoded, the other is not'],
  f: ['altered', 'altered', 'the bits of an integer are read as a floating point number, or the reverse'],
  '.': ['dropped', 'dropped', 'another wire type: the field is unknown to the reader'],
  u: ['rejected', 'exact', 'bytes that are not valid UTF-8 are rejected as a string'],
};

const BINARY_TABLE = `
           double float int32 int64 uint32 uint64 sint32 sint64 fixed32 fixed64 sfixed32 sfixed64 bool string bytes
  double   =      .     .     .     .      .      .      .      .       f       .        f        .    .      .
  float    .      =     .     .     .      .      .      .      f       .       f        .        .    .      .
  int32    .      .     =     =     <      <      z      z      .       .       .        .        <    .      .
  int64    .      .     <     =     <      <      z      z      .       .       .        .        <    .      .
  uint32   .      .     <     =     =      =      z      z      .       .       .        .        <    .      .
  uint64   .      .     <     <     <      =      z      z      .       .       .        .        <    .      .
  sint32   .      .     z     z     z      z      =      =      .       .       .        .        <    .      .
  sint64   .      .     z     z     z      z      <      =      .       .       .        .        <    .      .
  fixed32  .      f     .     .     .      .      .      .      =       .       <        .        .    .      .
  fixed64  f      .     .     .     .      .      .      .      .       =       .        <        .    .      .
  sfixed32 .      f     .     .     .      .      .      .      <       .       =        .        .    .      .
  sfixed64 f      .     .     .     .      .      .      .      .       <       .        =        .    .      .
  bool     .      .     =     =     =      =      z      z      .       .       .        .        =    .      .
  string   .      .     .     .     .      .      .      .      .       .       .        .        .    =      =
  bytes    .      .     .     .     .      .      .      .      .       .       .        .        .    u      =`;

const JSON_CELLS: typeof BINARY = {
  '=': ['exact', 'exact', "the same text, and the reader's range contains the writer's"],
  '<': ['rejected', 'exact', 'a value out of range, or with a fraction, is rejected'],
  p: ['altered', 'exact', 'a value that needs more precision is rounded'],
  '.': ['rejected', 'rejected', 'another kind of JSON value is rejected'],
  t: [
    'altered',
    'exact',
    'a string such as "12" is what a 64-bit integer looks like in JSON; a string such as "012" is read as 12',
  ],
  n: ['altered', 'altered', 'text that happens to be a number is taken for one, with its leading zeros lost'],
  r: ['altered', 'altered', 'text that happens to be a number is taken for one, and rounded'],
  b: ['altered', 'altered', 'base64 is taken for text or for a number, or text and numbers in quotes for base64'],
};

const JSON_TABLE = `
           double float int32 int64 uint32 uint64 sint32 sint64 fixed32 fixed64 sfixed32 sfixed64 bool string bytes
  double   =      p     <     <     <      <      <      <      <       <       <        <        .    .      b
  float    =      =     <     <     <      <      <      <      <       <       <        <        .    .      b
  int32    =      p     =     =     <      <      =      =      <       <       =        =        .    .      .
  int64    p      p     <     =     <      <      <      =      <       <       <        =        .    =      b
  uint32   =      p     <     =     =      =      <      =      =       =       <        =        .    .      .
  uint64   p      p     <     <     <      =      <      <      <       =       <        <        .    =      b
  sint32   =      p     =     =     <      <      =      =      <       <       =        =        .    .      .
  sint64   p      p     <     =     <      <      <      =      <       <       <        =        .    =      b
  fixed32  =      p     <     =     =      =      <      =      =       =       <        =        .    .      .
  fixed64  p      p     <     <     <      =      <      <      <       =       <        <        .    =      b
  sfixed32 =      p     =     =     <      <      =      =      <       <       =        =        .    .      .
  sfixed64 p      p     <     =     <      <      <      =      <       <       <        =        .    =      b
  bool     .      .     .     .     .      .      .      .      .       .       .        .        =    .      .
  string   r      r     n     t     n      t      n      t      n       t       n        t        .    =      b
  bytes    b      b     b     b     b      b      b      b      b       b       b        b        .    b      =`;

/** Boundary values of every range and form, independent of those in the code under test. */
const VALUES: Readonly<Record<Scalar, readonly Value[]>> = {
  double: [0, 1, -1, 0.1, 1.5, 1e300, 2 ** 53, -(2 ** 31), Infinity, -Infinity, NaN],
  float: [0, 1, -1, 1.5, Math.fround(0.1), 2 ** 24, Infinity, NaN],
  int32: [0n, 1n, -1n, 100n, 2n ** 24n + 1n, 2n ** 31n - 1n, -(2n ** 31n)],
  int64: [0n, 1n, -1n, 1234n, 2n ** 24n + 1n, 2n ** 31n, 2n ** 32n, 2n ** 53n + 1n, 2n ** 63n - 1n, -(2n ** 63n)],
  uint32: [0n, 1n, 7n, 2n ** 24n + 1n, 2n ** 31n, 2n ** 32n - 1n],
  uint64: [0n, 1n, 1234n, 2n ** 24n + 1n, 2n ** 31n, 2n ** 32n, 2n ** 53n + 1n, 2n ** 63n, 2n ** 64n - 1n],
  sint32: [0n, 1n, -1n, -2n, 2n ** 24n + 1n, 2n ** 31n - 1n, -(2n ** 31n)],
  sint64: [0n, 1n, -1n, 1234n, 2n ** 24n + 1n, 2n ** 31n, 2n ** 53n + 1n, 2n ** 63n - 1n, -(2n ** 63n)],
  fixed32: [0n, 1n, 2n ** 24n + 1n, 2n ** 31n, 2n ** 32n - 1n],
  fixed64: [0n, 1n, 1234n, 2n ** 24n + 1n, 2n ** 32n, 2n ** 53n + 1n, 2n ** 63n, 2n ** 64n - 1n],
  sfixed32: [0n, 1n, -1n, 2n ** 24n + 1n, 2n ** 31n - 1n, -(2n ** 31n)],
  sfixed64: [0n, 1n, -1n, 1234n, 2n ** 24n + 1n, 2n ** 31n, 2n ** 53n + 1n, 2n ** 63n - 1n, -(2n ** 63n)],
  bool: [0n, 1n],
  string: ['', 'abc', 'abcd', '1', '012', '-5', '9007199254740993', '16777217', '1.5'],
  bytes: ['', 'abc', '\xff', '\xd7\x6d\xf8', '\xc3\xa9'],
};

const schema = schemaOf(SCALARS.map((scalar) => `message M_${scalar} { ${scalar} f = 1; }`).join('\n'));
const json = new Json(schema);

/** Sends each value of one type to the other type and returns the worst effects. */
function run(encoding: Encoding, from: Scalar, to: Scalar): { worst: Effect; shared: Effect } {
  let worst: Effect = 'exact';
  let shared: Effect = 'exact';
  for (const value of VALUES[from]) {
    const effect = effectOn(value, encoding, from, to);
    worst = worse(worst, effect);
    if (isExpressible(from, to, value)) shared = worse(shared, effect);
  }
  return { worst, shared };
}

function typeOf(scalar: Scalar): Message {
  return messageOf(schema, `M_${scalar}`);
}

function effectOn(value: Value, encoding: Encoding, from: Scalar, to: Scalar): Effect {
  const [writer, reader] = [typeOf(from), typeOf(to)];
  let seen: MessageValue;
  try {
    const sent = new Map([[1, value]]);
    seen = encoding === 'binary' ? decode(reader, encode(writer, sent)) : json.read(reader, json.write(writer, sent));
  } catch (error) {
    if (error instanceof Rejected) return 'rejected';
    throw error;
  }
  const got = seen.get(1);
  if (got === undefined) return 'dropped';
  return isSame(encoding, from, to, value, got as Value) ? 'exact' : 'altered';
}

function isSame(encoding: Encoding, from: Scalar, to: Scalar, sent: Value, got: Value): boolean {
  if (typeof sent === 'object' || typeof got === 'object') return false;
  if (isText(from) && isText(to)) return sent === got && (encoding === 'binary' || from === to);
  if (typeof sent === 'bigint' && typeof got === 'bigint') return sent === got;
  if (typeof sent !== 'string' && typeof got !== 'string') return isSameNumber(sent, got);
  // In JSON, a number and a string of its digits count as the same.
  return encoding === 'json' && from !== 'bytes' && to !== 'bytes' && String(sent) === String(got);
}

function isText(scalar: Scalar): boolean {
  return scalar === 'string' || scalar === 'bytes';
}

/** Whether the reader's type can express the value in the same form. */
function isExpressible(from: Scalar, to: Scalar, value: Value): boolean {
  if (typeof value === 'object') return false;
  if (from === 'string' && to.endsWith('64'))
    return /^(?:0|-?[1-9]\d*)$/.test(String(value)) && inRange(to, BigInt(value));
  if (isText(from) !== isText(to)) return true;
  if (typeof value !== 'string') return inRange(to, value);
  return to === 'bytes' || !Buffer.from(value, 'latin1').toString('utf8').includes('\ufffd');
}

function inRange(to: Scalar, value: bigint | number): boolean {
  const limits = LIMITS[to];
  if (limits !== undefined)
    return Number.isInteger(Number(value)) && BigInt(value) >= limits[0] && BigInt(value) <= limits[1];
  return isSameNumber(to === 'float' ? Math.fround(Number(value)) : Number(value), value);
}

function rows(table: string): (readonly [from: Scalar, to: Scalar, cell: string])[] {
  const [header, ...lines] = table
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/));
  if (header?.join() !== SCALARS.join() || lines.map(([from]) => from).join() !== SCALARS.join())
    throw new Error('the table is incomplete');
  return SCALARS.flatMap((from, row) =>
    SCALARS.map((to, column) => [from, to, lines[row]?.[column + 1] ?? ''] as const),
  );
}

describe.each([
  ['binary', rows(BINARY_TABLE), BINARY],
  ['json', rows(JSON_TABLE), JSON_CELLS],
] as const)('%s', (encoding, cells, legend) => {
  test.each(cells)('%s read as %s', (from, to, cell) => {
    const [worst, shared] = legend[cell] ?? [];
    const [writer, reader] = [typeOf(from).fields[0], typeOf(to).fields[0]];
    if (!writer || !reader) throw new Error('no field');
    const verdict = readField(writer, reader, encoding, BY_NAME);
    expect({ worst: verdict.worst, shared: verdict.onSharedMessages }, 'verdict').toEqual({ worst, shared });
    expect(run(encoding, from, to), 'executed').toEqual({ worst, shared });
  });
});

test('the first value of each type is its zero', () => {
  expect(SCALARS.every((scalar) => isZero(VALUES[scalar][0] ?? 1n))).toBe(true);
});
