import type { Enum, Message, Schema } from '../schema/model.ts';
import { type FileMatches, matchByName } from './declarations.ts';
import { copyFinder } from './files.ts';
import { EqualTypes } from './identities.ts';
import type { TypeMatch, TypeVersions } from './pairs.ts';
import type { ServiceMatch } from './services.ts';
import { similarity } from './similar-types.ts';
import { findSuccessors } from './successors.ts';
import { type Find, findInRenamedPackage, findInSameMethod, findMoved, findRenamed } from './type-steps.ts';
import { VersionsByName, VersionsBySteps } from './type-versions.ts';

type Type = Message | Enum;
type How = Exclude<TypeMatch, 'same'>;

export interface TypeMatches {
  readonly versions: TypeVersions;
  /** By edited type, only for types with another full name. */
  readonly how: ReadonlyMap<Type, How>;
  /** Removed types, each with a copy that is left. */
  readonly survivors: ReadonlyMap<Type, Type>;
  /** Added types, each with the released type that it copies. */
  readonly copies: ReadonlyMap<Type, Type>;
  /** All released types that may differ. */
  readonly differing: readonly Type[];
  /** Without copies. */
  readonly added: readonly Type[];
}

/** Matches types by full name, and the remaining ones by the steps of `findVersions`. */
export function matchTypes(
  old: Schema,
  edited: Schema,
  files: FileMatches,
  services: readonly ServiceMatch[],
  stored: readonly string[],
  usesAny: boolean,
): TypeMatches {
  const equal = new EqualTypes(old, edited, files);
  const sides = { old: old.declared.types, new: edited.declared.types };
  const named = matchByName<Type>(sides, equal.others, files, similarity, copyFinder(files));
  const all = new VersionsByName(named, files, equal);
  const successors = findSuccessors(old, equal.others.old, named.added, all, services, stored, usesAny);
  const replaced = new Set([...successors.keys()].filter((type) => all.newOf(type) !== undefined));
  const byName = replaced.size === 0 ? all : all.without(replaced);
  const hasNoNew = (type: Type): boolean => byName.newOf(type) === undefined;
  const hasNoOld = (type: Type): boolean => byName.oldOf(type) === undefined;
  const removed = replaced.size === 0 ? named.removed : old.declared.types.filter(hasNoNew);
  const added = replaced.size === 0 ? named.added : edited.declared.types.filter(hasNoOld);
  const { versions, how } = findVersions(removed, added, byName, files, services, successors, replaced);
  // Two equal types may differ in meaning if a type in them was renamed or has copies.
  const hasCopies = edited.types.size < edited.declared.types.length;
  const mayEqualDiffer = how.size > 0 || hasCopies;
  return {
    versions,
    how,
    survivors: named.survivors,
    copies: named.copies,
    differing: mayEqualDiffer ? old.declared.types.filter(({ file }) => !files.isShared(file)) : equal.others.old,
    added: added.filter((type) => versions.oldOf(type) === undefined),
  };
}

interface Step {
  readonly find: Find;
  /** By default all removed types. */
  readonly only?: (removed: Type) => boolean;
  /** By default `moved` if the simple name is the same, else `renamed`. */
  readonly how?: How;
}

/** Looks for types that have another full name now. Each step gets the types that the steps before it did not find. */
function findVersions(
  removed: readonly Type[],
  added: readonly Type[],
  byName: TypeVersions,
  files: FileMatches,
  services: readonly ServiceMatch[],
  successors: ReadonlyMap<Type, Type>,
  replaced: ReadonlySet<Type>,
): Pick<TypeMatches, 'versions' | 'how'> {
  if (removed.length === 0 || added.length === 0) return { versions: byName, how: new Map() };
  const found = new VersionsBySteps(byName, successors);
  const successorOf = (type: Type): Type | undefined => successors.get(type);
  const moved = findMoved(added, found);
  const inSameMethod = findInSameMethod(services, files, found);
  const hasScope = ({ parent }: Type): boolean => parent.kind === 'file' || found.newOf(parent) !== undefined;
  // The surest evidence comes first. A type inside another one usually moves with it, so it waits until the outer one is found.
  const steps: readonly Step[] = [
    { find: successorOf, only: (type) => replaced.has(type) },
    { find: findInRenamedPackage(added, files, services), how: 'renamedWithParent' },
    { find: successorOf, only: hasScope },
    { find: moved, only: hasScope },
    { find: inSameMethod, only: hasScope },
    { find: findRenamed(added, files, found), only: hasScope },
    // The outer type was removed.
    { find: successorOf },
    { find: inSameMethod },
    { find: moved },
  ];
  const ordered = outerFirst(removed);
  for (const { find, only = () => true, how } of steps) {
    for (const type of ordered) {
      const version = found.newOf(type) === undefined && only(type) ? find(type) : undefined;
      if (version !== undefined) found.link(type, version, how ?? (type.name === version.name ? 'moved' : 'renamed'));
    }
  }
  return { versions: found, how: found.how };
}

function outerFirst(types: readonly Type[]): readonly Type[] {
  return types.toSorted((a, b) => depth(a) - depth(b));
}

function depth(type: Type): number {
  let levels = 0;
  for (let scope = type.parent; scope.kind !== 'file'; scope = scope.parent) levels += 1;
  return levels;
}
