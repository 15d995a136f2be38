import { allFields, isUnfinished } from '../schema/fields.ts';
import type { Field, Message, Method } from '../schema/model.ts';
import * as binary from './binary.ts';
import { readDefault } from './defaults.ts';
import { type Effect, type Encoding, JSON_PARSERS, type JsonParser, type Reading } from './effect.ts';
import * as json from './json.ts';
import { acceptsForm } from './json-forms.ts';
import { contentField } from './json-special.ts';
import { requiredFieldsIn } from './field-index.ts';
import { FieldMatching } from './field-matching.ts';
import type { Nested } from './nested.ts';
import {
  lossBeyondReader,
  combine,
  EXACT,
  loss,
  unsetReadersOwn,
  takenBy,
  worstPossible,
  lossOfWritersOwn,
} from './reading.ts';
import type { TypeMatching } from './type-matching.ts';
import { isPlaceholder, possibilities, UNKNOWN } from './unknown.ts';

/** Follows the messages inside its fields, too, except types that are `apart`. */
export function readMessage(writer: Message, reader: Message, encoding: Encoding, types: TypeMatching): Reading {
  if (writer === reader) return EXACT;
  const cache = cacheOf(types, encoding);
  const known = recall(cache, writer, reader);
  if (known !== undefined) return known;
  // Types may be recursive, so pairs are compared only once.
  const pairs: [Message, Message][] = [[writer, reader]];
  const seen = new Map<Message, Set<Message>>([[writer, new Set([reader])]]);
  const nested: Nested = {
    types,
    message(from, to) {
      if (from === to || types.apart(from, to)) return EXACT;
      const finished = recall(cache, from, to);
      if (finished !== undefined) return finished;
      const readers = seen.get(from) ?? new Set();
      if (!readers.has(to)) pairs.push([from, to]);
      seen.set(from, readers.add(to));
      return EXACT;
    },
  };
  const readings: Reading[] = [];
  // Also visits the pairs that are added during the loop.
  for (const [from, to] of pairs) readings.push(readFields(new FieldMatching(from, to, encoding, types), nested));
  const all = combine(...readings);
  remember(cache, writer, reader, all);
  if (all.worst === 'exact') for (const [from, to] of pairs) remember(cache, from, to, EXACT);
  return all;
}

/** For one element whose number (in JSON: key) is the same on both sides. Oneofs need `readFieldInMessage`. */
export function readField(writer: Field, reader: Field, encoding: Encoding, types: TypeMatching): Reading {
  return readCounterparts(writer, reader, encoding, deep(encoding, types));
}

/** The effect on one element: on what the writer sends, and on what the reader sees. A side without the element is undefined. */
export function readFieldInMessage(
  writerMessage: Message,
  readerMessage: Message,
  writer: Field | undefined,
  reader: Field | undefined,
  encoding: Encoding,
  types: TypeMatching,
): Reading {
  const matching = new FieldMatching(writerMessage, readerMessage, encoding, types);
  const nested = deep(encoding, types);
  return combine(
    writer === undefined ? EXACT : readSent(writer, matching, nested),
    reader === undefined ? EXACT : readSeen(reader, matching, nested),
  );
}

/** The effect on a call, without its request and response. */
export function readMethod(caller: Method | undefined, server: Method | undefined): Reading {
  if (caller === undefined) return EXACT;
  if (server === undefined) return lossOfWritersOwn('rejected', 'UNIMPLEMENTED: the server does not know the method');
  return combine(
    server.serverStreaming && !caller.serverStreaming ? STREAM_FROM_SERVER : EXACT,
    caller.clientStreaming && !server.clientStreaming ? STREAM_TO_UNARY : EXACT,
    server.clientStreaming && !caller.clientStreaming ? UNARY_TO_STREAM : EXACT,
  );
}

/* The worst effect in grpc-js, grpc-go 1.64, ttrpc-go 1.1.1 and 1.2.4, and ttrpc-rust 0.5.2. */

