import type { Method } from '../schema/model.ts';
import type { Diff, MethodPair, ServicePair } from './pairs.ts';
import { sameText } from './same-text.ts';

/** Matches methods by name. Then a removed and an added method are matched if each is the other's only candidate. */
export function diffMethods(
  parent: ServicePair,
  old: readonly Method[],
  edited: readonly Method[],
  sameType: Diff['sameType'],
): MethodPair[] {
  const sameTypes = ({ types }: Method, { types: others }: Method): boolean =>
    sameType(types.input, others.input) && sameType(types.output, others.output);
  const sameSignature = (a: Method, b: Method): boolean =>
    sameTypes(a, b) && a.clientStreaming === b.clientStreaming && a.serverStreaming === b.serverStreaming;
  const pairs: MethodPair[] = [];
  const unmatched = new Map(edited.map((method) => [method.name, method]));
  const removed: Method[] = [];
  for (const method of old) {
    const now = unmatched.get(method.name);
    if (now === undefined) {
      removed.push(method);
      continue;
    }
    const differs = method !== now && !(sameText(method, now) && sameTypes(method, now));
    pairs.push({ status: 'kept', old: method, new: now, parent, match: 'same', differs });
    unmatched.delete(method.name);
  }
  const added = new Set(unmatched.values());
  for (const method of removed) {
    const [renamed, another] = [...added].filter(
      (other) => sameSignature(method, other) && (hasOwnRequest(method) || shareWord(method.name, other.name)),
    );
    const isOnly = (now: Method): boolean =>
      another === undefined && removed.filter((other) => sameSignature(other, now)).length === 1;
    if (renamed !== undefined && isOnly(renamed)) {
      added.delete(renamed);
      pairs.push({ status: 'kept', old: method, new: renamed, parent, match: 'renamed', differs: true });
    } else if (parent.new?.damaged !== true) {
      pairs.push({ status: 'removed', old: method, new: undefined, parent, match: 'same', differs: true });
    }
  }
  if (parent.old?.damaged !== true)
    for (const method of added)
      pairs.push({ status: 'added', old: undefined, new: method, parent, match: 'same', differs: true });
  return pairs;
}

/** A request that no other method uses identifies its method. */
function hasOwnRequest(method: Method): boolean {
  return (
    method.input?.file === method.file &&
    method.service.methods.every((other) => other === method || other.input !== method.input)
  );
}

function shareWord(a: string, b: string): boolean {
  const words = new Set(wordsOf(a));
  return wordsOf(b).some((word) => words.has(word));
}

/** Splits `GetOOMEvent` into get, oom and event. */
function wordsOf(name: string): string[] {
  return name.split(/(?<=[a-z\d])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|_/).map((word) => word.toLowerCase());
}
