import { allFields } from './fields.ts';
import type { Enum, Message } from './model.ts';

/**
 * The messages and enums that can be part of the given messages: through fields, maps (including their entries), oneofs, groups and
 * extensions. Includes the roots themselves.
 */
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
