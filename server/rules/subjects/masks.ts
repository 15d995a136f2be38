import type { FieldPair } from '../../diff/pairs.ts';
import type { Effect, Encoding, Reading } from '../../effects/effect.ts';
import { type Writer, worstImpact } from '../../effects/impact.ts';
import { combine, EXACT, loss, worse } from '../../effects/reading.ts';
import type { TypeMatching } from '../../effects/type-matching.ts';
import { isExtension } from '../../schema/fields.ts';
import type { Field, Message } from '../../schema/model.ts';
import { measure, type Measured, REQUEST } from '../measure.ts';
import type { Context, Scenario, Witness } from '../rule.ts';
import { newPeer, oldPeer, quote, type Phrase, type Phrases, type PhrasesByWriter } from '../words.ts';

type Fields = Pick<FieldPair, 'parent'> & { readonly old: Field | undefined; readonly new: Field | undefined };

/** How a server misreads a field mask that names the field, or a field inside it. */
interface MaskLoss {
  readonly effect: 'rejected' | 'altered';
  readonly kind: keyof typeof DOES;
  readonly path: string;
  /** Why the server misreads it. */
  readonly why: string;
}

/** What the server does, by what the mask contains. */
const DOES = {
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
 * Adds the effect on a `google.protobuf.FieldMask` that a method carries together with the field. A server rejects names that it does not
 * know. Fields that the release does not have are left out, because field-added reports them.
 * @returns phrases about masks whose effect is worse than the one on the field itself
 */
export function withMasks(
  pair: Fields,
  base: Measured,
  { types }: Context,
): { readonly measured: Measured; readonly phrases: Phrases } {
  if (pair.parent?.carriers.masked !== true) return { measured: base, phrases: {} };
  const byClient = { old: maskLoss(pair, 'old', types), new: maskLoss(pair, 'new', types) };
  const readMask = (client: Writer): Reading => {
    const mask = byClient[client];
    return mask === undefined ? EXACT : loss(mask.effect, `"${mask.path}" in a google.protobuf.FieldMask: ${mask.why}`);
  };
  const lossOf = (writer: Writer): MaskLoss | undefined => byClient[clientOf(pair, writer)];
  const measured: Measured = {
    ...base,
    // The client sends the mask, whether it writes the message or reads it.
    impact: worstImpact(base.impact, measure(REQUEST, 'same', readMask).impact),
    read: (writer, encoding) => combine(base.read(writer, encoding), readMask(clientOf(pair, writer))),
  };
  const phrases = (encoding: Encoding): PhrasesByWriter =>
    Object.fromEntries(
      (['old', 'new'] as const).flatMap((writer) => {
        const mask = lossOf(writer);
        const { worst } = base.read(writer, encoding);
        if (mask === undefined || worse(worst, mask.effect) === worst) return [];
        return [[writer, { [mask.effect]: phraseFor(mask, worst, clientOf(pair, writer) === writer) }] as const];
      }),
    );
  return { measured, phrases: { ...phrases('binary'), json: phrases('json') } };
}

/**
 * @param otherwise the effect on the field itself
 * @param isFromWriter whether the writer of the message sends the mask, not its reader
 */
function phraseFor({ kind, path }: MaskLoss, otherwise: Effect, isFromWriter: boolean): Phrase {
  return (reader, writer) => {
    const [client, server] = isFromWriter ? [writer, reader] : [reader, writer];
    const does = DOES[kind](client, path);
    const also = kind === 'path inside' ? undefined : WITHOUT_MASK[otherwise]?.(reader, writer);
    return also === undefined ? `${server} ${does}` : `${also}, and ${isFromWriter ? '' : `${server} `}${does}`;
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
  const { words, types } = scenario.context;
  const client = clientOf(pair, scenario.writer);
  const mask = maskLoss(pair, client, types);
  if (mask?.effect !== scenario.effect) return undefined;
  const { effect, path, why } = mask;
  const [from, to] =
    client === 'old'
      ? [oldPeer('client', words), newPeer('server', words)]
      : [newPeer('client', words), oldPeer('server', words)];
  const [sender, server] = client === 'old' ? [parent.old, parent.new] : [parent.new, parent.old];
  const { pairing, encoding } = scenario;
  return {
    sent: `${from} sends a FieldMask for ${server.name} with the path "${path}"`,
    read: `${to} ${effect === 'rejected' ? 'rejects it' : 'selects another field'}, because ${why}`,
    shown: { kind: 'mask', pairing, encoding, effect, path, client: sender, server },
  };
}

/** Which schema the client has if `writer` writes the message. Only clients are assumed to send masks. */
function clientOf(pair: Fields, writer: Writer): Writer {
  if (pair.parent?.carriers.request === true) return writer;
  return writer === 'old' ? 'new' : 'old';
}

/** Undefined if the server reads what the client meant, and for new fields and extensions. Paths inside a field are those of an old client. */
function maskLoss({ parent, old, new: edited }: Fields, client: Writer, types: TypeMatching): MaskLoss | undefined {
  const [sent, known, server] = client === 'old' ? [old, edited, parent?.new] : [edited, old, parent?.old];
  if (old === undefined || sent === undefined || server === undefined || isExtension(sent)) return undefined;
  const counterpart = known === undefined || isExtension(known) ? undefined : known;
  if (counterpart?.name !== sent.name) {
    const { path, why } = noField(sent, server);
    if (server.fieldsByName.has(sent.name))
      return { effect: 'altered', kind: 'name of another field', path, why: 'the name belongs to another field there' };
    return { effect: 'rejected', kind: counterpart === undefined ? 'name' : `${client} name`, path, why };
  }
  const recoded = recodedPath(sent, counterpart);
  if (recoded !== undefined) return { effect: 'rejected', kind: 'name of a group', ...recoded };
  const inner = client === 'new' ? undefined : lostPath(sent, counterpart, types);
  return inner === undefined ? undefined : { effect: 'rejected', kind: 'path inside', ...inner };
}

/**
 * In Go, a mask names a group after its message. Undefined for a delimited field that Go cannot name, because its name is not that of its
 * message in lower case.
 */
function nameInGo(field: Field): string | undefined {
  if (!field.delimited || field.type.kind !== 'message') return field.name;
  const { name } = field.type.message;
  return name.toLowerCase() === field.name ? name : undefined;
}

/** A path that a client in Go sends and the server does not know: only one of the two fields is a group. */
function recodedPath(sent: Field, known: Field): LostPath | undefined {
  const path = sent.delimited === known.delimited ? undefined : nameInGo(sent);
  return path === undefined ? undefined : { path, why: 'in Go, a group is named after its message' };
}

interface LostPath {
  readonly path: string;
  readonly why: string;
}

/**
 * The first path through `sent` that a server rejects which has `known` instead. Paths lead only through single messages
 * (https://protobuf.dev/reference/protobuf/google.protobuf/#field-mask). Changes inside a message that both sides have are reported there.
 * @param seen pairs of messages that are already compared, because messages may be recursive
 */
function lostPath(sent: Field, known: Field, types: TypeMatching, seen = new Set<string>()): LostPath | undefined {
  const recoded = recodedPath(sent, known);
  if (recoded !== undefined) return recoded;
  const [from, to] = [innerOf(sent), innerOf(known)];
  if (from === undefined || from === to) return undefined;
  if (to !== undefined) {
    const pair = `${from.fullName} ${to.fullName}`;
    if (seen.has(pair) || types.apart(from, to)) return undefined;
    seen.add(pair);
  }
  for (const field of from.fields) {
    const other = to?.fieldsByName.get(field.name);
    const lost =
      to === undefined
        ? { path: field.name, why: `${quote(known.name)} is not a single message in ${known.message?.name ?? ''}` }
        : other === undefined
          ? noField(field, to)
          : lostPath(field, other, types, seen);
    if (lost !== undefined) return { ...lost, path: `${sent.name}.${lost.path}` };
  }
  return undefined;
}

function noField(sent: Field, { name }: Message): LostPath {
  return { path: sent.name, why: `${name} has no field "${sent.name}"` };
}

function innerOf({ type, repeated, isMap }: Field): Message | undefined {
  return type.kind === 'message' && !repeated && !isMap ? type.message : undefined;
}
