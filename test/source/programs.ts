import {
  ScalarType,
  type DescEnum,
  type DescField,
  type DescFile,
  type DescMessage,
  type DescService,
} from '@bufbuild/protobuf';
import type { SourceLanguage } from '../../server/effects/effect.ts';
import { Edition, FeatureSet_FieldPresence, type FeatureSet_FieldPresence as Presence } from '@bufbuild/protobuf/wkt';

/*
 * Programs that use what was generated from a file: they create each message, read and write each field, and use each enum value, extension
 * and method. Messages are created in ways that added fields do not break: by `create`, `fromPartial` or keyed literals.
 */

export const GENERATORS = {
  'protoc-gen-go': 'go',
  'protoc-gen-go-grpc': 'go',
  'go-ttrpc': 'go',
  python: 'python',
  'protobuf-es': 'ts',
  'ts-proto': 'ts',
} as const satisfies Readonly<Record<string, SourceLanguage>>;
export type Generator = keyof typeof GENERATORS;

/** Their code is compiled only on request, because that takes minutes. */
export const RUST_GENERATORS = ['prost', 'rust-protobuf'] as const;
export type RustGenerator = (typeof RUST_GENERATORS)[number];

export const isExplicit = ({ presence }: { presence: Presence }): boolean =>
  presence === FeatureSet_FieldPresence.EXPLICIT;
export const isRequired = ({ presence }: { presence: Presence }): boolean =>
  presence === FeatureSet_FieldPresence.LEGACY_REQUIRED;

export function messagesOf(file: DescFile): readonly DescMessage[] {
  const withNested = (message: DescMessage): DescMessage[] => [message, ...message.nestedMessages.flatMap(withNested)];
  return file.messages.flatMap(withNested);
}

export function enumsOf(file: DescFile): readonly DescEnum[] {
  return [...file.enums, ...messagesOf(file).flatMap((message) => message.nestedEnums)];
}

/** The name without the package: `Note.Part`. */
export function localPath({ typeName, file }: DescMessage | DescEnum): string[] {
  return typeName.slice(file.proto.package.length + 1).split('.');
}

export function goProgram(file: DescFile, importPath: string, name: string): string {
  const lines = [`package ${name}`, '', `import a "${importPath}"`, ''];
  for (const message of messagesOf(file)) {
    lines.push(`func _() {`, `\tm := &a.${goName(message)}{}`, '\t_ = m');
    for (const field of message.fields) {
      const holder = field.oneof === undefined ? 'm' : 'o';
      const goField = goCamel(field.name);
      if (field.oneof !== undefined)
        lines.push(`\t{ o := &a.${goName(message)}_${goField}{}; m.${goCamel(field.oneof.name)} = o`);
      else lines.push('\t{');
      lines.push(`\tvar v ${goType(field)} = ${holder}.${goField}`, `\t${holder}.${goField} = v; m.Get${goField}() }`);
    }
    lines.push('}');
  }
  for (const type of enumsOf(file)) {
    const scope = type.parent === undefined ? goName(type) : goName(type.parent);
    lines.push(`var _ = []a.${goName(type)}{${type.values.map((value) => `a.${scope}_${value.name}`).join(', ')}}`);
  }
  for (const extension of file.extensions) lines.push(`var _ = a.E_${goCamel(extension.name)}`);
  return lines.join('\n');
}

/** The server and client of each service, for gRPC and for ttrpc. This version of ttrpc has no streams. */
export function goServiceProgram(file: DescFile, importPath: string, name: string, kind: 'grpc' | 'ttrpc'): string {
  const lines = [`package ${name}`, '', 'import "context"', `import a "${importPath}"`, ''];
  for (const service of file.services) {
    const type = `server${service.name}`;
    lines.push(`type ${type} struct{ ${kind === 'grpc' ? `a.Unimplemented${service.name}Server` : ''} }`);
    lines.push(`var _ a.${service.name}${kind === 'grpc' ? 'Server' : 'Service'} = &${type}{}`);
    for (const method of service.methods) {
      const [input, output] = [method.input, method.output].map((each) => `*a.${goName(each)}`);
      lines.push(
        `func (*${type}) ${method.name}(ctx context.Context, in ${input}) (${output}, error) { return nil, nil }`,
      );
      const client = kind === 'grpc' ? `a.${service.name}Client` : `a.${service.name}Service`;
      lines.push(`func _(c ${client}, in ${input}) (${output}, error) { return c.${method.name}(context.TODO(), in) }`);
    }
  }
  return lines.join('\n');
}

