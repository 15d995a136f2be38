import { closure } from './closure.ts';
import { allFields } from './fields.ts';
import type { Enum, Message } from './model.ts';

/** The given messages, and what they can contain, with extensions and map entries. */
export function reachable(roots: Iterable<Message>): ReadonlySet<Message | Enum> {
  return closure<Message | Enum>(roots, (type, add) => {
    if (type.kind === 'enum') return;
    for (const field of allFields(type)) {
      if (field.type.kind === 'message') add(field.type.message);
      else if (field.type.kind === 'enum') add(field.type.enum);
    }
  });
}
