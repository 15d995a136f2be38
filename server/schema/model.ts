import type { Edition } from '../proto/edition.ts';
import type {
  EnumNode,
  EnumValueNode,
  ExtensionsNode,
  FieldNode,
  FileNode,
  ImportNode,
  MessageNode,
  MethodNode,
  OneofNode,
  OptionNode,
  OptionValue,
  ServiceNode,
  Span,
} from '../proto/tree.ts';
import type { Lookup } from './member-map.ts';

/** The linked files of one side, without built-in files. */
export interface Schema {
  /** By path, relative to the repository, with forward slashes. */
  readonly files: ReadonlyMap<string, File>;
  /** By full name, without map entries. Of several declarations of a name, the first one. */
  readonly types: ReadonlyMap<string, Message | Enum>;
  readonly services: ReadonlyMap<string, Service>;
  readonly extensions: ReadonlyMap<string, Field>;
  /** In the order of the files. Repositories contain copies, so a name can occur more than once. */
  readonly declared: {
    readonly types: readonly (Message | Enum)[];
    readonly services: readonly Service[];
    readonly extensions: readonly Field[];
  };
  readonly problems: readonly LinkProblem[];
}

export interface LinkProblem {
  readonly file: string;
  readonly span: Span;
  /** `unresolved-type`: an imported file that was not found may declare it. `undeclared-type`: protoc rejects the text. */
  readonly kind: 'unresolved-import' | 'unresolved-type' | 'undeclared-type' | 'duplicate-name' | 'duplicate-number';
  readonly message: string;
  /** As written; empty for a duplicate. */
  readonly name: string;
  /** For two fields with one name, or two members with one number. The problem itself is at the second one. */
  readonly clash?: {
    readonly first: Member;
    readonly second: Member;
    readonly atFirst: Pick<LinkProblem, 'span' | 'message'>;
  };
}

type Member = Field | EnumValue;

export interface File {
  readonly kind: 'file';
  readonly path: string;
  readonly node: FileNode;
  readonly edition: Edition;
  readonly package: string;
  readonly imports: readonly Import[];
  /** Only those at top level, as with enums and extensions. */
  readonly messages: readonly Message[];
  readonly enums: readonly Enum[];
  readonly services: readonly Service[];
  readonly extensions: readonly Field[];
  readonly options: Options;
  readonly jsonFormat: JsonFormat;
  /** Well-known, and not in the repository. */
  readonly builtIn: boolean;
}

export interface Import {
  readonly node: ImportNode;
  /** Undefined if unresolved or built in. */
  readonly file: File | undefined;
}

/** By name as written, such as `(google.api.http)`. For duplicates, the first one. */
export type Options = ReadonlyMap<string, OptionNode>;

interface Element {
  readonly name: string;
  /** Without leading dot. For an enum value, without the enum: `pkg.VALUE`. */
  readonly fullName: string;
  readonly file: File;
  readonly options: Options;
  readonly deprecated: boolean;
}

export interface Message extends Element {
  readonly kind: 'message';
  readonly parent: Message | File;
  /** For a group, the node of the field. Undefined for built-in well-known types and for map entries. */
  readonly node: MessageNode | FieldNode | undefined;
  /** With members of oneofs, without extensions. Without a field whose name and number are both taken. */
  readonly fields: readonly Field[];
  readonly fieldsByNumber: Lookup<number, Field>;
  readonly fieldsByName: Lookup<string, Field>;
  readonly extensionsByNumber: ReadonlyMap<number, Field>;
  readonly oneofs: readonly Oneof[];
  readonly messages: readonly Message[];
  readonly enums: readonly Enum[];
  /** Declared in this message, whichever message they extend. */
  readonly extensions: readonly Field[];
  readonly extensionRanges: readonly NumberRange[];
  readonly reservedRanges: readonly NumberRange[];
  readonly reservedNames: ReadonlyMap<string, Span>;
  /** Made from `map<K, V>`, with `key = 1` and `value = 2`. */
  readonly isMapEntry: boolean;
  /** `message_set_wire_format` */
  readonly messageSet: boolean;
  readonly jsonFormat: JsonFormat;
  /** A missing member may be in text that could not be parsed, or in another message of the same name in the file. */
  readonly damaged: boolean;
}

