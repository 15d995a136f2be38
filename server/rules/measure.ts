import type { EnumPair, EnumValuePair, FieldPair, MessagePair } from '../diff/pairs.ts';
import type { Encoding, Impact, Reading, Role, Source } from '../effects/effect.ts';
import { impact, type Writer } from '../effects/impact.ts';
import { missed, readField, readFieldOf, readUnset } from '../effects/read.ts';
import { readEnum, sameEnumValue, valuesOf } from '../effects/enums.ts';
import { replacing } from '../effects/field-index.ts';
import { accepts } from '../effects/json.ts';
import { landing } from '../effects/match.ts';
import { sendsZero } from '../effects/nested.ts';
import { combine, EXACT, loss } from '../effects/reading.ts';
import type { Enum, EnumValue, Field } from '../schema/model.ts';
import { usesOf, type EnumUse } from './subjects/enum-uses.ts';
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

export function measure(role: Role, source: Source, read: Measured['read']): Measured {
  return { role, read, impact: impact({ role, source, read }) };
}

/** A change that no peer notices. */
export function harmless(role: Role, source: Source): Measured {
  return measure(role, source, () => EXACT);
}

/**
 * What one aspect of a kept field does: the released field against itself with only these properties as they are now.
 * So two edits of one field are two findings, each with what it does alone. Where a JSON parser refuses the key already, it never
 * gets to the value: that is the finding about the key.
 */
export function measureAspect(
  pair: FieldPair & { readonly status: 'kept' },
  aspect: Partial<Field>,
  source: Source,
  { types }: Context,
): Measured {
  const edited: Field = { ...pair.old, ...aspect };
  return measure(roleOf(pair.parent), source, (writer, encoding) => {
    const [sent, reader] = writer === 'old' ? [pair.old, edited] : [edited, pair.old];
    const isArriving = encoding === 'binary' || readKey(pair, writer).worst === 'exact';
    return isArriving ? readField(sent, reader, encoding, types) : readUnset(sent, reader, encoding, types);
  });
}

/**
 * What moving fields in or out of oneofs does: the message as it is now, with these fields as released except for their oneof and
 * the presence that it gives them.
 */
export function measureOneof(
  parent: MessagePair,
  moved: readonly (FieldPair & { readonly status: 'kept' })[],
  source: Source,
  { types }: Context,
): Measured {
  const { old, new: edited } = parent;
  if (old === undefined || edited === undefined) return harmless(parent.role, 'breaks');
  const now = new Map(
    moved.map((pair): [Field, Field] => [
      pair.new,
      // A list has no presence that could be lost: that it became one is another finding.
      { ...pair.old, oneof: pair.new.oneof, presence: pair.new.repeated ? pair.old.presence : pair.new.presence },
    ]),
  );
  const message = replacing(edited, now);
  return measure(parent.role, source, (writer, encoding) =>
    combine(
      ...moved.map((pair) =>
        writer === 'old'
          ? readFieldOf(old, message, pair.old, now.get(pair.new), encoding, types)
          : readFieldOf(message, old, now.get(pair.new), pair.old, encoding, types),
      ),
    ),
  );
}

/**
 * What another key in JSON does. Parsers take the JSON name and the name in the file
 * (https://protobuf.dev/programming-guides/json/#json-options).
 */
export function measureKey(pair: FieldPair & { readonly status: 'kept' }, source: Source): Measured {
  return measure(roleOf(pair.parent), source, (writer, encoding) =>
    encoding === 'binary' ? EXACT : readKey(pair, writer),
  );
}

/** Where a field's key lands at the other side. */
function readKey(pair: FieldPair & { readonly status: 'kept' }, writer: Writer): Reading {
  const old = pair.parent?.old;
  const edited = pair.parent?.new;
  if (old === undefined || edited === undefined) return EXACT;
  const [sent, reader, expected] = writer === 'old' ? [pair.old, edited, pair.new] : [pair.new, old, pair.old];
  const landed = landing(reader, sent, 'json');
  if (landed === expected) return EXACT;
  if (landed === undefined) return loss('rejected', `the reader has no key "${sent.jsonName}"`);
  return accepts(sent, landed)
    ? loss('altered', `the key "${sent.jsonName}" is the reader's field "${landed.name}"`)
    : loss('rejected', `"${sent.jsonName}" is the reader's "${landed.name}", of another type`);
}

