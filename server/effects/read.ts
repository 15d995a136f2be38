import { allFields } from '../schema/fields.ts';
import type { Field, Message, Method } from '../schema/model.ts';
import * as binary from './binary.ts';
import { readDefault } from './defaults.ts';
import { type Effect, type Encoding, JSON_PARSERS, type JsonParser, type Reading } from './effect.ts';
import * as json from './json.ts';
import { contentField } from './json-special.ts';
import { receivingField, namesake, sendingField, sameElement } from './match.ts';
import type { Nested } from './nested.ts';
import { beyond, combine, EXACT, loss, readersOwn, takenBy, worstOf, writersOwn } from './reading.ts';
import type { TypeMatching } from './type-matching.ts';
import { isPlaceholder, possibilities, UNKNOWN } from './unknown.ts';

/** How the reader reads one message type, including everything reachable from it. */
export function readMessage(writer: Message, reader: Message, encoding: Encoding, types: TypeMatching): Reading {
  if (writer === reader) return EXACT;
  const cache = cacheOf(types, encoding);
  const known = recall(cache, writer, reader);
  if (known !== undefined) return known;
  // Types may be recursive, so every pair is compared only once.
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
  // Comparing a pair can append further pairs to this list.
  for (const [from, to] of pairs) readings.push(readFields(from, to, encoding, nested));
  const all = combine(...readings);
  if (all.worst === 'exact') for (const [from, to] of pairs) remember(cache, from, to, EXACT);
  else remember(cache, writer, reader, all);
  return all;
}

/**
 * How the reader's field reads the writer's, if both are the same element and share the number (in JSON: the key).
 * Oneofs need the whole messages: see `readFieldOf`.
 */
export function readField(writer: Field, reader: Field, encoding: Encoding, types: TypeMatching): Reading {
  return readPair(writer, reader, encoding, deep(encoding, types));
}

/** How the reader's field reads an unset or zero field of the writer. */
export function readUnset(writer: Field, reader: Field, encoding: Encoding, types: TypeMatching): Reading {
  return readPresence(writer, reader, encoding, deep(encoding, types));
}

/**
 * The effect on one element of two messages: on what the writer's field sends, and on what the reader's field sees.
 * @param writer the element on the writer's side; undefined if only the reader has it. The same for `reader`.
 */
export function readFieldOf(
  writerMessage: Message,
  readerMessage: Message,
  writer: Field | undefined,
  reader: Field | undefined,
  encoding: Encoding,
  types: TypeMatching,
): Reading {
  const nested = deep(encoding, types);
  return combine(
    writer === undefined ? EXACT : readSent(writerMessage, readerMessage, writer, encoding, nested),
    reader === undefined ? EXACT : readSeen(writerMessage, readerMessage, reader, encoding, nested),
  );
}

/**
 * How a call works if the caller and the server have different versions of a method. A side that does not have the method is undefined.
 * The types of request and response are compared separately.
 */
export function readMethod(caller: Method | undefined, server: Method | undefined): Reading {
  if (caller === undefined) return EXACT;
  if (server === undefined) return writersOwn('rejected', 'UNIMPLEMENTED: the server does not know the method');
  return combine(
    server.serverStreaming && !caller.serverStreaming ? STREAM_FROM_SERVER : EXACT,
    caller.clientStreaming && !server.clientStreaming ? STREAM_TO_UNARY : EXACT,
    server.clientStreaming && !caller.clientStreaming ? UNARY_TO_STREAM : EXACT,
  );
}

/*
 * The effect if only one side streams was observed with grpc-js, grpc-go 1.64, ttrpc-go 1.1.1 and 1.2.4, and ttrpc-rust 0.5.2. The worst
 * one counts. If a server answers once and the client reads a stream, the call works with all of them.
 */

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

/** Compares two messages without the messages inside them. */
function readFields(writer: Message, reader: Message, encoding: Encoding, nested: Nested): Reading {
  const fed = new Set<Field>();
  const readings: Reading[] = [];
  for (const field of allFields(writer)) {
    const target = receivingField(reader, field, encoding);
    if (target !== undefined && isTaken(writer, reader, field, target, encoding, nested.types)) fed.add(target);
    readings.push(within(writer, field, readSent(writer, reader, field, encoding, nested)));
  }
  for (const field of allFields(reader)) {
    if (!fed.has(field)) readings.push(within(reader, field, readSeen(writer, reader, field, encoding, nested)));
  }
  return combine(...readings);
}

function within(message: Message, field: Field, reading: Reading): Reading {
  return reading.because === undefined
    ? reading
    : { ...reading, because: `${message.name}.${field.name}: ${reading.because}` };
}

