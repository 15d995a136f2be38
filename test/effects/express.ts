import type { Encoding } from '../../server/effects/effect.ts';
import type { Field, Message } from '../../server/schema/model.ts';
import { areCounterparts } from './counterparts.ts';
import { isText } from './meaning.ts';
import { isWithin, LIMITS } from './scalars.ts';
import { asInJson, contentField, contentsOf, haveSameJson } from './well-known.ts';
import { fieldsOf, isSameNumber, isZero, listOf, type MessageValue, type Value } from './wire.ts';

/** Whether the reader's schema can express the same message. Then a loss is a regression, not a gap. */
export function isExpressible(writer: Message, reader: Message, message: MessageValue, encoding: Encoding): boolean {
  const used = new Set<Field>();
  for (const field of fieldsOf(writer)) {
    const held = message.get(field.number);
    const list = listOf(held);
    if (list.length === 0) continue;
    const counterpart = fieldsOf(reader).find((other) => areCounterparts(writer, reader, field, other, encoding));
    if (counterpart === undefined) {
      if (field.presence === 'implicit' && !field.repeated && list[0] !== undefined && isZero(list[0])) continue;
      return false;
    }
    used.add(counterpart);
    if (encoding === 'json' && haveSameJson(field, counterpart) && list[0] !== undefined) {
      const contents = contentsOf(list[0]);
      if (contents.length === 0 && field.presence === 'explicit') return false;
      if (!contents.every((value) => isValueExpressible(contentField(field), counterpart, value, encoding)))
        return false;
      continue;
    }
    if (!counterpart.repeated && list.length > 1) return false;
    // Of several entries with the same key, a map keeps only the last.
    if (counterpart.isMap && !field.isMap && field.repeated) return false;
    if (
      !counterpart.repeated &&
      counterpart.presence === 'implicit' &&
      field.presence === 'explicit' &&
      list[0] !== undefined &&
      isBlank(list[0], field, counterpart, encoding)
    )
      return false;
    if (!list.every((value) => isValueExpressible(field, counterpart, value, encoding))) return false;
  }
  return ![...used].some((field) => field.oneof?.fields.some((rival) => rival !== field && used.has(rival)));
}

function isBlank(value: Value, from: Field, to: Field, encoding: Encoding): boolean {
  if (encoding === 'json' && from.type.kind === 'enum' && to.type.kind === 'enum') {
    const { valuesByName } = to.type.enum;
    return from.type.enum.values.some(
      ({ name, number }) => number === Number(value) && valuesByName.get(name)?.number === 0,
    );
  }
  return isZero(value) || typeof value === 'object';
}

function isValueExpressible(wrapper: Field, otherWrapper: Field, whole: Value, encoding: Encoding): boolean {
  const [from, value] = asInJson(wrapper, whole, encoding);
  const [to] = asInJson(otherWrapper, new Map(), encoding);
  if (typeof value === 'object') {
    if (from.type.kind !== 'message' || to.type.kind !== 'message') return true;
    return isExpressible(from.type.message, to.type.message, value, encoding);
  }
  if (to.type.kind === 'message') return typeof value !== 'string';
  if (from.type.kind === 'enum' && !from.type.enum.valuesByNumber.has(Number(value))) return false;
  if (to.type.kind === 'enum') {
    if (from.type.kind === 'enum') return isEnumValueExpressible(from, to, Number(value));
    return typeof value !== 'string' && to.type.enum.valuesByNumber.has(Number(value));
  }
  if (to.type.kind !== 'scalar') return true;
  if (typeof value === 'string') {
    if (to.type.scalar === 'string') return isText(value);
    if (to.type.scalar === 'bytes') return true;
    if (from.type.kind !== 'scalar' || from.type.scalar !== 'string' || encoding === 'binary') return true;
    const limits = LIMITS[to.type.scalar];
    // In JSON, every key is text.
    if (from.message?.isMapEntry === true && from.number === 1)
      return to.type.scalar === 'bool'
        ? value === 'true' || value === 'false'
        : limits !== undefined && isCanonicalInteger(value) && isWithin(BigInt(value), limits);
    return limits !== undefined && to.type.scalar.endsWith('64')
      ? isCanonicalInteger(value) && isWithin(BigInt(value), limits)
      : true;
  }
  if (to.type.scalar === 'string' || to.type.scalar === 'bytes') return true;
  const limits = LIMITS[to.type.scalar];
  if (limits !== undefined) return Number.isInteger(Number(value)) && isWithin(BigInt(value), limits);
  const rounded = to.type.scalar === 'float' ? Math.fround(Number(value)) : Number(value);
  return isSameNumber(rounded, value);
}

function isCanonicalInteger(text: string): boolean {
  return /^(?:0|-?[1-9]\d*)$/.test(text);
}

/** Whether the reader's enum has the number or one of its names. */
function isEnumValueExpressible(from: Field, to: Field, number: number): boolean {
  if (from.type.kind !== 'enum' || to.type.kind !== 'enum') return false;
  const { valuesByName, valuesByNumber } = to.type.enum;
  return (
    valuesByNumber.has(number) ||
    from.type.enum.values.some((value) => value.number === number && valuesByName.has(value.name))
  );
}
