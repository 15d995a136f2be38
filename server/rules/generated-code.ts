import { valueText } from '../diff/options.ts';
import type { EnumValuePair, FieldPair } from '../diff/pairs.ts';
import type { Source, SourceLanguage } from '../effects/effect.ts';
import type { Enum, Field, FieldType, File, Message, Scalar } from '../schema/model.ts';

/*
 * Languages in which code that uses the generated code no longer compiles. docs/generated-code.md says what was
 * tested.
 */

type Checked = Extract<SourceLanguage, 'go' | 'python' | 'rust' | 'ts'>;
const CHECKED: readonly Checked[] = ['go', 'python', 'rust', 'ts'];

/** Only an exhaustive `match` in Rust no longer compiles. */
const EXHAUSTIVE: Source = ['rust'];

/** An alias of a released value adds no case. */
export function sourceOfAddedValue({ new: added, parent }: EnumValuePair): Source {
  return added !== undefined && parent.old?.valuesByNumber.has(added.number) === true ? 'same' : EXHAUSTIVE;
}

/** Python has no static types. */
export const TYPED: Source = ['go', 'rust', 'ts'];

/** A new member of an existing oneof is an additional case. */
export function sourceOfAdded({ new: added, parent }: FieldPair): Source {
  const oneof = added?.oneof?.name;
  return parent?.old?.oneofs.some(({ name }) => name === oneof) === true ? EXHAUSTIVE : 'same';
}

/** None if the option is unknown. */
export function sourceOfOption(name: string): readonly SourceLanguage[] {
  return OPTIONS.find(([pattern]) => pattern.test(name))?.[1] ?? [];
}

const OPTIONS: readonly (readonly [RegExp, readonly SourceLanguage[]])[] = [
  [/^go_package$|gogoproto|\(pb\.go\)/, ['go']],
  [/^java_|\(pb\.java\)/, ['java']],
  [/^csharp_/, ['csharp']],
  [/^objc_/, ['objc']],
  [/^php_/, ['php']],
  [/^ruby_/, ['ruby']],
  [/^swift_/, ['swift']],
  [/^py_/, ['python']],
  [/^optimize_for$/, ['cpp', 'java']],
  [/^cc_|^ctype$|^weak$|\(pb\.cpp\)/, ['cpp']],
  [/^jstype$/, ['ts']],
];

/** The generated name of an extension contains its scope. */
export function sourceOfFieldName(old: Field, edited: Field): Source {
  if (old.extensionScope === undefined) return sourceOfName(old.name, edited.name);
  const scopeOf = ({ fullName, name }: Field): string => fullName.slice(0, -name.length);
  if (scopeOf(old) !== scopeOf(edited)) return 'breaks';
  // Other generators keep the spelling of an extension.
  return CHECKED.filter((language) =>
    language === 'go' ? goCamel(old.name) !== goCamel(edited.name) : old.name !== edited.name,
  );
}

/** `a_b` and `aB` are the same name in Go. */
export function sourceOfName(old: string, edited: string): Source {
  return CHECKED.filter((language) => SPELLINGS[language].some((spelling) => spelling(old) !== spelling(edited)));
}

const SPELLINGS: Readonly<Record<Checked, readonly ((name: string) => string)[]>> = {
  go: [goCamel],
  python: [unchanged],
  // prost changes names to snake case, but rust-protobuf does not.
  rust: [unchanged],
  ts: [protobufEsCamel, tsProtoCamel],
};

function unchanged(name: string): string {
  return name;
}

/** https://github.com/protocolbuffers/protobuf-go/blob/master/internal/strs/strings.go, GoCamelCase */
function goCamel(name: string): string {
  return name
    .replaceAll(
      /(^_?|_|\d)([a-z])/g,
      (_, before: string, letter: string, at: number) =>
        `${before === '_' && at > 0 ? '' : before}${letter.toUpperCase()}`,
    )
    .replace(/^_/, 'X');
}

/** https://github.com/bufbuild/protobuf-es/blob/main/packages/protobuf/src/reflect/names.ts, protoCamelCase */
function protobufEsCamel(name: string): string {
  return name.replaceAll(/_+(.?)/g, (_, next: string) => next.toUpperCase());
}

