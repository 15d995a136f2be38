import type { FieldPair } from '../../diff/pairs.ts';
import type { Carriers, Effect, Encoding, Reading } from '../../effects/effect.ts';
import { type Writer, worstImpact } from '../../effects/impact.ts';
import { combine, EXACT, isWorse, loss, lossBeyondReader } from '../../effects/reading.ts';
import type { TypeMatching } from '../../effects/type-matching.ts';
import { isExtension } from '../../schema/fields.ts';
import type { Field, Message } from '../../schema/model.ts';
import { measure, type Measured, REQUEST } from '../measure.ts';
import type { Context, Scenario, Witness } from '../rule.ts';
import {
  newPeer,
  oldPeer,
  quote,
  type Phrase,
  type Phrases,
  type PhrasesByEffect,
  type PhrasesByWriter,
} from '../words.ts';

/*
 * A client sends a `google.protobuf.FieldMask` with names of fields. The server refuses a mask with a name that it does not
 * have. A mask may also select fields of a response.
 */

type Side = 'old' | 'new';

type Fields = Pick<FieldPair, 'parent'> & { readonly [side in Side]: Field | undefined };

export interface MeasuredWithPhrases {
  readonly measured: Measured;
  readonly phrases: Phrases;
}

/** A path that a client can send, and that the server does not read as meant. */
interface LostPath {
  readonly path: string;
  readonly why: string;
}

interface MaskLoss extends LostPath {
  readonly effect: 'rejected' | 'altered';
  /** How the path is related to the changed field. */
  readonly kind: keyof typeof SERVER_DOES;
}

const SERVER_DOES = {
  name: (client: string) => `refuses a field mask of ${client} that names it`,
  'old name': (client: string) => `refuses a field mask of ${client} that has the old name`,
  'new name': (client: string) => `refuses a field mask of ${client} that has the new name`,
  'name of another field': (client: string, path: string) =>
    `takes ${quote(path)} in a field mask of ${client} for another field`,
  'name of a group': (client: string) =>
    `refuses a field mask of ${client} that names it (in Go, a group is named after its message)`,
  'path inside': (client: string) => `refuses a field mask of ${client} that names a field in it`,
};

/**
 * Adds the loss in masks to that on the field itself.
 * @param own the phrases of the field. Where the loss in a mask is worse, a phrase about masks replaces them
 */
export function withMasks(pair: Fields, base: Measured, { types }: Context, own: Phrases = {}): MeasuredWithPhrases {
  if (pair.parent?.carriers.masked !== true) return { measured: base, phrases: own };
  const { carriers } = pair.parent;
  const byClient = { old: maskLoss(pair, 'old', types), new: maskLoss(pair, 'new', types) };
  const readMask = (client: Side): Reading => {
    const lost = byClient[client];
    if (lost === undefined) return EXACT;
    // No released client could send a path that leads to a new field.
    const isNew = lost.kind === 'path inside' || nameable(pair.old) === undefined;
    const shape = client === 'new' && isNew ? lossBeyondReader : loss;
    return shape(lost.effect, `"${lost.path}" in a google.protobuf.FieldMask: ${lost.why}`);
  };
  const measured: Measured = {
    ...base,
    // A mask is part of a request, even if the message is a response.
    impact: worstImpact(base.impact, measure(REQUEST, 'same', readMask).impact),
    read: (writer, encoding) => combine(base.read(writer, encoding), readMask(clientOf(writer, carriers))),
  };
  const ofMask = (writer: Writer, encoding: Encoding): PhrasesByEffect => {
    const lost = byClient[clientOf(writer, carriers)];
    const { worst } = base.read(writer, encoding);
    if (lost === undefined || !isWorse(lost.effect, worst)) return {};
    return { [lost.effect]: phraseFor(lost, worst, carriers) };
  };
  const merged = (ofField: PhrasesByWriter | undefined, encoding: Encoding): PhrasesByWriter => ({
    old: { ...ofField?.old, ...ofMask('old', encoding) },
    new: { ...ofField?.new, ...ofMask('new', encoding) },
  });
  return { measured, phrases: { ...merged(own, 'binary'), json: merged(own.json, 'json') } };
}

/** A message that is both a request and a response counts as a request. */
function clientOf(writer: Writer, { request }: Carriers): Side {
  return request ? writer : opposite(writer);
}

function opposite(side: Side): Side {
  return side === 'old' ? 'new' : 'old';
}

function phraseFor({ kind, path }: MaskLoss, withoutMask: Effect, { request }: Carriers): Phrase {
  const also = kind === 'path inside' ? undefined : WITHOUT_MASK[withoutMask];
  return (reader, writer) => {
    const [server, client] = request ? [reader, writer] : [writer, reader];
    const does = SERVER_DOES[kind](client, path);
    if (also === undefined) return `${server} ${does}`;
    return `${also(reader, writer)}, and ${request ? does : `${server} ${does}`}`;
  };
}

