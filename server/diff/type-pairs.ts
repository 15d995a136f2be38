import type { Carriers } from '../effects/effect.ts';
import type { Enum, Message } from '../schema/model.ts';
import type { CarrierFinder } from './carriers.ts';
import type { FileMatches } from './declarations.ts';
import {
  diffEnumValues,
  diffExtensionRanges,
  diffFields,
  diffOneofs,
  diffReservations,
  type LoneExtensions,
} from './members.ts';
import { type Diff, type EnumPair, type FieldPair, type MessagePair, type ReservationPair, pairOf } from './pairs.ts';
import type { TypeMatches } from './types.ts';

/** Creates the pairs of messages and enums. The pair of two messages is created once, because extensions and files also refer to it. */
export class TypePairs {
  readonly #types: TypeMatches;
  readonly #files: FileMatches;
  readonly #finder: CarrierFinder;
  readonly #sameType: Diff['sameType'];
  readonly #extensions: LoneExtensions;
  /** By edited message, then by released one. Several released copies can have the same edited version. */
  readonly #messages = new Map<Message | undefined, Map<Message | undefined, MessagePair>>();
  /** Entry messages that replaced a map field. Only the field's finding is reported. */
  readonly #entries = new Set<Message>();

  constructor(
    types: TypeMatches,
    files: FileMatches,
    finder: CarrierFinder,
    sameType: Diff['sameType'],
    extensions: LoneExtensions,
  ) {
    this.#types = types;
    this.#files = files;
    this.#finder = finder;
    this.#sameType = sameType;
    this.#extensions = extensions;
  }

  /** Of two types of one kind, or of a type that only one side has. @throws if neither is given. */
  pair(old: Message | Enum | undefined, edited: Message | Enum | undefined): MessagePair | EnumPair {
    if (old?.kind === 'enum' || edited?.kind === 'enum')
      return this.#enum(old?.kind === 'enum' ? old : undefined, edited?.kind === 'enum' ? edited : undefined);
    return this.message(old, edited);
  }

  message(old: Message | undefined, edited: Message | undefined): MessagePair {
    const ofEdited = this.#messages.get(edited) ?? new Map<Message | undefined, MessagePair>();
    const known = ofEdited.get(old);
    if (known !== undefined) return known;
    const facts = new MessageFacts(old, edited, this.#declared(old, edited), this.#finder, this.#entries);
    const pair = Object.assign(facts, pairOf(old, edited));
    this.#messages.set(edited, ofEdited.set(old, pair));
    if (old !== undefined && edited !== undefined) {
      pair.fields = diffFields(pair, old, edited, this.#sameType, this.#extensions);
      for (const field of pair.fields) this.#noteEntries(field);
      pair.oneofs = diffOneofs(pair, old, edited);
      pair.reservations = diffReservations(pair, old, edited);
      pair.extensionRanges = diffExtensionRanges(pair, old, edited);
    }
    return pair;
  }

  #noteEntries({ old, new: edited }: FieldPair): void {
    if (old?.isMap === true && edited?.isMap === false && edited.type.kind === 'message')
      this.#entries.add(edited.type.message);
  }

  #enum(old: Enum | undefined, edited: Enum | undefined): EnumPair {
    const pair = Object.assign(
      new EnumFacts(old, edited, this.#declared(old, edited), this.#finder),
      pairOf(old, edited),
    );
    if (old !== undefined && edited !== undefined) {
      pair.values = diffEnumValues(pair, old, edited);
      pair.reservations = diffReservations(pair, old, edited);
    }
    return pair;
  }

  #declared(
    old: Message | Enum | undefined,
    edited: Message | Enum | undefined,
  ): Pick<MessagePair, 'match' | 'covered'> {
    const match = edited === undefined || old === undefined ? 'same' : (this.#types.how.get(edited) ?? 'same');
    return { match, covered: this.#covered(old, edited) };
  }

  #covered(old: Message | Enum | undefined, edited: Message | Enum | undefined): boolean {
    if (old !== undefined && edited !== undefined) return false;
    const type = old ?? edited;
    if (type === undefined || type.node?.kind === 'field') return true;
    if (type.parent.kind === 'file') return old !== undefined && this.#files.newOf(type.parent) === undefined;
    const { versions } = this.#types;
    return (old === undefined ? versions.oldOf(type.parent) : versions.newOf(type.parent)) === undefined;
  }
}

/**
 * What is known about a pair besides its two sides. Carriers are computed on demand, because finding them is slow. It is a class, because
 * objects with getters of their own are slow to create, and there may be thousands of pairs.
 */
class TypeFacts<T extends Message | Enum> {
  readonly match: MessagePair['match'];
  reservations: readonly ReservationPair[] = [];
  readonly #old: T | undefined;
  readonly #new: T | undefined;
  readonly #finder: CarrierFinder;

  constructor(old: T | undefined, edited: T | undefined, match: MessagePair['match'], finder: CarrierFinder) {
    this.match = match;
    this.#old = old;
    this.#new = edited;
    this.#finder = finder;
  }

  get carriers(): Carriers {
    return this.#finder.carriersOf(this.#old, this.#new);
  }

  get folded(): boolean {
    const lone = this.lone;
    return lone !== undefined && this.#finder.isOneSided(lone);
  }

  /** The type if only one side has it. */
  protected get lone(): T | undefined {
    return this.#old === undefined ? this.#new : this.#new === undefined ? this.#old : undefined;
  }
}

class MessageFacts extends TypeFacts<Message> {
  fields: readonly FieldPair[] = [];
  oneofs: MessagePair['oneofs'] = [];
  extensionRanges: MessagePair['extensionRanges'] = [];
  readonly #isCovered: boolean;
  readonly #entries: ReadonlySet<Message>;

  constructor(
    old: Message | undefined,
    edited: Message | undefined,
    { match, covered }: Pick<MessagePair, 'match' | 'covered'>,
    finder: CarrierFinder,
    entries: ReadonlySet<Message>,
  ) {
    super(old, edited, match, finder);
    this.#isCovered = covered;
    this.#entries = entries;
  }

  get covered(): boolean {
    return this.#isCovered || (this.lone !== undefined && this.#entries.has(this.lone));
  }
}

class EnumFacts extends TypeFacts<Enum> {
  readonly covered: boolean;
  values: EnumPair['values'] = [];

  constructor(
    old: Enum | undefined,
    edited: Enum | undefined,
    { match, covered }: Pick<EnumPair, 'match' | 'covered'>,
    finder: CarrierFinder,
  ) {
    super(old, edited, match, finder);
    this.covered = covered;
  }
}
