import { allFields } from './fields.ts';
import type { Enum, Message } from './model.ts';

/**
 * The messages and enums that can be part of what these messages carry: through fields, maps (their entries included), oneofs,
 * groups and extensions, the roots themselves included.
 */
export function reachable(roots: Iterable<Message>): ReadonlySet<Message | Enum> {
  const reached = new Set<Message | Enum>(roots);
  // A set visits what is added while it is being visited.
  for (const type of reached) {
    if (type.kind === 'enum') continue;
    for (const field of allFields(type)) {
      if (field.type.kind === 'message') reached.add(field.type.message);
      else if (field.type.kind === 'enum') reached.add(field.type.enum);
    }
  }
  return reached;
}
