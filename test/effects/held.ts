import { isList, isMessage, type FieldValue, type MessageValue, type Value } from '../../server/effects/value.ts';
import type { Held as WireHeld, MessageValue as WireMessage, Value as WireValue } from './wire.ts';

/** Converts a decoded message to the form that the tests' own decoder returns: booleans are numbers, and text has one character per byte. */
export function heldOf(message: MessageValue): WireMessage {
  return new Map(
    [...message.fields].flatMap(([number, held]): [number, WireHeld][] =>
      held === undefined ? [] : [[number, heldField(held)]],
    ),
  );
}

function heldField(held: FieldValue): WireHeld {
  return isList(held) ? held.map(heldValue) : heldValue(held);
}

function heldValue(value: Value): WireValue {
  if (typeof value === 'boolean') return value ? 1n : 0n;
  if (typeof value === 'string') return latin1(new TextEncoder().encode(value));
  if (value instanceof Uint8Array) return latin1(value);
  return isMessage(value) ? heldOf(value) : value;
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}
