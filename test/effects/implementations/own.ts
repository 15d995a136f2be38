import type { Encoding } from '../../../server/effects/effect.ts';
import type { Schema } from '../../../server/schema/model.ts';
import { Json } from '../json.ts';
import { decode, encode, Rejected } from '../wire.ts';
import type { Side } from './implementation.ts';
import type { Participant } from './prove-pair.ts';

/** The proof's own encoders and decoders. */
export function ownParticipant(schemas: Readonly<Record<Side, Schema>>): Participant {
  const json = { old: new Json(schemas.old), new: new Json(schemas.new) };
  return {
    name: 'own',
    write: (side, type, encoding, messages) =>
      Promise.resolve(
        messages.map((message) => {
          const made = encoding === 'json' ? Buffer.from(json[side].write(type, message)) : encode(type, message);
          return Buffer.from(made).toString('hex');
        }),
      ),
    read: (side, type, encoding: Encoding, bytes) =>
      Promise.resolve(
        bytes.map((each) => {
          const given = Buffer.from(each, 'hex');
          try {
            return encoding === 'json' ? json[side].read(type, given.toString()) : decode(type, given);
          } catch (error) {
            if (error instanceof Rejected) return undefined;
            throw error;
          }
        }),
      ),
  };
}
