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

/** An element that is in the release and in the edit. Which elements are one pair depends only on the two texts, never on the policy. */
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
  /** Declarations that were lost with a removed file. Only the finding about the file reports them. */
  readonly lost: {
    readonly messages: readonly MessagePair[];
    readonly enums: readonly Enum[];
    readonly services: readonly Service[];
  };
};

/**
 * How the two sides of a kept type or service were matched.
 * `same`: same full name. `moved`: same simple name and structure, but another package or parent. `renamed`: same parent and structure.
 * `renamedWithParent`: only its package or parent was renamed; the finding about that covers it.
 */
export type TypeMatch = 'same' | 'moved' | 'renamed' | 'renamedWithParent';

interface Declared {
  readonly match: TypeMatch;
  /**
   * Added or removed with its parent, or added because a field's map became an explicit entry message. It is reported only through the
   * parent, or through the field.
   */
  readonly covered: boolean;
}

interface Reached {
  /** Who writes and reads it on either side, counting only methods that both sides have. */
  readonly carriers: Carriers;
  /** Added or removed, and used only by methods that were added or removed. Reported as part of the method's finding. */
  readonly folded: boolean;
}

export type MessagePair = Pair<Message> &
  Declared &
  Reached & {
    /** Empty unless kept. */
    readonly fields: readonly FieldPair[];
    readonly oneofs: readonly OneofPair[];
    readonly reservations: readonly ReservationPair[];
    readonly extensionRanges: readonly RangePair[];
  };

/**
 * How the two sides of a kept field were matched.
 * `same`: same name and number. `renumbered`: same name, other number. `renamed`: same number, other name, and the types can read each
 * other. `reused`: same number, other name, and either the types cannot read each other or the old name was reserved.
 * An extension and a field with the same number are matched like two fields.
 */
export type FieldMatch = 'same' | 'renamed' | 'renumbered' | 'reused';

export type FieldPair = Pair<Field> & {
  readonly match: FieldMatch;
  /** The pair of the containing messages; for an extension, the extended message. Undefined if that is unresolved. */
  readonly parent: MessagePair | undefined;
};

export type OneofPair = Pair<Oneof> & { readonly parent: MessagePair };

export type EnumPair = Pair<Enum> &
  Declared &
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

/** `methods` contains all methods of the service, even unchanged ones, because they show what peers call. */
export type ServicePair = Pair<Service> & Declared & { readonly methods: readonly MethodPair[] };
export type MethodPair = Pair<Method> & {
  readonly match: 'same' | 'renamed';
  /** Its text changed, or a name in it now refers to something else. */
  readonly differs: boolean;
  readonly parent: ServicePair;
};

/** A reserved name or range. Ranges are compared as sets of numbers, so a range here is the part that was added or removed. */
export type ReservationPair = Pair<{ readonly range?: NumberRange; readonly name?: string }> & {
  readonly parent: MessagePair | EnumPair;
};
/** The part of an extension range that was added or removed. */
export type RangePair = Pair<NumberRange> & { readonly parent: MessagePair };

/** An option of a kept element that was set, changed (`kept`) or removed. The formatting of values is ignored. */
export type OptionPair = Pair<OptionNode> & { readonly name: string; readonly owner: OptionOwner };
export type OptionOwner =
  FilePair | MessagePair | FieldPair | OneofPair | EnumPair | EnumValuePair | ServicePair | MethodPair;

/** Every declaration of both sides that differs, each in exactly one pair. Unchanged declarations are left out, except methods. */
export interface Diff {
  readonly old: Schema;
  readonly new: Schema;
  /**
   * Which differences of these pairs are reported. `changes`: all of them.
   * `regressions`: a released declaration was removed and a copy of it is left. Only what users of the removed one lose is reported.
   * `losses`: a new copy of a released declaration; programs may use different copies. Only regressions and gaps are reported.
   */
  readonly reports: 'changes' | 'regressions' | 'losses';
  /** Whether findings in a file were requested. */
  readonly isReported: (path: string) => boolean;
  /** The differences between copies, in at most two diffs: one that reports `regressions`, and one that reports `losses`. */
  readonly copies: readonly Diff[];
  /** Files whose text differs. */
  readonly files: readonly FilePair[];
  readonly messages: readonly MessagePair[];
  readonly enums: readonly EnumPair[];
  readonly services: readonly ServicePair[];
  readonly extensions: readonly FieldPair[];
  readonly matches: {
    readonly files: Matching<File>;
    readonly messages: Matching<Message>;
    readonly enums: Matching<Enum>;
  };
  /** Who writes and reads a type. Pass one or both sides of the type. */
  readonly carriersOf: (...sides: readonly (Message | Enum | undefined)[]) => Carriers;
  /** Whether the two are versions of the same type. Types that cannot be found are the same if they have the same name. */
  readonly sameType: (old: FieldType, edited: FieldType) => boolean;
}

/** Facts about the whole protocol; each is true if it is true on either side. */
export interface Protocol {
  /** Whether any of its files declares a service. */
  readonly hasServices: boolean;
  /** Whether any of its files uses `google.protobuf.Any`, so that full names of messages are on the wire. */
  readonly usesAny: boolean;
}

/** Pairs of released and edited files or types that are versions of each other, whether they differ or not. */
export interface Matching<T> {
  newOf(old: T): T | undefined;
  oldOf(edited: T): T | undefined;
}

/** The pair of an element's two sides, of which at least one is given. */
export function pairOf<T>(old: T | undefined, edited: T | undefined): Pair<T> {
  if (old !== undefined && edited !== undefined) return { status: 'kept', old, new: edited };
  if (old !== undefined) return { status: 'removed', old, new: undefined };
  if (edited !== undefined) return { status: 'added', old: undefined, new: edited };
  throw new Error('A pair needs a side.');
}
