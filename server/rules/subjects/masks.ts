import type { FieldPair } from '../../diff/pairs.ts';
import type { Effect, Encoding, Reading } from '../../effects/effect.ts';
import type { Writer } from '../../effects/impact.ts';
import { combine, EXACT, loss, worse } from '../../effects/reading.ts';
import type { TypeMatching } from '../../effects/type-matching.ts';
import type { Field, Message } from '../../schema/model.ts';
import { measure, type Measured } from '../measure.ts';
import type { Context, Scenario, Witness } from '../rule.ts';
import { newPeer, oldPeer, quote, type Phrase, type Phrases, type PhrasesByWriter } from '../words.ts';
import { isExtension } from './fields.ts';

type Fields = Pick<FieldPair, 'parent'> & { readonly old: Field | undefined; readonly new: Field | undefined };

/**
 * Adds the effect on a `google.protobuf.FieldMask` if a method carries one together with the field: a client names fields in the mask, and
 * a server rejects names that it does not know. Names of new elements do not count, because the findings about these elements already say
 * that an old server does not know them.
 */
export function withMasks(pair: Fields, base: Measured, { types }: Context): Measured {
  if (pair.parent?.carriers.masked !== true) return base;
  const { carriers, impact } = base;
  return measure(carriers, impact.sourceBreaks, (writer, encoding) =>
    combine(base.read(writer, encoding), readMask(pair, clientOf(pair, writer), types)),
  );
}

/** The phrases for a mask that is worse than what the finding describes otherwise; empty if it is not worse. */
export function phrasesForMasks(pair: Fields, base: Measured, { types }: Context): Phrases {
  const of = (encoding: Encoding): PhrasesByWriter => {
    const phrases = (['old', 'new'] as const).flatMap((writer) => {
      const { worst } = base.read(writer, encoding);
      const mask = readMask(pair, clientOf(pair, writer), types).worst;
      return worse(worst, mask) === worst
        ? []
        : [[writer, { [mask]: phraseForMask(pair, writer, worst, mask) }] as const];
    });
    return Object.fromEntries(phrases);
  };
  return pair.parent?.carriers.masked === true ? { ...of('binary'), json: of('json') } : {};
}

/** @param otherwise the effect on the field itself */
function phraseForMask(pair: Fields, writer: Writer, otherwise: Effect, mask: Effect): Phrase {
  const client = clientOf(pair, writer);
  const [sent, known] = client === 'old' ? [pair.old, pair.new] : [pair.new, pair.old];
  const isRecoded = recodedPath(sent, known) !== undefined;
  const isInside = mask === 'rejected' && sent?.name === known?.name && !isRecoded;
  const named = isInside
    ? 'names a field in it'
    : known !== undefined && sent?.name === known.name
      ? 'names it (in Go, a group is named after its message)'
      : known === undefined
        ? 'names it'
        : client === 'old'
          ? 'has the old name'
          : 'has the new name';
  return (reader, sender) => {
    const [from, to] = client === writer ? [sender, reader] : [reader, sender];
    const also = isInside ? undefined : WITHOUT_MASK[otherwise]?.(reader, sender);
    const does =
      mask === 'altered'
        ? `takes ${quote(sent?.name ?? '')} in a field mask of ${from} for another field`
        : `refuses a field mask of ${from} that ${named}`;
    return also === undefined ? `${to} ${does}` : `${also}, and ${to === reader ? '' : `${to} `}${does}`;
  };
}

/** What is lost even if no mask is sent. */
const WITHOUT_MASK: Partial<Record<Effect, (reader: string, writer: string) => string>> = {
  dropped: (reader, writer) => `${reader} ignores it when ${writer} sends it`,
  absent: (reader) => `${reader} sees it unset`,
  rejected: (reader, writer) => `${reader} refuses what ${writer} sends`,
};

