import { allFields } from '../schema/fields.ts';
import type { Field } from '../schema/model.ts';
import type { Effect, Reading } from './effect.ts';
import { readEnums } from './enums.ts';
import { requiredFieldsIn } from './field-index.ts';
import type { Nested } from './nested.ts';
import { asNumber, readNumberBits, type NumberType } from './numbers.ts';
import { lossBeyondReader, combine, EXACT, loss } from './reading.ts';
import { sendsZero } from './value.ts';
import { LENGTH_PREFIXED, type WireType, wireTypeOf } from './wire-type.ts';

/**
 * How a field reads the values of a field with the same number (https://protobuf.dev/programming-guides/encoding/,
 * https://protobuf.dev/programming-guides/proto3/#updating). For unset fields, see `readUnset`.
 */
export function readValues(writer: Field, reader: Field, nested: Nested): Reading {
  if (writer.type.kind === 'unresolved' || reader.type.kind === 'unresolved') return EXACT;
  const sent = wire(writer);
  const element = wireTypeOf(reader);
  if (sent === 'packed') return readPacked(writer, reader, nested);
  if (isTakenForNumbers(writer, reader)) {
    return dependingOnBytes(loss('altered', `${inWords(writer)} is read as packed numbers`));
  }
  if (sent !== element) {
    const reason = areNamesakes(writer, reader)
      ? `${writer.type.kind} ${typeName(writer)} has another wire type than ${reader.type.kind} ${typeName(reader)}`
      : `${inWords(writer)} has another wire type than ${inWords(reader)}`;
    return loss(effectIfNotAccepted(reader), reason);
  }
  return combine(readElement(writer, reader, nested), readSeveral(writer, reader));
}

/** Whether the reader's field accepts the writer's values, perhaps with another meaning. */
export function accepts(writer: Field, reader: Field): boolean {
  if (writer.type.kind === 'unresolved' || reader.type.kind === 'unresolved') return false;
  const sent = wire(writer);
  if (sent === 'packed') return takesPacked(reader) || wireTypeOf(reader) === LENGTH_PREFIXED;
  return sent === wireTypeOf(reader) || isTakenForNumbers(writer, reader);
}

/** A map entry without a key or value gets a default one, which is rejected if it lacks required fields. */
function effectIfNotAccepted(reader: Field): Effect {
  if (reader.message?.isMapEntry !== true) return 'dropped';
  return requiredFieldsIn(reader).length > 0 ? 'rejected' : 'altered';
}

function wire(field: Field): WireType | 'packed' | undefined {
  return field.repeated && field.packed ? 'packed' : wireTypeOf(field);
}

/** Readers accept repeated numbers packed and unpacked. */
function takesPacked(reader: Field): boolean {
  return reader.repeated && asNumber(reader.type) !== undefined;
}

function isTakenForNumbers(writer: Field, reader: Field): boolean {
  return wire(writer) === LENGTH_PREFIXED && takesPacked(reader) && !isAlwaysEmpty(writer);
}

/** A message without fields has no bytes. */
function isAlwaysEmpty({ type }: Field): boolean {
  return type.kind === 'message' && allFields(type.message).length === 0;
}

function readPacked(writer: Field, reader: Field, nested: Nested): Reading {
  if (takesPacked(reader)) {
    if (wireTypeOf(writer) === wireTypeOf(reader)) return readElement(writer, reader, nested);
    return dependingOnBytes(loss('altered', `packed ${typeName(writer)} is read as packed ${typeName(reader)}`));
  }
  if (wireTypeOf(reader) !== LENGTH_PREFIXED)
    return loss(effectIfNotAccepted(reader), `a packed list has another wire type than ${inWords(reader)}`);
  const number = asNumber(writer.type);
  if (reader.type.kind === 'message' && number !== undefined && !canLookLikeMessage(number)) {
    return loss('rejected', `packed ${typeName(writer)} is not a valid ${typeName(reader)}`);
  }
  return loss('altered', `a packed list is taken for ${inWords(reader)}`);
}

/** The first number must be a tag with a field number and a valid wire type. */
function canLookLikeMessage(number: NumberType): boolean {
  if (number.kind === 'scalar') return number.scalar !== 'bool';
  if (!number.enum.closed) return true;
  const { valuesByNumber } = number.enum;
  return [...valuesByNumber.keys()].some((value) => {
    const type = value & 7;
    // A group needs a second number that ends it.
    return value >= 8 && ([0, 1, 2, 5].includes(type) || (type === 3 && valuesByNumber.has(value + 1)));
  });
}

function readSeveral(writer: Field, reader: Field): Reading {
  if (writer.repeated && !reader.repeated) {
    if (isAlwaysEmpty(writer) && reader.presence === 'implicit')
      return lossBeyondReader('dropped', 'several empty messages read as unset');
    const merges = writer.type.kind === 'message' && reader.type.kind === 'message';
    return lossBeyondReader(
      'altered',
      merges ? 'several elements merge into one' : 'of several elements only the last is kept',
    );
  }
  if (reader.isMap && writer.repeated && !writer.isMap)
    return lossBeyondReader('altered', 'of several entries with the same key only the last is kept');
  return EXACT;
}

function readElement(writer: Field, reader: Field, nested: Nested): Reading {
  const from = writer.type;
  const to = reader.type;
  if (from.kind === 'message' && to.kind === 'message') return nested.message(from.message, to.message);
  if (from.kind === 'enum' && to.kind === 'enum')
    return readEnums(from.enum, to.enum, 'binary', sendsZero(writer), nested.types);
  const number = asNumber(from);
  const readerNumber = asNumber(to);
  if (number !== undefined && readerNumber !== undefined) return readNumberBits(number, readerNumber);
  return readBytes(writer, reader);
}

function readBytes(writer: Field, reader: Field): Reading {
  const from = typeName(writer);
  const to = typeName(reader);
  const badText = reader.validatesUtf8 ? 'rejected' : 'altered';
  if (to === 'bytes') return EXACT;
  if (to === 'string') {
    if (from === 'string') {
      if (writer.validatesUtf8 || !reader.validatesUtf8) return EXACT;
      return lossBeyondReader('rejected', 'text that is not valid UTF-8 is rejected');
    }
    if (isAlwaysEmpty(writer)) return EXACT;
    if (from === 'bytes') return lossBeyondReader(badText, 'the byte ff is not valid UTF-8');
    return dependingOnBytes(loss(badText, `an encoded ${from} need not be valid UTF-8`));
  }
  // Bytes may be an encoded message, which the specification calls compatible.
  const because =
    from === 'bytes'
      ? `bytes that happen to parse are taken for ${to}`
      : `text that happens to parse is taken for ${to}`;
  return from === 'bytes' ? lossBeyondReader('altered', because) : loss('altered', because);
}

function dependingOnBytes(reading: Reading): Reading {
  return { ...reading, dependsOnBytes: true };
}

/** A message and an enum can have the same name. */
function areNamesakes(writer: Field, reader: Field): boolean {
  return writer.type.kind !== reader.type.kind && typeName(writer) === typeName(reader);
}

function inWords(field: Field): string {
  return `${field.repeated ? 'repeated ' : ''}${field.delimited ? 'delimited ' : ''}${typeName(field)}`;
}

function typeName(field: Field): string {
  const { type } = field;
  if (type.kind === 'scalar') return type.scalar;
  if (type.kind === 'enum') return type.enum.name;
  if (type.kind === 'unresolved') return type.name;
  return field.isMap ? 'map' : type.message.name;
}