const STREAM_TO_UNARY = loss(
  'altered',
  'grpc-go takes the first request and answers OK; ttrpc runs the call with an empty request and answers OK, and the server of ttrpc-go 1.2.4 may panic; other servers reject the call',
);

const UNARY_TO_STREAM = loss(
  'rejected',
  'with ttrpc the call hangs until its deadline; with gRPC the server reads a stream of one request',
);

const STREAM_FROM_SERVER = loss('rejected', 'the client takes one response of a stream');

function deep(encoding: Encoding, types: TypeMatching): Nested {
  return {
    types,
    message: (from, to) => (from === to || types.apart(from, to) ? EXACT : readMessage(from, to, encoding, types)),
  };
}

function readFields(matching: FieldMatching, nested: Nested): Reading {
  const { writer, reader } = matching;
  const filled = new Set<Field>();
  const readings: Reading[] = [];
  for (const from of allFields(writer)) {
    const receiver = matching.receiver(from);
    if (receiver !== undefined && fills(from, receiver, matching)) filled.add(receiver);
    readings.push(within(writer, from, readSent(from, matching, nested)));
  }
  for (const to of allFields(reader)) {
    if (!filled.has(to)) readings.push(within(reader, to, readSeen(to, matching, nested)));
  }
  return combine(...readings);
}

function within(message: Message, field: Field, reading: Reading): Reading {
  return reading.because === undefined
    ? reading
    : { ...reading, because: `${message.name}.${field.name}: ${reading.because}` };
}

function readSent(from: Field, matching: FieldMatching, nested: Nested): Reading {
  if (isUnfinished(from)) return EXACT;
  const { encoding } = matching;
  const receiver = matching.receiver(from);
  if (receiver !== undefined && matching.areCounterparts(from, receiver))
    return combine(readCounterparts(from, receiver, encoding, nested), readOneof(from, receiver, matching));
  if (receiver !== undefined && accepts(from, receiver, encoding)) return readAsOther(from, receiver, encoding);
  const counterpart = matching.counterpartInReader(from);
  if (counterpart !== undefined && isUnfinished(counterpart)) return EXACT;
  const { effect, because } = refusal(from, receiver, encoding);
  return counterpart === undefined
    ? lossOfWritersOwn(effect, because)
    : combine(loss(effect, because), readUnset(from, counterpart, encoding, nested.types));
}

/** The reader takes the value for that of another element. */
function readAsOther(from: Field, receiver: Field, encoding: Encoding): Reading {
  const [sent, read] = [`"${from.name}"`, `"${receiver.name}"`];
  return encoding === 'json'
    ? takenBy(jsonParsersAccepting(from, receiver), sent, read)
    : { ...loss('altered', `${sent} is taken for ${read}`), dependsOnBytes: true };
}

/** The effect on a field that has no receiver, or whose receiver accepts none of its values. */
function refusal(
  from: Field,
  receiver: Field | undefined,
  encoding: Encoding,
): { readonly effect: Effect; readonly because: string } {
  const place = encoding === 'json' ? `key "${from.jsonName}"` : `field ${String(from.number)}`;
  if (receiver === undefined)
    return { effect: encoding === 'json' ? 'rejected' : 'dropped', because: `the reader has no ${place}` };
  const binaryEffect = receiver.presence === 'required' ? 'rejected' : 'dropped';
  return {
    effect: encoding === 'json' ? json.effectIfNotAccepted(from, receiver) : binaryEffect,
    because: `the reader's ${place} has another type`,
  };
}

function readSeen(to: Field, matching: FieldMatching, nested: Nested): Reading {
  const sender = matching.sender(to);
  const sent = sender === undefined ? EXACT : readSent(sender, matching, nested);
  if (sender !== undefined && fills(sender, to, matching)) return sent;
  const unfilled = readUnfilled(to, matching);
  // In JSON, another element under this key is not ignored.
  return matching.encoding === 'json' ? combine(sent, unfilled) : unfilled;
}

