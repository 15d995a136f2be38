import type { Carriers } from '../effects/effect.ts';
import type { OptionNode } from '../proto/tree.ts';
import type {
  Enum,
  EnumValue,
  Field,
  FieldType,
  File,
  Message,
  Method,
  NumberRange,
  Oneof,
  Schema,
  Service,
} from '../schema/model.ts';

/** On both sides, perhaps with another name or number. */
export interface Kept<T> {
  readonly status: 'kept';
  readonly old: T;
  readonly new: T;
}
export interface Added<T> {
  readonly status: 'added';
  readonly old: undefined;
  readonly new: T;
}
export interface Removed<T> {
  readonly status: 'removed';
  readonly old: T;
  readonly new: undefined;
}
export type Pair<T> = Kept<T> | Added<T> | Removed<T>;

export type FilePair = Pair<File> & {
  /** Declarations that were removed with the file. The file's finding names them. */
  readonly lost: {
    readonly messages: readonly MessagePair[];
    readonly enums: readonly Enum[];
    readonly services: readonly Service[];
  };
};

/**
 * `same`: the full name is the same. `moved`: only the simple name is the same. `renamed`: the simple name changed.
 * `renamedWithParent`: the package or parent was renamed, and has the finding.
 */
export type TypeMatch = 'same' | 'moved' | 'renamed' | 'renamedWithParent';

interface Declared {
  readonly match: TypeMatch;
  /** Another finding includes this declaration, such as that of its removed parent. */
  readonly covered: boolean;
}

/**
 * Which findings about a declaration and its members are reported. `changes`: all. `regressions`: only those, because the released
 * declaration is compared with a remaining copy, or with its version in a file that is not reported. `losses`: regressions and gaps.
 */
export type Reports = 'changes' | 'regressions' | 'losses' | 'nothing';

interface Reported {
  readonly reports: Reports;
}

interface Reached {
  readonly carriers: Carriers;
  /** Only added or removed methods use it, and their findings include it. */
  readonly folded: boolean;
}

export type MessagePair = Pair<Message> &
  Declared &
  Reported &
  Reached & {
    /** Unchanged fields without options are left out, but unchanged oneofs are not. All lists are empty unless the message is kept. */
    readonly fields: readonly FieldPair[];
    readonly oneofs: readonly OneofPair[];
    readonly reservations: readonly ReservationPair[];
    readonly extensionRanges: readonly RangePair[];
  };

/**
 * `renumbered`: only the name is the same. `renamed`: only the number is the same. `reused`: the number belongs to another element now.
 */
export type MemberMatch = 'same' | 'renamed' | 'renumbered' | 'reused';

export type FieldPair = Pair<Field> & {
  readonly match: MemberMatch;
  /** Of an extension, the extended message; undefined if that is declared nowhere. */
  readonly parent: MessagePair | undefined;
};

export type OneofPair = Pair<Oneof> & { readonly parent: MessagePair };

export type EnumPair = Pair<Enum> &
  Declared &
  Reported &
  Reached & {
    readonly values: readonly EnumValuePair[];
    readonly reservations: readonly ReservationPair[];
  };
export type EnumValuePair = Pair<EnumValue> & {
  readonly match: MemberMatch;
  readonly parent: EnumPair;
};

/** `methods` contains unchanged methods, too. */
export type ServicePair = Pair<Service> & Declared & Reported & { readonly methods: readonly MethodPair[] };
export type MethodPair = Pair<Method> & {
  readonly match: 'same' | 'renamed';
  readonly differs: boolean;
  readonly parent: ServicePair;
};

/** A name or a part of a range. */
export type ReservationPair = Pair<{ readonly range?: NumberRange; readonly name?: string }> & {
  readonly parent: MessagePair | EnumPair;
};
export type RangePair = Pair<NumberRange> & { readonly parent: MessagePair };

/** An option that differs. Its owner is kept. */
export type OptionPair = Pair<OptionNode> & { readonly name: string; readonly owner: OptionOwner };
export type OptionOwner =
  FilePair | MessagePair | FieldPair | OneofPair | EnumPair | EnumValuePair | ServicePair | MethodPair;

/** Both schemas, and which of their declarations are versions of each other. */
export interface MatchedSchemas {
  readonly old: Schema;
  readonly new: Schema;
  readonly matches: {
    readonly files: FileVersions;
    readonly types: TypeVersions;
  };
  /** Whether the two are versions of one type. */
  readonly sameType: (old: FieldType, edited: FieldType) => boolean;
}

/** The declarations that differ, and all services. Pairs that report nothing are left out. */
export interface Diff extends MatchedSchemas {
  /** Takes the path of a file. */
  readonly isReported: (path: string) => boolean;
  readonly files: readonly FilePair[];
  readonly messages: readonly MessagePair[];
  readonly enums: readonly EnumPair[];
  readonly services: readonly ServicePair[];
  readonly extensions: readonly FieldPair[];
  /** Takes one or both sides of a type. */
  readonly carriersOf: (...sides: readonly (Message | Enum | undefined)[]) => Carriers;
}

/** Each fact is true if one side has it. */
export interface Protocol {
  readonly hasServices: boolean;
  /** A file imports `google/protobuf/any.proto`, so names of messages may be on the wire. */
  readonly usesAny: boolean;
}

export interface FileVersions {
  newOf(old: File): File | undefined;
  oldOf(edited: File): File | undefined;
}

/** The new version of a removed type can be a copy that is left. The old version of a new copy is its original. */
export interface TypeVersions {
  newOf<T extends Message | Enum>(old: T): T | undefined;
  oldOf<T extends Message | Enum>(edited: T): T | undefined;
}

/** Throws if neither side is given. */
export function pairOf<T>(old: T | undefined, edited: T | undefined): Pair<T> {
  if (old !== undefined && edited !== undefined) return { status: 'kept', old, new: edited };
  if (old !== undefined) return { status: 'removed', old, new: undefined };
  if (edited !== undefined) return { status: 'added', old: undefined, new: edited };
  throw new Error('A pair needs a side.');
}
