import protobuf from 'protobufjs';

import type { Field, Message, Oneof } from '../../server/schema/model.ts';
import { fieldAt } from '../../server/schema/fields.ts';
import {
  asList,
  isList,
  isMessage,
  isZero,
  type MessageValue,
  sendsZero,
  type Value,
} from '../../server/effects/value.ts';

/** Encodes with the code that protobufjs generates for a message, to check our own encoder. */
export function encodeWithProtobufjs(message: Message, value: MessageValue): Uint8Array {
  const types = new ReflectedTypes();
  types.add(message, [value]);
  types.compileEncoders();
  return Uint8Array.from(types.get(message).encode(plainMessage(message, value)).finish());
}

/**
 * Messages as protobufjs types. Types and fields get generated names, so that names such as `__proto__` are harmless.
 * A map is a repeated field of entry messages, as on the wire.
 */
export class ReflectedTypes {
  // Every field sets its resolved features, which overrides the defaults of the edition.
  readonly #root = new protobuf.Root();
  readonly #types = new Map<Message, protobuf.Type>();
  readonly #oneofs = new Map<Oneof, protobuf.OneOf>();
  #enums = 0;

  get(message: Message): protobuf.Type {
    const type = this.#types.get(message);
    if (type === undefined) throw new Error(`${message.fullName} was not added`);
    return type;
  }

  /** @param values adds only the fields that these messages use. By default, all fields and their types. */
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
      // Types can be recursive, but values cannot.
      if (isNew || inner !== undefined) this.add(field.type.message, inner);
    }
  }

  /** Compiles only encoders. By default, protobufjs generates four more functions for every type. */
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
            field.presence === 'required' ? 'LEGACY_REQUIRED' : sendsZero(field) ? 'EXPLICIT' : 'IMPLICIT',
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
        // protobufjs would repair invalid UTF-8, so a string without validation is bytes here.
        return field.type.scalar === 'string' && !field.validatesUtf8 ? 'bytes' : field.type.scalar;
      case 'unresolved':
        throw new Error(`${field.fullName} has no type`);
    }
  }
}

/** The name of a field in `ReflectedTypes`. */
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
    else if (sendsZero(field) || !isZero(held)) plain[fieldKey(field)] = plainValue(field, held);
  }
  return plain;
}

function plainValue(field: Field, value: Value): unknown {
  if (isMessage(value)) return field.type.kind === 'message' ? plainMessage(field.type.message, value) : undefined;
  if (typeof value === 'string') {
    const bytes = new TextEncoder().encode(value);
    // Encoders must write valid UTF-8, but protobufjs writes an unpaired surrogate unchanged.
    return field.validatesUtf8 ? new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes) : bytes;
  }
  if (typeof value !== 'bigint') return value;
  if (field.type.kind !== 'scalar' || !field.type.scalar.endsWith('64')) return Number(value);
  // protobufjs accepts two 32-bit halves, but would round a BigInt.
  return { low: Number(BigInt.asIntN(32, value)), high: Number(BigInt.asIntN(32, value >> 32n)) };
}
