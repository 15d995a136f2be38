import type { Role } from '../effects/effect.ts';
import type { Enum, File, Message, Method, Schema } from '../schema/model.ts';
import { reachable } from '../schema/reach.ts';

export interface Sources {
  readonly old: Schema;
  readonly new: Schema;
  /** All methods of both sides, matched. */
  readonly methods: readonly { readonly old: Method | undefined; readonly new: Method | undefined }[];
  /** Full names of messages that are stored, in either schema. */
  readonly stored: readonly string[];
  /** Files that imports link with a service which the schemas may not hold. */
  readonly served?: ReadonlySet<string> | undefined;
}

/**
 * Who writes and reads each type: what methods present on both sides, and data roots, reach in either schema.
 * Computed on first use, because most checks of a keystroke find nothing that asks for it.
 */
export class Roles {
  readonly #sources: Sources;
  #reach: Reach | undefined;

  constructor(sources: Sources) {
    this.#sources = sources;
  }

  /** @param sides the type in either schema, or in both. */
  roleOf(...sides: readonly (Message | Enum | undefined)[]): Role {
    const { request, response, data } = this.#reached();
    return { request: sides.some(isIn(request)), response: sides.some(isIn(response)), data: sides.some(isIn(data)) };
  }

  /** Reached, and only by methods that one side lacks. */
  isOneSided(type: Message | Enum): boolean {
    const { request, response, data, oneSided } = this.#reached();
    return oneSided.has(type) && ![request, response, data].some((set) => set.has(type));
  }

  #reached(): Reach {
    return (this.#reach ??= reach(this.#sources));
  }
}

type Types = ReadonlySet<Message | Enum>;

interface Reach {
  readonly request: Types;
  readonly response: Types;
  readonly data: Types;
  /** From methods that one side lacks. */
  readonly oneSided: Types;
}

function reach(sources: Sources): Reach {
  const { old, new: edited, methods, stored } = sources;
  const shared = methods.filter((method) => method.old !== undefined && method.new !== undefined);
  const alone = methods.filter((method) => method.old === undefined || method.new === undefined);
  const inputs = shared.flatMap((method) => [method.old?.input, method.new?.input]);
  const outputs = shared.flatMap((method) => [method.old?.output, method.new?.output]);
  const data = [old, edited].flatMap((schema) => stored.map((name) => schema.types.get(name)));
  const free = filesWithoutServices(sources).flatMap((file) => [...allMessages(file.messages)]);
  return {
    request: reachable(messagesOf(inputs)),
    response: reachable(messagesOf(outputs)),
    data: reachable(messagesOf([...data, ...free])),
    oneSided: reachable(messagesOf(alone.flatMap(({ old: a, new: b }) => [a?.input, a?.output, b?.input, b?.output]))),
  };
}

function messagesOf(types: readonly (Message | Enum | undefined)[]): Message[] {
  return types.filter((type) => type?.kind === 'message');
}

function isIn(set: Types): (type: Message | Enum | undefined) => boolean {
  return (type) => type !== undefined && set.has(type);
}

function* allMessages(messages: readonly Message[]): Iterable<Message> {
  for (const message of messages) {
    yield message;
    yield* allMessages(message.messages);
  }
}

/** Files that no import, direct or not and on either side, links with a file that defines a service: what they define is stored. */
function filesWithoutServices({ old, new: edited, served }: Sources): File[] {
  const group = new Map<string, string>();
  const root = (path: string): string => {
    let at = path;
    for (let up = group.get(at); up !== undefined; up = group.get(at)) at = up;
    return at;
  };
  const files = [...old.files.values(), ...edited.files.values()];
  for (const file of files) {
    for (const { file: imported } of file.imports) {
      if (imported === undefined) continue;
      const a = root(file.path);
      const b = root(imported.path);
      if (a !== b) group.set(a, b);
    }
  }
  const serving = new Set(files.filter((file) => file.services.length > 0 || served?.has(file.path)).map((file) => root(file.path)));
  return files.filter((file) => !serving.has(root(file.path)));
}
