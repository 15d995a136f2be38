import type { File, Message, Schema, Service } from '../schema/model.ts';
import { diffMethods } from './members.ts';
import type { ServicePair, TypeMatch } from './pairs.ts';
import { inPackage } from './types.ts';

/** A service of another name or package is the renamed or moved one if at least this share of their methods has the same name. */
const ALIKE = 0.75;

export interface ServiceMatch {
  readonly old: Service;
  readonly new: Service;
  readonly match: TypeMatch;
}

/** Matches services by full name, then by package where a file's package was renamed, then by the names of their methods. */
export function matchServices(old: Schema, edited: Schema, files: ReadonlyMap<File, File>): ServiceMatch[] {
  const matches: ServiceMatch[] = [];
  const come = new Map(edited.services);
  const gone: Service[] = [];
  const link = (service: Service, now: Service, match: TypeMatch): void => {
    matches.push({ old: service, new: now, match });
    come.delete(now.fullName);
  };
  for (const [fullName, service] of old.services) {
    const same = come.get(fullName);
    if (same === undefined) gone.push(service);
    else link(service, same, 'same');
  }
  for (const service of gone) {
    const file = files.get(service.file);
    const carried =
      file === undefined || file.package === service.file.package
        ? undefined
        : come.get(inPackage(service.fullName, service.file.package, file.package));
    if (carried !== undefined) {
      link(service, carried, 'carried');
      continue;
    }
    const like = [...come.values()].filter(
      (other) =>
        (other.name === service.name || other.file.package === service.file.package || file === other.file) &&
        alike(service, other) >= ALIKE,
    );
    const [found] = like;
    if (found !== undefined && like.length === 1)
      link(service, found, found.name === service.name ? 'moved' : 'renamed');
  }
  return matches;
}

function alike(a: Service, b: Service): number {
  const total = a.methods.length + b.methods.length;
  const names = new Set(b.methods.map((method) => method.name));
  return total === 0 ? 1 : (2 * a.methods.filter((method) => names.has(method.name)).length) / total;
}

/** All services of both sides with their methods. */
export function diffServices(
  old: Schema,
  edited: Schema,
  files: ReadonlyMap<File, File>,
  matches: readonly ServiceMatch[],
  sameMessage: (a: Message | undefined, b: Message | undefined) => boolean,
): ServicePair[] {
  const pairs: ServicePair[] = [];
  const matched = new Set<Service>();
  for (const { old: service, new: now, match } of matches) {
    matched.add(service).add(now);
    pairs.push(
      withMethods({ status: 'kept', old: service, new: now, match, covered: false, methods: [] }, sameMessage),
    );
  }
  for (const service of old.services.values()) {
    const file = files.get(service.file);
    if (matched.has(service) || (file !== undefined && (file.node.damage.members || file.node.damage.header))) continue;
    const covered = file === undefined;
    pairs.push(
      withMethods(
        { status: 'removed', old: service, new: undefined, match: 'same', covered, methods: [] },
        sameMessage,
      ),
    );
  }
  for (const service of edited.services.values()) {
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
