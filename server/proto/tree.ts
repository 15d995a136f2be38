/* The syntax tree of one `.proto` file: names and values as written, nothing resolved. */

/** Half-open, in UTF-16 code units from the start of the text. */
export interface Span {
  start: number;
  end: number;
}

/** A dotted name without the white space around its dots, or a string without its quotes. `span` includes both. */
export interface Name {
  readonly text: string;
  readonly span: Span;
}

/** `value` may be rounded above 2^53, and is NaN for `0x` without digits. */
export interface IntegerLiteral {
  readonly value: number;
  readonly span: Span;
}

/** A syntax error, or another error for which protoc rejects the file. */
export interface Problem {
  readonly span: Span;
  readonly message: string;
  /** A proto2 field has no label. */
  readonly needsLabel?: true;
}

interface Statement {
  /** Up to its `;` or `}`, if present. */
  readonly span: Span;
  readonly leadingComments: Span | undefined;
  /** Set by `sameText` in `diff`: another statement with the same text. */
  equal?: Statement;
}

export interface FileNode {
  readonly text: string;
  /** The offset of every line; the first is 0. Lines end at \n, \r\n or \r. */
  readonly lineStarts: readonly number[];
  /** A file without it is proto2. */
  readonly edition: EditionNode | undefined;
  readonly package: PackageNode | undefined;
  readonly imports: readonly ImportNode[];
  readonly options: readonly OptionNode[];
  readonly declarations: readonly Declaration[];
  readonly problems: readonly Problem[];
  readonly damage: Damage;
  /** All syntax errors are inside declarations with matching braces, so `reparse` may parse one declaration alone. */
  readonly confined: boolean;
  /** The next `reparse` may change this tree, so it must not be shared. */
  readonly mutable: boolean;
}

export interface Damage {
  /** The text may contain a declaration that the tree lacks. */
  readonly members: boolean;
  /** The text may contain a package, syntax or edition statement that the tree lacks. */
  readonly header: boolean;
}

export interface EditionNode extends Statement {
  readonly kind: 'edition';
  readonly keyword: 'syntax' | 'edition';
  /** `proto3`, `2023` or any other text. */
  readonly value: Name;
}

export interface PackageNode extends Statement {
  readonly kind: 'package';
  readonly name: Name;
}

export interface ImportNode extends Statement {
  readonly kind: 'import';
  readonly modifier: 'public' | 'weak' | 'option' | undefined;
  readonly path: Name;
}

export type Declaration = MessageNode | EnumNode | ServiceNode | ExtendNode;

export interface Body<Member> {
  readonly members: readonly Member[];
  /** With the braces, if present. */
  readonly span: Span;
  /** Some text inside could not be parsed. A missing member may be in it. */
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
  /** As written; `map<K, V>` for a map, `group` for a group. */
  readonly type: Name;
  readonly map: { readonly key: Name; readonly value: Name } | undefined;
  readonly name: Name;
  /** Undefined if it could not be parsed. */
  readonly number: IntegerLiteral | undefined;
  readonly options: readonly OptionNode[];
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

/** Both ends are inclusive. `max` is 536870911 in messages and 2147483647 in enums. */
export interface RangeNode {
  readonly start: number;
  readonly end: number;
  readonly span: Span;
}

export interface ReservedNode extends Statement {
  readonly kind: 'reserved';
  readonly ranges: readonly RangeNode[];
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
  readonly stream: Name | undefined;
  readonly type: Name;
}

export interface OptionNode extends Statement {
  readonly kind: 'option';
  /** `deprecated`, `(google.api.http)` or `(a.b).c`. */
  readonly name: Name;
  readonly value: OptionValue;
}

export type OptionValue =
  | { readonly kind: 'identifier'; readonly text: string; readonly span: Span }
  /** Text keeps 64-bit values exact. */
  | { readonly kind: 'number'; readonly text: string; readonly span: Span }
  /** Escapes are resolved and adjacent strings joined. */
  | { readonly kind: 'string'; readonly bytes: Uint8Array; readonly span: Span }
  | { readonly kind: 'message'; readonly fields: readonly OptionField[]; readonly span: Span }
  | { readonly kind: 'list'; readonly values: readonly OptionValue[]; readonly span: Span };

export type StatementNode =
  EditionNode | PackageNode | ImportNode | Declaration | MessageMember | EnumValueNode | MethodNode;

export interface OptionField {
  /** `name`, `[extension.name]` or `[type.url/name]`. */
  readonly name: Name;
  readonly value: OptionValue;
}