/** https://github.com/stephenh/ts-proto/blob/main/src/case.ts, maybeSnakeToCamel */
function tsProtoCamel(name: string): string {
  return protobufEsCamel(name.includes('_') && !/[a-z]/.test(name) ? name.toLowerCase() : name);
}

/** Compares cardinality and presence, too. */
export function sourceOfType(old: Field, edited: Field): Source {
  // `HasField` fails on a field without presence.
  const losesPresence = isSingle(old) && old.presence !== 'implicit' && edited.presence === 'implicit';
  return CHECKED.filter(
    (language) => SHAPES[language](old) !== SHAPES[language](edited) || (language === 'python' && losesPresence),
  );
}

const SHAPES: Readonly<Record<Checked, (field: Field) => string>> = {
  go: (field) => {
    const isPointer = field.type.kind !== 'message' && !isScalar(field.type, 'bytes') && field.presence !== 'implicit';
    return `${isSingle(field) && isPointer ? '*' : ''}${shape(field, goType)}`;
  },
  // Lists and messages cannot be assigned to.
  python: (field) => shape(field, (type) => (type.kind === 'message' ? 'message' : 'scalar')),
  rust: (field) => `${isSingle(field) && field.presence === 'explicit' ? 'Option ' : ''}${shape(field, rustType)}`,
  ts: (field) => `${isSingle(field) && field.presence === 'explicit' ? '? ' : ''}${shape(field, tsType, tsKey)}`,
};

function isSingle({ repeated, isMap }: Field): boolean {
  return !repeated && !isMap;
}

function shape(field: Field, typeOf: (type: FieldType) => string, keyOf = typeOf): string {
  const { type, isMap, repeated } = field;
  if (isMap && type.kind === 'message') {
    const [key, value] = type.message.fields;
    return `map ${key === undefined ? '' : keyOf(key.type)} ${value === undefined ? '' : typeOf(value.type)}`;
  }
  return `${repeated ? '[]' : ''}${typeOf(type)}`;
}

function declaredName(type: FieldType): string {
  switch (type.kind) {
    case 'scalar':
      return type.scalar;
    case 'enum':
      return type.enum.fullName;
    case 'message':
      return type.message.fullName;
    case 'unresolved':
      return type.name;
  }
}

function goType(type: FieldType): string {
  return type.kind === 'scalar' ? (NUMBERS[type.scalar] ?? type.scalar) : declaredName(type);
}

const rustType = goType;

/** Go and Rust have one type for each of these pairs. */
const NUMBERS: Readonly<Partial<Record<Scalar, string>>> = {
  sint32: 'int32',
  sfixed32: 'int32',
  sint64: 'int64',
  sfixed64: 'int64',
  fixed32: 'uint32',
  fixed64: 'uint64',
};

/** TypeScript accepts a number as an enum, and an enum as a number. */
function tsType(type: FieldType): string {
  if (type.kind === 'enum') return 'number';
  if (type.kind !== 'scalar' || !/^(?:[su]?int|s?fixed|float|double)/.test(type.scalar)) return declaredName(type);
  return type.scalar.endsWith('64') ? 'bigint' : 'number';
}

function tsKey(type: FieldType): string {
  return tsType(type) === 'number' ? 'number' : 'string';
}

function isScalar(type: FieldType, scalar: Scalar): boolean {
  return type.kind === 'scalar' && type.scalar === scalar;
}

/** A type is identified by its Go package, its file or its full name. */
export function sourceOfPlace(old: Message | Enum, edited: Message | Enum): readonly SourceLanguage[] {
  const places = (type: Message | Enum): Readonly<Record<Checked, string>> => {
    const { file } = type;
    const path = type.fullName.slice(file.package.length);
    return {
      go: `${goPackage(file)} ${path}`,
      python: `${file.path} ${path}`,
      rust: `${file.path} ${type.fullName}`,
      ts: `${file.path} ${path}`,
    };
  };
  const [oldPlaces, newPlaces] = [places(old), places(edited)];
  return CHECKED.filter((language) => oldPlaces[language] !== newPlaces[language]);
}

function goPackage({ options }: File): string {
  const option = options.get('go_package');
  return option === undefined ? '' : valueText(option.value);
}
