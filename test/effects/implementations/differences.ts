import { heldType } from '../../../server/schema/fields.ts';
import type { Field, FieldType, Message, Scalar, Schema } from '../../../server/schema/model.ts';
import { isText } from '../meaning.ts';
import { fieldsOf, listOf, wireOf, type MessageValue } from '../wire.ts';
import type { ImplementationName } from './implementation.ts';
import type { Participant, Transfer } from './prove-pair.ts';

/** How one implementation differs from the specification and the others. */
export interface Difference {
  readonly implementation: ImplementationName;
  readonly what: string;
  readonly how: string;
  /** Changes a schema to the one that the implementation effectively reads. */
  readonly schema?: (schema: Schema) => void;
  /** Whether the difference explains an observation, if `schema` cannot. */
  readonly explains?: (transfer: Transfer) => boolean;
}

export const DIFFERENCES: readonly Difference[] = [
  {
    implementation: 'go',
    what: 'closed enums',
    how: 'every enum is open: a number that the enum does not declare is kept in the field (https://protobuf.dev/programming-guides/enum/)',
    schema: (schema) => setClosed(schema, false),
  },
  {
    implementation: 'python',
    what: 'an open enum in a proto2 message',
    how: 'the C++ core treats it as closed: an undeclared number becomes an unknown field (https://protobuf.dev/programming-guides/enum/)',
    schema: (schema) => setClosed(schema, isProto2(schema)),
  },
  {
    implementation: 'python',
    what: 'a missing required field',
    how: 'parsing accepts it; only writing fails',
    schema: setOptional,
  },
  {
    implementation: 'python',
    what: 'a repeated extension in JSON',
    how: 'it is written under its JSON name instead of its full name in brackets, and rejected in both forms',
    explains: ({ encoding, writer, message, seen }) =>
      encoding === 'json' &&
      seen === 'rejected' &&
      message !== undefined &&
      holdsExtension(writer, message, ({ repeated }) => repeated),
  },
  {
    implementation: 'python',
    what: 'an undeclared enum number as a map value in proto2',
    how: 'the C++ core keeps the entry: with the first value for a closed enum, and with the number for an open one',
    explains: ({ encoding, to, verdict, seen, message, schemas }) =>
      encoding === 'binary' &&
      to === 'python' &&
      verdict === 'dropped' &&
      (seen === 'altered' || message === undefined) &&
      mapsOf(schemas.reader).some((entry) => entry.fieldsByNumber.get(2)?.type.kind === 'enum'),
  },
  {
    implementation: 'python',
    what: 'a map key in proto2 that is not UTF-8',
    how: 'it is rejected, because a str can only contain text',
    explains: ({ encoding, to, message, seen, schemas }) =>
      encoding === 'binary' &&
      to === 'python' &&
      seen === 'rejected' &&
      message !== undefined &&
      !isAllText(message) &&
      mapsOf(schemas.reader).some((entry) => isScalar(entry.fieldsByNumber.get(1), 'string')),
  },
  {
    implementation: 'go',
    what: 'an Empty in an Any, in JSON',
    how: 'it is written with a member "value", and read only with it; others write and read it without',
    explains: ({ encoding, to, message, verdict, seen, schemas }) => {
      if (encoding !== 'json' || seen !== 'rejected') return false;
      // A map is read as an Any if its only key is the type.
      if (message === undefined) return to === 'go' && verdict === 'altered' && hasAny(schemas.reader);
      return holdsText(message, /protobuf\.Empty$/);
    },
  },
  {
    implementation: 'python',
    what: 'a number in quotes or a boolean for an enum, or a boolean for a floating point number, in JSON',
    how: 'it is read as the number; other parsers reject it',
    // If Python read another value, the verdict would be `altered`, and name Python.
    explains: ({ encoding, to, verdict, message }) =>
      encoding === 'json' && to === 'python' && verdict === 'rejected' && message === undefined,
  },
  {
    implementation: 'protobuf-es',
    what: 'a missing required field',
    how: 'parsing accepts it; only writing fails',
    schema: setOptional,
  },
  {
    implementation: 'protobuf-es',
    what: 'a missing required field inside an extension, in JSON',
    how: 'it is rejected, because the extension is stored in the binary encoding',
    explains: ({ encoding, to, verdict, seen, message, writer, schemas }) => {
      if (encoding !== 'json' || to !== 'protobuf-es') return false;
      const required = extensionsOf(schemas.reader).filter(({ type }) => requires(type));
      // No message shows that the field is absent if all of them are rejected.
      if (message === undefined) return verdict === 'absent' && required.length > 0;
      return (
        seen === 'rejected' &&
        holdsExtension(writer, message, ({ number }) => required.some((field) => field.number === number))
      );
    },
  },
  {
    implementation: 'protobuf-es',
    what: "the JSON key of another message's extension",
    how: 'it is ignored; other parsers reject it',
    explains: ({ encoding, to, verdict, writer, message, schemas }) =>
      encoding === 'json' &&
      to === 'protobuf-es' &&
      verdict === 'rejected' &&
      extensionsOf(schemas.reader).length > 0 &&
      (message === undefined || holdsExtension(writer, message, () => true) || holdsText(message, /^\[.*\]$/)),
  },
  {
    implementation: 'protobuf-es',
    what: 'a field with another wire type than declared',
    how: 'it is read as the declared type, so it fails or becomes another value; for others it is an unknown field',
    explains: ({ encoding, to, writer, reader }) =>
      encoding === 'binary' && to === 'protobuf-es' && hasOtherWire(writer, reader),
  },
  {
    implementation: 'protobuf-es',
    what: 'text without UTF-8 validation that is not UTF-8',
    how: 'it is repaired, in fields and in map keys',
    explains: ({ encoding, to, message, seen }) =>
      encoding === 'binary' &&
      to === 'protobuf-es' &&
      seen === 'altered' &&
      message !== undefined &&
      !isAllText(message),
  },
  {
    implementation: 'protobuf-es',
    what: 'a Struct, ListValue or Value in the binary encoding',
    how: 'it is stored as JSON: an empty Value becomes null, and what JSON cannot express is rejected',
    explains: ({ encoding, from, to, message, schemas }) =>
      encoding === 'binary' &&
      message !== undefined &&
      ((from === 'protobuf-es' && holdsJson(schemas.writer)) || (to === 'protobuf-es' && holdsJson(schemas.reader))),
  },
  {
    implementation: 'protobuf-es',
    what: 'an undeclared number of a closed enum in a list or as a map value',
    how: 'it is kept; in a single field it goes to the unknown fields',
    explains: ({ encoding, to, verdict, seen, message, schemas }) =>
      encoding === 'binary' &&
      to === 'protobuf-es' &&
      verdict === 'dropped' &&
      (seen === 'altered' || message === undefined) &&
      holdsClosedEnums(schemas.reader),
  },
  {
    implementation: 'protobuf-es',
    what: 'an undeclared number of a closed enum in an extension',
    how: 'the extension counts as set, and its value is the first one of the enum',
    explains: ({ encoding, to, message, verdict, seen, writer, schemas }) => {
      if (encoding !== 'binary' || to !== 'protobuf-es') return false;
      const closed = extensionsOf(schemas.reader).filter(({ type }) => type.kind === 'enum' && type.enum.closed);
      if (message === undefined) return verdict === 'dropped' && closed.length > 0;
      return (
        seen === 'altered' &&
        holdsExtension(writer, message, ({ number }) => closed.some((field) => field.number === number))
      );
    },
  },
];

