import type { EnumPair, EnumValuePair, FieldPair, MessagePair } from '../diff/pairs.ts';
import type { Encoding, Impact, Reading, Carriers, Source } from '../effects/effect.ts';
import { impact, type Writer, writerFirst } from '../effects/impact.ts';
import {
  accepts,
  jsonParsersAccepting,
  readField,
  readFieldInMessage,
  readRequired,
  readUnset,
} from '../effects/read.ts';
import { readEnum, sameEnumValue, valuesOf } from '../effects/enums.ts';
import { replacing } from '../effects/field-index.ts';
import { receivingField } from '../effects/field-matching.ts';
import { combine, EXACT, loss, takenBy } from '../effects/reading.ts';
import { sendsZero } from '../effects/value.ts';
import type { Enum, EnumValue, Field } from '../schema/model.ts';
import { usesOf, type EnumUse } from './subjects/enum-uses.ts';
import type { Context } from './rule.ts';

export interface Measured {
  readonly carriers: Carriers;
  readonly impact: Impact;
  readonly read: (writer: Writer, encoding: Encoding) => Reading;
}

export const NOBODY: Carriers = { request: false, response: false, data: false };
export const REQUEST: Carriers = { request: true, response: false, data: false };
export const RESPONSE: Carriers = { request: false, response: true, data: false };
/** Like a request, a call is written by the client and read by the server. */
export const CALL: Carriers = { ...REQUEST };

export function measure(carriers: Carriers, source: Source, read: Measured['read']): Measured {
  // The impact and the finding's text need the same readings, which are slow for a large type.
  const known = new Map<string, Reading>();
  const readOnce: Measured['read'] = (writer, encoding) => {
    const key = `${writer} ${encoding}`;
    const reading = known.get(key) ?? read(writer, encoding);
    known.set(key, reading);
    return reading;
  };
  return { carriers, read: readOnce, impact: impact({ carriers, source, read: readOnce }) };
}

export function withoutLoss(carriers: Carriers, source: Source): Measured {
  return measure(carriers, source, () => EXACT);
}

/**
 * Compares the released field with a copy that has these properties, so two edits of one field are two findings. If the
 * JSON key no longer reaches the reader's field, another finding reports it, and in JSON only the unset field is compared.
 */
export function measureAspect(
  pair: FieldPair & { readonly status: 'kept' },
  aspect: Partial<Field>,
  source: Source,
  { types }: Context,
): Measured {
  const edited: Field = { ...pair.old, ...aspect };
  return measure(carriersOf(pair.parent), source, (writer, encoding) => {
    const [sent, reader] = writerFirst(writer, pair.old, edited);
    const isArriving = encoding === 'binary' || readKey(pair, writer).worst === 'exact';
    return isArriving ? readField(sent, reader, encoding, types) : readUnset(sent, reader, encoding, types);
  });
}

/**
 * The effect where the field is unset. The default of an enum field is a name of its enum, so the copy has the edited
 * type, too.
 */
export function measureDefault(pair: FieldPair & { readonly status: 'kept' }, { types }: Context): Measured {
  const edited: Field = { ...pair.old, default: pair.new.default, type: pair.new.type };
  return measure(carriersOf(pair.parent), 'same', (writer, encoding) =>
    readUnset(...writerFirst(writer, pair.old, edited), encoding, types),
  );
}

/**
 * The effect of moves into or out of oneofs alone. A field that the reader does not accept replaces no other members.
 */
export function measureOneof(
  parent: MessagePair,
  moved: readonly (FieldPair & { readonly status: 'kept' })[],
  source: Source,
  { types }: Context,
): Measured {
  const { old, new: edited } = parent;
  if (old === undefined || edited === undefined) return withoutLoss(parent.carriers, 'breaks');
  const inOld = new Map(
    moved.map((pair): [Field, Field] => [
      pair.new,
      // A list has no presence that could be lost.
      { ...pair.old, oneof: pair.new.oneof, presence: pair.new.repeated ? pair.old.presence : pair.new.presence },
    ]),
  );
  const message = replacing(edited, inOld);
  return measure(parent.carriers, source, (writer, encoding) =>
    combine(
      ...moved.map((pair) => {
        if (!accepts(...writerFirst(writer, pair.old, pair.new), encoding)) return EXACT;
        const messages = writerFirst(writer, old, message);
        const fields = writerFirst(writer, pair.old, inOld.get(pair.new));
        return readFieldInMessage(...messages, ...fields, encoding, types);
      }),
    ),
  );
}

/** Parsers accept the JSON name and the field name (https://protobuf.dev/programming-guides/json/#json-options). */
export function measureKey(pair: FieldPair & { readonly status: 'kept' }, source: Source): Measured {
  return measure(carriersOf(pair.parent), source, (writer, encoding) =>
    encoding === 'binary' ? EXACT : readKey(pair, writer),
  );
}

