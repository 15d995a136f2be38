import { fieldAt } from '../schema/fields.ts';
import type { Field, Message } from '../schema/model.ts';
import { decode, Rejected } from './decode.ts';
import { describeMessage } from './describe.ts';
import type { Effect, Encoding } from './effect.ts';
import { encode, isSendable } from './encode.ts';
import { readJson, writeJson, type Parser } from './json-text.ts';
import { outcome, type About } from './outcome.ts';
import type { FieldMatching } from './field-matching.ts';
import { isWorse } from './reading.ts';
import { sampleValues } from './sample.ts';
import { acceptableMessage, candidateMessages, candidatesForField } from './candidates.ts';
import { asList, type FieldValue, isMessage, type MessageValue, type Value } from './value.ts';

/** One message, encoded by a writer and decoded by a reader. */
export interface Exchange {
  readonly value: MessageValue;
  /** Bytes, or JSON. */
  readonly encoded: Uint8Array | string;
  /** `sandbox_id (2): "a1"`. In JSON, the text, cut off if it is long. */
  readonly sent: string;
  /** `sandbox_id (3): (unset), unknown field 2: "a1"`, or the reason why the reader rejects it. */
  readonly read: string;
  /** Undefined if rejected. */
  readonly received: MessageValue | undefined;
  readonly parser: Parser;
}

/**
 * @param shown numbers of the reader's fields that `read` lists even if unset
 * @internal exported for its tests
 * @returns undefined if the value is too large or has no JSON form, or if one of the messages is a message set
 */
export function exchange(
  writer: Message,
  reader: Message,
  value: MessageValue,
  shown: readonly number[],
  encoding: Encoding,
  parser: Parser,
): Exchange | undefined {
  if (countFields(value) > MAX_FIELDS || writer.messageSet || reader.messageSet) return undefined;
  const encoded = encoding === 'binary' ? encode(writer, value) : writeJson(writer, value);
  if (encoded === undefined) return undefined;
  const sent = typeof encoded === 'string' ? cut(encoded) : describeMessage(writer, value, 'sent');
  try {
    const received = typeof encoded === 'string' ? readJson(reader, encoded, parser) : decode(encoded, reader);
    const wanted = new Set(shown);
    for (const number of value.fields.keys()) {
      if (reader.fieldsByNumber.has(number)) wanted.add(number);
      const namesake = reader.fieldsByName.get(fieldAt(writer, number)?.name ?? '');
      if (namesake !== undefined) wanted.add(namesake.number);
    }
    const fields = new Map<number, FieldValue | undefined>(received.fields);
    for (const number of wanted) if (!fields.has(number)) fields.set(number, undefined);
    const read = describeMessage(reader, { ...received, fields }, 'read');
    return { value, encoded, sent, read, received, parser };
  } catch (error) {
    if (!(error instanceof Rejected)) throw error;
    return { value, encoded, sent, read: error.message, received: undefined, parser };
  }
}

export interface Demonstration extends Exchange {
  readonly effect: Effect;
}

/**
 * Searches for a message that shows the effect, realistic ones first. If none does, returns the one with the worst effect.
 * @param about by default the whole message
 * @param elements values to try for one element of the writer's fields
 * @returns undefined if no message could be tried
 */
export function demonstrate(
  matching: FieldMatching,
  effect: Effect,
  about?: About,
  elements?: readonly Value[],
): Demonstration | undefined {
  const { writer, reader, encoding, types } = matching;
  let best: Demonstration | undefined;
  let tries = 0;
  const shown = (about?.reader ?? []).map(({ number }) => number);
  for (const value of messages(matching, effect, about, elements)) {
    if (++tries > MAX_TRIES) break;
    if (!isSendable(writer, value)) continue;
    for (const parser of parsersOf(encoding, effect)) {
      const made = exchange(writer, reader, value, shown, encoding, parser);
      if (made === undefined) continue;
      const { received } = made;
      const seen =
        received === undefined ? 'rejected' : outcome(writer, reader, value, received, encoding, types, about);
      if (seen === effect) return { ...made, effect: seen };
      if (best === undefined || isWorse(seen, best.effect)) best = { ...made, effect: seen };
    }
  }
  return best;
}

/** Python reads values that others reject. */
function parsersOf(encoding: Encoding, effect: Effect): readonly Parser[] {
  return encoding === 'json' && effect === 'altered' ? ['default', 'python'] : ['default'];
}

function* messages(
  matching: FieldMatching,
  effect: Effect,
  about: About | undefined,
  elements: readonly Value[] | undefined,
): Iterable<MessageValue> {
  const { writer, reader, encoding, types } = matching;
  const wanted = { encoding, effect, types, depth: MAX_DEPTH };
  if (about === undefined) {
    yield* candidateMessages(writer, reader, wanted);
    return;
  }
  const base = acceptableMessage(writer, matching, about.writer);
  // If two fields were swapped, the example shows both.
  const senders = about.reader.map((field) => matching.sender(field)).filter((field) => field !== undefined);
  const others = senders.filter((field) => !about.writer.includes(field));
  if (others.length > 0 && about.writer.length > 0) yield together(base, [...about.writer, ...others]);
  for (const field of about.writer) yield* candidatesForField(base, field, matching, wanted, elements);
  for (const field of others) yield* candidatesForField(base, field, matching, wanted);
  yield base;
}

function together(base: MessageValue, fields: readonly Field[]): MessageValue {
  const made = new Map(base.fields);
  for (const field of fields) {
    const [first] = sampleValues(field);
    made.set(field.number, first);
  }
  return { fields: made };
}

const MAX_DEPTH = 2;

/** The user waits for a hover. */
const MAX_TRIES = 400;

/** Counts fields and values. Encoding more takes long. */
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

/** In characters. */
const MAX_JSON = 400;

function cut(text: string): string {
  return text.length > MAX_JSON ? `${text.slice(0, MAX_JSON)}…` : text;
}
