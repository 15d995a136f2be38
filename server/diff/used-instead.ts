import { heldDeclaration } from '../schema/fields.ts';
import type { Enum, Message, Schema } from '../schema/model.ts';
import type { TypeVersions } from './pairs.ts';
import { sameUses, type ServiceMatch } from './services.ts';
import { ALIKE_IN_USE, similarity } from './similar-types.ts';
import { usersIn } from './type-users.ts';

type Type = Message | Enum;

/**
 * The types that the fields and methods that used each of the given types use now. A scalar or an unresolved type is undefined. A message
 * that is itself one of the types is compared with what its own users use now.
 */
export function usedInstead(
  types: ReadonlySet<Type>,
  old: Schema,
  byName: TypeVersions,
  services: readonly ServiceMatch[],
): ReadonlyMap<Type, ReadonlySet<Type | undefined>> {
  const found = new Map<Type, Set<Type | undefined>>();
  const pairs: [Message, Message][] = [];
  const add = (type: Type | undefined, now: Type | undefined): void => {
    if (type === undefined || !types.has(type)) return;
    const all = found.get(type) ?? new Set();
    if (all.has(now)) return;
    found.set(type, all.add(now));
    if (type.kind === 'message' && now?.kind === 'message') pairs.push([type, now]);
  };
  const addHeld = (message: Message, now: Message): void => {
    for (const field of message.fields) {
      const edited = now.fieldsByNumber.get(field.number);
      if (edited !== undefined) add(heldDeclaration(field), heldDeclaration(edited));
    }
  };
  const followPairs = (): void => {
    for (let pair = pairs.pop(); pair !== undefined; pair = pairs.pop())
      if (similarity(...pair) >= ALIKE_IN_USE) addHeld(...pair);
  };

  const users = usersIn(old);
  for (const user of new Set([...types].flatMap((type) => users.get(type) ?? []))) {
    const now = types.has(user) ? undefined : byName.newOf(user);
    if (now !== undefined) addHeld(user, now);
  }
  for (const use of services.flatMap(sameUses)) add(use.old, use.new);
  followPairs();
  // Nothing shows what became of the rest, so their names decide.
  for (const type of types) {
    const now = found.has(type) ? undefined : byName.newOf(type);
    if (type.kind === 'message' && now?.kind === 'message') pairs.push([type, now]);
    followPairs();
  }
  return found;
}