function readSent(writer: Message, reader: Message, field: Field, encoding: Encoding, nested: Nested): Reading {
  if (isUnfinished(field)) return EXACT;
  const target = receivingField(reader, field, encoding);
  if (target !== undefined && sameElement(writer, reader, field, target, encoding, nested.types)) {
    return combine(readPair(field, target, encoding, nested), readOneof(writer, reader, field, target, encoding));
  }
  if (target !== undefined && accepts(field, target, encoding)) {
    const parsers = encoding === 'json' ? jsonParsersAccepting(field, target) : JSON_PARSERS;
    const taken = takenBy(parsers, `"${field.name}"`, `"${target.name}"`);
    return encoding === 'json' ? taken : { ...taken, dependsOnBytes: true };
  }
  const effect = target === undefined ? MISSED[encoding] : whenRefused(field, target, encoding);
  const place = encoding === 'json' ? `key "${field.jsonName}"` : `field ${String(field.number)}`;
  const because = target === undefined ? `the reader has no ${place}` : `the reader's ${place} has another type`;
  const counterpart =
    namesake(reader, writer, field, nested.types.sameType) ?? renamed(writer, reader, field, encoding, nested.types);
  if (counterpart !== undefined && isUnfinished(counterpart)) return EXACT;
  if (counterpart === undefined) return writersOwn(effect, because);
  return combine(loss(effect, because), readPresence(field, counterpart, encoding, nested));
}

/** The effect on a field whose number or key the reader does not have. */
const MISSED: Readonly<Record<Encoding, Effect>> = { binary: 'dropped', json: 'rejected' };

/** The effect on a field if the reader's field with its number or key accepts none of its values. */
function whenRefused(field: Field, target: Field, encoding: Encoding): Effect {
  if (encoding === 'json') return json.effectIfNotAccepted(field, target);
  return target.presence === 'required' ? 'rejected' : 'dropped';
}

/** A field that is still being typed has no number yet, so nothing is reported about it. */
function isUnfinished(field: Field): boolean {
  return Number.isNaN(field.number);
}

/** The reader's field with the same number, if it is the same element. In JSON, a renamed field keeps its number but not its key. */
function renamed(
  writer: Message,
  reader: Message,
  field: Field,
  encoding: Encoding,
  types: TypeMatching,
): Field | undefined {
  const target = receivingField(reader, field, 'binary');
  return target !== undefined && sameElement(writer, reader, field, target, encoding, types) ? target : undefined;
}

function readSeen(writer: Message, reader: Message, field: Field, encoding: Encoding, nested: Nested): Reading {
  const source = sendingField(writer, reader, field, encoding);
  const sent = source === undefined ? EXACT : readSent(writer, reader, source, encoding, nested);
  if (source !== undefined && isTaken(writer, reader, source, field, encoding, nested.types)) return sent;
  const unsent = readUnsent(writer, reader, field, encoding, nested);
  // A JSON parser does not ignore what another element sends under this key.
  return encoding === 'json' ? combine(sent, unsent) : unsent;
}

/** What the reader sees in a field that gets no value from the writer. */
function readUnsent(writer: Message, reader: Message, field: Field, encoding: Encoding, nested: Nested): Reading {
  const counterpart =
    namesake(writer, reader, field, nested.types.sameType) ?? sendingField(writer, reader, field, 'binary');
  if (isUnfinished(field) || (counterpart !== undefined && isUnfinished(counterpart))) return EXACT;
  if (field.presence === 'required') return missing(field, 'is', encoding);
  if (reader.isMapEntry) return loss('altered', `the map entry gets a default ${field.name}`);
  const because = `nobody sends "${field.name}"`;
  return counterpart !== undefined && sameElement(writer, reader, counterpart, field, encoding, nested.types)
    ? loss('absent', because)
    : readersOwn(because);
}

/** Whether the reader's field, which may be another element, gets values from the writer's field. */
function isTaken(
  writer: Message,
  reader: Message,
  from: Field,
  to: Field,
  encoding: Encoding,
  types: TypeMatching,
): boolean {
  return sameElement(writer, reader, from, to, encoding, types) || accepts(from, to, encoding);
}

/** Whether the reader's field accepts some of what the writer's field sends, even if it reads a wrong value. */
export function accepts(writer: Field, reader: Field, encoding: Encoding): boolean {
  if (encoding === 'json') return jsonParsersAccepting(writer, reader).length > 0;
  const possible = possibilities(writer, reader);
  return possible?.some(([from, to]) => accepts(from, to, encoding)) ?? binary.accepts(writer, reader);
}

/** The JSON parsers that accept some of what the writer's field sends. */
export function jsonParsersAccepting(writer: Field, reader: Field): readonly JsonParser[] {
  const possible = possibilities(writer, reader);
  if (possible === undefined) return json.parsersAccepting(writer, reader);
  const found = possible.map(([from, to]) => json.parsersAccepting(from, to));
  return JSON_PARSERS.filter((parser) => found.some((parsers) => parsers.includes(parser)));
}