/** Whether a field of the writer has the number of one of the reader's fields, but another wire type. */
function hasOtherWire(writer: Message, reader: Message, seen = new Map<Message, Set<Message>>()): boolean {
  const readers = seen.get(writer) ?? new Set();
  if (readers.has(reader)) return false;
  seen.set(writer, readers.add(reader));
  return fieldsOf(writer).some((from) => {
    const to = fieldsOf(reader).find(({ number }) => number === from.number);
    if (to === undefined) return false;
    const isPackable = to.repeated && ![2, 3].includes(wireOf(to));
    const sent = from.repeated && from.packed ? 2 : wireOf(from);
    if (sent !== wireOf(to) && !(sent === 2 && isPackable)) return true;
    const [a, b] = [from.type, to.type];
    return a.kind === 'message' && b.kind === 'message' && hasOtherWire(a.message, b.message, seen);
  });
}

/** The schema that an implementation effectively reads. */
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

function setOptional(schema: Schema): void {
  for (const type of schema.types.values())
    for (const field of type.kind === 'message' ? fieldsOf(type) : [])
      // Nothing else uses this schema, so it may be changed.
      if (field.presence === 'required') (field as { presence: Field['presence'] }).presence = 'explicit';
}

function setClosed(schema: Schema, closed: boolean): void {
  for (const type of schema.types.values())
    // Nothing else uses this schema, so it may be changed.
    if (type.kind === 'enum') (type as { closed: boolean }).closed = closed;
}

