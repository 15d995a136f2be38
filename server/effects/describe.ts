import { fieldAt } from '../schema/fields.ts';
import type { Field, Message } from '../schema/model.ts';
import { textOf } from './decode.ts';
import { valuesOf } from './enums.ts';
import {
  asList,
  type FieldValue,
  isList,
  isMessage,
  isZero,
  type MessageValue,
  sendsZero,
  type UnknownField,
  type Value,
} from './value.ts';

/** `sandbox_id (2): "a1", pid (3): (unset)`, in the order of the numbers. Unknown fields come last. */
export function describeMessage(message: Message, value: MessageValue, as: 'sent' | 'read'): string {
  return parts(message, value, as, 0).join(', ') || 'nothing';
}

const MAX_ITEMS = 6;
const MAX_DEPTH = 4;
/** In characters. */
const MAX_TEXT = 60;

function parts(message: Message, value: MessageValue, as: 'sent' | 'read', depth: number): string[] {
  const described = [...value.fields]
    .sort(([a], [b]) => a - b)
    .map(([number, held]) => {
      const field = fieldAt(message, number);
      return field === undefined
        ? `field ${number}`
        : `${field.name} (${number}): ${describeField(field, held, as, depth)}`;
    });
  return described.concat((value.unknown ?? []).map(describeUnknown));
}

function describeField(field: Field, held: FieldValue | undefined, as: 'sent' | 'read', depth: number): string {
  if (held === undefined) {
    const unset = defaultOf(field);
    return unset === undefined ? '(unset)' : `(unset, so ${unset})`;
  }
  if (!isList(held)) {
    const text = describeValue(field, held, as, depth);
    if (!isZero(held) || sendsZero(field)) return text;
    return as === 'sent' ? `${text} (not sent)` : `${text} (as if unset)`;
  }
  const items = held.slice(0, MAX_ITEMS).map((each) => {
    return field.isMap && isMessage(each)
      ? describeEntry(field, each, as, depth)
      : describeValue(field, each, as, depth);
  });
  if (held.length > MAX_ITEMS) items.push(`… ${held.length - MAX_ITEMS} more`);
  return field.isMap ? `{${items.join(', ')}}` : `[${items.join(', ')}]`;
}

function describeEntry(field: Field, entry: MessageValue, as: 'sent' | 'read', depth: number): string {
  if (field.type.kind !== 'message') return '?';
  const described = field.type.message.fields.map((part) => {
    const [value] = asList(entry.fields.get(part.number));
    return value === undefined ? '(unset)' : describeValue(part, value, as, depth);
  });
  return described.join(': ');
}

function describeValue(field: Field, value: Value, as: 'sent' | 'read', depth: number): string {
  if (isMessage(value)) {
    if (field.type.kind !== 'message') return '?';
    return depth < MAX_DEPTH ? `{${parts(field.type.message, value, as, depth + 1).join(', ')}}` : '{…}';
  }
  if (typeof value === 'string') return quoted(value);
  if (value instanceof Uint8Array) return describeBytes(value);
  if (field.type.kind === 'enum' && typeof value === 'bigint') {
    const names = valuesOf(field.type.enum, Number(value)).map(({ name }) => name);
    return names.join(' or ') || `${value} (no name)`;
  }
  if (typeof value !== 'number') return String(value);
  return field.type.kind === 'scalar' && field.type.scalar === 'float' ? describeFloat(value) : describeDouble(value);
}

function describeUnknown({ number, value }: UnknownField): string {
  const text = value === 'group' ? '{…}' : value instanceof Uint8Array ? describeBytes(value) : String(value);
  return `unknown field ${number}: ${text}`;
}

function describeDouble(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

/** Enough to distinguish all 32-bit floats. */
const MAX_FLOAT_DIGITS = 9;

/** The shortest decimal number that rounds to this 32-bit float. */
function describeFloat(value: number): string {
  for (let digits = 1; digits < MAX_FLOAT_DIGITS; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Object.is(Math.fround(short), value)) return describeDouble(short);
  }
  return describeDouble(Number(value.toPrecision(MAX_FLOAT_DIGITS)));
}

/** As text, if they are text without control characters. */
function describeBytes(bytes: Uint8Array): string {
  const text = textOf(bytes);
  if (text !== undefined && !/\p{Cc}/u.test(text)) return quoted(text);
  const shown = [...bytes.subarray(0, MAX_TEXT / 4)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`);
  return `"${shown.join('')}${bytes.length > shown.length ? '…' : ''}"`;
}

function quoted(text: string): string {
  const characters = Array.from(text);
  return JSON.stringify(characters.length > MAX_TEXT ? `${characters.slice(0, MAX_TEXT).join('')}…` : text);
}

/** The declared default, or the first value of an enum. Undefined if there is neither. */
function defaultOf(field: Field): string | undefined {
  const value = field.default;
  switch (value?.kind) {
    case 'number':
    case 'identifier':
      return value.text;
    case 'string':
      return describeBytes(value.bytes);
    default:
      return field.type.kind === 'enum' && !field.repeated ? field.type.enum.values[0]?.name : undefined;
  }
}
