import type { Reading, Role, Source } from '../../effects/effect.ts';
import type { Writer } from '../../effects/impact.ts';
import { EXACT, loss, readersOwn } from '../../effects/reading.ts';
import { measure, type Measured, NOBODY } from '../measure.ts';
import type { Phrases } from '../words.ts';

/*
 * The full name of a message is not part of what a call carries, but it is inside every `google.protobuf.Any`
 * (https://protobuf.dev/programming-guides/proto3/#any).
 */

/** What another full name does by itself. */
export function measureName(role: Role, source: Source): Measured {
  if (role.packed !== true) return measure(role, source, () => EXACT);
  return measure(role, source, () => loss('rejected', 'a google.protobuf.Any holds the full name'));
}

/** What taking a message away does by itself: what carried it has findings of its own. */
export function measureLostType(role: Role): Measured {
  // Whether a message that no method carries was ever stored is unknown, so removing it doesn't prove that somebody needs it.
  const known = role.uncarried !== undefined && role.packed !== true ? { ...NOBODY, uncarried: role.uncarried } : role;
  return measure(known, 'breaks', (writer) => readLostType(role, writer));
}

function readLostType(role: Role, writer: Writer): Reading {
  if (role.request || role.response) return EXACT;
  if (role.packed === true) return loss('rejected', 'one version does not know what the google.protobuf.Any holds');
  if (!role.data) return EXACT;
  // Data that nothing can read any more is lost to the program that wrote it, too.
  return writer === 'old'
    ? loss('dropped', 'this version does not have the message')
    : readersOwn('nobody writes it any more');
}

export const PHRASES_FOR_LOST_TYPES: Phrases = {
  old: {
    dropped: (reader, writer) => `${reader} cannot read what ${writer} stored in it`,
    rejected: (reader, writer) => `${reader} cannot unpack it from an Any of ${writer}`,
  },
  new: {
    absent: (reader, writer) => `${reader} finds none, because ${writer} no longer stores it`,
    rejected: (reader, writer) => `${reader} waits in vain for ${writer} to pack it into an Any`,
  },
};

export const PHRASES_FOR_NAMES: Phrases = {
  old: { rejected: (reader, writer) => `${reader} cannot unpack it from an Any of ${writer}, which has the old name` },
  new: { rejected: (reader, writer) => `${reader} cannot unpack it from an Any of ${writer}, which has the new name` },
};
