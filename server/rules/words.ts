import type { EnumPair } from '../diff/pairs.ts';
import { worse } from '../effects/reading.ts';
import type { Effect, Encoding, Pairings, Reading, Carriers } from '../effects/effect.ts';
import type { Writer } from '../effects/impact.ts';
import type { Enum, Field, Message, Schema } from '../schema/model.ts';
import { usesOf } from './subjects/enum-uses.ts';
import type { Measured } from './measure.ts';
import type { Context, Words } from './rule.ts';

interface Actors {
  readonly oldWriter: string;
  readonly newReader: string;
  readonly newWriter: string;
  readonly oldReader: string;
}

export function quote(name: string): string {
  return `\`${name}\``;
}

/** "kata-runtime 1.0.0", or "an old client (1.0.0)". */
export function oldPeer(peer: 'client' | 'server', words: Words): string {
  return isNamed(words[peer]) ? `${words[peer]} ${words.baseline}` : `an old ${peer} (${words.baseline})`;
}

/** "this kata-runtime", "a new client", or for a released version "kata-runtime 1.1.0" or "a new client (1.1.0)". */
export function newPeer(peer: 'client' | 'server', { edited, ...words }: Words): string {
  if (isNamed(words[peer])) return edited === undefined ? `this ${words[peer]}` : `${words[peer]} ${edited}`;
  return edited === undefined ? `a new ${peer}` : `a new ${peer} (${edited})`;
}

/**
 * For release notes: "this kata-agent" becomes "kata-agent 2.0.0", or "the new kata-agent" while the version is
 * undefined.
 */
export function released(sentence: string, words: Words, version: string | undefined): string {
  const inProgress = { ...words, edited: undefined };
  const then = { ...words, edited: version };
  const of = version === undefined ? '' : ` (${version})`;
  const phrases = new Map([
    ['a new peer', `a new peer${of}`],
    ['this code', version === undefined ? 'the new code' : `code of ${version}`],
    ['new data', version === undefined ? 'new data' : `data of ${version}`],
    ...(['client', 'server'] as const).map((peer): [string, string] => [
      newPeer(peer, inProgress),
      version === undefined && isNamed(words[peer]) ? `the new ${words[peer]}` : newPeer(peer, then),
    ]),
  ]);
  const longest = [...phrases.keys()]
    .sort((a, b) => b.length - a.length)
    .map((phrase) => phrase.replace(SPECIAL, '\\$&'));
  const pattern = new RegExp(`(?<![\\w-])(?:${longest.join('|')})(?![\\w-])`, 'gi');
  return sentence
    .split('`')
    .map((part, index) =>
      index % 2 === 1
        ? part
        : part.replace(pattern, (found) => phrases.get(found) ?? capitalised(phrases.get(lowered(found)) ?? found)),
    )
    .join('`');
}

const SPECIAL = /[\\^$.*+?()[\]{}|]/g;