function goName(type: DescMessage | DescEnum): string {
  return localPath(type).map(goCamel).join('_');
}

function goCamel(name: string): string {
  const prefixed = name.startsWith('_') ? `X${name}` : name;
  return prefixed.replaceAll(
    /(^|_|\d)([a-z])/g,
    (_, before: string, letter: string) => before.replace('_', '') + letter.toUpperCase(),
  );
}

function goType(field: DescField): string {
  switch (field.fieldKind) {
    case 'list':
      return `[]${goElement(field)}`;
    case 'map':
      return `map[${GO_SCALARS[field.mapKey]}]${goElement(field)}`;
    default: {
      const isPointer =
        field.message === undefined && field.oneof === undefined && (isExplicit(field) || isRequired(field));
      if (field.scalar === ScalarType.BYTES) return goElement(field);
      return (isPointer ? '*' : '') + goElement(field);
    }
  }
}

function goElement(field: DescField): string {
  if (field.message) return `*a.${goName(field.message)}`;
  if (field.enum) return `a.${goName(field.enum)}`;
  return GO_SCALARS[field.scalar];
}

const GO_SCALARS: Readonly<Record<ScalarType, string>> = {
  [ScalarType.DOUBLE]: 'float64',
  [ScalarType.FLOAT]: 'float32',
  [ScalarType.INT32]: 'int32',
  [ScalarType.SINT32]: 'int32',
  [ScalarType.SFIXED32]: 'int32',
  [ScalarType.INT64]: 'int64',
  [ScalarType.SINT64]: 'int64',
  [ScalarType.SFIXED64]: 'int64',
  [ScalarType.UINT32]: 'uint32',
  [ScalarType.FIXED32]: 'uint32',
  [ScalarType.UINT64]: 'uint64',
  [ScalarType.FIXED64]: 'uint64',
  [ScalarType.BOOL]: 'bool',
  [ScalarType.STRING]: 'string',
  [ScalarType.BYTES]: '[]byte',
};

export function esProgram(file: DescFile, module: string): string {
  const lines = ["import { create } from '@bufbuild/protobuf';", `import * as a from '${module}';`];
  for (const message of messagesOf(file)) {
    const name = tsName(message);
    lines.push(`{ const m: a.${name} = create(a.${name}Schema, {}); void m;`);
    for (const field of message.fields) {
      const local = field.localName;
      // In proto2, an unset field returns its default.
      const isScalar = field.fieldKind === 'scalar' || field.fieldKind === 'enum';
      const optional =
        field.fieldKind === 'message' || (isScalar && isExplicit(field) && file.edition !== Edition.EDITION_PROTO2);
      if (field.oneof !== undefined) {
        const oneof = field.oneof.localName;
        lines.push(
          `if (m.${oneof}.case === '${local}') { const v: ${esType(field)} = m.${oneof}.value; m.${oneof} = { case: '${local}', value: v }; }`,
        );
      } else {
        const type = esType(field) + (optional ? ' | undefined' : '');
        lines.push(`{ const v: ${type} = m.${local}; m.${local} = v; }`);
        if (optional) lines.push(`m.${local} = undefined;`);
      }
    }
    lines.push('}');
  }
  for (const type of enumsOf(file))
    lines.push(
      `{ const v: a.${tsName(type)}[] = [${type.values.map((value) => `a.${tsName(type)}.${value.localName}`).join(', ')}]; void v; }`,
    );
  for (const extension of file.extensions) lines.push(`void a.${extension.name};`);
  for (const service of file.services) lines.push(...esService(service));
  return lines.join('\n');
}

function esService(service: DescService): string[] {
  return service.methods.map((method) => {
    const desc = `a.${service.name}.method.${method.localName}`;
    const [input, output] = [method.input, method.output].map(tsName);
    return `{ const kind: '${method.methodKind}' = ${desc}.methodKind; const i: typeof a.${input}Schema = ${desc}.input; const o: typeof a.${output}Schema = ${desc}.output; void [kind, i, o]; }`;
  });
}

function tsName(type: DescMessage | DescEnum): string {
  return localPath(type).join('_');
}

function esType(field: DescField): string {
  const element = field.message
    ? `a.${tsName(field.message)}`
    : field.enum
      ? `a.${tsName(field.enum)}`
      : tsScalar(field.scalar, 'bigint');
  if (field.fieldKind === 'list') return `${element}[]`;
  return field.fieldKind === 'map' ? `{ [key: ${tsScalar(field.mapKey, 'string')}]: ${element} }` : element;
}