/** https://protobuf.dev/editions/features/#json_format */
export type JsonFormat = 'ALLOW' | 'LEGACY_BEST_EFFORT';

/** Both ends are inclusive. */
export interface NumberRange {
  readonly start: number;
  readonly end: number;
  readonly span: Span;
  /** Of an extension range. */
  readonly node?: ExtensionsNode;
}

/** https://protobuf.dev/programming-guides/proto3/#scalar */
export const SCALARS = [
  'double',
  'float',
  'int32',
  'int64',
  'uint32',
  'uint64',
  'sint32',
  'sint64',
  'fixed32',
  'fixed64',
  'sfixed32',
  'sfixed64',
  'bool',
  'string',
  'bytes',
] as const;
export type Scalar = (typeof SCALARS)[number];

export type FieldType =
  | { readonly kind: 'scalar'; readonly scalar: Scalar }
  | { readonly kind: 'message'; readonly message: Message }
  | { readonly kind: 'enum'; readonly enum: Enum }
  | UnknownType;

export interface UnknownType {
  readonly kind: 'unresolved';
  /** As written. */
  readonly name: string;
  /** All that `name` may mean. */
  readonly fullNames: readonly string[];
  /** An import that was not found may declare it. Otherwise, protoc rejects the text. */
  readonly isElsewhere: boolean;
}

export type Presence = 'explicit' | 'implicit' | 'required';

export interface Field extends Element {
  readonly kind: 'field';
  /** For an extension, the extended message; undefined if that is unresolved. */
  readonly message: Message | undefined;
  /** Only for an extension: the extended type. */
  readonly extendee: FieldType | undefined;
  /** Only for an extension: where it is declared. */
  readonly extensionScope: Message | File | undefined;
  /** For the fields of a map entry, made from `map<K, V>`. */
  readonly node: FieldNode;
  /** NaN if the text has no number. */
  readonly number: number;
  /** A map field is repeated, and its type is the entry message (`isMapEntry`). */
  readonly repeated: boolean;
  readonly type: FieldType;
  readonly isMap: boolean;
  /** `implicit` for repeated fields. `explicit` for members of a oneof and singular extensions. */
  readonly presence: Presence;
  readonly packed: boolean;
  /** A proto2 group or `features.message_encoding = DELIMITED`. */
  readonly delimited: boolean;
  /** For a map, see the fields of its entry message. */
  readonly validatesUtf8: boolean;
  /** Undefined for the synthetic oneof of a proto3 `optional`. */
  readonly oneof: Oneof | undefined;
  readonly default: OptionValue | undefined;
  /** `json_name`, or the name in lowerCamelCase. For an extension, `[full.name]`. */
  readonly jsonName: string;
}

export interface Oneof extends Element {
  readonly kind: 'oneof';
  readonly message: Message;
  readonly node: OneofNode;
  readonly fields: readonly Field[];
}

export interface Enum extends Element {
  readonly kind: 'enum';
  readonly parent: Message | File;
  readonly node: EnumNode | undefined;
  readonly values: readonly EnumValue[];
  /** Without aliases. */
  readonly valuesByNumber: Lookup<number, EnumValue>;
  readonly valuesByName: Lookup<string, EnumValue>;
  readonly reservedRanges: readonly NumberRange[];
  readonly reservedNames: ReadonlyMap<string, Span>;
  readonly closed: boolean;
  readonly jsonFormat: JsonFormat;
  readonly damaged: boolean;
}

export interface EnumValue extends Element {
  readonly kind: 'enumValue';
  readonly enum: Enum;
  readonly node: EnumValueNode;
  readonly number: number;
}

export interface Service extends Element {
  readonly kind: 'service';
  readonly node: ServiceNode;
  readonly methods: readonly Method[];
  readonly damaged: boolean;
}

export interface Method extends Element {
  readonly kind: 'method';
  readonly service: Service;
  readonly node: MethodNode;
  /** Undefined if the type was not found or is an enum. */
  readonly input: Message | undefined;
  readonly output: Message | undefined;
  readonly types: { readonly input: FieldType; readonly output: FieldType };
  readonly clientStreaming: boolean;
  readonly serverStreaming: boolean;
}
