import {
  create,
  createFileRegistry,
  fromBinary,
  fromJsonString,
  toBinary,
  toJsonString,
  type DescMessage,
  type FileRegistry,
} from '@bufbuild/protobuf';
import { reflect } from '@bufbuild/protobuf/reflect';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import type { Message } from '../../../server/schema/model.ts';
import { extract, fill } from '../json.ts';
import type { Implementation, Side } from './implementation.ts';

/** protobuf-es, which runs in this process, with descriptors that protoc made. */
export function startEs(version: string): Implementation {
  const registries = new Map<Side, FileRegistry>();
  const known = (side: Side, { fullName }: Message): { desc: DescMessage; registry: FileRegistry } => {
    const registry = registries.get(side);
    const desc = registry?.getMessage(fullName);
    if (registry === undefined || desc === undefined) throw new Error(`no ${fullName}`);
    return { desc, registry };
  };
  return {
    name: 'protobuf-es',
    version,
    syntaxes: ['proto2', 'proto3', '2023'],
    load(sides) {
      for (const side of ['old', 'new'] as const)
        registries.set(side, createFileRegistry(fromBinary(FileDescriptorSetSchema, sides[side])));
      return Promise.resolve();
    },
    write(side, type, encoding, messages) {
      const { desc, registry } = known(side, type);
      const written = messages.map((message) =>
        tried(() => {
          const made = create(desc);
          fill(reflect(desc, made), type, message, registry);
          return Buffer.from(
            encoding === 'json' ? toJsonString(desc, made, { registry }) : toBinary(desc, made),
          ).toString('hex');
        }),
      );
      return Promise.resolve(written);
    },
    read(side, type, encoding, bytes) {
      const { desc, registry } = known(side, type);
      const read = bytes.map((each) =>
        tried(() => {
          const given = Buffer.from(each, 'hex');
          const made =
            encoding === 'json' ? fromJsonString(desc, given.toString(), { registry }) : fromBinary(desc, given);
          return extract(reflect(desc, made), type, registry);
        }),
      );
      return Promise.resolve(read);
    },
    stop: () => undefined,
  };
}

/** Undefined if protobuf-es rejects the message. Not all of its errors have their own class, so every error counts. */
function tried<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
