import type { Role } from '../effects/effect.ts';
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

/** One element in the release and in the edit. What tells apart is a fact about the two texts, never a judgement. */
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
  /** What was in a removed file and is nowhere now: the file's finding speaks for it. */
  readonly lost: {
    readonly messages: readonly MessagePair[];
    readonly enums: readonly Enum[];
    readonly services: readonly Service[];
  };
};

/**
 * How the two sides of a kept type or service were matched.
 * `same`: full name. `moved`: simple name and structure, other package or parent. `renamed`: parent and structure.
 * `carried`: only what it is declared in has another name (a package, a message), and that one's finding speaks for it.
 */
export type TypeMatch = 'same' | 'moved' | 'renamed' | 'carried';

interface Declared {
  readonly match: TypeMatch;
  /**
   * Added or removed together with what it was declared in (a message, a file), or added as what the entries of a map are written
   * out as: the finding of that speaks for it.
   */
  readonly covered: boolean;
}

interface Reached {
  /** Who writes and reads it, in either schema, through methods that both sides have. */
  readonly role: Role;
  /** Added or removed, and reached only through methods that were added or removed: that method's finding speaks for it. */
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
 * `same`: name and number. `renamed`: number, and a type that reads the other. `renumbered`: name.
 * `reused`: the number went to a field with another name and an incompatible type, or the old name was reserved.
 * An extension and a field of one number are matched as well, as if they were in one place.
 */
export type FieldMatch = 'same' | 'renamed' | 'renumbered' | 'reused';

export type FieldPair = Pair<Field> & {
  readonly match: FieldMatch;
  /** The pair of messages it sits in; for an extension the extendee's. Undefined where the extendee is unresolved. */
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
   * `renamed`: same number, other name. `reused`: the same, and the old name was reserved or an alias of it has another number now.
   * `renumbered`: same name, other number.
   */
  readonly match: 'same' | 'renamed' | 'renumbered' | 'reused';
  readonly parent: EnumPair;
};

/** Every method of its service is in `methods`, unchanged ones too: they say what peers call. */
export type ServicePair = Pair<Service> & Declared & { readonly methods: readonly MethodPair[] };
export type MethodPair = Pair<Method> & {
  readonly match: 'same' | 'renamed';
  /** Its text or what the names in it mean is not what it was. */
  readonly differs: boolean;
  readonly parent: ServicePair;
};

/** A reserved name, or numbers: ranges are compared as sets, so a range here is the part that was added or removed. */
export type ReservationPair = Pair<{ readonly range?: NumberRange; readonly name?: string }> & {
  readonly parent: MessagePair | EnumPair;
};
/** The part of an extension range that was added or removed. */
export type RangePair = Pair<NumberRange> & { readonly parent: MessagePair };

/** An option of a kept element that was set, changed or taken away. Values are compared without their layout. */
export type OptionPair = Pair<OptionNode> & { readonly name: string; readonly owner: OptionOwner };
export type OptionOwner =
  FilePair | MessagePair | FieldPair | OneofPair | EnumPair | EnumValuePair | ServicePair | MethodPair;

/** Every declaration of both sides that differs, each in exactly one pair. Unchanged ones are left out, methods apart. */
export interface Diff {
  readonly old: Schema;
  readonly new: Schema;
  /**
   * What of these pairs is a finding. `changes`: everything. `regressions`: a released declaration is gone and a copy of it is left,
   * so only what users of the released one lose counts. `losses`: a declaration is new and a copy of a released one, so that users of
   * either meet each other; what is only an addition or a matter of code does not count.
   */
  readonly reports: 'changes' | 'regressions' | 'losses';
  /** Whether findings in a file were asked for. */
  readonly isReported: (path: string) => boolean;
  /** The pairs of declarations that have copies. */
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
  /** Who writes and reads a type, of which one side or both are given. */
  readonly roleOf: (...sides: readonly (Message | Enum | undefined)[]) => Role;
  /** Whether two types are the same one on both sides. What cannot be found is the same where it has the same name. */
  readonly sameType: (old: FieldType, edited: FieldType) => boolean;
}

/** Facts about a whole protocol, on either side. */
export interface Protocol {
  /** Whether any of its files declares a service. */
  readonly hasServices: boolean;
  /** Whether any of its files uses `google.protobuf.Any`, so that full names of messages are on the wire. */
  readonly usesAny: boolean;
}

/** Which released file or type is which edited one, whether it differs or not. */
export interface Matching<T> {
  newOf(old: T): T | undefined;
  oldOf(edited: T): T | undefined;
}