function tsScalar(scalar: ScalarType | undefined, long: string): string {
  switch (scalar) {
    case ScalarType.STRING:
      return 'string';
    case ScalarType.BYTES:
      return 'Uint8Array';
    case ScalarType.BOOL:
      return 'boolean';
    case ScalarType.INT64:
    case ScalarType.UINT64:
    case ScalarType.SINT64:
    case ScalarType.FIXED64:
    case ScalarType.SFIXED64:
      return long;
    default:
      return 'number';
  }
}

export function tsProtoProgram(file: DescFile, module: string): string {
  const lines = [`import * as a from '${module}';`];
  for (const message of messagesOf(file)) {
    const name = tsName(message);
    lines.push(`{ const m: a.${name} = a.${name}.fromPartial({}); void m;`);
    for (const field of message.fields) {
      const local = camel(field.name);
      const isOptional =
        field.fieldKind !== 'list' &&
        field.fieldKind !== 'map' &&
        !isRequired(field) &&
        (field.fieldKind === 'message' || field.oneof !== undefined || isExplicit(field));
      const element = field.message
        ? `a.${tsName(field.message)}`
        : field.enum
          ? `a.${tsName(field.enum)}`
          : tsScalar(field.scalar, 'number');
      const type =
        field.fieldKind === 'list'
          ? `${element}[]`
          : field.fieldKind === 'map'
            ? `{ [key: string]: ${element} }`
            : element;
      lines.push(`{ const v: ${type}${isOptional ? ' | undefined' : ''} = m.${local}; m.${local} = v; }`);
      if (isOptional) lines.push(`m.${local} = undefined;`);
    }
    lines.push('}');
  }
  for (const type of enumsOf(file))
    lines.push(
      `{ const v: a.${tsName(type)}[] = [${type.values.map((value) => `a.${tsName(type)}.${value.name}`).join(', ')}]; void v; }`,
    );
  for (const service of file.services) {
    const methods = service.methods.map(
      (method) =>
        `${method.name}(request: a.${tsName(method.input)}): Promise<a.${tsName(method.output)}> { throw new Error(String(request)); }`,
    );
    lines.push(`export class Server${service.name} implements a.${service.name} { ${methods.join(' ')} }`);
    for (const method of service.methods)
      lines.push(
        `export const ${service.name}${method.name} = (client: a.${service.name}, request: a.${tsName(method.input)}): Promise<a.${tsName(method.output)}> => client.${method.name}(request);`,
      );
  }
  return lines.join('\n');
}

function camel(name: string): string {
  const words = (/[a-z]/.test(name) || !name.includes('_') ? name : name.toLowerCase()).split('_');
  return words.map((word, at) => (at === 0 ? word : word.charAt(0).toUpperCase() + word.slice(1))).join('');
}

/** Python statements. Each is run separately, with the generated module as `a`. */
export function pythonProgram(file: DescFile): readonly string[] {
  const lines: string[] = [];
  for (const message of messagesOf(file)) {
    const name = localPath(message).join('.');
    lines.push(`a.${name}()`);
    for (const field of message.fields) {
      const made = `m = a.${name}()`;
      const local = field.name;
      if (field.fieldKind === 'list') lines.push(`${made}; m.${local}.extend(m.${local})`);
      else if (field.fieldKind === 'map') lines.push(`${made}; m.${local}.items()`);
      else if (field.fieldKind === 'message') lines.push(`${made}; m.${local}.SetInParent(); m.HasField('${local}')`);
      else lines.push(`${made}; m.${local} = m.${local}`);
      if (field.oneof !== undefined) lines.push(`${made}; m.WhichOneof('${field.oneof.name}')`);
      else if (field.fieldKind === 'scalar' && (isExplicit(field) || isRequired(field)))
        lines.push(`${made}; m.HasField('${local}')`);
    }
  }
  for (const type of enumsOf(file)) {
    const scope = type.parent === undefined ? 'a' : `a.${localPath(type.parent).join('.')}`;
    for (const value of type.values) lines.push(`${scope}.${value.name}`);
    lines.push(`a.${localPath(type).join('.')}.Name(0)`);
  }
  for (const extension of file.extensions) lines.push(`a.${extension.name}`);
  for (const service of file.services)
    for (const method of service.methods)
      lines.push(`a.DESCRIPTOR.services_by_name['${service.name}'].methods_by_name['${method.name}']`);
  return lines;
}
