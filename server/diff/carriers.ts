import type { Carriers } from '../effects/effect.ts';
import { heldDeclaration } from '../schema/fields.ts';
import type { Enum, Message, Method, UnknownType } from '../schema/model.ts';
import { typeElsewhere } from '../schema/unknown.ts';
import { isOfOptions } from '../schema/well-known-packages.ts';
import type { Protocol } from './pairs.ts';
import { type Sides, TypeUsers } from './type-users.ts';

export interface Sources extends Sides {
  /** All methods of both sides. A method that the other side may have in damaged text is paired with itself. */
  readonly methods: readonly { readonly old: Method | undefined; readonly new: Method | undefined }[];
  /** Full names of messages. */
  readonly stored: readonly string[];
  readonly isOwn: (path: string) => boolean;
  readonly protocol: Protocol;
}

type Type = Message | Enum;

// A bit is set if its description is true of the type, or of a message that contains the type.
/** The request of a method that both sides have. */
const REQUEST = 1;
/** The response of a method that both sides have. */
const RESPONSE = 2;
/** Stored, according to the configuration. */
const DATA = 4;
/** Used by a removed method. */
const REMOVED = 8;
/** Used by an added method. */
const ADDED = 16;
/** An options message that an extension extends. */
const OPTIONS = 32;
/** Used by a method of both sides that carries a `google.protobuf.FieldMask`. */
const MASKED = 64;
/** Used by the protocol's own files. */
const OWN = 128;
/** With all of these, the other bits do not matter. */
const ENOUGH = REQUEST | RESPONSE | DATA | MASKED | OWN;
const CALLED = REQUEST | RESPONSE;

/**
 * Finds the requests, responses and stored messages that contain a type in either schema. The search begins at the type, because a
 * keystroke needs the carriers of few types.
 */
export class CarrierFinder {
  readonly #sources: Sources;
  readonly #known = new Map<Type, number>();
  #users: TypeUsers | undefined;
  #roots: ReadonlyMap<Type, number> | undefined;

  constructor(sources: Sources) {
    this.#sources = sources;
  }

  /** Takes one or both sides of a type. A type that no method uses counts as data: it would not exist if nobody serialized it. */
  carriersOf(...sides: readonly (Type | undefined)[]): Carriers {
    const types = sides.filter((each) => each !== undefined);
    const bits = types.reduce((all, type) => all | this.#bitsOf(type), 0);
    const { hasServices, usesAny } = this.#sources.protocol;
    // A type of a removed method was carried. A type of an added method counts as carried only if one side lacks it.
    const isUncarried =
      (bits & (CALLED | DATA | OPTIONS | REMOVED)) === 0 && (types.length > 1 || (bits & ADDED) === 0);
    return {
      request: (bits & REQUEST) !== 0,
      response: (bits & RESPONSE) !== 0,
      data: (bits & DATA) !== 0 || isUncarried,
      ...(isUncarried && hasServices && { uncarried: types.at(-1)?.name ?? '' }),
      ...(isUncarried && usesAny && { packed: true }),
      ...((bits & ~OWN) === OPTIONS && { options: true }),
      ...((bits & MASKED) !== 0 && { masked: true }),
    };
  }

  /** Whether only added or removed methods carry the type. */
  isOneSided(type: Type): boolean {
    const bits = this.#bitsOf(type);
    return (bits & (REMOVED | ADDED)) !== 0 && (bits & (CALLED | DATA | OPTIONS)) === 0;
  }

  isHeldByOwn(type: Type): boolean {
    return (this.#bitsOf(type) & OWN) !== 0;
  }

  #bitsOf(type: Type): number {
    this.#users ??= new TypeUsers(this.#sources);
    this.#roots ??= findRoots(this.#sources, this.#users);
    const start = this.#users.nodeOf(type);
    const known = this.#known.get(start);
    if (known !== undefined) return known;
    let bits = 0;
    for (const at of this.#users.holdersOf([start])) {
      bits |= this.#roots.get(at) ?? 0;
      if (at !== start && this.#sources.isOwn(at.file.path)) bits |= OWN;
      if ((bits & ENOUGH) === ENOUGH) break;
    }
    this.#known.set(start, bits);
    return bits;
  }
}

/** The bits of the types that methods or extensions name, or that are stored. */
function findRoots(sources: Sources, users: TypeUsers): ReadonlyMap<Type, number> {
  const roots = new Map<Type, number>();
  const mark = (type: Type | undefined, bits: number): void => {
    if (type === undefined) return;
    const node = users.nodeOf(type);
    roots.set(node, (roots.get(node) ?? 0) | bits);
  };
  const { old: released, new: edited, methods, stored, isOwn } = sources;
  for (const pair of methods) {
    const isShared = pair.old !== undefined && pair.new !== undefined;
    for (const method of [pair.old, pair.new]) {
      if (method === undefined) continue;
      const own = isOwn(method.file.path) ? OWN : 0;
      const oneSided = method === pair.old ? REMOVED : ADDED;
      mark(method.input, own | (isShared ? REQUEST : oneSided));
      mark(method.output, own | (isShared ? RESPONSE : oneSided));
    }
  }
  for (const { types, declared } of [released, edited]) {
    for (const name of stored) mark(types.get(name), DATA);
    for (const field of declared.extensions) {
      if (field.message !== undefined && isOfOptions(field.message.fullName)) mark(field.message, OPTIONS);
      const unknown = typeElsewhere(field.extendee);
      if (unknown !== undefined) mark(heldDeclaration(field), carriersOfUnknown(unknown).data ? DATA : OPTIONS);
    }
  }
  for (const type of carriedWithMask(sources, users)) mark(type, MASKED);
  return roots;
}

/** The requests and responses of each method of both sides that carries a field mask. */
function carriedWithMask({ old: released, new: edited, methods }: Sources, users: TypeUsers): readonly Type[] {
  const carried = methods.map(({ old, new: now }) =>
    old === undefined || now === undefined
      ? []
      : [old.input, old.output, now.input, now.output].flatMap((type) =>
          type === undefined ? [] : users.nodeOf(type),
        ),
  );
  const masks = [released.types.get(FIELD_MASK), edited.types.get(FIELD_MASK), users.builtIn(FIELD_MASK)];
  const holders = new Set(users.holdersOf(masks.flatMap((type) => (type === undefined ? [] : users.nodeOf(type)))));
  return carried.filter((types) => types.some((type) => holders.has(type))).flat();
}

const FIELD_MASK = 'google.protobuf.FieldMask';

/** A message that was not found counts as data, because it may be stored, unless it is in a well-known package of options. */
export function carriersOfUnknown({ name, fullNames }: UnknownType): Carriers {
  const isForOptions = fullNames.some(isOfOptions);
  return {
    request: false,
    response: false,
    data: !isForOptions,
    ...(isForOptions ? { options: true } : { unknown: name }),
  };
}
