import { isUnfinished } from '../schema/fields.ts';
import { groupBy } from '../schema/group-by.ts';
import type { Enum, EnumValue } from '../schema/model.ts';
import type { Encoding, Reading } from './effect.ts';
import { lossBeyondReader, combine, EXACT, loss, lossOfWritersOwn } from './reading.ts';
import type { TypeMatching } from './type-matching.ts';

/** Exact for two versions of an enum, because the finding about the enum reports a difference. */
export function readEnums(
  writer: Enum,
  reader: Enum,
  encoding: Encoding,
  isZeroSent: boolean,
  types: TypeMatching,
): Reading {
  if (types.apart(writer, reader)) return EXACT;
  return readEnum(writer, reader, encoding, { isZeroSent, isSwitched: types.switched(writer, reader) });
}

/** `isSwitched`: these are different enums, not versions of one. */
export function readEnum(
  writer: Enum,
  reader: Enum,
  encoding: Encoding,
  { isZeroSent = true, isSwitched = false }: { readonly isZeroSent?: boolean; readonly isSwitched?: boolean } = {},
): Reading {
  if (writer === reader) return EXACT;
  const values = [...writer.valuesByNumber.values()].map((value) =>
    isZeroSent || value.number !== 0
      ? readNamed(writer, reader, value, encoding, isSwitched)
      : readNames(value, reader.valuesByNumber.get(0)),
  );
  return combine(...values, readUnnamed(writer, reader, encoding));
}

/**
 * Whether two values mean the same: they share a name, or one was renamed.
 * @param isSwitched for different enums. Then only names count, with or without the enum's prefix.
 */
export function sameEnumValue(writer: EnumValue, reader: EnumValue, isSwitched = false): boolean {
  if (isSwitched)
    return namesOf(writer).some((name) => namesOf(reader).some((other) => sameBareName(writer, name, reader, other)));
  if (writer.name === reader.name) return true;
  if (writer.number !== reader.number) return false;
  const [sent, read] = [namesOf(writer), namesOf(reader)];
  if (sent.some((name) => read.includes(name))) return true;
  return !sent.some((name) => knowsName(reader.enum, name)) && !read.some((name) => knowsName(writer.enum, name));
}

function sameBareName(writer: EnumValue, name: string, reader: EnumValue, other: string): boolean {
  return name === other || bareName(writer.enum, name) === bareName(reader.enum, other);
}

/** `running` for `SANDBOX_STATE_RUNNING` of `SandboxState`. */
function bareName(type: Enum, name: string): string {
  const [whole, prefix] = [name, type.name].map((each) => each.replaceAll('_', '').toLowerCase());
  if (whole === undefined || prefix === undefined) return name;
  return whole.startsWith(prefix) && whole !== prefix ? whole.slice(prefix.length) : whole;
}

/** Includes aliases. */
function namesOf({ enum: type, number }: EnumValue): string[] {
  return valuesOf(type, number).map(({ name }) => name);
}

/** Several if the enum has aliases, and none for NaN. */
export function valuesOf({ values }: Enum, number: number): readonly EnumValue[] {
  let known = BY_NUMBER.get(values);
  if (known === undefined) {
    known = groupBy(
      values.filter((value) => !isUnfinished(value)),
      (value) => value.number,
    );
    BY_NUMBER.set(values, known);
  }
  return known.get(number) ?? [];
}

/** An edit replaces the list, but may keep the enum. */
const BY_NUMBER = new WeakMap<Enum['values'], ReadonlyMap<number, readonly EnumValue[]>>();

function knowsName(type: Enum, name: string): boolean {
  return type.valuesByName.has(name) || type.reservedNames.has(name);
}

function readNamed(writer: Enum, reader: Enum, value: EnumValue, encoding: Encoding, isSwitched: boolean): Reading {
  const counterpart = reader.valuesByNumber.get(value.number);
  const kept = namesOf(value).some((name) => reader.valuesByName.has(name));
  if (encoding === 'json') {
    const seen = reader.valuesByName.get(value.name);
    if (seen !== undefined) return readNames(value, seen);
    const because = `"${value.name}" is unknown to the reader`;
    return kept || counterpart !== undefined ? loss('rejected', because) : lossOfWritersOwn('rejected', because);
  }
  if (counterpart === undefined) {
    const effect = reader.closed ? 'dropped' : 'unrecognised';
    const because = `the reader has no ${value.name} = ${String(value.number)}`;
    return kept ? loss(effect, because) : lossOfWritersOwn(effect, because);
  }
  if (sameEnumValue(value, counterpart, isSwitched)) return readNames(value, counterpart);
  return loss('altered', `${value.name} reads as ${counterpart.name}`);
}

/** The writer's program may have used any name of the value. None of them may be the name of another value of the reader. */
function readNames(value: EnumValue, seen: EnumValue | undefined): Reading {
  const misread = seen && namesake(value, seen);
  return misread ? loss('altered', `${misread.name} reads as ${seen.name}`) : EXACT;
}

/** The reader's value that has a name of the writer's value, but another number than `seen`. */
export function namesake(value: EnumValue, seen: EnumValue): EnumValue | undefined {
  return namesOf(value)
    .map((name) => seen.enum.valuesByName.get(name))
    .find((other) => other !== undefined && !isUnfinished(other) && other.number !== seen.number);
}

/** Only open enums have numbers without a name. */
function readUnnamed(writer: Enum, reader: Enum, encoding: Encoding): Reading {
  if (writer.closed || !reader.closed) return EXACT;
  return lossBeyondReader(
    encoding === 'json' ? 'rejected' : 'dropped',
    'a number without a name is not a value of the closed enum',
  );
}
