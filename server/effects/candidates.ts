import { allFields, isExtension } from '../schema/fields.ts';
import type { Field, Message } from '../schema/model.ts';
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
}

/**
 * Yields messages of the writer that may show the wanted effect, beginning with a realistic one.
 * @param matching undefined if nothing reads the message
 */
export function* candidateMessages(
  writer: Message,
  matching: FieldMatching | undefined,
  wanted: Wanted,
  depth = MAX_DEPTH,
): Iterable<MessageValue> {
  yield sampleMessage(writer);
  const base = acceptableMessage(writer, matching, []);
  yield base;
  for (const field of fieldsWithLoss(writer, matching, wanted.effect))
    yield* candidatesForField(base, field, matching, wanted, depth);
}

/**
 * Messages in which one field varies and the others are as in `base`. Some also have another field of the reader's oneof.
 * @param singles the element values to try. By default, `singlesOf` chooses them.
 */
export function* candidatesForField(
  base: MessageValue,
  field: Field,
  matching: FieldMatching | undefined,
  wanted: Wanted,
  depth = MAX_DEPTH,
  singles?: Iterable<Value>,
): Iterable<MessageValue> {
  const target = matching && targetOf(field, matching);
  const others = new Map(base.fields);
  for (const rival of matching === undefined || target === undefined ? [] : rivals(target, matching)) {
    if (rival === field || (rival.oneof !== undefined && rival.oneof === field.oneof)) continue;
    const [one] = nonZero(sampleValues(field, singles));
    const [other] = nonZero(sampleValues(rival));
    if (one === undefined || other === undefined) continue;
    yield { fields: new Map([...others, [field.number, one], [rival.number, other]]) };
  }
  if (target?.isMap === true && field.repeated && !field.isMap && field.type.kind === 'message') {
    yield { fields: new Map([...others, [field.number, entriesOfOneKey(field.type.message)]]) };
  }
  for (const value of sampleValues(field, singles ?? singlesOf(field, target, wanted, depth))) {
    yield { fields: new Map([...others, [field.number, value]]) };
  }
  if (field.presence !== 'required')
    yield { fields: new Map<number, FieldValue | undefined>([...others, [field.number, undefined]]) };
}

/**
 * A small message that the reader accepts, if possible. So if it rejects an example, this is due to the fields in `about`.
 * @param about the writer's fields that the example is about
 */
export function acceptableMessage(
  writer: Message,
  matching: FieldMatching | undefined,
  about: readonly Field[],
): MessageValue {
  const fields = new Map(minimalMessage(writer).fields);
  if (matching === undefined) return { fields };
  const { reader, encoding } = matching;
  for (const number of [...fields.keys()]) {
    const field = writer.fieldsByNumber.get(number);
    if (field === undefined || about.includes(field)) continue;
    fields.set(number, knownValue(field, targetOf(field, matching), encoding));
  }
  for (const field of fieldIndexOf(reader).required) {
    if (isExtension(field)) continue;
    const sender = matching.sender(field);
    if (sender === undefined || about.includes(sender) || fields.has(sender.number)) continue;
    const value = knownValue(sender, field, encoding);
    if (value !== undefined) fields.set(sender.number, value);
  }
  return { fields };
}

/** A value for a field. For an enum, one that the reader knows, if there is one. */
function knownValue(field: Field, target: Field | undefined, encoding: Encoding): FieldValue | undefined {
  const [first] = sampleValues(field);
  if (field.type.kind !== 'enum' || target?.type.kind !== 'enum') return first;
  const [sent, read] = [field.type.enum, target.type.enum];
  const known = [...sent.valuesByNumber.values()].find(({ name, number }) =>
    encoding === 'json' ? read.valuesByName.has(name) : read.valuesByNumber.has(number),
  );
  return known === undefined ? first : BigInt(known.number);
}

const MAX_DEPTH = 2;
/** The maximum number of fields per message that are varied. */
const MAX_FIELDS = 8;

/** The reader's field that shows what happened to this field. */
function targetOf(field: Field, matching: FieldMatching): Field | undefined {
  return matching.receiver(field) ?? matching.counterpartInReader(field);
}

/** The writer's fields whose receivers are in the oneof of this field. */
function rivals(target: Field, matching: FieldMatching): Field[] {
  return (target.oneof?.fields ?? []).map((member) => matching.sender(member)).filter((field) => field !== undefined);
}

function fieldsWithLoss(writer: Message, matching: FieldMatching | undefined, effect: Effect): Field[] {
  const fields = allFields(writer).filter((field) => !Number.isNaN(field.number));
  if (matching === undefined) return fields.slice(0, MAX_FIELDS);
  const { reader, encoding, types } = matching;
  const rated = fields.map((field) => {
    const counterpart = matching.counterpartInReader(field);
    return { field, worst: readFieldInMessage(writer, reader, field, counterpart, encoding, types).worst };
  });
  const bad = rated.filter(({ worst }) => worst !== 'exact');
  return [...bad.filter(({ worst }) => worst === effect), ...bad.filter(({ worst }) => worst !== effect)]
    .slice(0, MAX_FIELDS)
    .map(({ field }) => field);
}

/** The element values to try. If undefined, samples of the field's type are tried. */
function singlesOf(
  field: Field,
  target: Field | undefined,
  wanted: Wanted,
  depth: number,
): Iterable<Value> | undefined {
  if (field.isMap && field.type.kind === 'message') {
    const value = field.type.message.fieldsByNumber.get(2);
    const inner = target?.type.kind === 'message' ? target.type.message.fieldsByNumber.get(2) : undefined;
    return value && singlesOf(value, inner, wanted, depth);
  }
  const reader = target?.type.kind === 'message' ? target.type.message : undefined;
  if (
    wanted.encoding === 'json' &&
    [field.type, target?.type].some((type) => type?.kind === 'message' && isSpecial(type.message))
  )
    return specialSingles(field, reader);
  if (field.type.kind === 'message') {
    if (depth === 0) return undefined;
    const writer = field.type.message;
    const matching = reader && new FieldMatching(writer, reader, wanted.encoding, wanted.types);
    return candidateMessages(writer, matching, wanted, depth - 1);
  }
  if (target?.type.kind !== 'message' || field.type.kind !== 'scalar') return undefined;
  const usual = [...sampleValues({ ...field, repeated: false })].flatMap(asList);
  if (field.type.scalar === 'string') return [...LIKE_MESSAGES, ...usual];
  if (field.type.scalar !== 'bytes') return usual;
  const [like = new Uint8Array()] = LIKE_MESSAGES.map((text) => new TextEncoder().encode(text));
  const read = target.type.message;
  const minimal = minimalMessage(read);
  const whole = isSendable(read, minimal) ? encode(read, minimal) : [];
  return [Uint8Array.of(...whole, ...like), ...usual];
}

function specialSingles(field: Field, reader: Message | undefined): Value[] {
  const usual = [...sampleValues({ ...field, repeated: false })].flatMap(asList);
  const isString = field.type.kind === 'scalar' && field.type.scalar === 'string';
  const writer = field.type.kind === 'message' ? field.type.message : isString ? 'string' : undefined;
  return reader === undefined || writer === undefined ? usual : [...usual, ...lookalikes(writer, reader)];
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

function* nonZero(values: Iterable<FieldValue>): Iterable<FieldValue> {
  for (const value of values) if (asList(value).length > 0) yield value;
}
