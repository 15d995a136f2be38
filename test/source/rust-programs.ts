import { ScalarType, type DescEnum, type DescField, type DescFile, type DescMessage } from '@bufbuild/protobuf';
import { enumsOf, isExplicit, isRequired, localPath, messagesOf } from './programs.ts';

/*
 * Programs for prost and rust-protobuf. They list all values of an enum and all members of a oneof in a `match`. The compiler rejects a
 * `match` that does not cover everything.
 */

/** Uses the generated file as the module `a`. Messages are created from their defaults. */
export function prostProgram(file: DescFile): string {
  const lines: string[] = [];
  for (const message of messagesOf(file)) {
    const path = prostPath(message);
    lines.push(
      `pub fn ${functionName('message', message)}(m: &mut ${path}) {`,
      `let _ = ${path} { ..Default::default() };`,
    );
    for (const field of message.fields) {
      if (field.oneof !== undefined) continue;
      const name = escaped(snake(field.name));
      lines.push(`{ let v: ${prostType(field)} = m.${name}.clone(); m.${name} = v; }`);
      if (field.fieldKind === 'enum')
        lines.push(`{ let v: ${prostPath(field.enum)} = m.${name}(); m.set_${snake(field.name)}(v); }`);
    }
    for (const oneof of message.oneofs) {
      const [name, type] = [escaped(snake(oneof.name)), `${prostModule(message)}::${upperCamel(oneof.name)}`];
      lines.push(`match m.${name}.clone() {`);
      for (const field of oneof.fields) {
        const member = `${type}::${upperCamel(field.name)}`;
        lines.push(`Some(${member}(v)) => { let v: ${prostElement(field)} = v; m.${name} = Some(${member}(v)); }`);
      }
      lines.push('None => {} }');
    }
    lines.push('}');
  }
  for (const type of enumsOf(file)) {
    const values = type.values.map(
      (value) => `${prostPath(type)}::${upperCamel(value.name.slice(prefixOf(type).length))}`,
    );
    lines.push(
      `pub fn ${functionName('values', type)}(v: ${prostPath(type)}) { match v { ${values.map((value) => `${value} => {}`).join(' ')} } }`,
    );
  }
  return lines.join('\n');
}

/** @param module contains all types of the file. A nested type is `Outer_Inner`. */
export function rustProtobufProgram(file: DescFile, module: string): string {
  const lines: string[] = [];
  const pathOf = (type: DescMessage | DescEnum): string => `${module}::${localPath(type).join('_')}`;
  const elementOf = (field: DescField): string =>
    field.message ? pathOf(field.message) : field.enum ? pathOf(field.enum) : RUST_SCALARS[field.scalar];
  for (const message of messagesOf(file)) {
    lines.push(
      `pub fn ${functionName('message', message)}(m: &mut ${pathOf(message)}) {`,
      `let _ = ${pathOf(message)}::new();`,
    );
    for (const field of message.fields) {
      if (field.oneof !== undefined) continue;
      const element = elementOf(field);
      const { name } = field;
      switch (field.fieldKind) {
        case 'map':
          lines.push(
            `{ let v: ::std::collections::HashMap<${RUST_SCALARS[field.mapKey]}, ${element}> = m.take_${name}(); m.set_${name}(v); }`,
          );
          break;
        case 'list':
          lines.push(`{ let v: &[${element}] = m.get_${name}(); let v = v.to_vec(); m.set_${name}(v.into()); }`);
          break;
        default: {
          const isOwned =
            field.message !== undefined || field.scalar === ScalarType.STRING || field.scalar === ScalarType.BYTES;
          lines.push(`{ let v: ${element} = m.${isOwned ? 'take' : 'get'}_${name}(); m.set_${name}(v); }`);
          if (field.message !== undefined || isExplicit(field) || isRequired(field))
            lines.push(`let _: bool = m.has_${name}();`);
        }
      }
    }
    for (const oneof of message.oneofs) {
      const name = KEYWORDS.has(oneof.name) ? `field_${oneof.name}` : oneof.name;
      const type = `${pathOf(message)}_oneof_${oneof.name}`;
      lines.push(`match m.${name}.clone() {`);
      for (const field of oneof.fields)
        lines.push(
          `Some(${type}::${field.name}(v)) => { let v: ${elementOf(field)} = v; m.${name} = Some(${type}::${field.name}(v)); }`,
        );
      lines.push('None => {} }');
    }
    lines.push('}');
  }
  for (const type of enumsOf(file)) {
    const arms = type.values.map((value) => `${pathOf(type)}::${value.name} => {}`).join(' ');
    lines.push(`pub fn ${functionName('values', type)}(v: ${pathOf(type)}) { match v { ${arms} } }`);
  }
  for (const extension of file.extensions)
    lines.push(`pub fn extension_${extension.name}() { let _ = ${module}::exts::${extension.name}; }`);
  return lines.join('\n');
}

function functionName(kind: string, type: DescMessage | DescEnum): string {
  return `${kind}_${localPath(type).join('_').toLowerCase()}`;
}

/** Nested types are in a module named after their parent. */
function prostPath(type: DescMessage | DescEnum): string {
  const names = localPath(type);
  return ['a', ...names.slice(0, -1).map((name) => escaped(snake(name))), names.at(-1) ?? ''].join('::');
}

function prostModule(message: DescMessage): string {
  return ['a', ...localPath(message).map((name) => escaped(snake(name)))].join('::');
}

function prostType(field: DescField): string {
  const element = prostElement(field);
  switch (field.fieldKind) {
    case 'list':
      return `Vec<${element}>`;
    case 'map':
      return `::std::collections::HashMap<${RUST_SCALARS[field.mapKey]}, ${element}>`;
    case 'message':
      return isRequired(field) ? element : `Option<${element}>`;
    default:
      return isExplicit(field) ? `Option<${element}>` : element;
  }
}

/** prost stores an enum as its number. */
function prostElement(field: DescField): string {
  if (field.message) return prostPath(field.message);
  return field.enum ? 'i32' : RUST_SCALARS[field.scalar];
}

/** prost removes the name of the enum from its values. */
function prefixOf({ name }: DescEnum): string {
  return `${snake(name).toUpperCase()}_`;
}

function snake(name: string): string {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll(/^_+|_+$/g, '')
    .toLowerCase();
}

function upperCamel(name: string): string {
  return name.toLowerCase().replaceAll(/(?:^|_)([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

function escaped(name: string): string {
  return KEYWORDS.has(name) ? `r#${name}` : name;
}

/** Keywords that the schemas use as names. */
const KEYWORDS: ReadonlySet<string> = new Set(['in', 'where']);

const RUST_SCALARS: Readonly<Record<ScalarType, string>> = {
  [ScalarType.DOUBLE]: 'f64',
  [ScalarType.FLOAT]: 'f32',
  [ScalarType.INT32]: 'i32',
  [ScalarType.SINT32]: 'i32',
  [ScalarType.SFIXED32]: 'i32',
  [ScalarType.INT64]: 'i64',
  [ScalarType.SINT64]: 'i64',
  [ScalarType.SFIXED64]: 'i64',
  [ScalarType.UINT32]: 'u32',
  [ScalarType.FIXED32]: 'u32',
  [ScalarType.UINT64]: 'u64',
  [ScalarType.FIXED64]: 'u64',
  [ScalarType.BOOL]: 'bool',
  [ScalarType.STRING]: 'String',
  [ScalarType.BYTES]: 'Vec<u8>',
};
