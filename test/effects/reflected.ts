import protobuf from 'protobufjs';

import type { Field, Message, Oneof } from '../../server/schema/model.ts';
import { fieldAt } from '../../server/schema/fields.ts';
import {
  asList,
  isList,
  isMessage,
  isZero,
  type MessageValue,
  skipsZero,
  type Value,
} from '../../server/effects/value.ts';

/** What protobufjs generates for a message, which reads and writes by itself: a referee for the codec of witnesses. */
export function encodeWithProtobufjs(message: Message, value: MessageValue): Uint8Array {
  const types = new ReflectedTypes();
  types.add(message, [value]);
  types.compileEncoders();
  return Uint8Array.from(types.get(message).encode(plainMessage(message, value)).finish());
}

/**
 * protobufjs's view of some messages. Types and fields get names of our own making, so that nothing has to be resolved by name
 * and names like `__proto__` cannot do harm. A map is the repeated field of entry messages that it is on the wire.
 */
export class ReflectedTypes {
  // Resolved features are set on every field, so all that the edition says here is overridden.
  readonly #root = new protobuf.Root();
  readonly #types = new Map<Message, protobuf.Type>();
  readonly #oneofs = new Map<Oneof, protobuf.OneOf>();
  #enums = 0;

  get(message: Message): protobuf.Type {
    const type = this.#types.get(message);
    if (type === undefined) throw new Error(`${message.fullName} was not added`);
    return type;
  }

  /** @param values with the fields that are used; without them all fields are added, and all that they lead to. */
  add(message: Message, values?: readonly MessageValue[]): void {
    const type = this.#type(message);
    const numbers =
      values === undefined
        ? [...message.fieldsByNumber.keys(), ...message.extensionsByNumber.keys()]
        : new Set(
            values.flatMap((value) =>
              [...value.fields].flatMap(([number, held]) => (held === undefined ? [] : [number])),
            ),
          );
    for (const number of numbers) {
      const field = writable(message, number);
      if (field === undefined) continue;
      const isNew = type.fieldsById[number] === undefined;
      if (isNew) this.#addField(type, field);
      if (field.type.kind !== 'message') continue;
      const inner = values?.flatMap((value) => asList(value.fields.get(number)).filter(isMessage));
      // Types can be recursive, values cannot.
      if (isNew || inner !== undefined) this.add(field.type.message, inner);
    }
  }

  /** Left to itself, protobufjs generates four more functions for every type with the first message that it encodes. */
  compileEncoders(): void {
    this.#root.resolveAll();
    for (const type of this.#types.values()) {
      const types = type.fieldsArray.map((field) => field.resolvedType);
      const compile = protobuf.encoder(type) as unknown as (scope: object) => protobuf.Type['encode'];
      type.encode = compile({ Writer: protobuf.Writer, types, util: protobuf.util });
    }
  }

  #type(message: Message): protobuf.Type {
    let type = this.#types.get(message);
    if (type === undefined) {
      type = new protobuf.Type(`M${this.#types.size}`);
      this.#types.set(message, type);
      this.#root.add(type);
    }
    return type;
  }

  #addField(type: protobuf.Type, field: Field): void {
    const reflected = new protobuf.Field(
      fieldKey(field),
      field.number,
      this.#typeName(field),
      field.repeated ? 'repeated' : undefined,
      undefined,
      {
        features: {
          field_presence:
            field.presence === 'required' ? 'LEGACY_REQUIRED' : skipsZero(field) ? 'IMPLICIT' : 'EXPLICIT',
          message_encoding: field.delimited ? 'DELIMITED' : 'LENGTH_PREFIXED',
          repeated_field_encoding: field.packed ? 'PACKED' : 'EXPANDED',
          utf8_validation: field.validatesUtf8 ? 'VERIFY' : 'NONE',
        },
      },
    );
    type.add(reflected);
    if (field.oneof === undefined) return;
    let oneof = this.#oneofs.get(field.oneof);
    if (oneof === undefined) {
      oneof = new protobuf.OneOf(`o${this.#oneofs.size}`);
      this.#oneofs.set(field.oneof, oneof);
      type.add(oneof);
    }
    oneof.add(reflected);
  }

  #typeName(field: Field): string {
    switch (field.type.kind) {
      case 'message':
        return this.#type(field.type.message).fullName;
      case 'enum': {
        const numbers = [...field.type.enum.valuesByNumber.keys()];
        const values = numbers.map((number, index) => [`V${index}`, number] as const);
        const features = { enum_type: field.type.enum.closed ? 'CLOSED' : 'OPEN' };
        const reflected = new protobuf.Enum(`E${this.#enums++}`, Object.fromEntries(values), { features });
        this.#root.add(reflected);
        return reflected.fullName;
      }
      case 'scalar':
        // A string that may be anything is bytes to protobufjs, which would repair it.
        return field.type.scalar === 'string' && !field.validatesUtf8 ? 'bytes' : field.type.scalar;
      case 'unresolved':
        throw new Error(`${field.fullName} has no type`);
    }
  }
}

/** A field's name in `ReflectedTypes`. */
export function fieldKey(field: Field): string {
  return `f${field.number}`;
}

function writable(message: Message, number: number): Field | undefined {
  const field = fieldAt(message, number);
  return field?.type.kind === 'unresolved' || number < 1 || number > MAX_NUMBER ? undefined : field;
}

const MAX_NUMBER = 2 ** 29 - 1;

function plainMessage(message: Message, value: MessageValue): Record<string, unknown> {
  const plain: Record<string, unknown> = {};
  for (const [number, held] of value.fields) {
    const field = writable(message, number);
    if (field === undefined || held === undefined) continue;
    if (isList(held)) plain[fieldKey(field)] = held.map((each) => plainValue(field, each));
    else if (!(skipsZero(field) && isZero(held))) plain[fieldKey(field)] = plainValue(field, held);
  }
  return plain;
}

function plainValue(field: Field, value: Value): unknown {
  if (isMessage(value)) return field.type.kind === 'message' ? plainMessage(field.type.message, value) : undefined;
  if (typeof value === 'string') {
    const bytes = new TextEncoder().encode(value);
    // protobufjs would write half a surrogate pair as it is; encoders have to write valid UTF-8.
    return field.validatesUtf8 ? new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes) : bytes;
  }
  if (typeof value !== 'bigint') return value;
  if (field.type.kind !== 'scalar' || !field.type.scalar.endsWith('64')) return Number(value);
  // protobufjs takes any pair of halves; BigInt itself it would round.
  return { low: Number(BigInt.asIntN(32, value)), high: Number(BigInt.asIntN(32, value >> 32n)) };
}
