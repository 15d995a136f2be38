import type { Enum, Message } from '../schema/model.ts';
import type { Reading } from './effect.ts';

/** How fields read the types they hold; the caller decides how deep, and what is compared on its own. */
export interface Nested {
  message(writer: Message, reader: Message): Reading;
  /** True for pairs whose differences are told elsewhere. */
  apart(writer: Message | Enum, reader: Message | Enum): boolean;
}