function readPair(writer: Field, reader: Field, encoding: Encoding, nested: Nested): Reading {
  const possible = possibilities(writer, reader);
  if (possible !== undefined) return worstOf(possible.map((pair) => readPossible(...pair, encoding, nested)));
  const read = encoding === 'binary' ? binary.readValues : json.readValues;
  const values = read(writer, reader, nested);
  // If only something inside a message is dropped, the message itself is present.
  const isInside =
    writer.type.kind === 'message' && reader.type.kind === 'message' && accepts(writer, reader, encoding);
  const isMissed = reader.presence === 'required' && !isInside;
  return combine(isMissed ? readRequired(values) : values, readPresence(writer, reader, encoding, nested));
}

/** One possible reading of two fields, of which at least one has an unknown type. */
function readPossible(writer: Field, reader: Field, encoding: Encoding, nested: Nested): Reading {
  const [from, to] = [writer.type, reader.type];
  // If one of two messages (or enums) was not found, it is unknown what they have in common.
  if ((isPlaceholder(from) || isPlaceholder(to)) && from.kind === to.kind && from !== to) return UNKNOWN;
  return readPair(writer, reader, encoding, nested);
}

/** The effect on a required field. If its value is dropped, the field is missing and the whole message is rejected. */
export function readRequired(values: Reading): Reading {
  const effect = (dropped: Effect): Effect => (dropped === 'dropped' ? 'rejected' : dropped);
  // An ignored value affects only this element. A rejected message affects all of its elements.
  const common = values.worst === 'dropped' ? 'rejected' : effect(values.common);
  return { ...values, worst: effect(values.worst), shared: effect(values.shared), common };
}

/** How the reader reads an unset field, or one that is set to zero. */
function readPresence(writer: Field, reader: Field, encoding: Encoding, nested: Nested): Reading {
  // A map's entries always have a key and a value: a reader substitutes defaults.
  if (writer.message?.isMapEntry === true || reader.message?.isMapEntry === true) return EXACT;
  if (writer.presence === 'required') return EXACT;
  if (reader.presence === 'required') return missing(reader, 'may be', encoding);
  const isZeroRead = encoding === 'json' && json.readsZero(writer, reader);
  const isEmptyList = encoding === 'json' && contentField(writer, reader) !== undefined;
  const isImplicit = reader.presence === 'implicit' && !reader.repeated && !isZeroRead;
  const isLost = writer.presence === 'explicit' && (isImplicit || isEmptyList);
  const zero = writer.type.kind === 'message' ? `an empty ${writer.type.message.name}` : 'an explicit zero';
  const presence = isLost ? beyond('absent', `${zero} reads as unset`) : EXACT;
  const isReportedElsewhere =
    writer.type.kind === 'enum' &&
    reader.type.kind === 'enum' &&
    writer.default === undefined &&
    reader.default === undefined &&
    nested.types.apart(writer.type.enum, reader.type.enum);
  // Defaults do not matter if the reader does not accept the writer's type. Those of two single enums do, even if a JSON parser
  // knows none of the names.
  const areEnums = writer.type.kind === 'enum' && reader.type.kind === 'enum' && !writer.repeated && !reader.repeated;
  const hasNoDefault = (writer.repeated && reader.repeated) || (!areEnums && !accepts(writer, reader, encoding));
  return isReportedElsewhere || hasNoDefault ? presence : combine(presence, readDefault(writer, reader, nested.types));
}

/** Observed with protobuf-go 1.28, Python's protobuf 4.21, protobuf-es 2. */
function missing({ name }: Field, is: 'is' | 'may be', encoding: Encoding): Reading {
  const because = `the required "${name}" ${is} missing`;
  if (encoding === 'binary') return loss('rejected', because);
  return { ...loss('rejected', `${because}, which Go rejects, but Python and protobuf-es accept`), parsers: ['Go'] };
}

/** The effect if the writer can set two fields together that are in one oneof of the reader. */
function readOneof(writer: Message, reader: Message, from: Field, to: Field, encoding: Encoding): Reading {
  // Fields that the reader ignores neither replace others nor are replaced.
  if (to.oneof === undefined || !accepts(from, to, encoding)) return EXACT;
  for (const rival of to.oneof.fields) {
    if (rival.number === to.number) continue;
    const source = sendingField(writer, reader, reader.fieldsByNumber.get(rival.number) ?? rival, encoding);
    if (source === undefined || source === from || !accepts(source, rival, encoding)) continue;
    if (source.oneof !== undefined && source.oneof === from.oneof) continue;
    return encoding === 'json'
      ? beyond('rejected', `"${from.name}" and "${source.name}" are rejected together`)
      : beyond('altered', `"${from.name}" and "${source.name}" replace each other`);
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