/** What is lost even if no mask is sent. */
const WITHOUT_MASK: Partial<Record<Effect, (reader: string, writer: string) => string>> = {
  dropped: (reader, writer) => `${reader} ignores it when ${writer} sends it`,
  absent: (reader) => `${reader} sees it unset`,
  rejected: (reader, writer) => `${reader} refuses what ${writer} sends`,
};

export function showMask(pair: Fields, scenario: Scenario): Witness | undefined {
  const { parent } = pair;
  if (parent?.old === undefined || parent.new === undefined || parent.carriers.masked !== true) return undefined;
  if (scenario.carrier !== (parent.carriers.request ? 'request' : 'response')) return undefined;
  const { pairing, encoding, context } = scenario;
  const client = clientOf(scenario.writer, parent.carriers);
  const server = opposite(client);
  const lost = maskLoss(pair, client, context.types);
  if (lost?.effect !== scenario.effect) return undefined;
  const { effect, path, why } = lost;
  const messages = { old: parent.old, new: parent.new };
  const peers = { old: oldPeer, new: newPeer };
  const does = effect === 'rejected' ? 'refuses it' : 'selects another field';
  return {
    sent: `${peers[client]('client', context.words)} sends a FieldMask for ${messages[server].name} with the path "${path}"`,
    read: `${peers[server]('server', context.words)} ${does}, because ${why}`,
    shown: { kind: 'mask', pairing, encoding, effect, path, client: messages[client], server: messages[server] },
  };
}

/** @returns undefined if the server reads what the client meant, or if the client does not have the field */
function maskLoss(pair: Fields, client: Side, types: TypeMatching): MaskLoss | undefined {
  const server = opposite(client);
  const clientField = nameable(pair[client]);
  const serverField = nameable(pair[server]);
  const serverMessage = pair.parent?.[server];
  if (clientField === undefined || serverMessage === undefined) return undefined;
  const { name } = clientField;
  if (serverField?.name !== name) {
    if (serverMessage.fieldsByName.has(name)) {
      const why = 'the name belongs to another field there';
      return { effect: 'altered', kind: 'name of another field', path: name, why };
    }
    const kind = serverField === undefined ? 'name' : (`${client} name` as const);
    return { effect: 'rejected', kind, ...noField(name, serverMessage) };
  }
  const group = groupPath(clientField, serverField);
  if (group !== undefined) return { effect: 'rejected', kind: 'name of a group', ...group };
  const inner = lostPath(clientField, serverField, types);
  return inner && { effect: 'rejected', kind: 'path inside', ...inner };
}

/** A mask cannot name an extension. */
function nameable(field: Field | undefined): Field | undefined {
  return field === undefined || isExtension(field) ? undefined : field;
}

/** What a client in Go sends if only one of the two fields is delimited. */
function groupPath(clientField: Field, serverField: Field): LostPath | undefined {
  const path = clientField.delimited === serverField.delimited ? undefined : nameInGo(clientField);
  return path === undefined ? undefined : { path, why: 'in Go, a group is named after its message' };
}

/** A group has the name of its message. Go cannot name another delimited field. */
function nameInGo(field: Field): string | undefined {
  if (!field.delimited || field.type.kind !== 'message') return field.name;
  const { name } = field.type.message;
  return name.toLowerCase() === field.name ? name : undefined;
}

/**
 * The first path that begins with the client's field and that the server refuses. Paths lead only through single
 * messages (https://protobuf.dev/reference/protobuf/google.protobuf/#field-mask). Types that are `apart` have their
 * own findings.
 * @param seen pairs of messages that are already compared, because messages may be recursive
 */
function lostPath(
  clientField: Field,
  serverField: Field,
  types: TypeMatching,
  seen = new Set<string>(),
): LostPath | undefined {
  const group = groupPath(clientField, serverField);
  if (group !== undefined) return group;
  const [clientMessage, serverMessage] = [singleMessageIn(clientField), singleMessageIn(serverField)];
  if (clientMessage === undefined || clientMessage === serverMessage) return undefined;
  const inside = ({ path, why }: LostPath): LostPath => ({ path: `${clientField.name}.${path}`, why });
  if (serverMessage === undefined) {
    const [first] = clientMessage.fields;
    const why = `${quote(serverField.name)} is not a single message in ${serverField.message?.name ?? ''}`;
    return first && inside({ path: first.name, why });
  }
  const pair = `${clientMessage.fullName} ${serverMessage.fullName}`;
  if (seen.has(pair) || types.apart(clientMessage, serverMessage)) return undefined;
  seen.add(pair);
  for (const field of clientMessage.fields) {
    const namesake = serverMessage.fieldsByName.get(field.name);
    const lost = namesake === undefined ? noField(field.name, serverMessage) : lostPath(field, namesake, types, seen);
    if (lost !== undefined) return inside(lost);
  }
  return undefined;
}

function noField(name: string, server: Message): LostPath {
  return { path: name, why: `${server.name} has no field "${name}"` };
}

function singleMessageIn({ type, repeated, isMap }: Field): Message | undefined {
  return type.kind === 'message' && !repeated && !isMap ? type.message : undefined;
}
