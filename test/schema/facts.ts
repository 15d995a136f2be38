import { FeatureSet_FieldPresence } from '@bufbuild/protobuf/wkt';
import {
  type DescExtension,
  type DescField,
  type DescFile,
  type DescMessage,
  type FileRegistry,
  ScalarType,
} from '@bufbuild/protobuf';
import { integerOf } from '../../server/effects/defaults.ts';
import type { Enum, Field, FieldType, Message, Schema } from '../../server/schema/model.ts';

/** What is compared with protoc's descriptors, by full name. */
export type Facts = Record<string, unknown>;

export function factsOfSchema(schema: Schema, paths: readonly string[]): Facts {
  const facts: Facts = {};
  for (const type of schema.types.values()) {
    if (!paths.includes(type.file.path)) continue;
    if (type.kind === 'enum') {
      facts[type.fullName] = {
        closed: type.closed,
        values: type.values.map((value) => `${value.fullName} = ${value.number}`),
        reserved: [type.reservedRanges.map(({ start, end }) => [start, end]), [...type.reservedNames.keys()]],
        deprecated: type.deprecated,
      };
      continue;
    }
    facts[type.fullName] = {
      fields: type.fields.map(fieldOfSchema),
      oneofs: type.oneofs.map((oneof) => [oneof.name, oneof.fields.map((field) => field.name)]),
      reserved: [type.reservedRanges.map(({ start, end }) => [start, end]), [...type.reservedNames.keys()]],
      extensionRanges: type.extensionRanges.map(({ start, end }) => [start, end]),
      extensions: type.extensions.map((each) => each.fullName),
      nested: type.messages.map((each) => each.fullName).sort(),
      enums: type.enums.map((each) => each.fullName),
      deprecated: type.deprecated,
    };
  }
  for (const extension of schema.extensions.values()) {
    if (!paths.includes(extension.file.path)) continue;
    facts[extension.fullName] = { ...fieldOfSchema(extension), extendee: extension.message?.fullName };
  }
  for (const service of schema.services.values()) {
    if (!paths.includes(service.file.path)) continue;
    facts[service.fullName] = service.methods.map(
      (method) =>
        `${method.name} ${method.clientStreaming} ${method.input?.fullName} ${method.serverStreaming} ${method.output?.fullName}`,
    );
  }
  return facts;
}

/** Facts from protoc's descriptors. protobuf-es resolves their features. */
export function factsOfRegistry(registry: FileRegistry, paths: readonly string[]): Facts {
  const facts: Facts = {};
  for (const file of registry.files) {
    if (paths.includes(`${file.name}.proto`)) addFile(facts, file);
  }
  return facts;
}

function fieldOfSchema(field: Field): object {
  return {
    name: field.name,
    number: field.number,
    type: typeOfSchema(field.type),
    repeated: field.repeated,
    presence: field.repeated ? 'repeated' : field.presence,
    packed: field.packed,
    delimited: field.delimited,
    validatesUtf8: isMap(field.type)
      ? field.type.message.fieldsByName.get('value')?.validatesUtf8
      : field.validatesUtf8,
    oneof: field.oneof?.name,
    default: defaultOfSchema(field),
    jsonName: field.jsonName,
    deprecated: field.deprecated,
  };
}

function defaultOfSchema({ type, default: value }: Field): string | undefined {
  if (value === undefined) return undefined;
  if (type.kind === 'enum') return value.kind === 'identifier' ? valueNumber(type.enum, value.text) : '';
  const scalar = type.kind === 'scalar' ? type.scalar : '';
  switch (value.kind) {
    case 'string':
      return scalar === 'bytes' ? latin1(value.bytes) : new TextDecoder().decode(value.bytes);
    case 'identifier':
      return value.text.replace('inf', 'Infinity').replace('nan', 'NaN');
    case 'number':
      if (scalar === 'float') return String(Math.fround(Number(value.text)));
      return scalar === 'double' ? String(Number(value.text)) : String(integerOf(value.text));
    default:
      return '';
  }
}

function valueNumber({ valuesByName }: Enum, name: string): string {
  return String(valuesByName.get(name)?.number);
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}

function isMap(type: FieldType): type is Extract<FieldType, { kind: 'message' }> {
  return type.kind === 'message' && type.message.isMapEntry;
}

