import type { Field, Message } from '../schema/model.ts';
import type { Reading } from './effect.ts';
import type { TypeMatching } from './type-matching.ts';

/** How fields read their types. The caller decides how deep this goes and which types are compared separately. */
export interface Nested {
  message(writer: Message, reader: Message): Reading;
  readonly types: TypeMatching;
}

/** Whether a field puts its zero on the wire. */
export function sendsZero(field: Field): boolean {
  return field.repeated || field.presence !== 'implicit' || field.message?.isMapEntry === true;
}
