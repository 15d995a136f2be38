import type { GeneratorValue } from 'fast-check';
import { ENCODINGS, type Effect, type Encoding, type Reading } from '../../server/effects/effect.ts';
import { readMessage } from '../../server/effects/read.ts';
import { BY_NAME } from './by-name.ts';
import type { Enum, Message, Schema } from '../../server/schema/model.ts';
import { isExpressible } from './express.ts';
import { drawEdit } from './generate.ts';
import { Json } from './json.ts';
import { messagesOf, type Words } from './messages.ts';
import { observe, worse } from './observe.ts';
import { messageOf, schemaOf } from './schema.ts';
import { formsIn, keysIn } from './well-known.ts';
import { decode, encode, fieldsOf, Rejected, type MessageValue } from './wire.ts';

export interface Totals {
  cases: number;
  messages: number;
  readonly verdicts: Map<string, number>;
}

/**
 * Generates a schema and an edit, and proves the verdicts in both directions and encodings.
 * @throws Error with the complete case
 */
export function proveOne(draw: GeneratorValue, totals: Totals): void {
  const { old, new: edited, edits } = drawEdit(draw);
  const [before, after] = [schemaOf(old), schemaOf(edited)];
  totals.cases++;
  for (const [writer, reader] of [
    [before, after],
    [after, before],
  ] as const) {
    for (const encoding of ENCODINGS) {
      const failure = proveDirection(writer, reader, encoding, totals);
      if (failure !== undefined)
        throw new Error(
          [
            `${encoding}: ${failure}`,
            `edits: ${edits.join(', ')}`,
            `writer has the ${writer === before ? 'old' : 'new'} schema`,
            old,
            edited,
          ].join('\n'),
        );
    }
  }
}

/**
 * Sends messages `M0` from the writer to the reader. The worst effect must be the verdict's.
 * @returns what is wrong with the verdict
 */
export function proveDirection(
  writerSchema: Schema,
  readerSchema: Schema,
  encoding: Encoding,
  totals: Totals,
): string | undefined {
  const [writer, reader] = [messageOf(writerSchema, 'M0'), messageOf(readerSchema, 'M0')];
  const verdict = readMessage(writer, reader, encoding, BY_NAME);
  const words = wordsOf(writerSchema, readerSchema, encoding);
  const send = sender(writerSchema, readerSchema, writer, reader, encoding);
  let seen: Effect = 'exact';
  const isShown = (): boolean => isShownBy(seen, verdict, [writerSchema, readerSchema]);
  // Recursive types show some losses only in deeper messages.
  for (let depth = 2; depth === 2 || (depth === 3 && !isShown()); depth++) {
    for (const message of messagesOf(writer, words, depth)) {
      const effect = send(message);
      totals.messages++;
      seen = worse(seen, effect);
      if (worse(seen, verdict.worst) !== verdict.worst)
        return `the verdict is ${describe(verdict)}, but ${show(message)} is ${effect}`;
      if (
        worse(effect, verdict.onSharedMessages) !== verdict.onSharedMessages &&
        isExpressible(writer, reader, message, encoding)
      ) {
        return `the verdict is ${describe(verdict)}, ${verdict.onSharedMessages} for what the reader can express, but ${show(message)} is ${effect}`;
      }
    }
  }
  totals.verdicts.set(`${encoding} ${verdict.worst}`, (totals.verdicts.get(`${encoding} ${verdict.worst}`) ?? 0) + 1);
  return isShown() ? undefined : `the verdict is ${describe(verdict)}, but the worst seen is ${seen}`;
}

/** Whether the messages of a proof show the verdict's effect, or cannot be expected to show it. */
export function isShownBy(seen: Effect, verdict: Reading, schemas: readonly Schema[], reader = 'own'): boolean {
  // The verdict is that of the worst JSON parser. The proof's own decoder must show it if Go's does.
  const parsers = verdict.parsers?.map((name) => name.toLowerCase());
  if (parsers?.includes(reader === 'own' ? 'go' : reader) === false) return true;
  // A required field can turn a silent loss into a failure.
  const mayBeRejected =
    verdict.worst === 'altered' && schemas.some((schema) => [...schema.types.values()].some((type) => requires(type)));
  return seen === verdict.worst || verdict.dependsOnBytes === true || (mayBeRejected && seen === 'rejected');
}

export function wordsOf(writer: Schema, reader: Schema, encoding: Encoding): Words {
  return {
    encoding,
    numbers: numbersOf(writer).concat(numbersOf(reader)),
    keys: keysOf(reader),
    names: encoding === 'json' ? [...namesOf(reader), ...formsIn(reader)] : [],
  };
}

function requires(type: Message | Enum): boolean {
  return type.kind === 'message' && type.fields.some((field) => field.presence === 'required');
}

function sender(
  writerSchema: Schema,
  readerSchema: Schema,
  writer: Message,
  reader: Message,
  encoding: Encoding,
): (message: MessageValue) => Effect {
  const transfer =
    encoding === 'binary'
      ? (message: MessageValue) => decode(reader, encode(writer, message))
      : jsonTransfer(writerSchema, readerSchema, writer, reader);
  return (message) => {
    try {
      return observe(writer, reader, message, transfer(message), encoding);
    } catch (error) {
      if (error instanceof Rejected) return 'rejected';
      throw error;
    }
  };
}

function jsonTransfer(
  writerSchema: Schema,
  readerSchema: Schema,
  writer: Message,
  reader: Message,
): (message: MessageValue) => MessageValue {
  const [from, to] = [new Json(writerSchema), new Json(readerSchema)];
  return (message) => to.read(reader, from.write(writer, message));
}

/** The numbers of enums, and integers that are truncated to them. */
function numbersOf(schema: Schema): readonly bigint[] {
  const numbers: bigint[] = [];
  for (const type of schema.types.values())
    if (type.kind === 'enum') numbers.push(...[...type.valuesByNumber.keys()].map(BigInt));
  return [...new Set(numbers.flatMap((number) => [number, number + 2n ** 32n, BigInt.asUintN(32, number)]))];
}

function keysOf(schema: Schema): readonly string[] {
  const keys = [...schema.types.values()].flatMap((type) =>
    type.kind === 'message' ? fieldsOf(type).map((field) => field.jsonName) : [],
  );
  return [...keys, ...keysIn(schema)];
}

function namesOf(schema: Schema): readonly string[] {
  return [...schema.types.values()].flatMap((type) => (type.kind === 'enum' ? [...type.valuesByName.keys()] : []));
}

export function describe(verdict: Reading): string {
  return `${verdict.worst} (${verdict.because ?? ''})`;
}

export function show(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown): unknown => {
    if (inner instanceof Map) return Object.fromEntries(inner);
    return typeof inner === 'bigint' ? `${String(inner)}n` : inner;
  });
}
