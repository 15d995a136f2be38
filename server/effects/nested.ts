import type { Message } from '../schema/model.ts';
import type { Reading } from './effect.ts';
import type { TypeMatching } from './type-matching.ts';

export interface Nested {
  /** Compares the messages inside two fields. */
  message(writer: Message, reader: Message): Reading;
  readonly types: TypeMatching;
}