function typeOfSchema(type: FieldType): string {
  switch (type.kind) {
    case 'scalar':
      return type.scalar;
    case 'enum':
      return `enum ${type.enum.fullName}`;
    case 'unresolved':
      return `unresolved ${type.name}`;
    case 'message':
      return type.message.isMapEntry ? mapOfSchema(type.message) : `message ${type.message.fullName}`;
  }
}

function mapOfSchema(entry: Message): string {
  const [key, value] = entry.fields.map((field) => typeOfSchema(field.type));
  return `map ${entry.fullName} ${key} ${value}`;
}

function addFile(facts: Facts, file: DescFile): void {
  const addMessage = (message: DescMessage): void => {
    facts[message.typeName] = {
      fields: message.fields.map(fieldOfRegistry),
      oneofs: message.oneofs.map((oneof) => [oneof.name, oneof.fields.map((field) => field.name)]),
      reserved: [message.proto.reservedRange.map(({ start, end }) => [start, end - 1]), message.proto.reservedName],
      extensionRanges: message.proto.extensionRange.map(({ start, end }) => [start, end - 1]),
      extensions: message.nestedExtensions.map((each) => each.typeName),
      nested: message.nestedMessages.map((each) => each.typeName).sort(),
      enums: message.nestedEnums.map((each) => each.typeName),
      deprecated: message.deprecated,
    };
    message.nestedMessages.forEach(addMessage);
    message.nestedEnums.forEach(addEnum);
    message.nestedExtensions.forEach(addExtension);
  };
  const addEnum = (each: (typeof file.enums)[number]): void => {
    const scope = each.typeName.slice(0, each.typeName.length - each.name.length);
    facts[each.typeName] = {
      closed: !each.open,
      values: each.values.map((value) => `${scope}${value.name} = ${value.number}`),
      reserved: [each.proto.reservedRange.map(({ start, end }) => [start, end]), each.proto.reservedName],
      deprecated: each.deprecated,
    };
  };
  const addExtension = (each: DescExtension): void => {
    facts[each.typeName] = { ...fieldOfRegistry(each), extendee: each.extendee.typeName };
  };
  file.messages.forEach(addMessage);
  file.enums.forEach(addEnum);
  file.extensions.forEach(addExtension);
  for (const service of file.services) {
    facts[service.typeName] = service.methods.map(
      (method) =>
        `${method.name} ${method.proto.clientStreaming} ${method.input.typeName} ${method.proto.serverStreaming} ${method.output.typeName}`,
    );
  }
}

function fieldOfRegistry(field: DescField | DescExtension): object {
  const repeated = field.fieldKind === 'list' || field.fieldKind === 'map';
  return {
    name: field.name,
    number: field.number,
    type: typeOfRegistry(field),
    repeated,
    presence: repeated ? 'repeated' : PRESENCES.get(field.presence),
    packed: field.fieldKind === 'list' && field.packed,
    delimited: field.message !== undefined && field.fieldKind !== 'map' && field.delimitedEncoding,
    validatesUtf8: field.scalar === ScalarType.STRING && field.utf8Validation,
    oneof: field.oneof?.name,
    default: defaultOfRegistry(field),
    jsonName: field.jsonName,
    deprecated: field.deprecated,
  };
}

function defaultOfRegistry(field: DescField | DescExtension): string | undefined {
  const value = field.fieldKind === 'list' || field.fieldKind === 'map' ? undefined : field.getDefaultValue();
  if (value === undefined) return undefined;
  if (value instanceof Uint8Array) return latin1(value);
  return String(field.scalar === ScalarType.FLOAT ? Math.fround(Number(value)) : value);
}

const PRESENCES = new Map([
  [FeatureSet_FieldPresence.EXPLICIT, 'explicit'],
  [FeatureSet_FieldPresence.IMPLICIT, 'implicit'],
  [FeatureSet_FieldPresence.LEGACY_REQUIRED, 'required'],
]);

function typeOfRegistry(field: DescField | DescExtension): string {
  const element =
    field.message !== undefined
      ? `message ${field.message.typeName}`
      : field.enum !== undefined
        ? `enum ${field.enum.typeName}`
        : scalarName(field.scalar);
  if (field.fieldKind !== 'map') return element;
  return `map ${field.proto.typeName.slice(1)} ${scalarName(field.mapKey)} ${element}`;
}

function scalarName(scalar: ScalarType): string {
  return ScalarType[scalar].toLowerCase();
}
