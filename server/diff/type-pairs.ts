import type { Enum, Field, File, Message } from '../schema/model.ts';
import type { FileMatches } from './declarations.ts';
import {
  diffEnumValues,
  diffExtensionRanges,
  diffFields,
  diffOneofs,
  diffReservations,
  type LoneExtensions,
  sameMeaning,
} from './members.ts';
import { valueText } from './options.ts';
import type { Carriers } from '../effects/effect.ts';
import { type Diff, type EnumPair, type FieldPair, type MessagePair, type ReservationPair, pairOf } from './pairs.ts';
import type { CarrierFinder } from './carriers.ts';
import { sameText } from './same-text.ts';
import type { TypeMatches } from './types.ts';

/** Creates the pairs of messages and enums. The pair of two messages is created once, because extensions and files also refer to it. */
export class TypePairs {
  readonly #types: TypeMatches;
  readonly #files: FileMatches;
  readonly #finder: CarrierFinder;
  readonly #sameType: Diff['sameType'];
  readonly #extensions: LoneExtensions;
  readonly #sameField: (a: Field, b: Field) => boolean;
  readonly #sameInner = (a: Message, b: Message): boolean => this.#sameInside(a, b);
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
    this.#sameField = (a, b) => sameMeaning(a, b, sameType);
  }

  newOf(type: Message | Enum): Message | Enum | undefined {
    return type.kind === 'message' ? this.#types.messages.newOf(type) : this.#types.enums.newOf(type);
  }

  oldOf(type: Message | Enum): Message | Enum | undefined {
    return type.kind === 'message' ? this.#types.messages.oldOf(type) : this.#types.enums.oldOf(type);
  }

  messageOn(side: 'old' | 'new', message: Message): Message | undefined {
    return side === 'old' ? this.#types.messages.oldOf(message) : this.#types.messages.newOf(message);
  }

  /** Undefined if nothing differs, or if only one side has the type and the other one's text is damaged where it would be. */
  pair(old: Message | Enum | undefined, edited: Message | Enum | undefined): MessagePair | EnumPair | undefined {
    if (old !== undefined && edited !== undefined) {
      if (this.#unchanged(old, edited)) return undefined;
    } else if (this.missesByDamage(old, edited)) {
      return undefined;
    }
    if (old?.kind === 'enum' || edited?.kind === 'enum') {
      return this.#enum(old?.kind === 'enum' ? old : undefined, edited?.kind === 'enum' ? edited : undefined);
    }
    return this.message(old, edited);
  }

  /** The pair of two messages, also if nothing differs or the text is damaged. Undefined if neither is given. */
  message(old: Message | undefined, edited: Message | undefined): MessagePair | undefined {
    if (old === undefined && edited === undefined) return undefined;
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

  #enum(old: Enum | undefined, edited: Enum | undefined): EnumPair | undefined {
    if (old === undefined && edited === undefined) return undefined;
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
    return (old === undefined ? this.oldOf(type.parent) : this.newOf(type.parent)) === undefined;
  }

  /** Whether the side that lacks a type is damaged in the scope where the type would be. */
  missesByDamage(old: Message | Enum | undefined, edited: Message | Enum | undefined): boolean {
    const scope = (old ?? edited)?.parent;
    if (scope === undefined) return false;
    if (scope.kind === 'file') {
      const damage = (edited === undefined ? this.#files.newOf(scope) : this.#files.oldOf(scope))?.node.damage;
      return damage !== undefined && (damage.members || damage.header);
    }
    const other = edited === undefined ? this.newOf(scope) : this.oldOf(scope);
    return other === undefined ? this.missesByDamage(old && scope, edited && scope) : other.damaged;
  }

  #unchanged(old: Message | Enum, edited: Message | Enum): boolean {
    if (old === edited) return true;
    const file = this.#files.newOf(old.file);
    if (leftFile(old, edited, file)) return false;
    // The options of its file apply to a type as well.
    if (old.parent.kind === 'file' && file !== edited.file && hasOtherOptions(old.file, edited.file)) return false;
    const how = this.#types.how.get(edited);
    return how !== 'moved' && how !== 'renamed' && sameText(old, edited) && this.#sameInside(old, edited);
  }

  /** Whether types with equal text mean the same. Names in the text and inherited features may be resolved differently. */
  #sameInside(old: Message | Enum, edited: Message | Enum): boolean {
    if (old.kind === 'enum') return edited.kind === 'enum' && sameClosedness(old, edited);
    if (edited.kind === 'enum') return false;
    return (
      eachSame(old.fields, edited.fields, this.#sameField) &&
      eachSame(old.messages, edited.messages, this.#sameInner) &&
      eachSame(old.enums, edited.enums, sameClosedness)
    );
  }
}

/** Whether each element of `old` is the same as the one in its place in `edited`. It runs for many messages after every keystroke. */
function eachSame<T>(old: readonly T[], edited: readonly T[], same: (a: T, b: T) => boolean): boolean {
  for (let index = 0; index < old.length; index++) {
    const before = old[index];
    const now = edited[index];
    if (before === undefined || now === undefined || !same(before, now)) return false;
  }
  return true;
}

function sameClosedness(a: Enum, b: Enum): boolean {
  return a.closed === b.closed;
}

/**
 * What is known about a pair besides its two sides. Carriers are computed on demand, because they depend on all pairs. It is a class,
 * because objects with getters of their own are slow to create, and there may be thousands of pairs.
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

function hasOtherOptions(old: File, edited: File): boolean {
  const textsOf = ({ options }: File): string =>
    [...options.values()]
      .map(({ name, value }) => `${name.text} = ${valueText(value)}`)
      .sort()
      .join();
  return textsOf(old) !== textsOf(edited);
}

/**
 * Whether a top-level type moved to another file. If the released file was removed, that has its own finding. If it still declares the
 * type, the type was only copied.
 * @param file the edited version of the released type's file; undefined if it was removed.
 */
export function leftFile(old: Message | Enum, edited: Message | Enum, file: File | undefined): boolean {
  if (old.parent.kind !== 'file' || file === undefined || edited.file === file) return false;
  return ![...file.messages, ...file.enums].some(({ fullName }) => fullName === old.fullName);
}
