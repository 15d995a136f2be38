import type { Element } from '../element.ts';
import { lowerFirst, lowerFirstWord, upperCamelCase } from './case.ts';
import {
  constants,
  distinct,
  getters,
  type Identifier,
  lastOf,
  members,
  type Naming,
  setters,
  variants,
} from './naming.ts';

/** protoc and the plugins of gRPC for Java and Kotlin. */
export const java: Naming = {
  field: accessors,
  oneof: oneofAccessors,
  enumValue: ({ name }) => [...variants(name), ...constants(`${name}_VALUE`)],
  calls: (method) => [lowerFirst(upperCamelCase(method))],
  service: (service) =>
    ['Grpc', 'GrpcKt', 'ImplBase', 'Stub', 'BlockingStub', 'FutureStub', 'CoroutineStub', 'CoroutineImplBase']
      .map((end) => `${service}${end}`)
      .concat(service),
  types: (path) => {
    const last = lastOf(path);
    return [last, `${last}OrBuilder`, `${upperCamelCase(last)}Case`];
  },
};

/** Kotlin code also uses the names for Java. */
export const kotlin: Naming = {
  ...java,
  field: (field) => {
    const camel = upperCamelCase(field.name);
    const lower = lowerFirst(camel);
    return [
      // Kotlin code reads a getter as a property.
      ...members(...distinct(lower, lowerFirstWord(camel))),
      ...members(...['OrNull', 'List', 'Map', 'Count', 'Value'].map((end) => lower + end)),
      ...accessors(field),
    ];
  },
  oneof: (oneof) => [...members(`${lowerFirst(upperCamelCase(oneof.name))}Case`), ...oneofAccessors(oneof)],
  types: (path) => {
    const last = lastOf(path);
    return [last, `${last}OrBuilder`, `${last}Kt`, lowerFirst(last)];
  },
};

function accessors({ name, owner }: Element): Identifier[] {
  const camel = upperCamelCase(name);
  return [
    ...getters(
      ...['', 'List', 'Count', 'Map', 'Bytes', 'Value', 'ValueList', 'OrBuilder', 'OrBuilderList', 'OrDefault'].map(
        (end) => `get${camel}${end}`,
      ),
      `get${camel}OrThrow`,
      `has${camel}`,
      `contains${camel}`,
    ),
    ...setters(
      `set${camel}`,
      `set${camel}Bytes`,
      `set${camel}Value`,
      `clear${camel}`,
      `merge${camel}`,
      `add${camel}`,
      `addAll${camel}`,
      `add${camel}Builder`,
      `add${camel}Bytes`,
      `put${camel}`,
      `putAll${camel}`,
      `remove${camel}`,
      `get${camel}Builder`,
      `get${camel}BuilderList`,
      `getMutable${camel}`,
    ),
    ...constants(`${name.toUpperCase()}_FIELD_NUMBER`),
    ...(owner === undefined ? [] : variants(name.toUpperCase())),
  ];
}

function oneofAccessors({ name }: Element): Identifier[] {
  const camel = upperCamelCase(name);
  return [...getters(`get${camel}Case`), ...setters(`clear${camel}`), ...constants(`${camel}Case`)];
}
