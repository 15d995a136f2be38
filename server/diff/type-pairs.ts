import type { Carriers } from '../effects/effect.ts';
import type { Enum, Message } from '../schema/model.ts';
import type { CarrierFinder } from './carriers.ts';
import type { ChangedType } from './changed-types.ts';
import type { FileMatches } from './declarations.ts';
import {
  diffEnumValues,
  diffExtensionRanges,
  diffFields,
  diffOneofs,
  diffReservations,
  type LoneExtensions,
} from './members.ts';
import { type Diff, type EnumPair, type FieldPair, type MessagePair, pairOf, type Reports } from './pairs.ts';
import type { TypeMatches } from './types.ts';

type Type = Message | Enum;

/** Creates one pair for two messages, because extensions and files refer to it, too. */
export class TypePairs {
  readonly #types: TypeMatches;
  readonly #files: FileMatches;
  readonly #finder: CarrierFinder;
  readonly #sameType: Diff['sameType'];
  readonly #extensions: LoneExtensions;
  /** By edited message, then by released one. */
  readonly #messages = new Map<Message | undefined, Map<Message | undefined, MessageFacts & MessagePair>>();

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

  ofChanged(changed: readonly ChangedType[]): (MessagePair | EnumPair)[] {
    const pairs = changed.map(({ old, new: edited, reports }) =>
      old?.kind === 'enum' || edited?.kind === 'enum'
        ? this.#enum(old?.kind === 'enum' ? old : undefined, edited?.kind === 'enum' ? edited : undefined, reports)
        : this.message(old, edited, reports),
    );
    const messages = pairs.filter((pair) => 'fields' in pair);
    const entries = new Set(messages.flatMap(({ fields }) => fields.map(entryThatReplacedMap)));
    for (const pair of messages) if (pair.status === 'added' && entries.has(pair.new)) pair.covered = true;
    return pairs;
  }

  message(
    old: Message | undefined,
    edited: Message | undefined,
    reports: Reports = 'nothing',
  ): MessageFacts & MessagePair {
    const ofEdited = this.#messages.get(edited) ?? new Map<Message | undefined, MessageFacts & MessagePair>();
    const known = ofEdited.get(old);
    if (known !== undefined) return known;
    const pair = Object.assign(new MessageFacts(old, edited, this.#finder), pairOf(old, edited));
    this.#messages.set(edited, ofEdited.set(old, pair));
    pair.reports = reports;
    pair.match = this.#match(old, edited);
    pair.covered = this.#isCovered(old, edited);
    if (pair.status === 'kept') {
      pair.fields = diffFields(pair, pair.old, pair.new, this.#sameType, this.#extensions);
      pair.oneofs = diffOneofs(pair, pair.old, pair.new);
      pair.reservations = diffReservations(pair, pair.old, pair.new);
      pair.extensionRanges = diffExtensionRanges(pair, pair.old, pair.new);
    }
    return pair;
  }

  #enum(old: Enum | undefined, edited: Enum | undefined, reports: Reports): EnumPair {
    const pair = Object.assign(new EnumFacts(old, edited, this.#finder), pairOf(old, edited));
    pair.reports = reports;
    pair.match = this.#match(old, edited);
    pair.covered = this.#isCovered(old, edited);
    if (pair.status === 'kept') {
      pair.values = diffEnumValues(pair, pair.old, pair.new);
      pair.reservations = diffReservations(pair, pair.old, pair.new);
    }
    return pair;
  }

  #match(old: Type | undefined, edited: Type | undefined): MessagePair['match'] {
    return old === undefined || edited === undefined ? 'same' : (this.#types.how.get(edited) ?? 'same');
  }

  #isCovered(old: Type | undefined, edited: Type | undefined): boolean {
    if (old !== undefined && edited !== undefined) return false;
    const type = old ?? edited;
    if (type === undefined || type.node?.kind === 'field') return true;
    if (type.parent.kind === 'file') return old !== undefined && this.#files.newOf(type.parent) === undefined;
    const { versions } = this.#types;
    return (old === undefined ? versions.oldOf(type.parent) : versions.newOf(type.parent)) === undefined;
  }
}

/** If a map was written out as a repeated entry message, the finding about the field covers this message. */
function entryThatReplacedMap({ old, new: edited }: FieldPair): Message | undefined {
  return old?.isMap === true && edited?.isMap === false && edited.type.kind === 'message'
    ? edited.type.message
    : undefined;
}

/** What a pair has besides its two sides. Carriers are computed on demand, because the search is slow. */
class TypeFacts<T extends Type> {
  match: MessagePair['match'] = 'same';
  reports: Reports = 'nothing';
  covered = false;
  reservations: MessagePair['reservations'] = [];
  readonly #old: T | undefined;
  readonly #new: T | undefined;
  readonly #finder: CarrierFinder;

  constructor(old: T | undefined, edited: T | undefined, finder: CarrierFinder) {
    this.#old = old;
    this.#new = edited;
    this.#finder = finder;
  }

  get carriers(): Carriers {
    return this.#finder.carriersOf(this.#old, this.#new);
  }

  get folded(): boolean {
    const lone = this.#old === undefined ? this.#new : this.#new === undefined ? this.#old : undefined;
    return lone !== undefined && this.#finder.isOneSided(lone);
  }
}

class MessageFacts extends TypeFacts<Message> {
  fields: MessagePair['fields'] = [];
  oneofs: MessagePair['oneofs'] = [];
  extensionRanges: MessagePair['extensionRanges'] = [];
}

class EnumFacts extends TypeFacts<Enum> {
  values: EnumPair['values'] = [];
}