/** The name of a program stays in lower case. */
function capitalised(text: string): string {
  return /^(?:the|a|code|data) /.test(text) ? capital(text) : text;
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function lowered(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function isNamed(name: string): boolean {
  return !name.startsWith('the ');
}

export function actors(carriers: Carriers, words: Words): Actors {
  if (carriers.request && carriers.response) {
    const old = `an old peer (${words.baseline})`;
    const newName = words.edited === undefined ? 'a new peer' : `a new peer (${words.edited})`;
    return { oldWriter: old, newReader: newName, newWriter: newName, oldReader: old };
  }
  if (carriers.request || carriers.response) {
    const [writer, reader] = carriers.request ? (['client', 'server'] as const) : (['server', 'client'] as const);
    return {
      oldWriter: oldPeer(writer, words),
      newReader: newPeer(reader, words),
      newWriter: newPeer(writer, words),
      oldReader: oldPeer(reader, words),
    };
  }
  const old = `code of ${words.baseline}`;
  const newName = words.edited === undefined ? 'this code' : `code of ${words.edited}`;
  return { oldWriter: old, newReader: newName, newWriter: newName, oldReader: old };
}

/** Rules override default phrases that would describe a loss badly. */
export type Phrase = (reader: string, writer: string, because: string) => string;
export type PhrasesByEffect = Partial<Record<Effect, Phrase>>;
export type PhrasesByWriter = Partial<Record<Writer, PhrasesByEffect>>;
/** In binary. `json` has those that differ in JSON. */
export type Phrases = PhrasesByWriter & { readonly json?: PhrasesByWriter | undefined };

const OF_MESSAGE: PhrasesByEffect = {
  dropped: (reader, writer, why) => `${reader} ignores part of what ${writer} sends${why}`,
  absent: (reader, writer, why) => `${reader} sees some fields unset in what ${writer} sends${why}`,
};
export const PHRASES_FOR_MESSAGES: Phrases = { old: OF_MESSAGE, new: OF_MESSAGE };

/** "sees the field unset" */
export function misses({ old, new: edited }: EnumPair, { diff }: Context): string {
  const uses = old === undefined || edited === undefined ? [] : usesOf(old, edited, diff);
  const ways = new Set(
    uses.map(({ old: field }) =>
      field.isMap ? 'loses the whole map entry' : field.repeated ? 'leaves it out of the list' : UNSET,
    ),
  );
  return ways.size === 0 ? UNSET : list([...ways], 'or');
}

const UNSET = 'sees the field unset';

/** What changed, then who loses what. */
export function findingMessage(fact: string, measured: Measured, context: Context, phrases: Phrases = {}): string {
  const { carriers } = measured;
  const losses = context.encodings.flatMap((encoding) => lossClauses(encoding, measured, context, phrases));
  const isExact = (['old', 'new'] as const).every((writer) => measured.read(writer, 'binary').worst === 'exact');
  if (carriers.uncarried !== undefined && !isExact) {
    const where = `No method carries ${quote(carriers.uncarried)}. If it is stored or packed into an Any`;
    return losses.length > 0
      ? `${fact}. ${where}, ${losses.join('; ')}.`
      : `${fact}. ${where}, this code can no longer read it.`;
  }
  if (carriers.unknown !== undefined && losses.length > 0)
    return `${fact}. The declaration of ${quote(carriers.unknown)} was not found. If it is stored or sent, ${losses.join('; ')}.`;
  if (losses.length > 0) return `${fact}: ${losses.join('; ')}.`;
  if (carriers.options === true && !isExact) return `${fact}. It is used only in options, which only compilers read.`;
  const isReached = carriers.request || carriers.response || carriers.data;
  if (!isReached && !isExact) return `${fact}. No method that exists in both versions carries it.`;
  return `${fact}.`;
}

function lossClauses(
  encoding: Encoding,
  measured: Measured,
  { words, encodings }: Context,
  phrases: Phrases,
): string[] {
  const isRepetition = (writer: Writer): boolean => {
    if (encoding !== 'json' || !encodings.includes('binary')) return false;
    const binary = measured.read(writer, 'binary').worst;
    return worse(binary, measured.read(writer, 'json').worst) === binary;
  };
  const clauses: string[] = [];
  for (const writer of ['old', 'new'] as const) {
    const reading = measured.read(writer, encoding);
    if (reading.worst === 'exact' || isRepetition(writer)) continue;
    // A field that only the new reader has was never sent before.
    if (writer === 'old' && reading.worst === 'absent' && reading.onSharedElements === 'exact') continue;
    if (!hasLoss(measured.impact[encoding], measured.carriers, writer)) continue;
    const who = actors(measured.carriers, words);
    const [from, to] = writer === 'old' ? [who.oldWriter, who.newReader] : [who.newWriter, who.oldReader];
    // A phrase for binary fits JSON only if the reader sees fields unset.
    const isDescribed = encoding === 'binary' || reading.worst === 'absent';
    const own =
      (encoding === 'json' ? phrases.json?.[writer]?.[reading.worst] : undefined) ??
      (isDescribed ? phrases[writer]?.[reading.worst] : undefined);
    const say = (reading.assumed === true ? undefined : own) ?? defaultPhrase(reading);
    const clause = say(to, from, because(reading));
    clauses.push((encoding === 'json' ? 'in JSON ' : '') + (isCalled(measured.carriers) ? clause : asStored(clause)));
  }
  return clauses;
}

function isCalled({ request, response }: Carriers): boolean {
  return request || response;
}

/** "writes" instead of "sends", except in backticks. */
function asStored(clause: string): string {
  const parts = clause.split('`');
  return parts
    .map((part, index) =>
      index % 2 === 1 ? part : part.replaceAll(/\bsends\b/g, 'writes').replaceAll(/\bsent\b/g, 'wrote'),
    )
    .join('`');
}

function hasLoss(pairings: Pairings<{ readonly class: string }>, carriers: Carriers, writer: Writer): boolean {
  const isLost = (client: Writer): boolean =>
    (client === 'old' ? pairings.oldClientNewServer : pairings.newClientOldServer).class !== 'none';
  const other: Writer = writer === 'old' ? 'new' : 'old';
  return ((carriers.request || carriers.data) && isLost(writer)) || (carriers.response && isLost(other));
}

function defaultPhrase({ worst, assumed }: Reading): Phrase {
  const [verb, say] = DEFAULT_PHRASES[worst];
  const does = assumed === true ? `may ${verb.slice(0, -1)}` : verb;
  return (reader, writer, why) => `${reader} ${does} ${say(writer)}${why}`;
}

/** A verb in the third person, and what follows it. */
const DEFAULT_PHRASES: Readonly<Record<Effect, readonly [string, (writer: string) => string]>> = {
  exact: ['reads', (writer) => `what ${writer} sends`],
  absent: ['sees', (writer) => `it unset in some of what ${writer} sends`],
  unrecognised: ['gets', (writer) => `a number from ${writer} that it has no name for`],
  dropped: ['ignores', (writer) => `what ${writer} sends`],
  rejected: ['refuses', (writer) => `what ${writer} sends`],
  altered: ['silently reads', (writer) => `a different value than ${writer} sent`],
};

function because(reading: Reading): string {
  return reading.because === undefined ? '' : ` (${reading.because})`;
}

/** As written, or with full names if both are written in the same way. */
export function typesOf(old: Field, edited: Field): readonly [string, string] {
  const written = [typeAsWritten(old), typeAsWritten(edited)] as const;
  return written[0] === written[1] ? [typeInFull(old), typeInFull(edited)] : written;
}

function typeAsWritten(field: Field): string {
  return (field.node.label?.text === 'repeated' ? 'repeated ' : '') + field.node.type.text;
}

function typeInFull(field: Field): string {
  const label = field.repeated && !field.isMap ? 'repeated ' : '';
  switch (field.type.kind) {
    case 'scalar':
      return label + field.type.scalar;
    case 'message':
      return field.type.message.isMapEntry ? field.node.type.text : label + field.type.message.fullName;
    case 'enum':
      return label + field.type.enum.fullName;
    case 'unresolved':
      return label + field.type.name;
  }
}

/** "a, b and c" */
export function list(items: readonly string[], word: 'and' | 'or' = 'and'): string {
  const last = items.at(-1) ?? '';
  return items.length < 2 ? last : `${items.slice(0, -1).join(', ')} ${word} ${last}`;
}

/** "a, b, c and 4 more". */
export function listShortened(items: readonly string[]): string {
  const rest = items.length - MOST_LISTED;
  return rest > 0 ? `${items.slice(0, MOST_LISTED).join(', ')} and ${String(rest)} more` : list(items);
}

const MOST_LISTED = 3;

export function count(amount: number, noun: string): string {
  return `${String(amount)} ${noun}${amount === 1 ? '' : 's'}`;
}

/**
 * An Any carries the names of types: https://protobuf.dev/programming-guides/proto3/#any
 * @param renamed two versions of a type; each name may belong to another type on the other side
 */
export function inAny({ diff }: Context, renamed?: { readonly old: Named; readonly new: Named }): string {
  if (!usesAny(diff.old) && !usesAny(diff.new)) return '';
  const isTakenInOld = renamed !== undefined && diff.old.types.has(renamed.new.fullName);
  const isTakenInNew = renamed !== undefined && diff.new.types.has(renamed.old.fullName);
  const facts = [
    'its name is on the wire',
    isTakenInOld ? 'old peers take the new name for another type' : 'old peers look for the old name',
    ...(isTakenInNew ? ['new peers take the old name for another type'] : []),
  ];
  return ` If it is packed into a google.protobuf.Any, ${list(facts)}.`;
}

type Named = Pick<Message | Enum, 'fullName'>;

const USES_ANY = new WeakMap<Schema, boolean>();

function usesAny(schema: Schema): boolean {
  const known = USES_ANY.get(schema);
  if (known !== undefined) return known;
  const isAny = (message: Message): boolean =>
    message.fields.some(
      ({ type }) =>
        (type.kind === 'message' ? type.message.fullName : type.kind === 'unresolved' ? type.name : '').replace(
          /^\./,
          '',
        ) === 'google.protobuf.Any',
    ) || message.messages.some(isAny);
  const isUsed = [...schema.files.values()].some((file) => file.messages.some(isAny));
  USES_ANY.set(schema, isUsed);
  return isUsed;
}
