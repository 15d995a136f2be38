import { allFields, isExtension, isUnfinished } from '../schema/fields.ts';
import type { Enum, Field, Message } from '../schema/model.ts';
import type { Effect, Encoding } from './effect.ts';
import { encode, isSendable } from './encode.ts';
import { fieldIndexOf } from './field-index.ts';
import { isSpecial } from './json-special.ts';
import { lookalikes } from './json-special-text.ts';
import { FieldMatching } from './field-matching.ts';
import { readFieldInMessage } from './read.ts';
import { minimalMessage, sampleMessage, sampleValues } from './sample.ts';
import type { TypeMatching } from './type-matching.ts';
import { asList, type FieldValue, type MessageValue, type Value } from './value.ts';

/** What the messages should show. */
export interface Wanted {
  readonly encoding: Encoding;
  readonly effect: Effect;
  readonly types: TypeMatching;
  /** How many levels of inner messages vary. */
  readonly depth: number;
}

/**
 * Yields messages of the writer that may show the wanted effect, beginning with a realistic one.
 * @param reader undefined if nothing reads the message
 */
export function* candidateMessages(
  writer: Message,
  reader: Message | undefined,
  wanted: Wanted,
): Iterable<MessageValue> {
  const matching = reader && new FieldMatching(writer, reader, wanted.encoding, wanted.types);
  yield sampleMessage(writer);
  const base = acceptableMessage(writer, matching, []);
  yield base;
  for (const field of fieldsToVary(writer, matching, wanted.effect))
    yield* candidatesForField(base, field, matching, wanted);
}

/**
 * Messages in which one field varies. Some also have another field of the reader's oneof.
 * @param elements values to try for one element; by default `elementsOf`
 */
export function* candidatesForField(
  base: MessageValue,
  field: Field,
  matching: FieldMatching | undefined,
  wanted: Wanted,
  elements?: Iterable<Value>,
): Iterable<MessageValue> {
  const target = matching && targetOf(field, matching);
  const rivals = matching && target ? rivalsOf(field, target, matching) : [];
  for (const rival of rivals) {
    const [value] = nonEmpty(sampleValues(field, elements));
    const [other] = nonEmpty(sampleValues(rival));
    if (value !== undefined && other !== undefined) yield withValue(withValue(base, field, value), rival, other);
  }
  if (target?.isMap === true && field.repeated && !field.isMap && field.type.kind === 'message')
    yield withValue(base, field, entriesOfOneKey(field.type.message));
  for (const value of sampleValues(field, elements ?? elementsOf(field, target, wanted)))
    yield withValue(base, field, value);
  if (field.presence !== 'required') yield withValue(base, field, undefined);
}

function withValue({ fields }: MessageValue, { number }: Field, value: FieldValue | undefined): MessageValue {
  return { fields: new Map<number, FieldValue | undefined>([...fields, [number, value]]) };
}

function* nonEmpty(values: Iterable<FieldValue>): Iterable<FieldValue> {
  for (const value of values) if (asList(value).length > 0) yield value;
}

/** A small message that the reader accepts, if possible. Values of the fields `about` stay, even if the reader rejects them. */
export function acceptableMessage(
  writer: Message,
  matching: FieldMatching | undefined,
  about: readonly Field[],
): MessageValue {
  const fields = new Map(minimalMessage(writer).fields);
  if (matching === undefined) return { fields };
  for (const number of fields.keys()) {
    const field = writer.fieldsByNumber.get(number);
    if (field === undefined || about.includes(field)) continue;
    fields.set(number, knownValue(field, targetOf(field, matching), matching.encoding));
  }
  for (const field of fieldIndexOf(matching.reader).required) {
    const sender = isExtension(field) ? undefined : matching.sender(field);
    if (sender === undefined || about.includes(sender) || fields.has(sender.number)) continue;
    const value = knownValue(sender, field, matching.encoding);
    if (value !== undefined) fields.set(sender.number, value);
  }
  return { fields };
}

/** For an enum, a value that the reader knows, if there is one. */
function knownValue(field: Field, target: Field | undefined, encoding: Encoding): FieldValue | undefined {
  const known =
    field.type.kind === 'enum' && target?.type.kind === 'enum'
      ? knownNumber(field.type.enum, target.type.enum, encoding)
      : undefined;
  const [first] = sampleValues(field);
  return known ?? first;
}

