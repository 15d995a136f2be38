import { heldDeclaration } from '../schema/fields.ts';
import type { Enum, Message, Schema } from '../schema/model.ts';
import { groupBy } from './group-by.ts';
import type { TypeVersions } from './pairs.ts';
import { sameText } from './same-text.ts';
import { sameUses, type ServiceMatch } from './services.ts';
import { ALIKE_IN_USE, Candidates, memberKeys, similarity } from './similar-types.ts';

type Type = Message | Enum;

/**
 * An unrelated type may take the name of a renamed type. The renamed type is then found by its users: its successor is the added type that
 * all of them use now, if no other added type is similar.
 * @param differing the released types that are not known to be equal to an edited one
 * @param added the edited types for which no released type was found
 * @param byName the versions of types by full name
 * @param stored full names of messages that have no successor, because their readers find them by name
 */
export function findSuccessors(
  old: Schema,
  differing: readonly Type[],
  added: readonly Type[],
  byName: TypeVersions,
  services: readonly ServiceMatch[],
  stored: readonly string[],
): ReadonlyMap<Type, Type> {
  const found = new Map<Type, Type>();
  if (added.length === 0) return found;
  const replaced = new Set(differing.filter((type) => isReplaced(type, byName)));
  if (replaced.size === 0) return found;
  const candidates = new Candidates(added, ({ parent, file }) =>
    parent.kind === 'file' ? file.package : byName.oldOf(parent),
  );
  for (const [type, types] of usedInstead(replaced, old, byName, services)) {
    const [only, another] = types;
    const scope = type.parent.kind === 'file' ? type.file.package : type.parent;
    const successor = candidates.onlySimilar(type, scope, () => true);
    if (successor !== undefined && successor === only && another === undefined) found.set(type, successor);
  }
  // If two released types were merged into one, neither was only renamed.
  const claims = groupBy(found.keys(), (type) => found.get(type));
  return new Map(
    [...found].filter(([type, successor]) => claims.get(successor)?.length === 1 && !stored.includes(type.fullName)),
  );
}

/** Whether the type of the same name has other members. */
function isReplaced(type: Type, byName: TypeVersions): boolean {
  const namesake = byName.newOf(type);
  // A copy may be found that is the version of another type. Then this type was removed, not replaced.
  if (namesake === undefined || byName.oldOf(namesake) !== type || sameText(type, namesake)) return false;
  return memberKeys(type).size > 0 && similarity(type, namesake) < ALIKE_IN_USE;
}

/** The types that the former users of each replaced type use now. Undefined is among them for a scalar or a type that was not found. */
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
    // If an unrelated type took the message's name, the fields of the two are unrelated too.
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
