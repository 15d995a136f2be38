import type { MessagePair } from '../../diff/pairs.ts';
import type { Role } from '../../effects/effect.ts';
import { describeMessage } from '../../effects/describe.ts';
import { sampleMessage } from '../../effects/sample.ts';
import { demonstrate } from '../../effects/witness.ts';
import { fieldAt } from '../../schema/fields.ts';
import type { Field, Message } from '../../schema/model.ts';
import type { Scenario, Witness } from '../rule.ts';
import { actors } from '../words.ts';

/** The old message and the new one, with these fields of each, or with all fields. */
export function showMessages(
  old: Message | undefined,
  edited: Message | undefined,
  role: Role,
  scenario: Scenario,
  oldFields?: readonly (Field | undefined)[],
  newFields?: readonly (Field | undefined)[],
  value?: bigint,
): Witness | undefined {
  if (old === undefined || edited === undefined || !isCarriedBy(role, scenario)) return undefined;
  const sides = [
    { message: old, fields: oldFields },
    { message: edited, fields: newFields },
  ] as const;
  const [writer, reader] = scenario.writer === 'old' ? sides : ([sides[1], sides[0]] as const);
  const about =
    writer.fields === undefined || reader.fields === undefined
      ? undefined
      : {
          writer: writer.fields.filter((field) => field !== undefined),
          reader: reader.fields.filter((field) => field !== undefined),
        };
  // While two fields have one number, nobody can send both.
  if (about?.writer.some((field) => fieldAt(writer.message, field.number) !== field)) return undefined;
  const { encoding, effect, pairing } = scenario;
  const made = demonstrate(
    writer.message,
    reader.message,
    encoding,
    effect,
    scenario.context.types,
    about,
    value === undefined ? undefined : [value],
  );
  if (made === undefined) return undefined;
  const who = peers(scenario);
  const read =
    made.received === undefined ? `refuses it: ${made.read}` : `${who.reads} ${said(reader.message, made.read)}`;
  return {
    sent: `${who.sender} ${who.sends} ${encoding === 'json' ? made.sent : said(writer.message, made.sent)}`,
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

/** A message under a full name that the reader does not know. */
export function showLostType({ old, role }: MessagePair, scenario: Scenario): Witness | undefined {
  return old && isCarriedBy(role, scenario) ? showLostMessage(old, scenario) : undefined;
}

/** A message that only the writer has: the reader has no type to read it as. */
export function showLostMessage(message: Message, scenario: Scenario): Witness | undefined {
  if (scenario.writer === 'new') return undefined;
  const who = peers(scenario);
  return {
    sent: `${who.sender} ${who.sends} ${said(message, describeMessage(message, sampleMessage(message), 'sent'))}`,
    read: `${who.receiver} has no ${message.name} to read it as`,
    shown: { kind: 'lost', pairing: scenario.pairing, encoding: scenario.encoding, effect: scenario.effect, message },
  };
}

/** Whether the scenario's carrier carries messages of this role. What nothing carries is shown as data. */
export function isCarriedBy(role: Role, { carrier }: Scenario): boolean {
  return role[carrier] || (carrier === 'data' && !role.request && !role.response);
}

/** "CreateContainerRequest {sandbox_id (2): "a1"}" */
function said({ name }: Message, content: string): string {
  return content === 'nothing' ? `an empty ${name}` : `${name} {${content}}`;
}

function peers({ writer, carrier, context: { words } }: Scenario): {
  sender: string;
  sends: string;
  receiver: string;
  reads: string;
} {
  const role = { request: carrier === 'request', response: carrier === 'response', data: carrier === 'data' };
  const { oldWriter, oldReader, newWriter, newReader } = actors(role, words);
  const sends = carrier === 'data' ? 'writes' : 'sends';
  return writer === 'old'
    ? { sender: oldWriter, sends, receiver: newReader, reads: 'reads' }
    : { sender: newWriter, sends, receiver: oldReader, reads: 'reads' };
}
