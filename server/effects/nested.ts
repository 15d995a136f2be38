import type { Enum, Field, Message } from '../schema/model.ts';
import type { Reading } from './effect.ts';

/** How fields read the types they hold; the caller decides how deep, and what is compared on its own. */
export interface Nested {
  message(writer: Message, reader: Message): Reading;
  /** True for pairs whose differences are told elsewhere. */
  apart(writer: Message | Enum, reader: Message | Enum): boolean;
}

/** Whether a field puts its zero on the wire. */
export function sendsZero(field: Field): boolean {
  return field.repeated || field.presence !== 'implicit' || field.message?.isMapEntry === true;
}
