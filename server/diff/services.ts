import type { Message, Schema, Service } from '../schema/model.ts';
import { type FileMatches, matchByName } from './declarations.ts';
import { diffMethods } from './members.ts';
import type { ServicePair, TypeMatch } from './pairs.ts';
import { inPackage } from './types.ts';

/** A service of another name is the renamed one if at least this share of their methods has the same name. */
const ALIKE = 0.75;
/** A service of the same name in another package is the moved one if at least this share of the smaller one's methods is. */
const ALIKE_OF_SMALLER = 0.5;

export interface ServiceMatch {
  readonly old: Service;
  readonly new: Service;
  readonly match: TypeMatch;
}

export interface ServiceMatches {
  /** Services of both sides; a service is in at most one. */
  readonly kept: readonly ServiceMatch[];
  /** Released services that are gone, each with a copy that is still there. */
  readonly survivors: readonly ServiceMatch[];
  /** New services, each with the released one that it is a copy of. */
  readonly copies: readonly ServiceMatch[];
}

/**
 * Matches services by full name, wherever their files are, because that is what peers call; then by package where a file's package was
 * renamed, then by the names of their methods.
 */
export function matchServices(old: Schema, edited: Schema, files: FileMatches): ServiceMatches {
  const named = matchByName(old.declared.services, edited.declared.services, files, alike, () => true);
  const kept: ServiceMatch[] = [...named.kept].map(([before, now]) => ({ old: before, new: now, match: 'same' }));
  const taken = new Set<Service>([...named.before.keys(), ...named.copies.keys()]);
  const come = new Set(edited.declared.services.filter((service) => !taken.has(service)));
  const link = (service: Service, now: Service, match: TypeMatch): void => {
    kept.push({ old: service, new: now, match });
    come.delete(now);
  };
  for (const service of old.declared.services) {
    if (come.size === 0) break;
    if (named.kept.has(service) || named.survivors.has(service)) continue;
    const file = files.newOf(service.file);
    const name =
      file === undefined || file.package === service.file.package
        ? undefined
        : inPackage(service.fullName, service.file.package, file.package);
    const carried = [...come].find(({ fullName }) => fullName === name);
    if (carried !== undefined) {
      link(service, carried, 'carried');
      continue;
    }
    const like = [...come].filter((other) =>
      other.name === service.name
        ? shared(service, other) >= ALIKE_OF_SMALLER * Math.min(service.methods.length, other.methods.length)
        : (other.file.package === service.file.package || file === other.file) && alike(service, other) >= ALIKE,
    );
    const [found] = like;
    if (found !== undefined && like.length === 1)
      link(service, found, found.name === service.name ? 'moved' : 'renamed');
  }
  const asMatches = (pairs: Iterable<readonly [Service, Service]>): ServiceMatch[] =>
    [...pairs].map(([before, now]) => ({ old: before, new: now, match: 'same' }));
  return {
    kept,
    survivors: asMatches(named.survivors),
    copies: asMatches([...named.copies].map(([now, before]) => [before, now] as const)),
  };
}

function alike(a: Service, b: Service): number {
  const total = a.methods.length + b.methods.length;
  return total === 0 ? 1 : (2 * shared(a, b)) / total;
}

/** How many methods of the two have the same name. */
function shared(a: Service, b: Service): number {
  const names = new Set(b.methods.map((method) => method.name));
  return a.methods.filter((method) => names.has(method.name)).length;
}

/** All services of both sides with their methods. */
export function diffServices(
  old: Schema,
  edited: Schema,
  files: FileMatches,
  { kept, survivors, copies }: ServiceMatches,
  sameMessage: (a: Message | undefined, b: Message | undefined) => boolean,
): ServicePair[] {
  const pairs: ServicePair[] = keptServices(kept, sameMessage);
  const matched = new Set([...kept, ...survivors, ...copies].flatMap((each) => [each.old, each.new]));
  for (const service of old.declared.services) {
    const file = files.newOf(service.file);
    if (matched.has(service) || (file !== undefined && (file.node.damage.members || file.node.damage.header))) continue;
    const covered = file === undefined;
    pairs.push(
      withMethods(
        { status: 'removed', old: service, new: undefined, match: 'same', covered, methods: [] },
        sameMessage,
      ),
    );
  }
  for (const service of edited.declared.services) {
    if (matched.has(service)) continue;
    pairs.push(
      withMethods(
        { status: 'added', old: undefined, new: service, match: 'same', covered: false, methods: [] },
        sameMessage,
      ),
    );
  }
  return pairs;
}

export function keptServices(
  matches: readonly ServiceMatch[],
  sameMessage: (a: Message | undefined, b: Message | undefined) => boolean,
): ServicePair[] {
  return matches.map(({ old, new: edited, match }) =>
    withMethods({ status: 'kept', old, new: edited, match, covered: false, methods: [] }, sameMessage),
  );
}

function withMethods(
  pair: ServicePair,
  sameMessage: (a: Message | undefined, b: Message | undefined) => boolean,
): ServicePair {
  const service: ServicePair = {
    ...pair,
    get methods() {
      return methods;
    },
  };
  const methods = diffMethods(service, pair.old?.methods ?? [], pair.new?.methods ?? [], sameMessage);
  return service;
}
