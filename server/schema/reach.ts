import { allFields } from './fields.ts';
import type { Enum, Message } from './model.ts';

/** The given messages, and what they can contain: through fields, map entries, oneofs, groups and extensions. */
export function reachable(roots: Iterable<Message>): ReadonlySet<Message | Enum> {
  const reached = new Set<Message | Enum>(roots);
  // Iterating over a set also visits elements that are added during the iteration.
  for (const type of reached) {
    if (type.kind === 'enum') continue;
    for (const field of allFields(type)) {
      if (field.type.kind === 'message') reached.add(field.type.message);
      else if (field.type.kind === 'enum') reached.add(field.type.enum);
    }
  }
  return reached;
}
