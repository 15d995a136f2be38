import type { Field, Message, Scalar, Schema } from '../../../server/schema/model.ts';
import { isText } from '../observe.ts';
import { fieldsOf, listOf, type MessageValue } from '../wire.ts';
import type { ImplementationName } from './implementation.ts';
import type { Participant, Transfer } from './prove-pair.ts';

/** A way in which one implementation reads or writes differently from the specification and the other implementations. */
export interface Difference {
  readonly implementation: ImplementationName;
  readonly what: string;
  /** What this implementation does. */
  readonly how: string;
  /** Changes a schema to what this implementation reads it as; the verdicts for that schema must hold in full. */
  readonly schema?: (schema: Schema) => void;
  /** Whether this difference explains an observation, for differences that no schema can express. */
  readonly explains?: (transfer: Transfer) => boolean;
}

export const DIFFERENCES: readonly Difference[] = [
  {
    implementation: 'go',
    what: 'closed enums',
    how: 'every enum is open: a number that the enum does not declare is kept in the field (https://protobuf.dev/programming-guides/enum/)',
    schema: (schema) => setClosed(schema, () => false),
  },
  {
    implementation: 'python',
    what: 'an open enum in a proto2 message',
    how: 'the C++ core treats it as closed: an undeclared number goes to the unknown fields (https://protobuf.dev/programming-guides/enum/)',
    schema: (schema) => setClosed(schema, () => isProto2(schema)),
  },
  {
    implementation: 'python',
    what: 'a missing required field',
    how: 'parsing accepts it; only writing fails',
    schema: (schema) => {
      for (const type of schema.types.values())
        for (const field of type.kind === 'message' ? fieldsOf(type) : [])
          // The schema was linked for this alone.
          if (field.presence === 'required') (field as { presence: Field['presence'] }).presence = 'explicit';
    },
  },
  {
    implementation: 'python',
    what: 'a repeated extension in JSON',
    how: 'it is written under its JSON name instead of its full name in brackets, and rejected in both forms',
    explains: ({ encoding, writer, message, seen }) =>
      encoding === 'json' &&
      seen === 'rejected' &&
      [...writer.extensionsByNumber.values()].some((field) => field.repeated && message?.has(field.number)),
  },
  {
    implementation: 'python',
    what: 'an undeclared number of an enum as the value of a map in proto2',
    how: 'the C++ core keeps the entry: with the first value of a closed enum, with the number of an open one',
    explains: ({ encoding, to, said, seen, message, schemas }) =>
      encoding === 'binary' &&
      to === 'python' &&
      said === 'dropped' &&
      (seen === 'altered' || message === undefined) &&
      mapsOf(schemas.reader).some((entry) => entry.fieldsByNumber.get(2)?.type.kind === 'enum'),
  },
  {
    implementation: 'python',
    what: 'a map key of proto2 that is not UTF-8',
    how: 'it is rejected: str holds text only',
    explains: ({ encoding, to, message, seen, schemas }) =>
      encoding === 'binary' &&
      to === 'python' &&
      seen === 'rejected' &&
      message !== undefined &&
      !isAllText(message) &&
      mapsOf(schemas.reader).some((entry) => isScalar(entry.fieldsByNumber.get(1), 'string')),
  },
  {
    implementation: 'python',
    what: 'a number in quotes or a boolean for an enum, a boolean for a floating point number, in JSON',
    how: 'it is read as the number; other parsers reject it',
    // Where it makes another value of it, the verdict says so.
    explains: ({ encoding, to, said, message }) =>
      encoding === 'json' && to === 'python' && said === 'rejected' && message === undefined,
  },
];

/** The schema as an implementation reads it. */
export function readAs(name: Participant['name'], schema: Schema): Schema {
  for (const difference of DIFFERENCES) if (difference.implementation === name) difference.schema?.(schema);
  return schema;
}

/** The known difference that explains a contradiction. */
export function explain(transfer: Transfer): Difference | undefined {
  return DIFFERENCES.find(
    ({ implementation, explains }) =>
      (transfer.from === implementation || transfer.to === implementation) && explains?.(transfer) === true,
  );
}

function setClosed(schema: Schema, isClosed: () => boolean): void {
  for (const type of schema.types.values())
    // The schema was linked for this alone.
    if (type.kind === 'enum') (type as { closed: boolean }).closed = isClosed();
}

/** The entries of all maps. */
function mapsOf(schema: Schema): readonly Message[] {
  return [...schema.types.values()].flatMap((type) =>
    type.kind === 'message'
      ? fieldsOf(type).flatMap((field) => (field.isMap && field.type.kind === 'message' ? [field.type.message] : []))
      : [],
  );
}

function isScalar(field: Field | undefined, scalar: Scalar): boolean {
  return field?.type.kind === 'scalar' && field.type.scalar === scalar;
}

function isAllText(message: MessageValue): boolean {
  return [...message.values()].flatMap(listOf).every((value) => {
    if (typeof value === 'object') return isAllText(value);
    return typeof value !== 'string' || isText(value);
  });
}

function isProto2(schema: Schema): boolean {
  return schema.files.get('a.proto')?.node.edition?.value.text === 'proto2';
}
