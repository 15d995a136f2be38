import { afterAll, beforeAll, expect, test } from 'vitest';
import { readUnset } from '../../server/effects/read.ts';
import type { Field, Message } from '../../server/schema/model.ts';
import type { Texts } from '../protoc.ts';
import { BY_NAME } from './by-name.ts';
import {
  type Implementation,
  IMPLEMENTATIONS,
  isInstalled,
  PACKAGES,
  start,
} from './implementations/implementation.ts';
import { describeSet, schemaOf } from './implementations/prove-pair.ts';
import { SCALARS } from './scalars.ts';
import { messageOf } from './schema.ts';
import { type MessageValue, zero } from './wire.ts';

/* In JSON, explicit zeros and empty messages that a field without presence receives. */

const WELL_KNOWN = 'Any Duration FieldMask ListValue Struct Timestamp'.split(' ');
const WRAPPERS = 'Bool Bytes Double Int32 Int64 String UInt64'.split(' ').map((name) => `${name}Value`);
const WRITERS = [...SCALARS, 'E', 'Empty', ...[...WELL_KNOWN, ...WRAPPERS].map((name) => `google.protobuf.${name}`)];
const READERS = [...SCALARS, 'E', 'Other'];

const IMPORTS = ['any', 'duration', 'field_mask', 'struct', 'timestamp', 'wrappers']
  .map((file) => `import "google/protobuf/${file}.proto";`)
  .join(' ');
const TYPES =
  'message Empty {} enum E { ZERO = 0; ONE = 1; } enum Other { option allow_alias = true; OTHER_ZERO = 0; OTHER_NIL = 0; }';

/** A message for each type. */
function textsOf(types: readonly string[], label: string): Texts {
  const messages = types.map((type, index) => `message M${String(index)} { ${label}${type} f = 1; }`);
  return { 'a.proto': `syntax = "proto3"; ${IMPORTS} ${TYPES} ${messages.join(' ')}` };
}

const texts = { old: textsOf(WRITERS, 'optional '), new: textsOf(READERS, '') };
const schemas = { old: schemaOf(texts.old), new: schemaOf(texts.new) };
const installed: Implementation[] = [];

beforeAll(async () => {
  for (const name of IMPLEMENTATIONS.filter(isInstalled)) installed.push(await start(name));
  const sets = { old: describeSet(texts.old), new: describeSet(texts.new) };
  for (const each of installed) await each.load(sets);
}, 120_000);
afterAll(() => {
  for (const each of installed) each.stop();
});

function onlyField(message: Message): Field {
  const [field] = message.fields;
  if (field === undefined) throw new Error('no field');
  return field;
}

/** Whether an implementation reads what an implementation writes, and the field is unset. */
async function isReadAsUnset(writer: Message, reader: Message): Promise<boolean> {
  const field = onlyField(writer);
  const message: MessageValue = new Map([[1, field.type.kind === 'message' ? new Map() : zero(field)]]);
  for (const from of installed) {
    const written = await from.write('old', writer, 'json', [message]);
    const bytes = written.filter((each) => each !== undefined);
    expect(bytes, from.name).toHaveLength(1);
    for (const to of installed) {
      const [value] = await to.read('new', reader, 'json', bytes);
      if (value?.size === 0) return true;
    }
  }
  return false;
}

const missing = IMPLEMENTATIONS.find((name) => !isInstalled(name));
const reason = missing === undefined ? '' : ` (skipped: ${PACKAGES[missing]} is not installed)`;

test.skipIf(reason !== '').each(WRITERS.map((type, index) => [type, index] as const))(
  `an explicit zero of %s is absent for a reader that reads it as unset${reason}`,
  async (_type, index) => {
    const writer = messageOf(schemas.old, `M${String(index)}`);
    const [seen, verdicts] = [new Map<string, boolean>(), new Map<string, boolean>()];
    for (const [at, type] of READERS.entries()) {
      const reader = messageOf(schemas.new, `M${String(at)}`);
      seen.set(type, await isReadAsUnset(writer, reader));
      const { worst } = readUnset(onlyField(writer), onlyField(reader), 'json', BY_NAME);
      verdicts.set(type, worst === 'absent');
    }
    expect(verdicts).toEqual(seen);
  },
);
