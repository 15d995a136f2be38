import { allFields } from '../schema/fields.ts';
import type { Field, Message, Method } from '../schema/model.ts';
import * as binary from './binary.ts';
import { readDefault } from './defaults.ts';
import type { Effect, Encoding, Reading } from './effect.ts';
import * as json from './json.ts';
import { landing, namesake, origin, sameElement } from './match.ts';
import type { Nested } from './nested.ts';
import { beyond, combine, EXACT, loss, readersOwn, writersOwn } from './reading.ts';
import { BY_NAME, type TypeMatching } from './type-matching.ts';
import { isUnknown, possibilities, UNKNOWN } from './unknown.ts';

/**
 * What the reader makes of one message type by its structure, everything that is reachable from it included. Names of messages
 * do not matter; fields are matched by number in binary and by key in JSON.
 */
export function readMessage(
  writer: Message,
  reader: Message,
  encoding: Encoding,
  types: TypeMatching = BY_NAME,
): Reading {
  if (writer === reader) return EXACT;
  const cache = cacheOf(types, encoding);
  const known = recall(cache, writer, reader);
  if (known !== undefined) return known;
  // Types may be recursive: every pair is looked at once, and the worst of all is the answer.
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
  // The list grows while it is walked.
  for (const [from, to] of pairs) readings.push(readFields(from, to, encoding, nested));
  const all = combine(...readings);
  if (all.worst === 'exact') for (const [from, to] of pairs) remember(cache, from, to, EXACT);
  else remember(cache, writer, reader, all);
  return all;
}

/**
 * What the reader's field makes of the writer's, which are the same element and share the number (in JSON: the key): type,
 * cardinality, presence, default and encoding. Oneofs take their messages to judge: see `readFieldOf`.
 */
export function readField(writer: Field, reader: Field, encoding: Encoding, types: TypeMatching = BY_NAME): Reading {
  return readPair(writer, reader, encoding, deep(encoding, types));
}

/** What the reader's field makes of a writer that leaves its field unset, or sets it to zero. */
export function readUnset(writer: Field, reader: Field, encoding: Encoding, types: TypeMatching = BY_NAME): Reading {
  return readPresence(writer, reader, encoding, deep(encoding, types));
}

/**
 * The whole fate of one element inside its messages. What the writer's field sends lands on the reader's field of that number
 * or key, which may be another element, or nowhere; what the reader's field sees comes from the writer's field of its number or
 * key, or from nowhere. Leave out the side that does not have the element. Covers renumbered, swapped, reused, added and removed
 * fields and extensions, and oneofs.
 */
export function readFieldOf(
  writerMessage: Message,
  readerMessage: Message,
  writer: Field | undefined,
  reader: Field | undefined,
  encoding: Encoding,
  types: TypeMatching = BY_NAME,
): Reading {
  const nested = deep(encoding, types);
  return combine(
    writer === undefined ? EXACT : readSent(writerMessage, readerMessage, writer, encoding, nested),
    reader === undefined ? EXACT : readSeen(writerMessage, readerMessage, reader, encoding, nested),
  );
}

/**
 * What a call comes to. The writer is the method that the caller knows, the reader the one that the server offers under the
 * same path; leave out the side that has none. Types of request and response are read on their own.
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
 * What happens where one side streams was seen with grpc-js, grpc-go 1.64, ttrpc-go 1.1.1 and 1.2.4, and ttrpc-rust 0.5.2. The
 * worst of them counts. One message is all it takes, so this is no question of what the old side cannot express. A server that
 * answers once to a client that reads a stream is read by all of them.
 */

