import type { Field, Message } from '../schema/model.ts';
import { decode, Rejected } from './decode.ts';
import { encode } from './encode.ts';
import { EFFECTS } from './effect.ts';
import type { Effect } from './effect.ts';
import { describeMessage } from './describe.ts';
import { minimalMessage, sampleValues } from './sample.ts';
import { asList, fieldAt, isList, isMessage, isZero, skipsZero } from './value.ts';
import type { FieldValue, MessageValue, Value } from './value.ts';

/** One message on its way from a writer to a reader. */
export interface Exchange {
  readonly bytes: Uint8Array;
  /** What the writer sends, on one line: `sandbox_id (2): "a1"`. */
  readonly sent: string;
  /** What the reader makes of it: `sandbox_id (3): (unset), unknown field 2: "a1"`, or why it refuses. */
  readonly read: string;
  /** What the reader holds; undefined where it refuses the bytes. */
  readonly received: MessageValue | undefined;
}

/**
 * Encodes a value with the writer's schema and decodes it with the reader's. Loads protobufjs on first use.
 * @param shown numbers of the reader's fields that `read` speaks of even if nothing came for them.
 * @returns undefined where a message is too large to be an example, or in the old message set format.
 */
export function exchange(
  writer: Message,
  reader: Message,
  value: MessageValue,
  shown: readonly number[] = [],
): Exchange | undefined {
  if (countFields(value) > MAX_FIELDS || writer.messageSet || reader.messageSet) return undefined;
  const bytes = encode(writer, value);
  const sent = describeMessage(writer, value, 'sent');
  try {
    const received = decode(bytes, reader);
    // A field that was sent is spoken of on the other side too, under the same number and under the same name.
    const wanted = new Set(shown);
    for (const number of value.fields.keys()) {
      if (reader.fieldsByNumber.has(number)) wanted.add(number);
      const namesake = reader.fieldsByName.get(fieldAt(writer, number)?.name ?? '');
      if (namesake !== undefined) wanted.add(namesake.number);
    }
    const fields = new Map<number, FieldValue | undefined>(received.fields);
    for (const number of wanted) if (!fields.has(number)) fields.set(number, undefined);
    return { bytes, sent, read: describeMessage(reader, { ...received, fields }, 'read'), received };
  } catch (error) {
    if (!(error instanceof Rejected)) throw error;
    return { bytes, sent, read: `rejected: ${error.message}`, received: undefined };
  }
}

/**
 * Looks for a message of the writer's in which these fields show the effect. Realistic values are tried first. Where none of
 * them shows it, the one that loses most is returned.
 * @param fields the writer's fields that the example is about. The first is varied. Without any the message is as empty as
 *   required fields allow: the example for what only the reader knows.
 * @param effect what a reader makes of the writer's messages.
 * @param shown as for `exchange`.
 */
export function demonstrate(
  writer: Message,
  reader: Message,
  fields: readonly Field[],
  effect: Effect,
  shown: readonly number[] = [],
): Exchange | undefined {
  let best: Exchange | undefined;
  let bestSeen = -1;
  const [first, ...others] = fields;
  const values = first === undefined ? [undefined] : sampleValues(first);
  for (const value of values) {
    const held = new Map<number, FieldValue | undefined>(minimalMessage(writer).fields);
    for (const other of others) held.set(other.number, sampleValues(other)[0]);
    if (first !== undefined) held.set(first.number, value);
    const made = exchange(writer, reader, { fields: held }, shown);
    if (made === undefined) return undefined;
    const seen = Math.max(
      ...fields.map((field) => EFFECTS.indexOf(outcome(reader, field, held.get(field.number), made))),
      0,
    );
    if (EFFECTS[seen] === effect) return made;
    if (seen > bestSeen) best = made;
    bestSeen = Math.max(seen, bestSeen);
  }
  return best;
}

/** More would be no example any more, and protobufjs is slow with large messages. */
const MAX_FIELDS = 2000;

function countFields(value: MessageValue): number {
  let count = 0;
  for (const held of value.fields.values()) {
    const values = asList(held);
    count += 1 + values.length;
    for (const each of values) if (isMessage(each)) count += countFields(each);
  }
  return count;
}

/** What became of one field, judged by its number alone: whether the reader takes it for something else is not seen here. */
function outcome(reader: Message, field: Field, value: FieldValue | undefined, made: Exchange): Effect {
  if (made.received === undefined) return 'rejected';
  const target = fieldAt(reader, field.number);
  const seen = made.received.fields.get(field.number);
  if (value === undefined) return seen === undefined ? 'exact' : 'altered';
  if (target === undefined || seen === undefined) return 'dropped';
  if (!isSameValue(value, seen)) return 'altered';
  if (!isList(seen) && isZero(seen) && skipsZero(target) && !skipsZero(field)) return 'absent';
  if (target.type.kind !== 'enum' || isList(seen) || typeof seen !== 'bigint') return 'exact';
  return target.type.enum.valuesByNumber.has(Number(seen)) ? 'exact' : 'unrecognised';
}

function isSameValue(a: FieldValue, b: FieldValue): boolean {
  const left = asList(a);
  const right = asList(b);
  if (isList(a) !== isList(b) || left.length !== right.length) return false;
  return left.every((each, index) => isSame(each, right[index]));
}

function isSame(a: Value, b: Value | undefined): boolean {
  if (b === undefined) return false;
  const left = bytesOf(a);
  if (left !== undefined) {
    const right = bytesOf(b);
    return left.length === right?.length && left.every((byte, index) => byte === right[index]);
  }
  if (!isMessage(a)) return Object.is(a, b);
  if (!isMessage(b)) return false;
  const set = [...a.fields].filter(([, held]) => held !== undefined);
  return (
    set.length === b.fields.size &&
    set.every(([number, held]) => {
      const other = b.fields.get(number);
      return held !== undefined && other !== undefined && isSameValue(held, other);
    })
  );
}

function bytesOf(value: Value): Uint8Array | undefined {
  if (value instanceof Uint8Array) return value;
  return typeof value === 'string' ? new TextEncoder().encode(value) : undefined;
}
