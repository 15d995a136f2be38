/**
 * The syntax tree of one `.proto` file. Everything that was written is in it, with its exact place;
 * nothing is resolved. All offsets are UTF-16 code units from the start of the text, half-open.
 */
export interface Span {
  start: number;
  end: number;
}

/** A word or dotted name as written: an identifier, a type reference, a label. */
export interface Name {
  readonly text: string;
  readonly span: Span;
}

/** A number as written. `value` is NaN where the text isn't a valid integer; field numbers and enum numbers always fit a double. */
export interface IntegerLiteral {
  readonly value: number;
  readonly span: Span;
}

/** A syntax error, or something in the text that no statement could be made of. */
export interface Problem {
  readonly span: Span;
  readonly message: string;
  /** Set where proto2 is what makes it one: a file without a `syntax` line is read as that. */
  readonly needsLabel?: true;
}

export interface Comment {
  readonly span: Span;
  /** Without the comment marks. */
  readonly text: string;
}

interface Statement {
  /** From the statement's first token to its `;` or `}`. */
  readonly span: Span;
  /** The comments directly above (no blank line between), from the first comment mark to the last one's end. */
  readonly leadingComments: Span | undefined;
}

export type Edition = 'proto2' | 'proto3' | '2023' | '2024';

export interface FileNode {
  readonly text: string;
  /** Offsets of the first code unit of every line; the first is 0. Lines end at \n, \r\n or \r. */
  readonly lineStarts: readonly number[];
  /** `syntax = "…"` or `edition = "…"`; without one the file is proto2. */
  readonly edition: EditionNode | undefined;
  readonly package: PackageNode | undefined;
  readonly imports: readonly ImportNode[];
  readonly options: readonly OptionNode[];
  /** Messages, enums, services and extends in the order of the text. */
  readonly declarations: readonly Declaration[];
  readonly comments: readonly Comment[];
  readonly problems: readonly Problem[];
  /** Where the text is broken at file level, so that a declaration missing here may not have been deleted. */
  readonly damage: Damage;
  /** Whether errors, if there are any, are inside declarations whose braces pair up, and all else was read strictly. */
  readonly confined: boolean;
}

/**
 * What cannot be trusted in a container whose text is broken.
 * `members`: something between its declarations could not be read, so a missing member says nothing.
 * `header`: (file only) the package, syntax or edition statement could not be read.
 */
export interface Damage {
  readonly members: boolean;
  readonly header: boolean;
}

export interface EditionNode extends Statement {
  readonly kind: 'edition';
  readonly keyword: 'syntax' | 'edition';
  /** The string's value as written: "proto3", "2023", or something unknown. */
  readonly value: Name;
}

export interface PackageNode extends Statement {
  readonly kind: 'package';
  readonly name: Name;
}

export interface ImportNode extends Statement {
  readonly kind: 'import';
  readonly modifier: 'public' | 'weak' | 'option' | undefined;
  /** Span includes the quotes. */
  readonly path: Name;
}

export type Declaration = MessageNode | EnumNode | ServiceNode | ExtendNode;

/** The part between braces. */
export interface Body<Member> {
  readonly members: readonly Member[];
  /** From `{` to `}`. */
  readonly span: Span;
  /** True where text inside the braces could not be read: a missing member may not have been deleted. */
  readonly damaged: boolean;
}

export interface MessageNode extends Statement {
  readonly kind: 'message';
  readonly visibility: Name | undefined;
  readonly name: Name;
  readonly body: Body<MessageMember>;
}
export type MessageMember =
  FieldNode | OneofNode | MessageNode | EnumNode | ExtendNode | OptionNode | ReservedNode | ExtensionsNode;

export interface FieldNode extends Statement {
  readonly kind: 'field';
  /** `optional`, `required` or `repeated`. */
  readonly label: Name | undefined;
  /** As written, with its dots; `map<K, V>` for a map; `group` for a group. */
  readonly type: Name;
  readonly map: { readonly key: Name; readonly value: Name } | undefined;
  readonly name: Name;
  readonly number: IntegerLiteral | undefined;
  readonly options: readonly OptionNode[];
  /** Members of a group. */
  readonly group: Body<MessageMember> | undefined;
}

export interface OneofNode extends Statement {
  readonly kind: 'oneof';
  readonly name: Name;
  readonly body: Body<FieldNode | OptionNode>;
}

export interface EnumNode extends Statement {
  readonly kind: 'enum';
  readonly visibility: Name | undefined;
  readonly name: Name;
  readonly body: Body<EnumValueNode | OptionNode | ReservedNode>;
}

export interface EnumValueNode extends Statement {
  readonly kind: 'enumValue';
  readonly name: Name;
  readonly number: IntegerLiteral | undefined;
  readonly options: readonly OptionNode[];
}

/** `max` is written out: 536870911 for messages, 2147483647 for enums. Both ends are inclusive. */
export interface RangeNode {
  readonly start: number;
  readonly end: number;
  readonly span: Span;
}

export interface ReservedNode extends Statement {
  readonly kind: 'reserved';
  readonly ranges: readonly RangeNode[];
  /** Names without quotes; the span includes quotes where there are any. */
  readonly names: readonly Name[];
}

export interface ExtensionsNode extends Statement {
  readonly kind: 'extensions';
  readonly ranges: readonly RangeNode[];
  readonly options: readonly OptionNode[];
}

export interface ExtendNode extends Statement {
  readonly kind: 'extend';
  readonly extendee: Name;
  readonly body: Body<FieldNode>;
}

export interface ServiceNode extends Statement {
  readonly kind: 'service';
  readonly name: Name;
  readonly body: Body<MethodNode | OptionNode>;
}

export interface MethodNode extends Statement {
  readonly kind: 'method';
  readonly name: Name;
  readonly input: MethodType;
  readonly output: MethodType;
  readonly options: readonly OptionNode[];
}

export interface MethodType {
  /** The word `stream`, where it stands. */
  readonly stream: Name | undefined;
  readonly type: Name;
}

export interface OptionNode extends Statement {
  readonly kind: 'option';
  /** Without white space: `deprecated`, `(google.api.http)`, `features.field_presence`, `(a.b).c`. */
  readonly name: Name;
  readonly value: OptionValue;
}

export type OptionValue =
  | { readonly kind: 'identifier'; readonly text: string; readonly span: Span }
  /** `text` is as written with its sign and without white space, so that 64-bit values stay exact. */
  | { readonly kind: 'number'; readonly text: string; readonly span: Span }
  /** Escapes are resolved and adjacent strings joined. */
  | { readonly kind: 'string'; readonly bytes: Uint8Array; readonly span: Span }
  | { readonly kind: 'message'; readonly fields: readonly OptionField[]; readonly span: Span }
  | { readonly kind: 'list'; readonly values: readonly OptionValue[]; readonly span: Span };

/** A statement of any kind, at the top of a file or in a body. */
export type StatementNode =
  EditionNode | PackageNode | ImportNode | Declaration | MessageMember | EnumValueNode | MethodNode;

export interface OptionField {
  /** `name`, `[extension.name]` or `[type.url/name]`. */
  readonly name: Name;
  readonly value: OptionValue;
}
