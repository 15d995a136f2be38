import type { Message } from '../schema/model.ts';
import type { Reading } from './effect.ts';
import type { TypeMatching } from './type-matching.ts';

/** How the types of two fields are compared. */
export interface Nested {
  /** Reads a message inside a field. The caller of a comparison decides how deep this goes. */
  message(writer: Message, reader: Message): Reading;
  readonly types: TypeMatching;
}
