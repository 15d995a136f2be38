import { isList, isMessage, type FieldValue, type MessageValue, type Value } from '../../server/effects/value.ts';
import type { FieldValue as WireField, MessageValue as WireMessage, Value as WireValue } from './wire.ts';

/** Converts a message to the form of the tests' own decoder. */
export function toWireMessage(message: MessageValue): WireMessage {
  return new Map(
    [...message.fields].flatMap(([number, field]): [number, WireField][] =>
      field === undefined ? [] : [[number, toWireField(field)]],
    ),
  );
}

function toWireField(field: FieldValue): WireField {
  return isList(field) ? field.map(toWireValue) : toWireValue(field);
}

function toWireValue(value: Value): WireValue {
  if (typeof value === 'boolean') return value ? 1n : 0n;
  if (typeof value === 'string') return latin1(new TextEncoder().encode(value));
  if (value instanceof Uint8Array) return latin1(value);
  return isMessage(value) ? toWireMessage(value) : value;
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}
