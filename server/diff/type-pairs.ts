import type { Enum, File, Message } from '../schema/model.ts';
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
import { type Diff, type EnumPair, type FieldPair, type MessagePair, pairOf } from './pairs.ts';
import type { CarrierFinder } from './carriers.ts';
import { sameText } from './same-text.ts';
import type { TypeMatches } from './types.ts';

/** Creates the pairs of messages and enums, each once. */
export class TypePairs {
  readonly #types: TypeMatches;
  readonly #files: FileMatches;
  readonly #finder: CarrierFinder;
  readonly #sameType: Diff['sameType'];
  readonly #extensions: LoneExtensions;
  readonly #messages = new Map<Message, MessagePair>();
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

  newOf(type: Message | Enum): Message | Enum | undefined {
    return type.kind === 'message' ? this.#types.messages.newOf(type) : this.#types.enums.newOf(type);
  }

  oldOf(type: Message | Enum): Message | Enum | undefined {
    return type.kind === 'message' ? this.#types.messages.oldOf(type) : this.#types.enums.oldOf(type);
  }

  messageOn(side: 'old' | 'new', message: Message): Message | undefined {
    return side === 'old' ? this.#types.messages.oldOf(message) : this.#types.messages.newOf(message);
  }

  /** Undefined if nothing differs, or if a side's text is too damaged to tell whether it lacks the type. */
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

  /** The pair of two messages, or of one that the other side lacks, even if they do not differ. */
  message(old: Message | undefined, edited: Message | undefined): MessagePair | undefined {
    const type = edited ?? old;
    if (type === undefined) return undefined;
    const known = this.#messages.get(type);
    if (known !== undefined) return known;
    const finder = this.#finder;
    let fields: readonly FieldPair[] = [];
    let oneofs: MessagePair['oneofs'] = [];
    let reservations: MessagePair['reservations'] = [];
    let extensionRanges: MessagePair['extensionRanges'] = [];
    const entries = this.#entries;
    const { match, covered } = this.#declared(old, edited);
    const pair: MessagePair = {
      ...pairOf(old, edited),
      match,
      get covered() {
        return covered || (pair.status !== 'kept' && entries.has(type));
      },
      get carriers() {
        return finder.carriersOf(old, edited);
      },
      get folded() {
        return pair.status !== 'kept' && finder.isOneSided(type);
      },
      get fields() {
        return fields;
      },
      get oneofs() {
        return oneofs;
      },
      get reservations() {
        return reservations;
      },
      get extensionRanges() {
        return extensionRanges;
      },
    };
    this.#messages.set(type, pair);
    if (old !== undefined && edited !== undefined) {
      fields = diffFields(pair, old, edited, this.#sameType, this.#extensions);
      for (const field of fields) this.#noteEntries(field);
      oneofs = diffOneofs(pair, old, edited);
      reservations = diffReservations(pair, old, edited);
      extensionRanges = diffExtensionRanges(pair, old, edited);
    }
    return pair;
  }

  #noteEntries({ old, new: edited }: FieldPair): void {
    if (old?.isMap === true && edited?.isMap === false && edited.type.kind === 'message')
      this.#entries.add(edited.type.message);
  }

  #enum(old: Enum | undefined, edited: Enum | undefined): EnumPair | undefined {
    const type = edited ?? old;
    if (type === undefined) return undefined;
    const finder = this.#finder;
    let values: EnumPair['values'] = [];
    let reservations: EnumPair['reservations'] = [];
    const pair: EnumPair = {
      ...pairOf(old, edited),
      ...this.#declared(old, edited),
      get carriers() {
        return finder.carriersOf(old, edited);
      },
      get folded() {
        return pair.status !== 'kept' && finder.isOneSided(type);
      },
      get values() {
        return values;
      },
      get reservations() {
        return reservations;
      },
    };
    if (old !== undefined && edited !== undefined) {
      values = diffEnumValues(pair, old, edited);
      reservations = diffReservations(pair, old, edited);
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

  /** Whether equal texts mean the same. The names in them and the features around them may be resolved differently. */
  #sameInside(old: Message | Enum, edited: Message | Enum): boolean {
    if (old.kind === 'enum') return edited.kind === 'enum' && old.closed === edited.closed;
    if (edited.kind === 'enum') return false;
    return (
      old.fields.every((field, index) => {
        const other = edited.fields[index];
        return other !== undefined && sameMeaning(field, other, this.#sameType);
      }) &&
      old.messages.every((inner, index) => {
        const other = edited.messages[index];
        return other !== undefined && this.#sameInside(inner, other);
      }) &&
      old.enums.every((inner, index) => inner.closed === edited.enums[index]?.closed)
    );
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
 * Whether a top-level type moved to another file, which changes generated code but not the wire. Its old file still exists without it:
 * a removed file has its own finding, and copying a type does not move it.
 */
export function leftFile(old: Message | Enum, edited: Message | Enum, file: File | undefined): boolean {
  if (old.parent.kind !== 'file' || file === undefined || edited.file === file) return false;
  return ![...file.messages, ...file.enums].some(({ fullName }) => fullName === old.fullName);
}
