import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import protobuf from 'protobufjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Field, Message } from '../../server/schema/model.ts';
import { protoc } from '../protoc.ts';
import { drawEdit } from './generate.ts';
import { messagesOf } from './messages.ts';
import { messageOf, schemaOf } from './schema.ts';
import {
  decode,
  encode,
  fieldsOf,
  isZero,
  listOf,
  Rejected,
  type FieldValue,
  type MessageValue,
  type Value,
} from './wire.ts';

/**
 * protoc and protobufjs check the codec of the proofs. Where they deviate from the specification
 * (https://protobuf.dev/programming-guides/encoding/), the tests do not compare: protoc only warns about a missing required field.
 * protobufjs reads a field with another wire type than declared, and replaces invalid UTF-8.
 */
const CASES = fc.sample(fc.gen(), { numRuns: 20, seed: 20 }).map((draw) => drawEdit(draw));

const directory = mkdtempSync(join(tmpdir(), 'wire-'));
afterAll(() => {
  rmSync(directory, { recursive: true });
});

/** A `Batch` in the text format. Undefined if protoc rejects the bytes. */
function decodedByProtoc(file: string, input: Uint8Array): string | undefined {
  const run = spawnSync(protoc, ['--decode=Batch', `--proto_path=${directory}`, file], {
    input,
    maxBuffer: 2 ** 26,
  });
  return run.status === 0 ? run.stdout.toString('latin1') : undefined;
}

const BATCH = 'message Batch { repeated M0 items = 1; }';

describe.each(CASES.map((each, index) => [index, each] as const))('case %i', (index, { old, new: edited }) => {
  const [writerSchema, readerSchema] = [schemaOf(`${old}\n${BATCH}`), schemaOf(`${edited}\n${BATCH}`)];
  const [writer, reader] = [messageOf(writerSchema, 'M0'), messageOf(readerSchema, 'M0')];
  const [writerBatch, readerBatch] = [messageOf(writerSchema, 'Batch'), messageOf(readerSchema, 'Batch')];
  const messages = messagesOf(writer, { encoding: 'binary', numbers: [], keys: [], names: [] }, 2);
  const [oldFile, newFile] = [`old${String(index)}.proto`, `new${String(index)}.proto`];
  const maps = [writerSchema, readerSchema].flatMap((schema) =>
    [...schema.types.values()].flatMap((type) =>
      type.kind === 'message' ? type.fields.filter((field) => field.isMap).map((field) => field.name) : [],
    ),
  );

  beforeAll(() => {
    writeFileSync(join(directory, oldFile), `${old}\n${BATCH}`);
    writeFileSync(join(directory, newFile), `${edited}\n${BATCH}`);
  });

  test('protoc reads what the codec wrote', () => {
    const bytes = encode(writerBatch, new Map([[1, messages]]));
    const expected = print(writerBatch, new Map([[1, messages]]));
    expect(normal(decodedByProtoc(oldFile, bytes) ?? 'rejected', maps)).toBe(normal(expected, maps));
  });

  test('protoc and the codec read the same', () => {
    const readable = messages.filter((message) => outcome(reader, encode(writer, message)) === 'read');
    const bytes = encode(writerBatch, new Map([[1, readable]]));
    const expected = print(readerBatch, decode(readerBatch, bytes));
    expect(normal(decodedByProtoc(newFile, bytes) ?? 'rejected', maps)).toBe(normal(expected, maps));
  });

  test('protoc rejects a message that the codec rejects', () => {
    const rejected = messages
      .map((message) => encode(writer, message))
      .find((bytes) => outcome(reader, bytes) === 'rejected');
    if (rejected === undefined) return;
    expect(decodedByProtoc(newFile, Uint8Array.from([10, ...lengthOf(rejected), ...rejected]))).toBeUndefined();
  });

  test('protobufjs and the codec read and write the same', () => {
    const { root, imports = [] } = protobuf.parse(old, { keepCase: true });
    for (const file of imports) root.addJSON(protobuf.common.get(file)?.nested ?? {});
    const type = root.lookupType('M0');
    for (const message of messages) {
      if (hasInvalidText(message)) continue;
      const bytes = encode(writer, message);
      const again = type.encode(type.decode(bytes)).finish();
      expect(canonical(writer, decode(writer, again))).toBe(canonical(writer, decode(writer, bytes)));
    }
  });
});

/** What the codec does. `incomplete` if a required field is missing. */
function outcome(reader: Message, bytes: Uint8Array): 'read' | 'rejected' | 'incomplete' {
  try {
    decode(reader, bytes);
    return 'read';
  } catch (error) {
    if (!(error instanceof Rejected)) throw error;
    return error.message.endsWith('is missing') ? 'incomplete' : 'rejected';
  }
}

