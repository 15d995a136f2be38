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

/** On both sides, possibly under another name or number. */
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
  /** Top-level declarations that were removed with their file, without extensions. Only the finding about the file reports them. */
  readonly lost: {
    readonly messages: readonly MessagePair[];
    readonly enums: readonly Enum[];
    readonly services: readonly Service[];
  };
};

/**
 * `same`: same full name. `moved`: same simple name and similar members, but another package or parent. `renamed`: another simple name,
 * similar members, and the same parent, package or file. `renamedWithParent`: the finding about its package or parent covers it.
 */
export type TypeMatch = 'same' | 'moved' | 'renamed' | 'renamedWithParent';

interface Declared {
  readonly match: TypeMatch;
  /**
   * Whether another finding covers it: about its parent, about the field of a group, or about a map that became an explicit entry message.
   */
  readonly covered: boolean;
}

/**
 * Which findings about a declaration and its members are reported. `changes`: all. `regressions`: what users of a removed declaration lose.
 * `losses`: regressions and gaps.
 */
export type Reports = 'changes' | 'regressions' | 'losses' | 'nothing';

interface Reported {
  readonly reports: Reports;
}

interface Reached {
  /** Of methods, only those that both sides have count. */
  readonly carriers: Carriers;
  /** Used only by added or removed methods, whose findings include it. */
  readonly folded: boolean;
}

export type MessagePair = Pair<Message> &
  Declared &
  Reported &
  Reached & {
    /** Fields that differ. This list and the next three are empty unless the message is kept. */
    readonly fields: readonly FieldPair[];
    readonly oneofs: readonly OneofPair[];
    readonly reservations: readonly ReservationPair[];
    readonly extensionRanges: readonly RangePair[];
  };

/**
 * `same`: same name and number. `renumbered`: same name, other number. `renamed`: same number, other name, and the types can read each
 * other. `reused`: same number, other name, and either the types cannot read each other or the old name was reserved.
 */
export type FieldMatch = 'same' | 'renamed' | 'renumbered' | 'reused';

export type FieldPair = Pair<Field> & {
  readonly match: FieldMatch;
  /** The pair of the containing or extended messages; undefined if these are unresolved. */
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
  /**
   * `renumbered`: same name, other number. `renamed`: same number, other name. `reused`: same number, other name, and the old name or an
   * alias of it was reserved or moved to another number.
   */
  readonly match: 'same' | 'renamed' | 'renumbered' | 'reused';
  readonly parent: EnumPair;
};

/** `methods` contains unchanged methods, too, because they show what peers call. */
export type ServicePair = Pair<Service> & Declared & Reported & { readonly methods: readonly MethodPair[] };
export type MethodPair = Pair<Method> & {
  readonly match: 'same' | 'renamed';
  /** It was added, removed or renamed, its text changed, or a type name in it now refers to another message. */
  readonly differs: boolean;
  readonly parent: ServicePair;
};

/** A reserved name, or the part of a range that was added or removed. */
export type ReservationPair = Pair<{ readonly range?: NumberRange; readonly name?: string }> & {
  readonly parent: MessagePair | EnumPair;
};
/** The part of an extension range that was added or removed. */
export type RangePair = Pair<NumberRange> & { readonly parent: MessagePair };

/** An option of a kept element that was added, changed (`kept`) or removed. */
export type OptionPair = Pair<OptionNode> & { readonly name: string; readonly owner: OptionOwner };
export type OptionOwner =
  FilePair | MessagePair | FieldPair | OneofPair | EnumPair | EnumValuePair | ServicePair | MethodPair;

/** The declarations that differ, and all services with their methods. Pairs that report nothing are left out. */
export interface Diff {
  readonly old: Schema;
  readonly new: Schema;
  /** Takes the path of a file. */
  readonly isReported: (path: string) => boolean;
  /** Files that were added, removed, moved or edited. */
  readonly files: readonly FilePair[];
  readonly messages: readonly MessagePair[];
  readonly enums: readonly EnumPair[];
  readonly services: readonly ServicePair[];
  readonly extensions: readonly FieldPair[];
  readonly matches: {
    readonly files: FileVersions;
    readonly types: TypeVersions;
  };
  /** Pass one or both sides of a type. */
  readonly carriersOf: (...sides: readonly (Message | Enum | undefined)[]) => Carriers;
  /** Whether the two are versions of the same type; see `sameUnknown` for types that were not found. */
  readonly sameType: (old: FieldType, edited: FieldType) => boolean;
}

/** Facts about the whole protocol, true if true on either side. */
export interface Protocol {
  readonly hasServices: boolean;
  /** Whether any file imports `google/protobuf/any.proto`, so that names of messages may be on the wire. */
  readonly usesAny: boolean;
}

/** Versions of the same file, whether they differ or not. */
export interface FileVersions {
  newOf(old: File): File | undefined;
  oldOf(edited: File): File | undefined;
}

/**
 * Versions of the same type, whether they differ or not. If a type was removed but a copy is left, the copy is its new version. The old
 * version of an added copy is its original.
 */
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
