import { groupBy } from '../schema/group-by.ts';
import { heldDeclaration } from '../schema/fields.ts';
import type { Enum, Message, Schema } from '../schema/model.ts';
import { reachable } from '../schema/reach.ts';
import type { TypeVersions } from './pairs.ts';
import { sameText } from './same-text.ts';
import { sameUses, type ServiceMatch } from './services.ts';
import { ALIKE_IN_USE, similarity } from './similar-types.ts';
import { usedInstead } from './used-instead.ts';

type Type = Message | Enum;

/**
 * The successor of a type is the similar type that all its users use now. Its name is new, or belonged to another type that has a
 * successor, too: two types may exchange their names. The type itself was removed, or another type has its name now.
 * @param differing released types
 * @param stored full names of messages
 */
export function findSuccessors(
  old: Schema,
  differing: readonly Type[],
  added: readonly Type[],
  byName: TypeVersions,
  services: readonly ServiceMatch[],
  stored: readonly string[],
  usesAny: boolean,
): ReadonlyMap<Type, Type> {
  const found = new Map<Type, Type>();
  const types = new Set(differing.filter((type) => mayHaveSuccessor(type, byName)));
  if (types.size === 0 || (types.size === 1 && added.length === 0)) return found;
  const isNew = new Set(added);
  for (const [type, [only, another]] of usedInstead(types, old, byName, services)) {
    if (only === undefined || another !== undefined || only.kind !== type.kind) continue;
    const owner = byName.oldOf(only);
    const isFree = owner === undefined ? isNew.has(only) : types.has(owner);
    if (isFree && isSuccessor(only, type, byName.newOf(type), owner !== undefined)) found.set(type, only);
  }
  if (found.size === 0) return found;
  // Two types that were merged into one were not renamed.
  const claims = groupBy(found.keys(), (type) => found.get(type));
  const carried = reachable(services.flatMap(sameUses).map((use) => use.old));
  // Readers find what is stored or packed into a `google.protobuf.Any` by the name of its type.
  const isFoundByName = (type: Type): boolean =>
    stored.includes(type.fullName) || (usesAny && type.kind === 'message' && !carried.has(type));
  const certain = new Map(
    [...found].filter(
      ([type, successor]) =>
        claims.get(successor)?.length === 1 && (byName.newOf(type) === undefined || !isFoundByName(type)),
    ),
  );
  return withFreeNames(certain, byName);
}

/** Leaves out successors whose name still belongs to the type that had it. */
function withFreeNames(successors: ReadonlyMap<Type, Type>, byName: TypeVersions): ReadonlyMap<Type, Type> {
  const free = new Map(
    [...successors].filter(([, successor]) => {
      const owner = byName.oldOf(successor);
      return owner === undefined || successors.has(owner);
    }),
  );
  return free.size === successors.size ? free : withFreeNames(free, byName);
}

function mayHaveSuccessor(type: Type, byName: TypeVersions): boolean {
  const namesake = byName.newOf(type);
  // The type was removed if the one with its name is a copy.
  return namesake === undefined || (byName.oldOf(namesake) === type && !sameText(type, namesake));
}

function isSuccessor(candidate: Type, type: Type, namesake: Type | undefined, belongedToAnother: boolean): boolean {
  if (similarity(type, candidate) < ALIKE_IN_USE) return false;
  if (namesake === undefined) return true;
  // Users may now use a new type, although the old one still exists.
  return belongedToAnother ? isMoreAlike(type, candidate, namesake) : similarity(type, namesake) < ALIKE_IN_USE;
}

function isMoreAlike(type: Type, one: Type, other: Type): boolean {
  const difference = similarity(type, one) - similarity(type, other);
  return difference === 0 ? similarityOfHeld(type, one) > similarityOfHeld(type, other) : difference > 0;
}

/** How similar the types of the fields are, in sum. */
function similarityOfHeld(a: Type, b: Type): number {
  if (a.kind === 'enum' || b.kind === 'enum') return 0;
  let sum = 0;
  for (const field of a.fields) {
    const other = b.fieldsByNumber.get(field.number);
    const [ours, theirs] = [heldDeclaration(field), other && heldDeclaration(other)];
    if (ours !== undefined && theirs !== undefined) sum += similarity(ours, theirs);
  }
  return sum;
}
