import type { Enum, Field, File, Message } from '../schema/model.ts';
import type { FileMatches } from './declarations.ts';
import { sameMeaning } from './field-meaning.ts';
import { valueText } from './options.ts';
import type { Diff, Reports } from './pairs.ts';
import type { ReportedFiles } from './reported-files.ts';
import { sameText } from './same-text.ts';
import type { TypeMatches } from './types.ts';

type Type = Message | Enum;

/** A type that differs. A side that lacks the type is undefined. */
export interface ChangedType {
  readonly old: Type | undefined;
  readonly new: Type | undefined;
  readonly reports: Reports;
}

export function changedTypes(
  types: TypeMatches,
  files: FileMatches,
  sameType: Diff['sameType'],
  reported: ReportedFiles,
): ChangedType[] {
  const comparison = new TypeComparison(types, files, sameType);
  const differ = (type: Pick<ChangedType, 'old' | 'new'>): boolean => comparison.differ(type.old, type.new);
  const { versions, survivors, copies } = types;
  const versionsOfTypes = [
    ...types.differing.filter((old) => !survivors.has(old)).map((old) => ({ old, new: versions.newOf(old) })),
    ...types.added.map((edited) => ({ old: undefined, new: edited })),
  ];
  const copiesOfTypes = [
    ...Array.from(survivors, ([old, survivor]) => ({
      old,
      new: survivor,
      reports: reported.reportsOnSurvivor(old.file),
    })),
    ...Array.from(copies, ([copy, original]) => ({
      old: original,
      new: copy,
      reports: reported.reportsOnCopy(copy.file, versions.newOf(original)?.file),
    })),
  ];
  return [
    ...versionsOfTypes
      .filter(differ)
      .map((type) => ({ ...type, reports: reported.reportsOnVersions(type.old?.file, type.new?.file) })),
    ...copiesOfTypes.filter(({ reports }) => reports !== 'nothing').filter(differ),
  ];
}

class TypeComparison {
  readonly #types: TypeMatches;
  readonly #files: FileMatches;
  readonly #sameField: (a: Field, b: Field) => boolean;
  readonly #sameInner = (a: Message, b: Message): boolean => this.#sameInside(a, b);

  constructor(types: TypeMatches, files: FileMatches, sameType: Diff['sameType']) {
    this.#types = types;
    this.#files = files;
    this.#sameField = (a, b) => sameMeaning(a, b, sameType);
  }

  /** A type that one side lacks does not differ if it may be in damaged text there. */
  differ(old: Type | undefined, edited: Type | undefined): boolean {
    if (old !== undefined && edited !== undefined) return !this.#unchanged(old, edited);
    return !this.#missesByDamage(old, edited);
  }

  /** Whether the text is damaged where the missing type would be. */
  #missesByDamage(old: Type | undefined, edited: Type | undefined): boolean {
    const scope = (old ?? edited)?.parent;
    if (scope === undefined) return false;
    if (scope.kind === 'file') {
      const damage = (edited === undefined ? this.#files.newOf(scope) : this.#files.oldOf(scope))?.node.damage;
      return damage !== undefined && (damage.members || damage.header);
    }
    const { versions } = this.#types;
    const other = edited === undefined ? versions.newOf(scope) : versions.oldOf(scope);
    return other === undefined ? this.#missesByDamage(old && scope, edited && scope) : other.damaged;
  }

  #unchanged(old: Type, edited: Type): boolean {
    if (old === edited) return true;
    const file = this.#files.newOf(old.file);
    if (leftFile(old, edited, file)) return false;
    // A file's options apply to its types, too.
    if (old.parent.kind === 'file' && file !== edited.file && hasOtherOptions(old.file, edited.file)) return false;
    const how = this.#types.how.get(edited);
    return how !== 'moved' && how !== 'renamed' && sameText(old, edited) && this.#sameInside(old, edited);
  }

  /** For types with equal text. */
  #sameInside(old: Type, edited: Type): boolean {
    if (old.kind === 'enum') return edited.kind === 'enum' && sameClosedness(old, edited);
    if (edited.kind === 'enum') return false;
    return (
      eachSame(old.fields, edited.fields, this.#sameField) &&
      eachSame(old.messages, edited.messages, this.#sameInner) &&
      eachSame(old.enums, edited.enums, sameClosedness)
    );
  }
}

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

function hasOtherOptions(old: File, edited: File): boolean {
  const textsOf = ({ options }: File): string =>
    [...options.values()]
      .map(({ name, value }) => `${name.text} = ${valueText(value)}`)
      .sort()
      .join();
  return textsOf(old) !== textsOf(edited);
}

/**
 * Whether a top-level type moved to another file, while the released file still exists.
 * @param file the edited version of the released type's file; undefined if it was removed.
 */
export function leftFile(old: Type, edited: Type, file: File | undefined): boolean {
  if (old.parent.kind !== 'file' || file === undefined || edited.file === file) return false;
  // A type that is still in its file was only copied.
  return ![...file.messages, ...file.enums].some(({ fullName }) => fullName === old.fullName);
}
