import type { MessagePair } from '../../diff/pairs.ts';
import type { Carriers } from '../../effects/effect.ts';
import { describeMessage } from '../../effects/describe.ts';
import { writerFirst } from '../../effects/impact.ts';
import { sampleMessage } from '../../effects/sample.ts';
import { FieldMatching } from '../../effects/field-matching.ts';
import { demonstrate } from '../../effects/witness.ts';
import { fieldAt } from '../../schema/fields.ts';
import type { Field, Message } from '../../schema/model.ts';
import type { Scenario, Witness } from '../rule.ts';
import { findPacked } from '../subjects/type-names.ts';
import { actors } from '../words.ts';

/**
 * @param oldFields the fields that the example is about; by default the whole message
 * @param value the number to send in them; by default several are tried
 */
export function showMessages(
  old: Message | undefined,
  edited: Message | undefined,
  carriers: Carriers,
  scenario: Scenario,
  oldFields?: readonly (Field | undefined)[],
  newFields?: readonly (Field | undefined)[],
  value?: bigint,
): Witness | undefined {
  if (old === undefined || edited === undefined || !isCarriedBy(carriers, scenario)) return undefined;
  const [writer, reader] = writerFirst(
    scenario.writer,
    { message: old, fields: oldFields },
    { message: edited, fields: newFields },
  );
  const about =
    writer.fields === undefined || reader.fields === undefined
      ? undefined
      : {
          writer: writer.fields.filter((field) => field !== undefined),
          reader: reader.fields.filter((field) => field !== undefined),
        };
  // Of two fields with one number, only one can be sent.
  if (about?.writer.some((field) => fieldAt(writer.message, field.number) !== field)) return undefined;
  const { encoding, effect, pairing } = scenario;
  const matching = new FieldMatching(writer.message, reader.message, encoding, scenario.context.types);
  const made = demonstrate(matching, effect, about, value === undefined ? undefined : [value]);
  if (made === undefined) return undefined;
  const who = peers(scenario);
  const note = made.parser === 'python' ? ' (Python; other parsers reject it)' : '';
  const read =
    made.received === undefined ? `refuses it: ${made.read}` : `reads ${withName(reader.message, made.read)}${note}`;
  return {
    sent: `${who.sender} ${who.sends} ${encoding === 'json' ? made.sent : withName(writer.message, made.sent)}`,
    read: `${who.receiver} ${read}`,
    shown: {
      kind: 'message',
      pairing,
      encoding,
      effect: made.effect,
      writer: writer.message,
      reader: reader.message,
      about,
      made,
    },
  };
}

/** The message, or one inside it that may be packed into an Any. */
export function showLostType({ old, carriers }: MessagePair, scenario: Scenario): Witness | undefined {
  return old && showLostMessage(findPacked([old], scenario.context.diff) ?? { message: old, carriers }, scenario);
}

export function showLostMessage(
  { message, carriers }: { readonly message: Message; readonly carriers: Carriers },
  scenario: Scenario,
): Witness | undefined {
  if (scenario.writer === 'new' || !isCarriedBy(carriers, scenario)) return undefined;
  const { pairing, encoding, effect } = scenario;
  const who = peers(scenario);
  const packed = carriers.packed === true;
  const content = withName(message, describeMessage(message, sampleMessage(message), 'sent'));
  return {
    sent: packed ? `${who.sender} packs ${content} into an Any` : `${who.sender} ${who.sends} ${content}`,
    read: packed
      ? `${who.receiver} cannot unpack it, because it does not have ${message.fullName}`
      : `${who.receiver} cannot read it, because it does not have ${message.name}`,
    shown: { kind: 'lost', pairing, encoding, effect, message, packed },
  };
}

/** A message that no method carries is shown as stored data. */
export function isCarriedBy(carriers: Carriers, { carrier }: Scenario): boolean {
  return carriers[carrier] || (carrier === 'data' && !carriers.request && !carriers.response);
}

/** "CreateContainerRequest {sandbox_id (2): "a1"}" */
function withName({ name }: Message, content: string): string {
  return content === 'nothing' ? `an empty ${name}` : `${name} {${content}}`;
}

function peers({ writer, carrier, context: { words } }: Scenario): {
  sender: string;
  sends: string;
  receiver: string;
} {
  const carriers = { request: carrier === 'request', response: carrier === 'response', data: carrier === 'data' };
  const { oldWriter, oldReader, newWriter, newReader } = actors(carriers, words);
  const sends = carrier === 'data' ? 'writes' : 'sends';
  return writer === 'old'
    ? { sender: oldWriter, sends, receiver: newReader }
    : { sender: newWriter, sends, receiver: oldReader };
}
