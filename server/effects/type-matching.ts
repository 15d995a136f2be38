import type { Enum, FieldType, Message } from '../schema/model.ts';

type Type = Message | Enum;

/** Which types of the two sides belong together. */
export interface TypeMatching {
  /** Whether the difference between two types is reported at their declarations, and not at each use. */
  apart(writer: Type, reader: Type): boolean;
  /** Whether two types are the same type, possibly with another name. */
  readonly sameType: (writer: FieldType, reader: FieldType) => boolean;
  /** Whether these are two different types that both sides have. Their members correspond only by name. */
  switched(writer: Type, reader: Type): boolean;
}
