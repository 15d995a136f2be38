import type { File, Message, Method, Schema, Service } from '../schema/model.ts';
import { type FileMatches, inPackage, matchByName } from './declarations.ts';
import { diffMethods } from './methods.ts';
import {
  type Diff,
  type MatchedSchemas,
  type Pair,
  pairOf,
  type Reports,
  type ServicePair,
  type TypeMatch,
} from './pairs.ts';
import type { ReportedFiles } from './reported-files.ts';

/** A service was renamed if the method names of the two versions are at least this similar. */
const ALIKE = 0.75;
/** A service moved to another package if the two versions share at least this part of the smaller one's method names. */
const ALIKE_OF_SMALLER = 0.5;

export interface ServiceMatch {
  readonly old: Service;
  readonly new: Service;
  readonly match: TypeMatch;
}

export interface ServiceMatches {
  readonly kept: readonly ServiceMatch[];
  /** Removed services, each with a copy that is left. */
  readonly survivors: ReadonlyMap<Service, Service>;
  /** Added services, each with the released one that it copies. */
  readonly copies: ReadonlyMap<Service, Service>;
}

/** By full name, because peers call a service by this name. Then by simple name if the package was renamed, and then by method names. */
export function matchServices(old: Schema, edited: Schema, files: FileMatches): ServiceMatches {
  const all = { old: old.declared.services, new: edited.declared.services };
  const isShared = ({ file }: Service): boolean => files.isShared(file);
  const unmatched = { old: all.old.filter((each) => !isShared(each)), new: all.new.filter((each) => !isShared(each)) };
  const named = matchByName(all, unmatched, files, similarity, () => true);
  const kept = all.old.flatMap((service): ServiceMatch[] => {
    const now = isShared(service) ? service : named.kept.get(service);
    return now === undefined ? [] : [{ old: service, new: now, match: 'same' }];
  });
  const added = new Set(named.added);
  const link = (service: Service, now: Service, match: TypeMatch): void => {
    kept.push({ old: service, new: now, match });
    added.delete(now);
  };
  for (const service of named.removed) {
    if (added.size === 0) break;
    const file = files.newOf(service.file);
    const name =
      file === undefined || file.package === service.file.package
        ? undefined
        : inPackage(service.fullName, service.file.package, file.package);
    const inRenamedPackage = [...added].find(({ fullName }) => fullName === name);
    if (inRenamedPackage !== undefined) {
      // The finding about the package is about the services of one file.
      link(service, inRenamedPackage, inRenamedPackage.file === file ? 'renamedWithParent' : 'moved');
      continue;
    }
    const like = [...added].filter((other) =>
      other.name === service.name
        ? sharedMethodCount(service, other) >= ALIKE_OF_SMALLER * Math.min(service.methods.length, other.methods.length)
        : (other.file.package === service.file.package || file === other.file) && similarity(service, other) >= ALIKE,
    );
    const [found] = like;
    if (found !== undefined && like.length === 1)
      link(service, found, found.name === service.name ? 'moved' : 'renamed');
  }
  return { kept, survivors: named.survivors, copies: named.copies };
}

function similarity(a: Service, b: Service): number {
  const total = a.methods.length + b.methods.length;
  return total === 0 ? 1 : (2 * sharedMethodCount(a, b)) / total;
}

function sharedMethodCount(a: Service, b: Service): number {
  const names = new Set(b.methods.map((method) => method.name));
  return a.methods.filter((method) => names.has(method.name)).length;
}

/** The requests and responses of methods that kept their name. */
export function sameUses({ old, new: edited }: ServiceMatch): { readonly old: Message; readonly new: Message }[] {
  const now = new Map(edited.methods.map((method) => [method.name, method]));
  return old.methods.flatMap((a) => {
    const b = now.get(a.name);
    const uses = [
      { old: a.input, new: b?.input },
      { old: a.output, new: b?.output },
    ];
    return uses.flatMap((use) => (use.old && use.new ? [{ old: use.old, new: use.new }] : []));
  });
}

/** Leaves out a service that only one side has, if the other side's file is damaged. */
export function diffServices(
  { old, new: edited, matches: { files }, sameType }: MatchedSchemas,
  { kept, survivors, copies }: ServiceMatches,
  reported: ReportedFiles,
): ServicePair[] {
  const newOf = new Map(kept.map((each) => [each.old, each.new]));
  const matched = new Set([...newOf, ...survivors, ...copies].flat());
  const removed = old.declared.services.filter((each) => !matched.has(each) && !isDamaged(files.newOf(each.file)));
  const added = edited.declared.services.filter((each) => !matched.has(each) && !isDamaged(files.oldOf(each.file)));
  const make = (
    pair: Pair<Service>,
    reports: Reports,
    { match = 'same', covered = false }: { readonly match?: TypeMatch; readonly covered?: boolean } = {},
  ): ServicePair => withMethods({ ...pair, match, covered, reports, methods: [] }, sameType);
  return [
    ...kept.map(({ old: before, new: now, match }) =>
      make(pairOf(before, now), reported.reportsOnVersions(before.file, now.file), { match }),
    ),
    ...removed.map((each) => {
      const file = files.newOf(each.file);
      // The finding about the file covers the service if the file was removed, or if its package was renamed.
      const covered = file === undefined || isInRenamedPackage(each, file);
      return make(pairOf<Service>(each, undefined), reported.reportsOnVersions(each.file, undefined), { covered });
    }),
    ...added.map((each) => {
      const file = files.oldOf(each.file);
      const covered = file !== undefined && isInRenamedPackage(each, file);
      return make(pairOf<Service>(undefined, each), reported.reportsOnVersions(undefined, each.file), { covered });
    }),
    ...Array.from(survivors, ([gone, left]) => make(pairOf(gone, left), reported.reportsOnSurvivor(gone.file))),
    ...Array.from(copies, ([copy, original]) =>
      make(pairOf(original, copy), reported.reportsOnCopy(copy.file, newOf.get(original)?.file)),
    ),
  ];
}

/** Whether the other version of the file has another package, and a service with this simple name. */
function isInRenamedPackage({ name, file }: Service, other: File): boolean {
  return other.package !== file.package && other.services.some((each) => each.name === name);
}

function isDamaged(file: File | undefined): boolean {
  return file !== undefined && (file.node.damage.members || file.node.damage.header);
}

function withMethods(pair: ServicePair, sameType: Diff['sameType']): ServicePair {
  return Object.assign(pair, {
    methods: diffMethods(pair, pair.old?.methods ?? [], pair.new?.methods ?? [], sameType),
  });
}

/** Methods that the other side may have in damaged text, each paired with itself. */
export function hiddenByDamage(
  old: Schema,
  edited: Schema,
  pairs: readonly ServicePair[],
): { readonly old: Method; readonly new: Method }[] {
  const complete = new Set(
    pairs.flatMap((pair) =>
      (['old', 'new'] as const).map((side) => (areAllPaired(pair, side) ? pair[side] : undefined)),
    ),
  );
  const others = [...old.declared.services, ...edited.declared.services].filter((service) => !complete.has(service));
  if (others.length === 0) return [];
  const paired = new Set(pairs.flatMap(({ methods }) => methods.flatMap((pair) => [pair.old, pair.new])));
  return others
    .flatMap(({ methods }) => methods)
    .filter((method) => !paired.has(method))
    .map((method) => ({ old: method, new: method }));
}

function areAllPaired(pair: ServicePair, side: 'old' | 'new'): boolean {
  let count = 0;
  for (const method of pair.methods) if (method[side] !== undefined) count++;
  return count === pair[side]?.methods.length;
}