function lengthOf(bytes: Uint8Array): readonly number[] {
  return bytes.length < 128 ? [bytes.length] : [(bytes.length & 127) | 128, bytes.length >> 7];
}

/** Prints a message of the codec in the text format (https://protobuf.dev/reference/protobuf/textformat-spec/). */
function print(message: Message, value: MessageValue): string {
  const lines: string[] = [];
  for (const field of [...fieldsOf(message)].sort((a, b) => a.number - b.number)) {
    const held = value.get(field.number);
    const name = field.extensionScope === undefined ? field.name : `[${field.fullName}]`;
    const isSkipped = field.presence === 'implicit' && !field.repeated && !message.isMapEntry;
    for (const one of listOf(held)) {
      if (isSkipped && isZero(one)) continue;
      if (typeof one === 'object' && field.type.kind === 'message')
        lines.push(`${name} {`, print(field.type.message, one), '}');
      else lines.push(`${name}: ${printScalar(field, one)}`);
    }
  }
  return lines.join('\n');
}

function printScalar(field: Field, value: Value): string {
  if (typeof value === 'object') throw new Error('no scalar');
  if (typeof value === 'string') return `"${value.replace(/./gs, escape)}"`;
  if (field.type.kind === 'enum') return field.type.enum.valuesByNumber.get(Number(value))?.name ?? String(value);
  if (field.type.kind === 'scalar' && field.type.scalar === 'bool') return String(value === 1n);
  if (typeof value === 'bigint') return String(value);
  const isFloat = field.type.kind === 'scalar' && field.type.scalar === 'float';
  return printFloating(value, isFloat);
}

/** Like protoc, prints few digits if they identify the value. */
function printFloating(value: number, isFloat: boolean): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  const [few, many] = isFloat ? [6, 9] : [15, 17];
  const short = Number(value.toPrecision(few));
  return String((isFloat ? Math.fround(short) : short) === value ? short : Number(value.toPrecision(many)));
}

function escape(char: string): string {
  const code = char.charCodeAt(0);
  const known = ESCAPES.get(char);
  if (known !== undefined) return known;
  return code < 32 || code > 126 ? `\\${code.toString(8).padStart(3, '0')}` : char;
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
  ['"', '\\"'],
  ["'", "\\'"],
  ['\\', '\\\\'],
]);

/** The text format with sorted map entries, numbers in JavaScript's form, and no unknown fields. */
function normal(text: string, maps: readonly string[]): string {
  const lines = text.split('\n').map((line) => line.trim());
  return normalBlock(lines.filter((line) => line !== '').values(), maps);
}

function normalBlock(lines: Iterator<string, undefined>, maps: readonly string[]): string {
  const parts: string[] = [];
  for (let line = lines.next().value; line !== undefined && line !== '}'; line = lines.next().value) {
    const [name = ''] = line.split(/[ :]/);
    const part = line.endsWith('{') ? `${name} {${normalBlock(lines, maps)}}` : normalNumber(line);
    // An unknown field is printed under its number.
    if (!/^\d/.test(name)) parts.push(part);
  }
  const isEntry = (part: string): boolean => maps.some((map) => part.startsWith(`${map} {`));
  return [...parts.filter((part) => !isEntry(part)), ...parts.filter(isEntry).sort()].join('\n');
}

function normalNumber(line: string): string {
  return line.replace(/: (-?[\d.]+(e[-+]?\d+)?)$/, (whole, number: string) =>
    /[.e]/.test(number) ? `: ${String(Number(number))}` : whole,
  );
}

function hasInvalidText(message: MessageValue): boolean {
  return [...message.values()].map(canonicalValue).join().includes('\xff');
}

/** Equal for equal messages, in any order of map entries. */
function canonical(message: Message, value: MessageValue): string {
  const fields = [...fieldsOf(message)].sort((a, b) => a.number - b.number);
  return fields
    .filter((field) => value.has(field.number))
    .map((field) => {
      const held = value.get(field.number);
      const list = listOf(held);
      const { type } = field;
      const shown = list.map((one) =>
        typeof one === 'object' && type.kind === 'message' ? canonical(type.message, one) : canonicalValue(one),
      );
      return `${String(field.number)}:[${(field.isMap ? shown.sort() : shown).join()}]`;
    })
    .join(';');
}

function canonicalValue(value: FieldValue): string {
  return listOf(value)
    .map((one) => (typeof one === 'object' ? [...one.values()].map(canonicalValue).join() : String(one)))
    .join();
}
