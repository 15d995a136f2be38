import type { Role } from '../effects/effect.ts';
import type {
  Enum,
  EnumValue,
  Field,
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

export type FilePair = Pair<File>;

export type MessagePair = Pair<Message> & {
  /** Who writes and reads it, in either schema, through methods that both sides have. */
  readonly role: Role;
  /** Reached only through methods that were added or removed: that method's finding speaks for it. */
  readonly folded: boolean;
  /** Empty unless kept. */
  readonly fields: readonly FieldPair[];
  readonly oneofs: readonly Pair<Oneof>[];
  readonly reservations: readonly ReservationPair[];
  readonly extensionRanges: readonly RangePair[];
};

/**
 * How the two sides of a kept field were matched (design: "Telling changes apart").
 * `same`: name and number. `renamed`: number. `renumbered`: name.
 * `reused`: the number went to a field with another name and an incompatible type.
 */
export type FieldMatch = 'same' | 'renamed' | 'renumbered' | 'reused';

export type FieldPair = Pair<Field> & {
  readonly match: FieldMatch;
  /** The pair of messages it sits in; for an extension the extendee's. Undefined where the extendee is unresolved. */
  readonly parent: MessagePair | undefined;
};

export type EnumPair = Pair<Enum> & {
  readonly role: Role;
  readonly folded: boolean;
  readonly values: readonly EnumValuePair[];
  readonly reservations: readonly ReservationPair[];
};
export type EnumValuePair = Pair<EnumValue> & {
  /** `renamed`: same number, other name. `renumbered`: same name, other number. */
  readonly match: 'same' | 'renamed' | 'renumbered';
  readonly parent: EnumPair;
};

export type ServicePair = Pair<Service> & { readonly methods: readonly MethodPair[] };
export type MethodPair = Pair<Method> & { readonly parent: ServicePair };

/** A reserved number, range or name; ranges are compared as sets of numbers. */
export type ReservationPair = Pair<{ readonly range?: NumberRange; readonly name?: string }>;
export type RangePair = Pair<NumberRange>;

/** Every declaration of both sides, each in exactly one pair. Unchanged declarations may be left out where that is cheaper. */
export interface Diff {
  readonly old: Schema;
  readonly new: Schema;
  readonly files: readonly FilePair[];
  readonly messages: readonly MessagePair[];
  readonly enums: readonly EnumPair[];
  readonly services: readonly ServicePair[];
  readonly extensions: readonly FieldPair[];
}