function knownNumber(sent: Enum, read: Enum, encoding: Encoding): bigint | undefined {
  const known = [...sent.valuesByNumber.values()].find(({ name, number }) =>
    encoding === 'json' ? read.valuesByName.has(name) : read.valuesByNumber.has(number),
  );
  return known && BigInt(known.number);
}

const MAX_FIELDS = 8;

function targetOf(field: Field, matching: FieldMatching): Field | undefined {
  return matching.receiver(field) ?? matching.counterpartInReader(field);
}

/** The writer's other fields that are in one oneof with this field only on the reader's side. */
function rivalsOf(field: Field, target: Field, matching: FieldMatching): Field[] {
  return (target.oneof?.fields ?? [])
    .map((member) => matching.sender(member))
    .filter((other) => other !== undefined)
    .filter((other) => other !== field && (other.oneof === undefined || other.oneof !== field.oneof));
}

/** The fields with a loss, those with this effect first. Any fields if nothing reads the message. */
function fieldsToVary(writer: Message, matching: FieldMatching | undefined, effect: Effect): Field[] {
  const fields = allFields(writer).filter((field) => !isUnfinished(field));
  if (matching === undefined) return fields.slice(0, MAX_FIELDS);
  const { reader, encoding, types } = matching;
  const lossy = fields
    .map((field) => {
      const counterpart = matching.counterpartInReader(field);
      return { field, worst: readFieldInMessage(writer, reader, field, counterpart, encoding, types).worst };
    })
    .filter(({ worst }) => worst !== 'exact');
  return lossy
    .sort((a, b) => Number(b.worst === effect) - Number(a.worst === effect))
    .slice(0, MAX_FIELDS)
    .map(({ field }) => field);
}

/** Undefined if samples of the field's type are enough. */
function elementsOf(field: Field, target: Field | undefined, wanted: Wanted): Iterable<Value> | undefined {
  const [sent, read] = [messageIn(field), messageIn(target)];
  if (field.isMap) {
    const value = sent?.fieldsByNumber.get(2);
    return value && elementsOf(value, read?.fieldsByNumber.get(2), wanted);
  }
  if (wanted.encoding === 'json' && [sent, read].some((message) => message !== undefined && isSpecial(message)))
    return specialElements(field, read);
  if (sent === undefined) return read && elementsLikeMessages(field, read);
  if (wanted.depth === 0) return undefined;
  return candidateMessages(sent, read, { ...wanted, depth: wanted.depth - 1 });
}

function messageIn(field: Field | undefined): Message | undefined {
  return field?.type.kind === 'message' ? field.type.message : undefined;
}

function specialElements(field: Field, reader: Message | undefined): Value[] {
  const writer = isOf(field, 'string') ? 'string' : messageIn(field);
  const alike = reader === undefined || writer === undefined ? [] : lookalikes(writer, reader);
  return [...samplesOf(field), ...alike];
}

/** Text or bytes that the reader may read as a message. Undefined for other types. */
function elementsLikeMessages(field: Field, reader: Message): Value[] | undefined {
  if (isOf(field, 'string')) return [...LIKE_MESSAGES, ...samplesOf(field)];
  if (!isOf(field, 'bytes')) return undefined;
  const minimal = minimalMessage(reader);
  const required = isSendable(reader, minimal) ? encode(reader, minimal) : [];
  const [like = ''] = LIKE_MESSAGES;
  return [Uint8Array.of(...required, ...new TextEncoder().encode(like)), ...samplesOf(field)];
}

function isOf({ type }: Field, scalar: 'string' | 'bytes'): boolean {
  return type.kind === 'scalar' && type.scalar === scalar;
}

function samplesOf(field: Field): Value[] {
  return [...sampleValues({ ...field, repeated: false })].flatMap(asList);
}

function entriesOfOneKey(entry: Message): readonly MessageValue[] {
  const [key, value] = [1, 2].map((number) => entry.fieldsByNumber.get(number));
  const [ofKey] = key === undefined ? [] : sampleValues(key);
  const [first, second] = value === undefined ? [] : sampleValues(value);
  if (ofKey === undefined || first === undefined || second === undefined) return [];
  return [first, second].map((held) => ({
    fields: new Map([
      [1, ofKey],
      [2, held],
    ]),
  }));
}

/** Read as messages, the first four texts have a number in field 15, 14, 13 or 12. The last two end too early. */
const LIKE_MESSAGES = ['x1', 'p1', 'h1', '`1', 'zA', '\n'];