function readUnfilled(to: Field, matching: FieldMatching): Reading {
  const counterpart = matching.counterpartInWriter(to);
  if (isUnfinished(to) || (counterpart !== undefined && isUnfinished(counterpart))) return EXACT;
  if (to.presence === 'required') return missing(to, 'is', matching.encoding);
  const [required] = requiredFieldsIn(to);
  if (matching.reader.isMapEntry)
    return required === undefined
      ? loss('altered', `the map entry gets a default ${to.name}`)
      : missing(required, 'is', matching.encoding);
  const because = `nobody sends "${to.name}"`;
  return counterpart === undefined ? unsetReadersOwn(because) : loss('absent', because);
}

/** Whether `readSent` covers `to`, too: it is the counterpart of `from`, or takes its values for those of another element. */
function fills(from: Field, to: Field, matching: FieldMatching): boolean {
  return matching.areCounterparts(from, to) || accepts(from, to, matching.encoding);
}

/** Whether the reader's field accepts some of the writer's values, perhaps with another meaning. */
export function accepts(writer: Field, reader: Field, encoding: Encoding): boolean {
  if (encoding === 'json') return jsonParsersAccepting(writer, reader).length > 0;
  const possible = possibilities(writer, reader);
  return possible?.some(([from, to]) => accepts(from, to, encoding)) ?? binary.accepts(writer, reader);
}

export function jsonParsersAccepting(writer: Field, reader: Field): readonly JsonParser[] {
  const possible = possibilities(writer, reader);
  if (possible === undefined) return json.parsersAccepting(writer, reader);
  const found = possible.map(([from, to]) => json.parsersAccepting(from, to));
  return JSON_PARSERS.filter((parser) => found.some((parsers) => parsers.includes(parser)));
}

function readCounterparts(from: Field, to: Field, encoding: Encoding, nested: Nested): Reading {
  const possible = possibilities(from, to);
  if (possible !== undefined) return worstPossible(possible.map((pair) => readPossible(...pair, encoding, nested)));
  const values = encoding === 'binary' ? binary.readValues(from, to, nested) : json.readValues(from, to, nested);
  // A message is present even if something inside it is dropped.
  const isPresent = from.type.kind === 'message' && to.type.kind === 'message' && accepts(from, to, encoding);
  const read = to.presence === 'required' && !isPresent ? readRequired(values) : values;
  return combine(read, readUnset(from, to, encoding, nested.types));
}

function readPossible(from: Field, to: Field, encoding: Encoding, nested: Nested): Reading {
  const [sent, read] = [from.type, to.type];
  // A message (or enum) that was not found may have nothing in common with the other one.
  if ((isPlaceholder(sent) || isPlaceholder(read)) && sent.kind === read.kind && sent !== read) return UNKNOWN;
  return readCounterparts(from, to, encoding, nested);
}

/** The effect on a required field. Without its value, the whole message is rejected. */
export function readRequired(values: Reading): Reading {
  const ofMessage = (ofValue: Effect): Effect => (ofValue === 'dropped' ? 'rejected' : ofValue);
  // A rejected message affects all of its elements.
  const onSharedElements = values.worst === 'dropped' ? 'rejected' : ofMessage(values.onSharedElements);
  return {
    ...values,
    worst: ofMessage(values.worst),
    onSharedMessages: ofMessage(values.onSharedMessages),
    onSharedElements,
  };
}

/** The effect on a field that is unset or zero. */
export function readUnset(from: Field, to: Field, encoding: Encoding, types: TypeMatching): Reading {
  // A writer always sends the key and the value of a map's entry.
  if (from.message?.isMapEntry === true || from.presence === 'required') return EXACT;
  if (to.message?.isMapEntry === true) return readEntryDefault(from, to, encoding, types);
  if (to.presence === 'required') return missing(to, 'may be', encoding);
  const unset = areDefaultsCompared(from, to, encoding, types) ? readDefault(from, to, types) : EXACT;
  return combine(readZero(from, to, encoding), unset);
}

