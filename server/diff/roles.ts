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
  readonly #reach: Partial<Reach> = {};

  constructor(sources: Sources) {
    this.#sources = sources;
  }

  /** @param sides the type in either schema, or in both. */
  roleOf(...sides: readonly (Message | Enum | undefined)[]): Role {
    const isReached = (by: keyof Reach): boolean => sides.some((type) => type !== undefined && this.#reached(by).has(type));
    return { request: isReached('request'), response: isReached('response'), data: isReached('data') };
  }

  /** Reached, and only by methods that one side lacks. */
  isOneSided(type: Message | Enum): boolean {
    return this.#reached('oneSided').has(type) && !(['request', 'response', 'data'] as const).some((by) => this.#reached(by).has(type));
  }

  #reached(by: keyof Reach): Types {
    return (this.#reach[by] ??= reachable(ROOTS[by](this.#sources)));
  }
}

type Types = ReadonlySet<Message | Enum>;

interface Reach {
  request: Types;
  response: Types;
  data: Types;
  /** From methods that one side lacks. */
  oneSided: Types;
}

const ROOTS: Readonly<Record<keyof Reach, (sources: Sources) => Message[]>> = {
  request: ({ methods }) => messagesOf(methods.filter(isShared).flatMap((method) => [method.old?.input, method.new?.input])),
  response: ({ methods }) => messagesOf(methods.filter(isShared).flatMap((method) => [method.old?.output, method.new?.output])),
  data(sources) {
    const named = [sources.old, sources.new].flatMap(({ types }) => sources.stored.map((name) => types.get(name)));
    return messagesOf([...named, ...filesWithoutServices(sources).flatMap(({ messages }) => [...allMessages(messages)])]);
  },
  oneSided: ({ methods }) =>
    messagesOf(methods.filter((method) => !isShared(method)).flatMap(({ old, new: edited }) => [old?.input, old?.output, edited?.input, edited?.output])),
};

function isShared(method: Sources['methods'][number]): boolean {
  return method.old !== undefined && method.new !== undefined;
}

function messagesOf(types: readonly (Message | Enum | undefined)[]): Message[] {
  return types.filter((type) => type?.kind === 'message');
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
