import {
  create,
  createFileRegistry,
  fromJsonString,
  getExtension,
  hasExtension,
  isMessage,
  ScalarType,
  setExtension,
  toJsonString,
  type DescExtension,
  type DescField,
  type DescMessage,
  type FileRegistry,
  type Message as EsMessage,
} from '@bufbuild/protobuf';
import { isReflectMessage, reflect, reflectList, reflectMap, type ReflectMessage } from '@bufbuild/protobuf/reflect';
import {
  DescriptorProtoSchema,
  Edition,
  EnumDescriptorProtoSchema,
  FeatureSet_EnumType,
  FeatureSet_FieldPresence,
  FeatureSet_MessageEncoding,
  FeatureSet_RepeatedFieldEncoding,
  FeatureSet_Utf8Validation,
  FieldDescriptorProto_Label,
  FieldDescriptorProto_Type,
  FieldDescriptorProtoSchema,
  file_google_protobuf_any,
  file_google_protobuf_duration,
  file_google_protobuf_empty,
  file_google_protobuf_field_mask,
  file_google_protobuf_struct,
  file_google_protobuf_timestamp,
  file_google_protobuf_wrappers,
  FileDescriptorProtoSchema,
  type DescriptorProto,
  type EnumDescriptorProto,
  type FieldDescriptorProto,
} from '@bufbuild/protobuf/wkt';
import { heldType } from '../../server/schema/fields.ts';
import type { Enum, Field, Message, Scalar, Schema } from '../../server/schema/model.ts';
import { isSpecial } from './well-known.ts';
import { fieldsOf, listOf, Rejected, type FieldValue, type MessageValue, type Value } from './wire.ts';

/**
 * The JSON mapping of protobuf-es, applied to linked schemas. In three cases, this class follows
 * https://protobuf.dev/programming-guides/json/ where protobuf-es does not: it rounds floats, and rejects a message without a required
 * field or with the extension of another message.
 */
export class Json {
  readonly #registry: FileRegistry;

  /** @param extensions in addition to the schema's */
  constructor(schema: Schema, extensions: readonly Field[] = []) {
    const messages: DescriptorProto[] = [];
    const enums: EnumDescriptorProto[] = [];
    for (const type of schema.types.values()) {
      if (type.file.builtIn) continue;
      if (type.kind === 'enum') enums.push(describeEnum(type));
      else if (!type.isMapEntry) messages.push(describeMessage(type));
    }
    const file = create(FileDescriptorProtoSchema, {
      name: 'a.proto',
      package: [...schema.files.values()][0]?.package ?? '',
      syntax: 'editions',
      edition: Edition.EDITION_2023,
      dependency: [...WELL_KNOWN.keys()],
      messageType: messages,
      enumType: enums,
      extension: [...schema.extensions.values(), ...extensions].map((field) => ({
        ...describeField(field),
        extendee: `.${field.message?.fullName ?? ''}`,
      })),
    });
    this.#registry = createFileRegistry(file, (path) => WELL_KNOWN.get(path));
  }