const STREAM_TO_UNARY = loss(
  'altered',
  'grpc-go takes the first request and answers OK; ttrpc runs the call with an empty request and answers OK, and the server of ttrpc-go 1.2.4 may panic; other servers refuse the call',
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

/** One pair of messages without what they hold. */
function readFields(writer: Message, reader: Message, encoding: Encoding, nested: Nested): Reading {
  const fed = new Set<Field>();
  const readings: Reading[] = [];
  for (const field of allFields(writer)) {
    const target = landing(reader, field, encoding);
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
  const target = landing(reader, field, encoding);
  if (target !== undefined && sameElement(writer, reader, field, target, encoding, nested.types)) {
    return combine(readPair(field, target, encoding, nested), readOneof(writer, reader, field, target, encoding));
  }
  if (target !== undefined && accepts(field, target, encoding)) {
    return loss('altered', `the reader takes "${field.name}" for "${target.name}"`);
  }
  const effect = encoding === 'json' || target?.presence === 'required' ? 'rejected' : 'dropped';
  const place = encoding === 'json' ? `key "${field.jsonName}"` : `field ${String(field.number)}`;
  const because = target === undefined ? `the reader has no ${place}` : `the reader's ${place} is of another type`;
  const counterpart =
    namesake(reader, writer, field, nested.types.sameType) ?? renamed(writer, reader, field, encoding, nested.types);
  if (counterpart !== undefined && isUnfinished(counterpart)) return EXACT;
  if (counterpart === undefined) return writersOwn(effect, because);
  return combine(loss(effect, because), readPresence(field, counterpart, encoding, nested));
}

/** A field that is still being typed has no number yet: nothing is claimed about it. */
function isUnfinished(field: Field): boolean {
  return Number.isNaN(field.number);
}

/** In JSON a renamed field has its number in common and no longer its key. */
function renamed(
  writer: Message,
  reader: Message,
  field: Field,
  encoding: Encoding,
  types: TypeMatching,
): Field | undefined {
  const target = landing(reader, field, 'binary');
  return target !== undefined && sameElement(writer, reader, field, target, encoding, types) ? target : undefined;
}

function readSeen(writer: Message, reader: Message, field: Field, encoding: Encoding, nested: Nested): Reading {
  const source = origin(writer, reader, field, encoding);
  if (source !== undefined && isTaken(writer, reader, source, field, encoding, nested.types)) {
    return readSent(writer, reader, source, encoding, nested);
  }
  const counterpart = namesake(writer, reader, field, nested.types.sameType) ?? origin(writer, reader, field, 'binary');
  if (isUnfinished(field) || (counterpart !== undefined && isUnfinished(counterpart))) return EXACT;
  if (field.presence === 'required') return loss('rejected', missing(field, 'is', encoding));
  if (reader.isMapEntry) return loss('altered', `the map makes up a ${field.name}`);
  const because = `nobody sends "${field.name}"`;
  return counterpart !== undefined && sameElement(writer, reader, counterpart, field, encoding, nested.types)
    ? loss('absent', because)
    : readersOwn(because);
}

/** Whether the reader takes the writer's field for a value of its own. JSON has no way to pass over a key that it knows. */
function isTaken(
  writer: Message,
  reader: Message,
  from: Field,
  to: Field,
  encoding: Encoding,
  types: TypeMatching,
): boolean {
  return encoding === 'json' || sameElement(writer, reader, from, to, encoding, types) || accepts(from, to, encoding);
}

/** Whether the reader's field takes what the writer's field sends for a value of its own, right or wrong. */
export function accepts(writer: Field, reader: Field, encoding: Encoding): boolean {
  const possible = possibilities(writer, reader);
  if (possible !== undefined) return possible.some(([from, to]) => accepts(from, to, encoding));
  return encoding === 'binary' ? binary.accepts(writer, reader) : json.accepts(writer, reader);
}

function readPair(writer: Field, reader: Field, encoding: Encoding, nested: Nested): Reading {
  const possible = possibilities(writer, reader);
  if (possible !== undefined) return combine(...possible.map((pair) => readPossible(...pair, encoding, nested)));
  const read = encoding === 'binary' ? binary.readValues : json.readValues;
  const values = read(writer, reader, nested);
  // What a message drops of its own does not make the message itself missing.
  const isInside =
    writer.type.kind === 'message' && reader.type.kind === 'message' && accepts(writer, reader, encoding);
  const isMissed = reader.presence === 'required' && !isInside;
  return combine(isMissed ? missed(values) : values, readPresence(writer, reader, encoding, nested));
}

/** One of the things that two fields can be of which at least one is of an unknown type. */
function readPossible(writer: Field, reader: Field, encoding: Encoding, nested: Nested): Reading {
  const [from, to] = [writer.type, reader.type];
  // Two of a kind are one type, or nobody knows what they have in common.
  if ((isUnknown(from) || isUnknown(to)) && from.kind === to.kind && from !== to) return UNKNOWN;
  return readPair(writer, reader, encoding, nested);
}

/** What a required field makes of its values: one that is dropped is missing, and the whole message is refused for it. */
export function missed(values: Reading): Reading {
  const effect = (dropped: Effect): Effect => (dropped === 'dropped' ? 'rejected' : dropped);
  // That a reader ignores something hurts nobody but the writer; that it refuses the message hurts both.
  const common = values.worst === 'dropped' ? 'rejected' : effect(values.common);
  return { ...values, worst: effect(values.worst), shared: effect(values.shared), common };
}

/** What an unset field, or one that is set to zero, turns into. */
function readPresence(writer: Field, reader: Field, encoding: Encoding, nested: Nested): Reading {
  // A map's entries always carry both their fields, and the reader makes up what is missing.
  if (writer.message?.isMapEntry === true || reader.message?.isMapEntry === true) return EXACT;
  if (writer.presence === 'required') return EXACT;
  if (reader.presence === 'required') return loss('rejected', missing(reader, 'may be', encoding));
  const isLost = writer.presence === 'explicit' && reader.presence === 'implicit' && !reader.repeated;
  const zero = writer.type.kind === 'message' ? `an empty ${writer.type.message.name}` : 'an explicit zero';
  const presence = isLost ? beyond('absent', `${zero} reads as unset`) : EXACT;
  const isToldElsewhere =
    writer.type.kind === 'enum' &&
    reader.type.kind === 'enum' &&
    writer.default === undefined &&
    reader.default === undefined &&
    nested.types.apart(writer.type.enum, reader.type.enum);
  // A list that is not sent is empty on both sides. And where no value of the one type is read as the other, a default of the one
  // says nothing about the other: the reader never gets the writer's field.
  const hasNoDefault = (writer.repeated && reader.repeated) || !accepts(writer, reader, encoding);
  return isToldElsewhere || hasNoDefault ? presence : combine(presence, readDefault(writer, reader, nested.types));
}

/** JSON parsers differ, and the worst of them counts: seen with protobuf-go 1.28, Python's protobuf 4.21 and protobuf-es 2. */
function missing({ name }: Field, is: 'is' | 'may be', encoding: Encoding): string {
  const because = `the required "${name}" ${is} missing`;
  return encoding === 'json' ? `${because}, which Go refuses while Python and protobuf-es do not` : because;
}

/** Members of the reader's oneof push each other out; the writer may be able to set them together. */
function readOneof(writer: Message, reader: Message, from: Field, to: Field, encoding: Encoding): Reading {
  // What the reader ignores pushes nothing out, and nothing pushes it out.
  if (to.oneof === undefined || !accepts(from, to, encoding)) return EXACT;
  for (const rival of to.oneof.fields) {
    if (rival.number === to.number) continue;
    const source = origin(writer, reader, reader.fieldsByNumber.get(rival.number) ?? rival, encoding);
    if (source === undefined || source === from || !accepts(source, rival, encoding)) continue;
    if (source.oneof !== undefined && source.oneof === from.oneof) continue;
    return encoding === 'json'
      ? beyond('rejected', `"${from.name}" and "${source.name}" are refused together`)
      : beyond('altered', `"${from.name}" and "${source.name}" push each other out`);
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
