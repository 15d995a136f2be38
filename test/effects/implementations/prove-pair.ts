import { toBinary } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import type { GeneratorValue } from 'fast-check';
import { ENCODINGS, type Effect, type Encoding, type Reading } from '../../../server/effects/effect.ts';
import { readMessage } from '../../../server/effects/read.ts';
import { BY_NAME } from '../by-name.ts';
import { parse } from '../../../server/proto/parse.ts';
import { link } from '../../../server/schema/link.ts';
import type { Message, Schema } from '../../../server/schema/model.ts';
import { describeTexts, type Texts } from '../../protoc.ts';
import { describe, isShownBy, show, wordsOf } from '../execute.ts';
import { drawSyntaxEdit } from '../generate.ts';
import { SYNTAXES } from '../plan.ts';
import { printFiles } from '../print.ts';
import { messagesOf } from '../messages.ts';
import { observe, worse } from '../observe.ts';
import { messageOf } from '../schema.ts';
import type { MessageValue } from '../wire.ts';
import { explain, readAs, type Difference } from './differences.ts';
import type { Implementation, ImplementationName, Side } from './implementation.ts';
import { ownParticipant } from './own.ts';

/** A writer and reader in a proof: an implementation, or the proof's own encoders and decoders. */
export interface Participant extends Pick<Implementation, 'write' | 'read'> {
  readonly name: ImplementationName | 'own';
}

export interface PairTotals {
  pairs: number;
  messages: number;
  /** How often each known difference was observed. */
  readonly differences: Map<Difference, number>;
}

/** A message from a writer to a reader. Without `message`: all messages of a pair. */
export interface Transfer {
  readonly encoding: Encoding;
  readonly from: Participant['name'];
  readonly to: Participant['name'];
  readonly writer: Message;
  readonly reader: Message;
  readonly schemas: { readonly writer: Schema; readonly reader: Schema };
  readonly message: MessageValue | undefined;
  readonly verdict: Effect;
  readonly seen: Effect;
}

/**
 * Generates a schema and an edit. Every participant reads what every participant writes. The worst effect must be the verdict's, except for
 * known differences.
 * @throws Error with the complete case
 */
export async function provePair(
  draw: GeneratorValue,
  implementations: readonly Implementation[],
  totals: PairTotals,
): Promise<void> {
  const syntaxes = SYNTAXES.filter((syntax) => implementations.some((each) => each.syntaxes.includes(syntax)));
  const drawn = drawSyntaxEdit(draw, syntaxes);
  const texts = { old: printFiles(drawn.old), new: printFiles(drawn.new) };
  const able = implementations.filter((each) =>
    [drawn.old, drawn.new].every(({ syntax }) => each.syntaxes.includes(syntax)),
  );
  await proveTexts(texts, able, totals, `edits: ${drawn.edits.join(', ')}`);
}

/** @throws Error with the complete case and `about` */
export async function proveTexts(
  texts: Readonly<Record<Side, Texts>>,
  implementations: readonly Implementation[],
  totals: PairTotals,
  about = '',
): Promise<void> {
  const schemas = { old: () => schemaOf(texts.old), new: () => schemaOf(texts.new) };
  const own = ownParticipant({ old: schemas.old(), new: schemas.new() });
  const sets = { old: describeSet(texts.old), new: describeSet(texts.new) };
  for (const each of implementations) await each.load(sets);
  totals.pairs++;
  for (const [writer, reader] of [
    ['old', 'new'],
    ['new', 'old'],
  ] as const) {
    for (const encoding of ENCODINGS) {
      const proof = new Proof(schemas, writer, reader, encoding, [...implementations, own], totals);
      const failure = await proof.run();
      if (failure !== undefined)
        throw new Error(
          [
            `${encoding}: ${failure}`,
            about,
            `writer has the ${writer} schema`,
            ...Object.values(texts).map((files) => Object.values(files).join('\n')),
          ].join('\n'),
        );
    }
  }
}

export function schemaOf(texts: Texts): Schema {
  const schema = link(new Map(Object.entries(texts).map(([path, text]) => [path, parse(text)])));
  const wrong = [...schema.problems, ...[...schema.files.values()].flatMap(({ node }) => node.problems)];
  if (wrong.length > 0) throw new Error(`${wrong.map(({ message }) => message).join('\n')}\n${show(texts)}`);
  return schema;
}

export function describeSet(texts: Texts): Uint8Array {
  return toBinary(FileDescriptorSetSchema, describeTexts(texts));
}

interface Reader extends Participant {
  /** The message type as this implementation reads it. */
  readonly type: Message;
  readonly verdict: Reading;
}

