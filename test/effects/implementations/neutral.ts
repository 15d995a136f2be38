import type { Field, Message } from '../../../server/schema/model.ts';
import { fieldsOf, listOf, type FieldValue, type MessageValue, type Value } from '../wire.ts';

/* Converts messages to and from the form that the workers use. python/worker.py describes it. */

type Neutral = string | { readonly [number: string]: Neutral | readonly Neutral[] };

export function toNeutral(type: Message, message: MessageValue): Neutral {
  const made: Record<string, Neutral | readonly Neutral[]> = {};
  for (const field of fieldsOf(type)) {
    const held = message.get(field.number);
    const list = listOf(held).map((value) => neutralValue(field, value));
    const [only] = list;
    if (only !== undefined) made[field.number] = field.repeated ? list : only;
  }
  return made;
}

function neutralValue({ type }: Field, value: Value): Neutral {
  if (typeof value === 'object') {
    if (type.kind !== 'message') throw new Error('a message in a field of another type');
    return toNeutral(type.message, value);
  }
  if (typeof value === 'string') return Buffer.from(value, 'latin1').toString('hex');
  if (type.kind !== 'scalar' || !isFloating(type.scalar)) return String(value);
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(Number(value));
  return bytes.toString('hex');
}

export function fromNeutral(type: Message, given: unknown): MessageValue {
  if (typeof given !== 'object' || given === null) throw new Error(`not a message: ${String(given)}`);
  const fields = new Map(fieldsOf(type).map((field) => [field.number, field]));
  return new Map(
    Object.entries(given).map(([number, held]: [string, unknown]): [number, FieldValue] => {
      const field = fields.get(Number(number));
      if (field === undefined) throw new Error(`no field ${number} in ${type.fullName}`);
      return [field.number, Array.isArray(held) ? held.map((one) => valueOf(field, one)) : valueOf(field, held)];
    }),
  );
}

function valueOf({ type }: Field, given: unknown): Value {
  if (type.kind === 'message') return fromNeutral(type.message, given);
  if (typeof given !== 'string') throw new Error(`not a string: ${String(given)}`);
  if (type.kind === 'scalar' && (type.scalar === 'string' || type.scalar === 'bytes'))
    return Buffer.from(given, 'hex').toString('latin1');
  return type.kind === 'scalar' && isFloating(type.scalar) ? Buffer.from(given, 'hex').readDoubleBE() : BigInt(given);
}

function isFloating(scalar: string): boolean {
  return scalar === 'float' || scalar === 'double';
}
