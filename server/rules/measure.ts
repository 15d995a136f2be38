import type { EnumPair, EnumValuePair, FieldPair, MessagePair } from '../diff/pairs.ts';
import type { Encoding, Impact, Reading, Role } from '../effects/effect.ts';
import { impact, type Writer } from '../effects/impact.ts';
import { missed, readEnum, readField, readFieldOf } from '../effects/read.ts';
import { landing } from '../effects/match.ts';
import { combine, EXACT, loss } from '../effects/reading.ts';
import type { Enum, EnumValue, Field, Message } from '../schema/model.ts';
import { usesOf } from './enum-uses.ts';
import type { Context } from './rule.ts';

/** What a change does, with the readings that a sentence can be made of. */
export interface Measured {
  readonly role: Role;
  readonly impact: Impact;
  readonly read: (writer: Writer, encoding: Encoding) => Reading;
}

export const NOBODY: Role = { request: false, response: false, data: false };
export const REQUEST: Role = { request: true, response: false, data: false };
export const RESPONSE: Role = { request: false, response: true, data: false };
/** A call is written by the client and read by the server, as a request is. */
export const CALL: Role = { ...REQUEST };

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

/**
 * What moving fields in or out of oneofs does: the message as it is now, with these fields as released except for their oneof and
 * the presence that it gives them.
 */
export function measureOneof(
  parent: MessagePair,
  moved: readonly (FieldPair & { readonly status: 'kept' })[],
  { apart }: Context,
): Measured {
  const { old, new: edited } = parent;
  if (old === undefined || edited === undefined) return harmless(parent.role, 'breaks');
  const now = new Map(
    moved.map((pair): [Field, Field] => [
      pair.new,
      { ...pair.old, oneof: pair.new.oneof, presence: pair.new.presence },
    ]),
  );
  const fields = edited.fields.map((field) => now.get(field) ?? field);
  const message: Message = {
    ...edited,
    fields,
    fieldsByName: new Map(fields.map((field) => [field.name, field])),
    fieldsByNumber: new Map(fields.map((field) => [field.number, field])),
  };
  return measure(parent.role, 'breaks', (writer, encoding) =>
    combine(
      ...moved.map((pair) =>
        writer === 'old'
          ? readFieldOf(old, message, pair.old, now.get(pair.new), encoding, apart)
          : readFieldOf(message, old, now.get(pair.new), pair.old, encoding, apart),
      ),
    ),
  );
}

/**
 * What another key in JSON does. Parsers take the JSON name and the name in the file
 * (https://protobuf.dev/programming-guides/json/#json-options).
 */
export function measureKey(pair: FieldPair & { readonly status: 'kept' }, source: Impact['source']): Measured {
  const old = pair.parent?.old;
  const edited = pair.parent?.new;
  return measure(roleOf(pair.parent), source, (writer, encoding) => {
    if (encoding === 'binary' || old === undefined || edited === undefined) return EXACT;
    const [sent, reader, expected] = writer === 'old' ? [pair.old, edited, pair.new] : [pair.new, old, pair.old];
    return landing(reader, sent, 'json') === expected
      ? EXACT
      : loss('rejected', `the reader has no key "${sent.jsonName}"`);
  });
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

/** What becomes of one value of an enum. Leave out the side that does not have it; the rest of the enum is compared on its own. */
export function measureValue(
  { parent, old, new: edited }: EnumValuePair,
  source: Impact['source'],
  context: Context,
): Measured {
  const before = parent.old;
  const now = parent.new;
  if (before === undefined || now === undefined) return harmless(parent.role, source);
  return measureEnum(parent, source, context, (writer, encoding) => {
    const [value, reader] = writer === 'old' ? [old, now] : [edited, before];
    return value === undefined ? EXACT : readEnum(onlyValue(value, reader.closed), reader, encoding);
  });
}

/** What becomes of an enum's values in the fields that hold it: a required one misses what others may do without. */
export function measureEnum(
  pair: EnumPair,
  source: Impact['source'],
  { diff }: Context,
  read: Measured['read'],
): Measured {
  const uses = pair.status === 'kept' ? usesOf(pair.old, pair.new, diff) : [];
  return measure(pair.role, source, (writer, encoding) => {
    const reading = read(writer, encoding);
    const isRequired = uses.some((use) => (writer === 'old' ? use.new : use.old).presence === 'required');
    return isRequired ? missed(reading) : reading;
  });
}

/** An enum whose writers send nothing but this value, by any of its names. */
function onlyValue({ enum: type, number }: EnumValue, closed: boolean): Enum {
  const values = type.values.filter((value) => value.number === number);
  return { ...type, closed, values, valuesByNumber: new Map(values.slice(0, 1).map((value) => [number, value])) };
}

function roleOf(parent: MessagePair | undefined): Role {
  return parent?.role ?? NOBODY;
}
