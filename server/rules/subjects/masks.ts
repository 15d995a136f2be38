import type { FieldPair } from '../../diff/pairs.ts';
import type { Effect, Reading } from '../../effects/effect.ts';
import type { Writer } from '../../effects/impact.ts';
import { combine, EXACT, loss, worse } from '../../effects/reading.ts';
import type { Field, Message } from '../../schema/model.ts';
import { measure, type Measured } from '../measure.ts';
import type { Scenario, Witness } from '../rule.ts';
import { newPeer, oldPeer, quote, type Phrases } from '../words.ts';
import { isExtension } from './fields.ts';

type Fields = Pick<FieldPair, 'parent'> & { readonly old: Field | undefined; readonly new: Field | undefined };

/**
 * Adds the effect on a `google.protobuf.FieldMask` if a method carries one together with the field: a client names fields in the mask, and
 * a server rejects names that it does not know. Names of new elements do not count, because the findings about these elements already say
 * that an old server does not know them.
 */
export function withMasks(pair: Fields, base: Measured): Measured {
  if (pair.parent?.carriers.masked !== true) return base;
  const { carriers, impact } = base;
  return measure(carriers, impact.sourceBreaks, (writer, encoding) =>
    combine(base.read(writer, encoding), readMask(pair, clientOf(pair, writer))),
  );
}

/** The phrases for masks that make the effect worse. Without them, the finding already describes an effect that is as bad or worse. */
export function phrasesForMasks(pair: Fields, base: Measured): Phrases {
  if (pair.parent?.carriers.masked !== true) return {};
  const isRequest = pair.parent.carriers.request;
  const phrases = (['old', 'new'] as const).flatMap((writer) => {
    const client = clientOf(pair, writer);
    const { worst } = base.read(writer, 'binary');
    if (readMask(pair, client).worst === 'exact' || worse(worst, 'rejected') !== 'rejected') return [];
    if (worst === 'rejected') return [];
    const [sent, known] = client === 'old' ? [pair.old, pair.new] : [pair.new, pair.old];
    const isRecoded = isGroup(sent) !== isGroup(known);
    const isInside = sent?.name === known?.name && !isRecoded;
    const named = isInside
      ? 'names a field in it'
      : known !== undefined && sent?.name === known.name
        ? 'names it (in Go, a group has the name of its message)'
        : known === undefined
          ? 'names it'
          : client === 'old'
            ? 'has the old name'
            : 'has the new name';
    return [
      [
        writer,
        {
          rejected: (reader: string, sender: string) => {
            const [from, to] = isRequest ? [sender, reader] : [reader, sender];
            const also = isInside ? undefined : WITHOUT_MASK[worst]?.(reader, sender);
            const refuses = `refuses a field mask of ${from} that ${named}`;
            return also === undefined ? `${to} ${refuses}` : `${also}, and ${to === reader ? '' : `${to} `}${refuses}`;
          },
        },
      ],
    ] as const;
  });
  return Object.fromEntries(phrases);
}

/** What is lost even if no mask is sent. */
const WITHOUT_MASK: Partial<Record<Effect, (reader: string, writer: string) => string>> = {
  dropped: (reader, writer) => `${reader} ignores it when ${writer} sends it`,
  absent: (reader) => `${reader} sees it unset`,
};

/** Shows a field mask that the server rejects. */
export function showMask(pair: Fields, scenario: Scenario): Witness | undefined {
  const carriers = pair.parent?.carriers;
  if (carriers?.masked !== true || scenario.effect !== 'rejected') return undefined;
  if (scenario.carrier !== (carriers.request ? 'request' : 'response')) return undefined;
  const client = clientOf(pair, scenario.writer);
  if (readMask(pair, client).worst === 'exact') return undefined;
  const [sent, server] = client === 'old' ? [pair.old, pair.parent?.new] : [pair.new, pair.parent?.old];
  if (sent === undefined || server === undefined) return undefined;
  const known = server.fieldsByName.get(sent.name);
  const target = known && innerOf(known);
  const isRecoded = known !== undefined && isGroup(sent) !== isGroup(known);
  const inner =
    known === undefined || isRecoded
      ? undefined
      : innerOf(sent)?.fields.find(({ name }) => target?.fieldsByName.has(name) !== true);
  const name = isRecoded ? nameInGo(sent) : sent.name;
  const path = inner === undefined ? name : `${name}.${inner.name}`;
  const { words } = scenario.context;
  const [from, to] =
    client === 'old'
      ? [oldPeer('client', words), newPeer('server', words)]
      : [newPeer('client', words), oldPeer('server', words)];
  const why = isRecoded
    ? 'in Go, a group has the name of its message'
    : inner === undefined
      ? `${server.name} has no field with that name`
      : target === undefined
        ? `${quote(sent.name)} is not a single message in ${server.name}`
        : `${target.name} has no field "${inner.name}"`;
  return {
    sent: `${from} sends a FieldMask for ${server.name} with the path "${path}"`,
    read: `${to} rejects it, because ${why}`,
    shown: {
      kind: 'mask',
      pairing: scenario.pairing,
      encoding: scenario.encoding,
      effect: 'rejected',
      path,
      message: server,
    },
  };
}

/** The client in the pairing in which this side writes the message. It sends the mask, because masks are in requests. */
function clientOf(pair: Fields, writer: Writer): Writer {
  if (pair.parent?.carriers.request === true) return writer;
  return writer === 'old' ? 'new' : 'old';
}

/** How the other side's server reads a mask that names the field, or a field inside it. */
function readMask({ parent, old, new: edited }: Fields, client: Writer): Reading {
  const [sent, known, server] = client === 'old' ? [old, edited, parent?.new] : [edited, old, parent?.old];
  if (old === undefined || sent === undefined || isExtension(sent)) return EXACT;
  const because = 'a google.protobuf.FieldMask holds the name';
  if (known === undefined || isExtension(known) || known.name !== sent.name) {
    const isOther = server?.fieldsByName.has(sent.name) === true;
    return isOther ? loss('altered', `${because}, which is another field`) : loss('rejected', because);
  }
  if (isGroup(sent) !== isGroup(known))
    return loss('rejected', `${because}, and in Go a group has that of its message`);
  return client === 'new' || hasPathsOf(sent, known) ? EXACT : loss('rejected', because);
}

/** In a mask, Go calls a group by the name of its message. Python uses the name of the field. */
function nameInGo(field: Field): string {
  return isGroup(field) && field.type.kind === 'message' ? field.type.message.name : field.name;
}

/** Whether the field is a group, or delimited like one. */
function isGroup(field: Field | undefined): boolean {
  return field?.delimited === true;
}

/**
 * Whether each path inside the first field exists inside the other one. Paths lead only through single messages
 * (https://protobuf.dev/reference/protobuf/google.protobuf/#field-mask).
 */
function hasPathsOf(sent: Field, known: Field): boolean {
  const [from, to] = [innerOf(sent), innerOf(known)];
  return from === undefined || from.fields.every(({ name }) => to?.fieldsByName.has(name) === true);
}

function innerOf({ type, repeated, isMap }: Field): Message | undefined {
  return type.kind === 'message' && !repeated && !isMap ? type.message : undefined;
}
