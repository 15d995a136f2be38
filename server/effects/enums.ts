import type { Enum, EnumValue } from '../schema/model.ts';
import type { Encoding, Reading } from './effect.ts';
import { beyond, combine, loss, writersOwn } from './reading.ts';

/**
 * What becomes of every value that the writer's enum declares.
 * @param isZeroSent false for a field that leaves its zero out: what unset means is another question
 */
export function readEnum(writer: Enum, reader: Enum, encoding: Encoding, isZeroSent = true): Reading {
  if (writer === reader) return combine();
  const sent = [...writer.valuesByNumber.values()].filter((value) => isZeroSent || value.number !== 0);
  const values = sent.map((value) => readValue(writer, reader, value, encoding));
  return combine(...values, readUnnamed(writer, reader, encoding));
}

/**
 * Whether a value means the same on both sides: one name, an alias of it, or one number whose old name nobody uses or reserves any
 * more.
 */
export function sameEnumValue(writer: EnumValue, reader: EnumValue): boolean {
  if (writer.name === reader.name) return true;
  if (writer.number !== reader.number) return false;
  if (isAlias(writer, reader) || isAlias(reader, writer)) return true;
  return !knowsName(reader.enum, writer.name) && !knowsName(writer.enum, reader.name);
}

/** Whether the other side has this very value as well, beside the other one. */
function isAlias({ name, number }: EnumValue, other: EnumValue): boolean {
  return other.enum.valuesByName.get(name)?.number === number;
}

function knowsName(type: Enum, name: string): boolean {
  return type.valuesByName.has(name) || type.reservedNames.has(name);
}

function readValue(writer: Enum, reader: Enum, value: EnumValue, encoding: Encoding): Reading {
  // Aliases are other names of one number; any of them will do.
  const names = writer.values.filter((other) => other.number === value.number).map((other) => other.name);
  const counterpart = reader.valuesByNumber.get(value.number);
  const kept = names.some((name) => reader.valuesByName.has(name));
  if (encoding === 'json') {
    if (reader.valuesByName.has(value.name)) return combine();
    const because = `"${value.name}" is unknown to the reader`;
    return kept || counterpart !== undefined ? loss('rejected', because) : writersOwn('rejected', because);
  }
  if (counterpart === undefined) {
    const effect = reader.closed ? 'dropped' : 'unrecognised';
    const because = `the reader has no ${value.name} = ${String(value.number)}`;
    return kept ? loss(effect, because) : writersOwn(effect, because);
  }
  const sameName = names.some((name) => reader.valuesByName.get(name)?.number === value.number);
  if (sameName || sameEnumValue(value, counterpart)) return combine();
  return loss('altered', `${value.name} reads as ${counterpart.name}`);
}

/** An open enum carries numbers that it has no name for, and a closed one does not take them. */
function readUnnamed(writer: Enum, reader: Enum, encoding: Encoding): Reading {
  if (writer.closed || !reader.closed) return combine();
  return beyond(encoding === 'json' ? 'rejected' : 'dropped', 'a number without a name is no value of the closed enum');
}