/** The reader substitutes a default for a missing key or value of a map's entry. */
function readEntryDefault(from: Field, to: Field, encoding: Encoding, types: TypeMatching): Reading {
  const [required] = requiredFieldsIn(to);
  return required === undefined ? readDefault(from, to, types) : missing(required, 'may be', encoding);
}

/** The effect on a field that is explicitly set to zero, or to an empty message. */
function readZero(from: Field, to: Field, encoding: Encoding): Reading {
  if (from.presence !== 'explicit' || requiredFieldsIn(from).length > 0) return EXACT;
  const isZero = encoding === 'binary' || json.readsAsZero(from, to);
  const isUnset = to.presence === 'implicit' && !to.repeated && isZero;
  const isEmptyList = encoding === 'json' && contentField(from, to) !== undefined;
  if (!isUnset && !isEmptyList) return EXACT;
  const zero = from.type.kind === 'message' ? `an empty ${from.type.message.name}` : 'an explicit zero';
  return lossBeyondReader('absent', `${zero} reads as unset`);
}

function areDefaultsCompared(from: Field, to: Field, encoding: Encoding, types: TypeMatching): boolean {
  if (from.repeated && to.repeated) return false;
  const areEnums = from.type.kind === 'enum' && to.type.kind === 'enum';
  // The finding about the enum reports that its first value changed.
  if (areEnums && from.default === undefined && to.default === undefined && types.apart(from.type.enum, to.type.enum))
    return false;
  return encoding === 'json' && !from.repeated && !to.repeated
    ? acceptsForm(from.type, to.type)
    : accepts(from, to, encoding);
}

/** Observed with protobuf-go 1.28, Python's protobuf 4.21, protobuf-es 2. */
function missing({ name }: Field, is: 'is' | 'may be', encoding: Encoding): Reading {
  const because = `the required "${name}" ${is} missing`;
  if (encoding === 'binary') return loss('rejected', because);
  return { ...loss('rejected', `${because}, which Go rejects, but Python and protobuf-es accept`), parsers: ['Go'] };
}

/** The writer may set two fields that are in one oneof of the reader. */
function readOneof(from: Field, to: Field, matching: FieldMatching): Reading {
  const { encoding, reader } = matching;
  // Ignored fields replace nothing.
  if (to.oneof === undefined || !accepts(from, to, encoding)) return EXACT;
  for (const rival of to.oneof.fields) {
    if (rival.number === to.number) continue;
    // In a message that `replacing` made, the oneof still has the original members.
    const sender = matching.sender(reader.fieldsByNumber.get(rival.number) ?? rival);
    if (sender === undefined || sender === from || !accepts(sender, rival, encoding)) continue;
    if (sender.oneof !== undefined && sender.oneof === from.oneof) continue;
    return encoding === 'json'
      ? lossBeyondReader('rejected', `"${from.name}" and "${sender.name}" are rejected together`)
      : lossBeyondReader('altered', `"${from.name}" and "${sender.name}" replace each other`);
  }
  return EXACT;
}

type Cache = WeakMap<Message, WeakMap<Message, Reading>>;

const caches = new WeakMap<TypeMatching, Readonly<Record<Encoding, Cache>>>();

function cacheOf(types: TypeMatching, encoding: Encoding): Cache {
  const known = caches.get(types) ?? { binary: new WeakMap(), json: new WeakMap() };
  caches.set(types, known);
  return known[encoding];
}

function recall(cache: Cache, writer: Message, reader: Message): Reading | undefined {
  return cache.get(writer)?.get(reader);
}

function remember(cache: Cache, writer: Message, reader: Message, reading: Reading): void {
  const readers = cache.get(writer) ?? new WeakMap<Message, Reading>();
  cache.set(writer, readers.set(reader, reading));
}