/** Shows a field mask that the server rejects. */
export function showMask(pair: Fields, scenario: Scenario): Witness | undefined {
  const carriers = pair.parent?.carriers;
  if (carriers?.masked !== true || scenario.effect !== 'rejected') return undefined;
  if (scenario.carrier !== (carriers.request ? 'request' : 'response')) return undefined;
  const client = clientOf(pair, scenario.writer);
  const { types } = scenario.context;
  if (readMask(pair, client, types).worst !== 'rejected') return undefined;
  const [sent, server] = client === 'old' ? [pair.old, pair.parent?.new] : [pair.new, pair.parent?.old];
  if (sent === undefined || server === undefined) return undefined;
  const known = server.fieldsByName.get(sent.name);
  const lost = known === undefined ? noField(sent, server) : lostPath(sent, known, types);
  if (lost === undefined) return undefined;
  const { words } = scenario.context;
  const [from, to] =
    client === 'old'
      ? [oldPeer('client', words), newPeer('server', words)]
      : [newPeer('client', words), oldPeer('server', words)];
  return {
    sent: `${from} sends a FieldMask for ${server.name} with the path "${lost.path}"`,
    read: `${to} rejects it, because ${lost.why}`,
    shown: {
      kind: 'mask',
      pairing: scenario.pairing,
      encoding: scenario.encoding,
      effect: 'rejected',
      path: lost.path,
      message: server,
    },
  };
}

/** The client in the pairing in which this side writes the message. It is assumed to send the mask, because masks are usually in requests. */
function clientOf(pair: Fields, writer: Writer): Writer {
  if (pair.parent?.carriers.request === true) return writer;
  return writer === 'old' ? 'new' : 'old';
}

/** How the other side's server reads a mask that names the field, or a field inside it. */
function readMask({ parent, old, new: edited }: Fields, client: Writer, types: TypeMatching): Reading {
  const [sent, known, server] = client === 'old' ? [old, edited, parent?.new] : [edited, old, parent?.old];
  if (old === undefined || sent === undefined || isExtension(sent)) return EXACT;
  const because = 'a google.protobuf.FieldMask holds the name';
  if (known === undefined || isExtension(known) || known.name !== sent.name) {
    const isOther = server?.fieldsByName.has(sent.name) === true;
    return isOther ? loss('altered', `${because}, which belongs to another field there`) : loss('rejected', because);
  }
  if (recodedPath(sent, known) !== undefined)
    return loss('rejected', `${because}, and in Go a group is named after its message`);
  return client === 'new' || lostPath(sent, known, types) === undefined ? EXACT : loss('rejected', because);
}

/**
 * In a mask, Go calls a group by the name of its message. Undefined for other delimited fields, which Go cannot name in a mask: it finds
 * a group by the name of its message in lower case. Python uses the name of the field.
 */
function nameInGo(field: Field): string | undefined {
  if (!isGroup(field) || field.type.kind !== 'message') return field.name;
  const { name } = field.type.message;
  return name.toLowerCase() === field.name ? name : undefined;
}

/** The path that a client in Go sends and the server does not know, because only one of the two fields is a group. */
function recodedPath(sent: Field | undefined, known: Field | undefined): string | undefined {
  return sent === undefined || isGroup(sent) === isGroup(known) ? undefined : nameInGo(sent);
}

/** Whether the field is a group, or delimited like one. */
function isGroup(field: Field | undefined): boolean {
  return field?.delimited === true;
}

interface LostPath {
  readonly path: string;
  /** Why a server rejects the path. */
  readonly why: string;
}

/**
 * The first path to the field, or to a field inside it, that a server with the other field rejects; undefined if there is none. Paths lead
 * only through single messages (https://protobuf.dev/reference/protobuf/google.protobuf/#field-mask). Changes inside a message that both
 * sides have do not count, because they are reported there.
 * @param seen pairs of messages that are already compared, because messages may be recursive
 */
function lostPath(sent: Field, known: Field, types: TypeMatching, seen = new Set<string>()): LostPath | undefined {
  const recoded = recodedPath(sent, known);
  if (recoded !== undefined) return { path: recoded, why: 'in Go, a group is named after its message' };
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