/** What becomes of a field inside its messages, everything about it at once. */
export function measureWhole(pair: FieldPair, source: Source, { types }: Context): Measured {
  const old = pair.parent?.old;
  const edited = pair.parent?.new;
  if (old === undefined || edited === undefined) return harmless(roleOf(pair.parent), source);
  return measure(roleOf(pair.parent), source, (writer, encoding) =>
    writer === 'old'
      ? readFieldOf(old, edited, pair.old, pair.new, encoding, types)
      : readFieldOf(edited, old, pair.new, pair.old, encoding, types),
  );
}

/**
 * What becomes of one value of an enum where it is sent, and where it is what a field means that nobody set. Leave out the side that
 * does not have it; the rest of the enum is compared on its own.
 */
export function measureValue({ parent, old, new: edited }: EnumValuePair, source: Source, context: Context): Measured {
  const before = parent.old;
  const now = parent.new;
  if (before === undefined || now === undefined) return harmless(parent.role, source);
  const uses = usesOf(before, now, context.diff);
  const isShown = uses.some(showsFirst) && changesFirst({ old: before, new: now }) === 'value';
  return measureEnum(parent, source, context, (writer, encoding) => {
    const [value, counterpart, sender, reader] =
      writer === 'old' ? [old, edited, before, now] : [edited, old, now, before];
    if (value === undefined) return EXACT;
    const isSent = uses.length === 0 || uses.some((use) => sendsZero(writer === 'old' ? use.old : use.new));
    const [meant, taken] = [sender.values[0], reader.values[0]];
    // What the writer means by unset is the finding about that value, or where nothing else became of it, about the reader's one.
    const isKept = meant !== undefined && reader.valuesByName.get(meant.name)?.number === meant.number;
    const isFirst = value === meant || (counterpart === taken && isKept);
    const isUnset = isShown && isFirst && taken !== undefined && !sameEnumValue(meant, taken);
    return combine(
      isSent || value.number !== 0 ? readEnum(onlyValue(value, reader.closed), reader, encoding) : EXACT,
      isUnset ? loss('altered', `unset means ${meant.name} to one and ${taken.name} to the other`) : EXACT,
    );
  });
}

/** Whether a field shows the first value of its enum where nobody set it. Lists and maps hold what was put into them. */
export function showsFirst(use: EnumUse): boolean {
  return [use.old, use.new].every(
    ({ repeated, presence, default: own }) => !repeated && presence !== 'required' && own === undefined,
  );
}

/**
 * Whether the first value of an enum means something else now, and what reports it: that value, where its number or its name
 * changed hands, else the enum.
 */
export function changesFirst({
  old,
  new: edited,
}: {
  readonly old: Enum;
  readonly new: Enum;
}): 'value' | 'enum' | undefined {
  const [before, now] = [old.values[0], edited.values[0]];
  if (before === undefined || now === undefined || sameEnumValue(before, now)) return undefined;
  const left = edited.valuesByName.get(before.name);
  return left === undefined
    ? now.number === before.number
      ? 'value'
      : 'enum'
    : left.number === before.number
      ? 'enum'
      : 'value';
}

/** What becomes of an enum's values in the fields that hold it: a required one misses what others may do without. */
export function measureEnum(pair: EnumPair, source: Source, { diff }: Context, read: Measured['read']): Measured {
  const uses = pair.status === 'kept' ? usesOf(pair.old, pair.new, diff) : [];
  return measure(pair.role, source, (writer, encoding) => {
    const reading = read(writer, encoding);
    const isRequired = uses.some((use) => (writer === 'old' ? use.new : use.old).presence === 'required');
    return isRequired ? missed(reading) : reading;
  });
}

/** An enum whose writers send nothing but this value, by any of its names. */
function onlyValue({ enum: type, number }: EnumValue, closed: boolean): Enum {
  const values = valuesOf(type, number);
  return { ...type, closed, values, valuesByNumber: new Map(values.slice(0, 1).map((value) => [number, value])) };
}

function roleOf(parent: MessagePair | undefined): Role {
  return parent?.role ?? NOBODY;
}
