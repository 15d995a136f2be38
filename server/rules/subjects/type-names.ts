import type { Reading, Carriers, Source } from '../../effects/effect.ts';
import type { Writer } from '../../effects/impact.ts';
import { EXACT, loss, unsetReadersOwn } from '../../effects/reading.ts';
import type { Diff } from '../../diff/pairs.ts';
import type { Message } from '../../schema/model.ts';
import { measure, type Measured, NOBODY } from '../measure.ts';
import type { Phrases } from '../words.ts';

/* Unlike a call, an Any carries the full name of a message: https://protobuf.dev/programming-guides/proto3/#any */

interface PackedMessage {
  readonly message: Message;
  readonly carriers: Carriers;
}

/**
 * The first of these messages, or of those inside them, that may be packed into an Any. Inner messages with a finding
 * of their own are left out.
 */
export function findPacked(messages: readonly Message[], diff: Diff): PackedMessage | undefined {
  const { types } = diff.matches;
  for (const message of messages) {
    const now = types.newOf(message);
    const carriers = diff.carriersOf(message, now);
    if (carriers.packed === true) return { message, carriers };
    const isCovered = (inner: Message): boolean => {
      const version = types.newOf(inner);
      return version === undefined ? now === undefined : version.parent === now && version.name === inner.name;
    };
    const inside = findPacked(message.messages.filter(isCovered), diff);
    if (inside !== undefined) return inside;
  }
  return undefined;
}

export function measureName(carriers: Carriers, source: Source): Measured {
  if (carriers.packed !== true) return measure(carriers, source, () => EXACT);
  return measure(carriers, source, () => loss('rejected', 'a google.protobuf.Any carries the full name'));
}

/** Fields and methods that used the message have their own findings. */
export function measureLostType(carriers: Carriers): Measured {
  // A message that no method carries was perhaps never stored.
  const known =
    carriers.uncarried !== undefined && carriers.packed !== true
      ? { ...NOBODY, uncarried: carriers.uncarried }
      : carriers;
  return measure(known, 'breaks', (writer) => readLostType(carriers, writer));
}

function readLostType(carriers: Carriers, writer: Writer): Reading {
  if (carriers.request || carriers.response) return EXACT;
  if (carriers.packed === true)
    return loss('rejected', 'one version does not know the type in the google.protobuf.Any');
  if (!carriers.data) return EXACT;
  // The new version cannot read what the old version stored.
  return writer === 'old'
    ? loss('dropped', 'this version does not have the message')
    : unsetReadersOwn('the new version does not write it');
}

export const PHRASES_FOR_LOST_TYPES: Phrases = {
  old: {
    dropped: (reader, writer) => `${reader} cannot read what ${writer} stored in it`,
    rejected: (reader, writer) => `${reader} cannot unpack it from an Any of ${writer}`,
  },
  new: {
    absent: (reader, writer) => `${reader} does not find it, because ${writer} no longer stores it`,
    rejected: (reader, writer) => `${reader} does not receive it in an Any, because ${writer} no longer packs it`,
  },
};

export const PHRASES_FOR_NAMES: Phrases = {
  old: { rejected: (reader, writer) => `${reader} cannot unpack it from an Any of ${writer}, which has the old name` },
  new: { rejected: (reader, writer) => `${reader} cannot unpack it from an Any of ${writer}, which has the new name` },
};