function readKey(pair: FieldPair & { readonly status: 'kept' }, writer: Writer): Reading {
  const old = pair.parent?.old;
  const edited = pair.parent?.new;
  if (old === undefined || edited === undefined) return EXACT;
  const [sent, expected] = writerFirst(writer, pair.old, pair.new);
  const [, reader] = writerFirst(writer, old, edited);
  const receiver = receivingField(reader, sent, 'json');
  if (receiver === expected) return EXACT;
  if (receiver === undefined) return loss('rejected', `the reader has no key "${sent.jsonName}"`);
  const [key, target] = [`the key "${sent.jsonName}"`, `the reader's field "${receiver.name}"`];
  const parsers = jsonParsersAccepting(sent, receiver);
  return parsers.length === 0
    ? loss('rejected', `${key} is ${target}, which has another type`)
    : takenBy(parsers, key, target);
}

/** All changes to a field together, inside its message. */
export function measureWhole(pair: FieldPair, source: Source, { types }: Context): Measured {
  const old = pair.parent?.old;
  const edited = pair.parent?.new;
  if (old === undefined || edited === undefined) return withoutLoss(carriersOf(pair.parent), source);
  return measure(carriersOf(pair.parent), source, (writer, encoding) => {
    const messages = writerFirst(writer, old, edited);
    return readFieldInMessage(...messages, ...writerFirst(writer, pair.old, pair.new), encoding, types);
  });
}

export function measureValue({ parent, old, new: edited }: EnumValuePair, source: Source, context: Context): Measured {
  const oldEnum = parent.old;
  const newEnum = parent.new;
  if (oldEnum === undefined || newEnum === undefined) return withoutLoss(parent.carriers, source);
  const uses = usesOf(oldEnum, newEnum, context.diff);
  const isShown = uses.some(isFirstWhenUnset) && firstValueChange({ old: oldEnum, new: newEnum }) === 'value';
  return measureEnum(parent, source, context, (writer, encoding) => {
    const [value, counterpart] = writerFirst(writer, old, edited);
    const [writersEnum, readersEnum] = writerFirst(writer, oldEnum, newEnum);
    if (value === undefined) return EXACT;
    const isSent = uses.length === 0 || uses.some((use) => sendsZero(writer === 'old' ? use.old : use.new));
    const [meant, taken] = [writersEnum.values[0], readersEnum.values[0]];
    // If the reader still has the writer's first value, the default is reported at the reader's first value.
    const isKept = meant !== undefined && readersEnum.valuesByName.get(meant.name)?.number === meant.number;
    const isFirst = value === meant || (counterpart === taken && isKept);
    const isUnset = isShown && isFirst && taken !== undefined && !sameEnumValue(meant, taken);
    return combine(
      readEnum(onlyValue(value, readersEnum.closed), readersEnum, encoding, { isZeroSent: isSent }),
      isUnset ? loss('altered', `unset means ${meant.name} on one side and ${taken.name} on the other`) : EXACT,
    );
  });
}

/** An unset list or map is empty, and a required field is set. */
export function isFirstWhenUnset(use: EnumUse): boolean {
  return [use.old, use.new].every(
    ({ repeated, presence, default: own }) => !repeated && presence !== 'required' && own === undefined,
  );
}

/**
 * Which finding reports that the first value has another meaning: the one about the old first value, or the one about
 * the enum. Undefined if the meaning is the same.
 */
export function firstValueChange({
  old,
  new: edited,
}: {
  readonly old: Enum;
  readonly new: Enum;
}): 'value' | 'enum' | undefined {
  const [oldDefault, newDefault] = [old.values[0], edited.values[0]];
  if (oldDefault === undefined || newDefault === undefined || sameEnumValue(oldDefault, newDefault)) return undefined;
  const left = edited.valuesByName.get(oldDefault.name);
  const isRenumbered = left !== undefined && left.number !== oldDefault.number;
  const isReplaced = left === undefined && newDefault.number === oldDefault.number;
  return isRenumbered || isReplaced ? 'value' : 'enum';
}

/** If a required field loses its value, the reader refuses the whole message. */
export function measureEnum(pair: EnumPair, source: Source, { diff }: Context, read: Measured['read']): Measured {
  const uses = pair.status === 'kept' ? usesOf(pair.old, pair.new, diff) : [];
  return measure(pair.carriers, source, (writer, encoding) => {
    const reading = read(writer, encoding);
    const isRequired = uses.some((use) => (writer === 'old' ? use.new : use.old).presence === 'required');
    return isRequired ? readRequired(reading) : reading;
  });
}

/** An enum with only this value. It is as closed as the reader's, so numbers without a name have no effect. */
function onlyValue({ enum: type, number }: EnumValue, closed: boolean): Enum {
  const values = valuesOf(type, number);
  return { ...type, closed, values, valuesByNumber: new Map(values.slice(0, 1).map((value) => [number, value])) };
}

function carriersOf(parent: MessagePair | undefined): Carriers {
  return parent?.carriers ?? NOBODY;
}