class Proof {
  readonly #schemas: { readonly writer: Schema; readonly reader: Schema };
  readonly #sides: { readonly writer: Side; readonly reader: Side };
  readonly #types: { readonly writer: Message; readonly reader: Message };
  readonly #encoding: Encoding;
  readonly #participants: readonly Participant[];
  readonly #readers: readonly Reader[];
  readonly #totals: PairTotals;

  constructor(
    schemas: Readonly<Record<Side, () => Schema>>,
    writer: Side,
    reader: Side,
    encoding: Encoding,
    participants: readonly Participant[],
    totals: PairTotals,
  ) {
    this.#schemas = { writer: schemas[writer](), reader: schemas[reader]() };
    this.#sides = { writer, reader };
    this.#types = { writer: messageOf(this.#schemas.writer, 'M0'), reader: messageOf(this.#schemas.reader, 'M0') };
    this.#encoding = encoding;
    this.#participants = participants;
    this.#readers = participants.map((each) => {
      const type = messageOf(readAs(each.name, schemas[reader]()), 'M0');
      return { ...each, type, verdict: readMessage(this.#types.writer, type, encoding, BY_NAME) };
    });
    this.#totals = totals;
  }

  /** @returns what contradicts the verdict */
  async run(): Promise<string | undefined> {
    const { writer } = this.#types;
    const words = wordsOf(this.#schemas.writer, this.#schemas.reader, this.#encoding);
    const worst = new Map<Participant['name'], Effect>();
    const isShown = ({ name, verdict }: Reader): boolean =>
      isShownBy(worst.get(name) ?? 'exact', verdict, Object.values(this.#schemas), name);
    for (let depth = 2; depth === 2 || (depth === 3 && !this.#readers.every(isShown)); depth++) {
      const messages = messagesOf(writer, words, depth);
      for (const { from, to, message, seen } of await this.#transfer(messages)) {
        this.#totals.messages++;
        const { name, verdict } = to;
        const isWorse = worse(seen, verdict.worst) !== verdict.worst;
        if (!isWorse) worst.set(name, worse(worst.get(name) ?? 'exact', seen));
        else if (!this.#isKnown({ from, to: name, message, verdict: verdict.worst, seen }))
          return `the verdict is ${describe(verdict)}, but ${show(message)} from ${from} is ${seen} to ${name}`;
      }
    }
    for (const reader of this.#readers) {
      const { name, verdict } = reader;
      const seen = worst.get(name) ?? 'exact';
      if (
        !isShown(reader) &&
        !this.#isKnown({ from: name, to: name, message: undefined, verdict: verdict.worst, seen })
      )
        return `the verdict is ${describe(verdict)}, but the worst that ${name} sees is ${seen}`;
    }
    return undefined;
  }

  #isKnown(what: Pick<Transfer, 'from' | 'to' | 'message' | 'verdict' | 'seen'>): boolean {
    const { writer, reader } = this.#types;
    const known = explain({ ...what, encoding: this.#encoding, writer, reader, schemas: this.#schemas });
    if (known === undefined) return false;
    this.#totals.differences.set(known, (this.#totals.differences.get(known) ?? 0) + 1);
    return true;
  }

  /** Finds the effect on each message between any two participants. */
  async #transfer(messages: readonly MessageValue[]) {
    const { writer } = this.#types;
    const all: { from: Participant['name']; to: Reader; message: MessageValue; seen: Effect }[] = [];
    const written = await Promise.all(
      this.#participants.map((each) => each.write(this.#sides.writer, writer, this.#encoding, messages)),
    );
    // Most implementations write the same bytes.
    const unique = [...new Set(written.flat())].filter((bytes) => bytes !== undefined);
    const read = await Promise.all(
      this.#readers.map(async (reader) => {
        const values = await reader.read(this.#sides.reader, reader.type, this.#encoding, unique);
        return { reader, values: new Map(unique.map((bytes, index) => [bytes, values[index]])) };
      }),
    );
    for (const [from, bytesOfAll] of written.entries()) {
      for (const [index, message] of messages.entries()) {
        const bytes = bytesOfAll[index];
        // An implementation does not send what it cannot represent.
        if (bytes === undefined) continue;
        for (const { reader, values } of read) {
          const value = values.get(bytes);
          const seen = value === undefined ? 'rejected' : observe(writer, reader.type, message, value, this.#encoding);
          all.push({ from: this.#name(from), to: reader, message, seen });
        }
      }
    }
    return all;
  }

  #name(index: number): Participant['name'] {
    const participant = this.#participants[index];
    if (participant === undefined) throw new Error('no such participant');
    return participant.name;
  }
}
