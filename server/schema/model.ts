import type {
  Edition,
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

/**
 * The linked files of one side: the released ones, or the ones being edited. Built-in well-known types are reached through the
 * fields that use them and are in none of these maps.
 */
export interface Schema {
  /** By path, relative to the repository, with forward slashes. */
  readonly files: ReadonlyMap<string, File>;
  /**
   * Messages and enums by full name without leading dot, without map entries. Where files that do not see each other declare
   * the same name, the first file's is here; `declared` has all of them.
   */
  readonly types: ReadonlyMap<string, Message | Enum>;
  readonly services: ReadonlyMap<string, Service>;
  /** Extension fields by full name. */
  readonly extensions: ReadonlyMap<string, Field>;
  /** Everything that the files declare, in their order: repositories hold copies, so a full name may be in here more than once. */
  readonly declared: {
    readonly types: readonly (Message | Enum)[];
    readonly services: readonly Service[];
    readonly extensions: readonly Field[];
  };
  readonly problems: readonly LinkProblem[];
}

/**
 * What the linker cannot make sense of; it goes on all the same. `unresolved-type`: the name may be declared behind an import that
 * cannot be found. `undeclared-type`: it is declared nowhere, and protoc refuses the text.
 */
export interface LinkProblem {
  readonly file: string;
  readonly span: Span;
  readonly kind: 'unresolved-import' | 'unresolved-type' | 'undeclared-type' | 'duplicate-name' | 'duplicate-number';
  readonly message: string;
  /** The import's path or the type's name, as it is written; empty for a duplicate. */
  readonly name: string;
  /** Of two members with one name or number: this is about the second one, and can as well be said of the first. */
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
  /** Empty where the file has none. */
  readonly package: string;
  readonly imports: readonly Import[];
  /** Top-level ones, in the order of the text. */
  readonly messages: readonly Message[];
  readonly enums: readonly Enum[];
  readonly services: readonly Service[];
  readonly extensions: readonly Field[];
  readonly options: Options;
  /** A well-known file that the repository does not hold: its elements have no place that could be shown. */
  readonly builtIn: boolean;
}

export interface Import {
  readonly node: ImportNode;
  /** Undefined where it is unresolved or built in (`google/protobuf/*.proto` that the repository does not hold). */
  readonly file: File | undefined;
}

/** Options by name as written without white space, for instance `deprecated` or `(google.api.http)`; of several the first. */
export type Options = ReadonlyMap<string, OptionNode>;

/** An element declared in a file: what every kind of element has. */
interface Element {
  readonly name: string;
  /** Without leading dot. Enum values are siblings of their enum: `pkg.VALUE`. */
  readonly fullName: string;
  readonly file: File;
  readonly options: Options;
  readonly deprecated: boolean;
}

export interface Message extends Element {
  readonly kind: 'message';
  readonly parent: Message | File;
  /** A group's message has the field's node. Undefined for the built-in well-known types and for map entries. */
  readonly node: MessageNode | FieldNode | undefined;
  /**
   * In the order of the text, members of oneofs included, extensions not. A field whose name or number is taken is here, and in
   * `fieldsByName` or `fieldsByNumber` only under what was still free; one whose name and number are both taken is left out.
   */
  readonly fields: readonly Field[];
  readonly fieldsByNumber: ReadonlyMap<number, Field>;
  readonly fieldsByName: ReadonlyMap<string, Field>;
  /** Extensions of this message in the linked files, by number. */
  readonly extensionsByNumber: ReadonlyMap<number, Field>;
  readonly oneofs: readonly Oneof[];
  readonly messages: readonly Message[];
  readonly enums: readonly Enum[];
  /** Extensions declared inside this message, whatever they extend. */
  readonly extensions: readonly Field[];
  readonly extensionRanges: readonly NumberRange[];
  readonly reservedRanges: readonly NumberRange[];
  readonly reservedNames: ReadonlyMap<string, Span>;
  /** A synthesised `key = 1; value = 2` entry of a map field. */
  readonly isMapEntry: boolean;
  /** `option message_set_wire_format = true`: its extensions travel as items of an old format of their own. */
  readonly messageSet: boolean;
  readonly jsonFormat: JsonFormat;
  /** Part of its text could not be read: a member that is missing may not have been deleted. */
  readonly damaged: boolean;
}

/** Resolved: whether the JSON mapping of the element is guaranteed, or what proto2 files happened to have. */
export type JsonFormat = 'ALLOW' | 'LEGACY_BEST_EFFORT';

/** Both ends inclusive. */
export interface NumberRange {
  readonly start: number;
  readonly end: number;
  readonly span: Span;
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

/** A type whose declaration cannot be found: it may be a message or an enum. */
export interface UnknownType {
  readonly kind: 'unresolved';
  /** As it is written. */
  readonly name: string;
  /** What the written name may stand for, innermost scope first. */
  readonly fullNames: readonly string[];
  /** It may be declared behind an import that cannot be found either. Otherwise the text is one that protoc refuses. */
  readonly isElsewhere: boolean;
}

export type Presence = 'explicit' | 'implicit' | 'required';

export interface Field extends Element {
  readonly kind: 'field';
  /** The message that holds it; for an extension the extendee, undefined where that is unresolved. */
  readonly message: Message | undefined;
  /** Where the field is an extension: the scope it is declared in. */
  readonly extensionScope: Message | File | undefined;
  /** The key and the value of a map entry have a node made of their part of `map<K, V>`. */
  readonly node: FieldNode;
  /** NaN where the text has none. */
  readonly number: number;
  /** A map field is repeated and its type is the entry message (`isMapEntry`). */
  readonly repeated: boolean;
  readonly type: FieldType;
  /** True where `type` is the entry message of a `map<K, V>`. */
  readonly isMap: boolean;
  /** Resolved from labels, syntax and features. `implicit` for repeated fields. Message fields and oneof members are `explicit`. */
  readonly presence: Presence;
  /** Resolved; false where the type cannot be packed. */
  readonly packed: boolean;
  /** Group encoding: a proto2 group or `features.message_encoding = DELIMITED`. */
  readonly delimited: boolean;
  /** Whether a reader rejects invalid UTF-8 in a string field. False for other types. */
  readonly validatesUtf8: boolean;
  /** The oneof that was written; never the synthetic one of a proto3 `optional`. */
  readonly oneof: Oneof | undefined;
  /** An explicit proto2-style default. */
  readonly default: OptionValue | undefined;
  /** `json_name` or the lowerCamelCase of the name; of an extension `[full.name]`. */
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
  /** First declared value of each number, so an alias does not win. */
  readonly valuesByNumber: ReadonlyMap<number, EnumValue>;
  readonly valuesByName: ReadonlyMap<string, EnumValue>;
  readonly reservedRanges: readonly NumberRange[];
  readonly reservedNames: ReadonlyMap<string, Span>;
  /** The enum's own resolved feature. */
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
  /** Undefined where the type is unresolved. */
  readonly input: Message | undefined;
  readonly output: Message | undefined;
  /** Of the request and the response; what is not a message could not be found, or is an error of the text. */
  readonly types: { readonly input: FieldType; readonly output: FieldType };
  readonly clientStreaming: boolean;
  readonly serverStreaming: boolean;
}
