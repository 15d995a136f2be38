import type { FieldPair, MessagePair } from '../diff/pairs.ts';
import type { Encoding, Impact, Reading, Role } from '../effects/effect.ts';
import { impact, type Writer } from '../effects/impact.ts';
import { readField, readFieldOf } from '../effects/read.ts';
import { EXACT } from '../effects/reading.ts';
import type { Field } from '../schema/model.ts';
import type { Context } from './rule.ts';

/** What a change does, with the readings that a sentence can be made of. */
export interface Measured {
  readonly role: Role;
  readonly impact: Impact;
  read(writer: Writer, encoding: Encoding): Reading;
}

export const NOBODY: Role = { request: false, response: false, data: false };
/** A call is written by the client and read by the server, as a request is. */
export const CALL: Role = { request: true, response: false, data: false };

export function measure(role: Role, source: Impact['source'], read: Measured['read']): Measured {
  return { role, read, impact: impact({ role, source, read }) };
}

/** A change that no peer notices. */
export function harmless(role: Role, source: Impact['source']): Measured {
  return measure(role, source, () => EXACT);
}

/**
 * What one aspect of a kept field does: the released field against itself with only these properties as they are now.
 * So two edits of one field are two findings, each with what it does alone.
 */
export function measureAspect(
  pair: FieldPair & { readonly status: 'kept' },
  aspect: Partial<Field>,
  source: Impact['source'],
  { apart }: Context,
): Measured {
  const edited: Field = { ...pair.old, ...aspect };
  return measure(roleOf(pair.parent), source, (writer, encoding) =>
    writer === 'old' ? readField(pair.old, edited, encoding, apart) : readField(edited, pair.old, encoding, apart),
  );
}

/** What becomes of a field inside its messages, everything about it at once. */
export function measureWhole(pair: FieldPair, source: Impact['source'], { apart }: Context): Measured {
  const old = pair.parent?.old;
  const edited = pair.parent?.new;
  if (old === undefined || edited === undefined) return harmless(roleOf(pair.parent), source);
  return measure(roleOf(pair.parent), source, (writer, encoding) =>
    writer === 'old'
      ? readFieldOf(old, edited, pair.old, pair.new, encoding, apart)
      : readFieldOf(edited, old, pair.new, pair.old, encoding, apart),
  );
}

function roleOf(parent: MessagePair | undefined): Role {
  return parent?.role ?? NOBODY;
}
