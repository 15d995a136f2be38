import type { Encoding } from '../../server/effects/effect.ts';
import type { Enum, Field, Message, Scalar } from '../../server/schema/model.ts';
import { areCounterparts } from './counterparts.ts';
import { isText, kindOf, scalarOf } from './meaning.ts';
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
  switch (typeof value) {
    case 'object':
      if (from.type.kind !== 'message' || to.type.kind !== 'message') return true;
      return isExpressible(from.type.message, to.type.message, value, encoding);
    case 'string':
      return isTextExpressible(from, to, value, encoding);
    default:
      return isNumberExpressible(from, to, value);
  }
}

/** @param text of a string or bytes */
function isTextExpressible(from: Field, to: Field, text: string, encoding: Encoding): boolean {
  const wanted = kindOf(to.type);
  switch (wanted) {
    case 'message':
    case 'enum':
      return false;
    case 'string':
      return isText(text);
    case 'bytes':
    case 'unresolved':
      return true;
    case 'bool':
      // In JSON, every key is text.
      return !isJsonKey(from, encoding) || text === 'true' || text === 'false';
    default: {
      const limits = LIMITS[wanted];
      const hasTextForm = isJsonKey(from, encoding) || (isJsonString(from, encoding) && wanted.endsWith('64'));
      return !hasTextForm || (limits !== undefined && isCanonicalInteger(text) && isWithin(BigInt(text), limits));
    }
  }
}

function isJsonString(field: Field, encoding: Encoding): boolean {
  return encoding === 'json' && scalarOf(field) === 'string';
}

function isJsonKey(field: Field, encoding: Encoding): boolean {
  return isJsonString(field, encoding) && field.message?.isMapEntry === true && field.number === 1;
}

/** @param value of an enum, a boolean or a number */
function isNumberExpressible(from: Field, to: Field, value: bigint | number): boolean {
  if (to.type.kind === 'message') return true;
  if (from.type.kind === 'enum' && !from.type.enum.valuesByNumber.has(Number(value))) return false;
  if (to.type.kind === 'enum') return isEnumValueExpressible(from, to.type.enum, Number(value));
  return to.type.kind === 'unresolved' || canHold(to.type.scalar, value);
}

function canHold(scalar: Scalar, value: bigint | number): boolean {
  switch (scalar) {
    case 'string':
    case 'bytes':
      return true;
    case 'float':
      return isSameNumber(Math.fround(Number(value)), value);
    case 'double':
      return isSameNumber(Number(value), value);
    default: {
      const limits = LIMITS[scalar];
      return limits !== undefined && Number.isInteger(Number(value)) && isWithin(BigInt(value), limits);
    }
  }
}

function isCanonicalInteger(text: string): boolean {
  return /^(?:0|-?[1-9]\d*)$/.test(text);
}

/** Whether the reader's enum has the number or, for an enum, one of its names. */
function isEnumValueExpressible({ type }: Field, { valuesByName, valuesByNumber }: Enum, number: number): boolean {
  if (valuesByNumber.has(number)) return true;
  return (
    type.kind === 'enum' && type.enum.values.some((value) => value.number === number && valuesByName.has(value.name))
  );
}
