import type { Enum, FieldType, Message } from '../schema/model.ts';

type Type = Message | Enum;

/** Which types of the two sides belong together. */
export interface TypeMatching {
  /** Whether a difference is reported at the declarations of the types, and not at each use. */
  apart(writer: Type, reader: Type): boolean;
  /** Also true if the type was renamed. */
  readonly sameType: (writer: FieldType, reader: FieldType) => boolean;
  /** Whether these are different types that both sides have. Their members correspond only by name. */
  switched(writer: Type, reader: Type): boolean;
}
