import { heldDeclaration } from '../schema/fields.ts';
import type { Enum, Message, Schema } from '../schema/model.ts';
import { groupBy } from '../schema/group-by.ts';
import { reachable } from '../schema/reach.ts';
import type { TypeVersions } from './pairs.ts';
import { sameText } from './same-text.ts';
import { sameUses, type ServiceMatch } from './services.ts';
import { ALIKE_IN_USE, Candidates, memberKeys, similarity } from './similar-types.ts';

type Type = Message | Enum;

/**
 * A type may be renamed while an unrelated type takes its name. Its successor is then the type that all its users use now, if no other type
 * in its scope is similar, or, if none is, no other type with its simple name. The successor's name is new, or belonged to another type
 * that has a successor, too: two types may exchange their names.
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
  const replaced = new Set(differing.filter((type) => isReplaced(type, byName)));
  if (replaced.size === 0) return found;
  const namesakes = [...replaced].flatMap((type) => byName.newOf(type) ?? []);
  const types = [...added, ...namesakes];
  const inScope = new Candidates(types, ({ parent, file }) =>
    parent.kind === 'file' ? file.package : byName.oldOf(parent),
  );
  const elsewhere = new Candidates(types, ({ name }) => name);
  const isFree = (): boolean => true;
  for (const [type, usedNow] of usedInstead(replaced, old, byName, services)) {
    const [only, another] = usedNow;
    const scope = type.parent.kind === 'file' ? type.file.package : type.parent;
    const successor = inScope.onlySimilar(type, scope, isFree) ?? elsewhere.onlySimilar(type, type.name, isFree);
    if (successor !== undefined && successor === only && another === undefined) found.set(type, successor);
  }
  // Two types that were merged into one were not renamed.
  const claims = groupBy(found.keys(), (type) => found.get(type));
  const carried = reachable(services.flatMap(sameUses).map((use) => use.old));
  // Readers find what is stored or packed into a `google.protobuf.Any` by the name of its type.
  const isFoundByName = (type: Type): boolean =>
    stored.includes(type.fullName) || (usesAny && type.kind === 'message' && !carried.has(type));
  const certain = new Map(
    [...found].filter(([type, successor]) => claims.get(successor)?.length === 1 && !isFoundByName(type)),
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

function isReplaced(type: Type, byName: TypeVersions): boolean {
  const namesake = byName.newOf(type);
  // The type was removed if the one with its name is a copy.
  if (namesake === undefined || byName.oldOf(namesake) !== type || sameText(type, namesake)) return false;
  return memberKeys(type).size > 0 && similarity(type, namesake) < ALIKE_IN_USE;
}

/** The types that the users of each replaced type use now. A scalar or an unresolved type is undefined. */
function usedInstead(
  replaced: ReadonlySet<Type>,
  { declared }: Schema,
  byName: TypeVersions,
  services: readonly ServiceMatch[],
): ReadonlyMap<Type, ReadonlySet<Type | undefined>> {
  const found = new Map<Type, Set<Type | undefined>>();
  const add = (type: Type | undefined, now: Type | undefined): void => {
    if (type === undefined || !replaced.has(type)) return;
    const types = found.get(type);
    if (types === undefined) found.set(type, new Set([now]));
    else types.add(now);
  };
  for (const message of declared.types) {
    const now = message.kind === 'enum' || replaced.has(message) ? undefined : byName.newOf(message);
    if (message.kind === 'enum' || now === undefined) continue;
    for (const field of message.fields) {
      const edited = now.fieldsByNumber.get(field.number);
      if (edited !== undefined) add(heldDeclaration(field), heldDeclaration(edited));
    }
  }
  for (const use of services.flatMap(sameUses)) add(use.old, use.new);
  return found;
}