/** The entries of all maps. */
function mapsOf(schema: Schema): readonly Message[] {
  return [...schema.types.values()].flatMap((type) =>
    type.kind === 'message'
      ? fieldsOf(type).flatMap((field) => (field.isMap && field.type.kind === 'message' ? [field.type.message] : []))
      : [],
  );
}

/** Whether a closed enum is in a list or a map. */
function holdsClosedEnums(schema: Schema): boolean {
  const fields = [...schema.types.values()].flatMap((type) =>
    type.kind === 'message' ? fieldsOf(type).filter(({ repeated }) => repeated) : [],
  );
  return [...fields, ...mapsOf(schema).flatMap((entry) => entry.fields)].some(
    ({ type }) => type.kind === 'enum' && type.enum.closed,
  );
}

/** Whether a message of this type has a required field, in itself or in a message inside it. */
function requires(type: FieldType, seen = new Set<Message>()): boolean {
  if (type.kind !== 'message' || seen.has(type.message)) return false;
  seen.add(type.message);
  return fieldsOf(type.message).some((field) => field.presence === 'required' || requires(field.type, seen));
}

function hasAny(schema: Schema): boolean {
  return [...schema.types.values()].some(
    (type) =>
      type.kind === 'message' &&
      fieldsOf(type).some((field) => {
        const held = heldType(field);
        return held.kind === 'message' && held.message.fullName === 'google.protobuf.Any';
      }),
  );
}

function extensionsOf(schema: Schema): readonly Field[] {
  return [...schema.types.values()].flatMap((type) =>
    type.kind === 'message' ? [...type.extensionsByNumber.values()] : [],
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

function holdsExtension(type: Message, message: MessageValue, matches: (field: Field) => boolean): boolean {
  return fieldsOf(type).some((field) => {
    const values = listOf(message.get(field.number));
    if (values.length > 0 && field.extensionScope !== undefined && matches(field)) return true;
    const held = field.type.kind === 'message' ? field.type.message : undefined;
    return (
      held !== undefined && values.some((value) => typeof value === 'object' && holdsExtension(held, value, matches))
    );
  });
}

function holdsJson(schema: Schema): boolean {
  const fields = [...schema.types.values()].flatMap((type) => (type.kind === 'message' ? fieldsOf(type) : []));
  return [...fields, ...mapsOf(schema).flatMap((entry) => entry.fields)].some(
    ({ type }) =>
      type.kind === 'message' && /^google\.protobuf\.(?:Struct|ListValue|Value)$/.test(type.message.fullName),
  );
}

function holdsText(message: MessageValue, pattern: RegExp): boolean {
  return [...message.values()]
    .flatMap(listOf)
    .some((value) =>
      typeof value === 'object' ? holdsText(value, pattern) : typeof value === 'string' && pattern.test(value),
    );
}

function isProto2(schema: Schema): boolean {
  return schema.files.get('a.proto')?.node.edition?.value.text === 'proto2';
}