  write(message: Message, value: MessageValue): string {
    const desc = this.#describe(message);
    const made = create(desc);
    fill(reflect(desc, made), message, value, this.#registry);
    return toJsonString(desc, made, { registry: this.#registry });
  }

  /** @throws Rejected */
  read(message: Message, text: string): MessageValue {
    const desc = this.#describe(message);
    let made: EsMessage;
    try {
      made = fromJsonString(desc, text, { registry: this.#registry });
    } catch (error) {
      throw new Rejected(String(error));
    }
    rejectOtherExtensions(message, JSON.parse(text));
    return extract(reflect(desc, made), message, this.#registry);
  }

  #describe(message: Message): DescMessage {
    const desc = this.#registry.getMessage(message.fullName);
    if (desc === undefined) throw new Error(`no ${message.fullName}`);
    return desc;
  }
}

/** @throws Rejected if a key in brackets is not the key of an extension of its message */
function rejectOtherExtensions(message: Message, json: unknown): void {
  if (isSpecial(message)) return;
  for (const [key, held] of entriesOf(json)) {
    const field = fieldsOf(message).find(({ jsonName, name }) => key === jsonName || key === name);
    if (field === undefined && key.startsWith('[')) throw new Rejected(`${message.name} has no extension ${key}`);
    const type = field && heldType(field);
    if (type?.kind !== 'message') continue;
    const values = field?.repeated === true ? entriesOf(held).map(([, value]) => value) : [held];
    for (const value of values) rejectOtherExtensions(type.message, value);
  }
}

/** The members of an object, or the elements of a list. */
function entriesOf(json: unknown): readonly (readonly [string, unknown])[] {
  return typeof json === 'object' && json !== null ? Object.entries(json) : [];
}

const WELL_KNOWN = new Map(
  [
    file_google_protobuf_any,
    file_google_protobuf_duration,
    file_google_protobuf_empty,
    file_google_protobuf_field_mask,
    file_google_protobuf_struct,
    file_google_protobuf_timestamp,
    file_google_protobuf_wrappers,
  ].map((file) => [file.proto.name, file]),
);

function describeMessage(message: Message): DescriptorProto {
  return create(DescriptorProtoSchema, {
    name: message.name,
    field: message.fields.map((field) => ({
      ...describeField(field),
      ...(field.oneof === undefined ? {} : { oneofIndex: message.oneofs.indexOf(field.oneof) }),
    })),
    oneofDecl: message.oneofs.map((oneof) => ({ name: oneof.name })),
    nestedType: message.messages
      .map(describeMessage)
      .concat(message.fields.flatMap((field) => (field.isMap ? [describeEntry(field)] : []))),
    extensionRange: message.extensionRanges.map((range) => ({ start: range.start, end: range.end + 1 })),
  });
}

function describeEntry(field: Field): DescriptorProto {
  if (field.type.kind !== 'message') throw new Error('a map without entries');
  return create(DescriptorProtoSchema, {
    name: field.type.message.name,
    field: field.type.message.fields.map(describeField),
    options: { mapEntry: true },
  });
}

function describeEnum(type: Enum): EnumDescriptorProto {
  return create(EnumDescriptorProtoSchema, {
    name: type.name,
    value: type.values.map(({ name, number }) => ({ name, number })),
    options: { features: { enumType: type.closed ? FeatureSet_EnumType.CLOSED : FeatureSet_EnumType.OPEN } },
  });
}

function describeField(field: Field): FieldDescriptorProto {
  const { type } = field;
  const presence = {
    explicit: FeatureSet_FieldPresence.EXPLICIT,
    implicit: FeatureSet_FieldPresence.IMPLICIT,
    required: FeatureSet_FieldPresence.LEGACY_REQUIRED,
  };
  return create(FieldDescriptorProtoSchema, {
    name: field.name,
    number: field.number,
    label: field.repeated ? FieldDescriptorProto_Label.REPEATED : FieldDescriptorProto_Label.OPTIONAL,
    jsonName: field.jsonName,
    type:
      type.kind === 'scalar'
        ? SCALARS[type.scalar]
        : type.kind === 'enum'
          ? FieldDescriptorProto_Type.ENUM
          : FieldDescriptorProto_Type.MESSAGE,
    ...(type.kind === 'message' ? { typeName: `.${type.message.fullName}` } : {}),
    ...(type.kind === 'enum' ? { typeName: `.${type.enum.fullName}` } : {}),
    ...(field.default?.kind === 'identifier' || field.default?.kind === 'number'
      ? { defaultValue: field.default.text }
      : {}),
    ...(field.default?.kind === 'string' ? { defaultValue: new TextDecoder().decode(field.default.bytes) } : {}),
    options: {
      features: {
        ...(field.repeated || field.oneof !== undefined || field.extensionScope !== undefined || type.kind === 'message'
          ? {}
          : { fieldPresence: presence[field.presence] }),
        repeatedFieldEncoding: field.packed
          ? FeatureSet_RepeatedFieldEncoding.PACKED
          : FeatureSet_RepeatedFieldEncoding.EXPANDED,
        messageEncoding: field.delimited
          ? FeatureSet_MessageEncoding.DELIMITED
          : FeatureSet_MessageEncoding.LENGTH_PREFIXED,
        utf8Validation: field.validatesUtf8 ? FeatureSet_Utf8Validation.VERIFY : FeatureSet_Utf8Validation.NONE,
      },
    },
  });
}

const SCALARS: Readonly<Record<Scalar, FieldDescriptorProto_Type>> = {
  double: FieldDescriptorProto_Type.DOUBLE,
  float: FieldDescriptorProto_Type.FLOAT,
  int32: FieldDescriptorProto_Type.INT32,
  int64: FieldDescriptorProto_Type.INT64,
  uint32: FieldDescriptorProto_Type.UINT32,
  uint64: FieldDescriptorProto_Type.UINT64,
  sint32: FieldDescriptorProto_Type.SINT32,
  sint64: FieldDescriptorProto_Type.SINT64,
  fixed32: FieldDescriptorProto_Type.FIXED32,
  fixed64: FieldDescriptorProto_Type.FIXED64,
  sfixed32: FieldDescriptorProto_Type.SFIXED32,
  sfixed64: FieldDescriptorProto_Type.SFIXED64,
  bool: FieldDescriptorProto_Type.BOOL,
  string: FieldDescriptorProto_Type.STRING,
  bytes: FieldDescriptorProto_Type.BYTES,
};

/** Sets the fields of a message of protobuf-es. */
export function fill(target: ReflectMessage, message: Message, value: MessageValue, registry: FileRegistry): void {
  for (const field of fieldsOf(message)) {
    const held = value.get(field.number);
    if (held === undefined) continue;
    const list = listOf(held);
    const desc = target.desc.fields.find((each) => each.number === field.number);
    if (desc === undefined) {
      const extension = registry.getExtensionFor(target.desc, field.number);
      if (extension === undefined) continue;
      const locals = list.map((one) => plain(asLocal(extension, field, one, registry)));
      setExtension(target.message, extension, extension.fieldKind === 'list' ? locals : locals[0]);
      continue;
    }
    if (desc.fieldKind === 'list') {
      const made = reflectList(desc);
      for (const one of list) made.add(asLocal(desc, field, one, registry));
      target.set(desc, made);
    } else if (desc.fieldKind === 'map') {
      const made = reflectMap(desc);
      for (const one of list) putEntry(made, desc, field, one, registry);
      target.set(desc, made);
    } else if (list[0] !== undefined) {
      target.set(desc, asLocal(desc, field, list[0], registry));
    }
  }
}

type MapDesc = DescField & { fieldKind: 'map' };

function putEntry(
  made: ReturnType<typeof reflectMap>,
  desc: MapDesc,
  field: Field,
  one: Value,
  registry: FileRegistry,
): void {
  if (field.type.kind !== 'message' || typeof one !== 'object') throw new Error('no entry');
  const [key, value] = field.type.message.fields;
  const [keyValue, valueValue] = [one.get(1), one.get(2)];
  if (!key || !value || keyValue === undefined || valueValue === undefined) throw new Error('half an entry');
  // Keys and values of an entry are not repeated, and keys are never messages.
  const localKey = scalarLocal(desc.mapKey, keyValue as Value) as string | number | bigint | boolean;
  made.set(
    localKey,
    desc.mapKind === 'message'
      ? messageLocal(desc.message, value, valueValue as Value, registry)
      : scalarLocal(desc.mapKind === 'scalar' ? desc.scalar : undefined, valueValue as Value),
  );
}

/** Extensions are set as plain messages, not as reflections of messages. */
function plain(local: unknown): unknown {
  return isReflectMessage(local) ? local.message : local;
}

function asLocal(desc: DescField | DescExtension, field: Field, value: Value, registry: FileRegistry): unknown {
  if (typeof value === 'object') return messageLocal(desc.message, field, value, registry);
  return scalarLocal(desc.scalar, value);
}

function messageLocal(
  desc: DescMessage | undefined,
  field: Field,
  value: Value,
  registry: FileRegistry,
): ReflectMessage {
  if (desc === undefined || field.type.kind !== 'message' || typeof value !== 'object') throw new Error('no message');
  const inner = reflect(desc);
  fill(inner, field.type.message, value, registry);
  return inner;
}

const LONG = [ScalarType.INT64, ScalarType.UINT64, ScalarType.SINT64, ScalarType.FIXED64, ScalarType.SFIXED64];

/** @param scalar undefined for an enum */
function scalarLocal(scalar: ScalarType | undefined, value: Value): unknown {
  if (typeof value === 'string') {
    const bytes = Uint8Array.from(value, (char) => char.charCodeAt(0));
    // A JavaScript string can only contain text.
    return scalar === ScalarType.STRING ? new TextDecoder('utf-8', { fatal: true }).decode(bytes) : bytes;
  }
  if (scalar === ScalarType.BOOL) return value === 1n;
  return scalar !== undefined && LONG.includes(scalar) ? value : Number(value);
}

/** @throws Rejected if a required field is missing */
export function extract(source: ReflectMessage, message: Message, registry: FileRegistry): MessageValue {
  const value = new Map<number, FieldValue>();
  for (const field of message.fields) {
    const desc = source.desc.fields.find((each) => each.number === field.number);
    if (desc === undefined) continue;
    if (!source.isSet(desc)) {
      if (field.presence === 'required') throw new Rejected(`${field.name} is missing`);
      continue;
    }
    if (desc.fieldKind === 'list')
      value.set(
        field.number,
        [...source.get(desc)].map((one) => asValue(field, one, registry)),
      );
    else if (desc.fieldKind === 'map')
      value.set(
        field.number,
        [...source.get(desc)].map(([key, one]) => asEntry(field, key, one, registry)),
      );
    else value.set(field.number, asValue(field, source.get(desc), registry));
  }
  for (const field of message.extensionsByNumber.values()) {
    const extension = registry.getExtensionFor(source.desc, field.number);
    if (extension === undefined || !hasExtension(source.message, extension)) continue;
    const held: unknown = getExtension(source.message, extension);
    const values = (Array.isArray(held) ? held : [held]).map((one: unknown) =>
      asValue(field, isMessage(one) && extension.message ? reflect(extension.message, one) : one, registry),
    );
    const [only] = values;
    if (only !== undefined) value.set(field.number, field.repeated ? values : only);
  }
  return value;
}

function asEntry(field: Field, key: unknown, one: unknown, registry: FileRegistry): MessageValue {
  const [keyField, valueField] = field.type.kind === 'message' ? field.type.message.fields : [];
  if (!keyField || !valueField) throw new Error('no entry');
  return new Map([
    [1, asValue(keyField, key, registry)],
    [2, asValue(valueField, one, registry)],
  ]);
}

function asValue(field: Field, local: unknown, registry: FileRegistry): Value {
  const { type } = field;
  // protobuf-es stores a reflection of the message in a message field.
  if (type.kind === 'message') return extract(local as ReflectMessage, type.message, registry);
  if (typeof local === 'string') {
    // protobuf-es also returns 64-bit and boolean keys as text.
    if (type.kind === 'scalar' && type.scalar === 'string')
      return String.fromCharCode(...new TextEncoder().encode(local));
    return local === 'true' ? 1n : local === 'false' ? 0n : BigInt(local);
  }
  if (local instanceof Uint8Array) return String.fromCharCode(...local);
  if (typeof local === 'boolean') return local ? 1n : 0n;
  if (typeof local === 'bigint') return local;
  const number = Number(local);
  if (type.kind === 'scalar' && type.scalar === 'float') return Math.fround(number);
  return type.kind === 'scalar' && type.scalar === 'double' ? number : BigInt(number);
}
