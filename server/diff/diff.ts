import type { Enum, Field, File, Message, Schema } from '../schema/model.ts';
import { diffExtensions, matchExtensions } from './extensions.ts';
import { diffFiles } from './file-pairs.ts';
import { copyFinder, matchFiles } from './files.ts';
import type { Diff, EnumPair, Matching, MessagePair, Protocol } from './pairs.ts';
import { CarrierFinder } from './carriers.ts';
import { sameText } from './same-text.ts';
import { diffServices, keptServices, matchServices } from './services.ts';
import { TypePairs } from './type-pairs.ts';
import { matchTypes, type TypeMatches } from './types.ts';
import { sameUnknown } from '../schema/unknown.ts';

export interface DiffOptions {
  /** Full names of the stored messages of both sides. */
  readonly stored: readonly string[];
  /** Whether findings in a file are reported; by default in every file. A third-party type that the protocol uses is reported, too. */
  readonly reports?: (path: string) => boolean;
  /** Whether a file is neither vendored nor an example; every file by default. */
  readonly isOwn?: (path: string) => boolean;
  /** Facts about the whole protocol, if these schemas are only a part of it. */
  readonly protocol?: Protocol;
}

/** Nothing that is missing in damaged text is reported as removed or added. */
export function diff(old: Schema, edited: Schema, options: DiffOptions): Diff {
  const files = matchFiles(old, edited);
  const areCopies = copyFinder(files);
  const services = matchServices(old, edited, files);
  const types = matchTypes(old, edited, files, areCopies, services.kept, options.stored);
  const sameType = comparing(types);
  const servicePairs = diffServices(old, edited, files, services, sameType);
  const survivingServices = keptServices(services.survivors, sameType);
  const copiedServices = keptServices(services.copies, sameType);
  const changed: Message[] = [];
  const isOwn = options.isOwn ?? (() => true);
  const finder = new CarrierFinder({
    old,
    new: edited,
    messages: types.messages,
    enums: types.enums,
    changed,
    methods: [...servicePairs, ...survivingServices, ...copiedServices].flatMap((pair) => pair.methods),
    stored: options.stored,
    isOwn,
    protocol: protocolOf([old, edited], options.protocol),
  });
  const extensions = matchExtensions(old, edited, files, types);
  const make = new TypePairs(types, files, finder, sameType, extensions);

  const reports = options.reports ?? (() => true);
  const isReported = (file: File | undefined): boolean => file !== undefined && reports(file.path);
  /** What is reported about a pair of these files' declarations; undefined for nothing. */
  const scopeIn = (before: File | undefined, now: File | undefined): Diff['reports'] | undefined => {
    if (now === undefined) return isReported(before) ? 'changes' : undefined;
    if (reports(now.path)) return 'changes';
    // If the declaration moved to a file that is not reported, its users still lose the old declaration.
    return isReported(before) && before?.path !== now.path ? 'regressions' : undefined;
  };
  const lists = new Map<Diff['reports'], Lists>();
  const listsOf = (scope: Diff['reports']): Lists => {
    const known = lists.get(scope) ?? { messages: [], enums: [], services: [], extensions: [] };
    lists.set(scope, known);
    return known;
  };
  const main = listsOf('changes');
  const pairs: { readonly pair: MessagePair | EnumPair; readonly as: Diff['reports'] | undefined }[] = [];
  const add = (a: Message | Enum | undefined, b: Message | Enum | undefined, as?: Diff['reports']): void => {
    const pair = make.pair(a, b);
    if (pair === undefined) return;
    if (b?.kind === 'message') changed.push(b);
    pairs.push({ pair, as });
  };
  const list = (pair: MessagePair | EnumPair, as: Diff['reports'] | undefined): void => {
    const scope =
      as ?? scopeIn(pair.old?.file, pair.new?.file) ?? (isThirdPartyInUse(pair, finder, isOwn) ? 'changes' : undefined);
    if (scope === undefined) {
      // If an extension became a field, or the reverse, the pair also belongs to the extension's file.
      const isApart = (field: Field): boolean => field.extensionScope !== undefined && isReported(field.file);
      if ('fields' in pair)
        main.extensions.push(
          ...pair.fields.filter((field) => [field.old, field.new].some((side) => side && isApart(side))),
        );
    } else if ('fields' in pair) listsOf(scope).messages.push(pair);
    else listsOf(scope).enums.push(pair);
  };
  for (const type of types.differing) if (!types.survivors.has(type)) add(type, make.newOf(type));
  for (const type of types.added) add(undefined, type);
  for (const [a, b] of types.survivors) if (isReported(a.file)) add(a, b, 'regressions');
  // If both files have the same text, the copy would repeat the findings about its original.
  const isReportedWith = (copy: { readonly file: File }, original: { readonly file: File } | undefined): boolean =>
    original !== undefined && isReported(original.file) && original.file.node.text === copy.file.node.text;
  for (const [b, a] of types.copies) if (isReported(b.file) && !isReportedWith(b, make.newOf(a))) add(a, b, 'losses');
  // Carriers depend on all changed messages, so this follows all calls of `add`.
  for (const { pair, as } of pairs) list(pair, as);
  for (const pair of servicePairs) {
    const scope = scopeIn(pair.old?.file, pair.new?.file);
    if (scope !== undefined) listsOf(scope).services.push(pair);
  }
  for (const pair of survivingServices) if (isReported(pair.old?.file)) listsOf('regressions').services.push(pair);
  const newServices = new Map(servicePairs.map((pair) => [pair.old, pair.new]));
  for (const pair of copiedServices)
    if (pair.new !== undefined && isReported(pair.new.file) && !isReportedWith(pair.new, newServices.get(pair.old)))
      listsOf('losses').services.push(pair);
  main.extensions.push(
    ...diffExtensions(extensions, files, make, sameType).filter(
      (pair) => scopeIn(pair.old?.file, pair.new?.file) === 'changes',
    ),
  );

  const shared = {
    old,
    new: edited,
    matches: { files, messages: types.messages, enums: types.enums },
    sameType,
    carriersOf: (...sides: readonly (Message | Enum | undefined)[]) => finder.carriersOf(...sides),
  };
  const others = [...lists].filter(([scope]) => scope !== 'changes');
  return {
    ...shared,
    ...main,
    reports: 'changes',
    isReported: reports,
    files: diffFiles(old, edited, files, make, servicePairs).filter(
      (pair) => scopeIn(pair.old, pair.new) === 'changes',
    ),
    copies: others.map(([scope, found]) => ({
      ...shared,
      ...found,
      reports: scope,
      isReported: reports,
      files: [],
      copies: [],
    })),
  };
}

type Lists = {
  -readonly [K in 'messages' | 'enums' | 'services' | 'extensions']: Diff[K] extends readonly (infer T)[] ? T[] : never;
};

/** An own method or message uses the third-party type, directly or through other types. */
function isThirdPartyInUse(
  pair: MessagePair | EnumPair,
  finder: CarrierFinder,
  isOwn: (path: string) => boolean,
): boolean {
  return pair.status === 'kept' && !isOwn(pair.new.file.path) && finder.isHeldByOwn(pair.new);
}

function protocolOf(schemas: readonly Schema[], known: Protocol | undefined): Protocol {
  return {
    hasServices: known?.hasServices ?? schemas.some(({ declared }) => declared.services.length > 0),
    usesAny: known?.usesAny ?? schemas.some(importsAny),
  };
}

function importsAny({ files }: Schema): boolean {
  for (const file of files.values()) if (file.node.imports.some(({ path }) => path.text === ANY_FILE)) return true;
  return false;
}

const ANY_FILE = 'google/protobuf/any.proto';

function isRenamed(matched: Message | Enum | undefined, { fullName }: Message | Enum): boolean {
  return matched !== undefined && matched.fullName !== fullName;
}

function comparing({ messages, enums }: TypeMatches): Diff['sameType'] {
  const same = <T extends Message | Enum>(a: T, b: T, matching: Matching<T>): boolean => {
    const now = matching.newOf(a);
    if (now === b) return true;
    const before = matching.oldOf(b);
    if (before === a) return true;
    if (a.fullName !== b.fullName) return false;
    // A renamed type is not the same as the new type that took its old name.
    if (isRenamed(now, a) || isRenamed(before, b)) return false;
    // A built-in type is in neither schema, so it has no match. Two types with a match are copies.
    return now === undefined || before === undefined || sameText(a, b);
  };
  const sameEntry = (a: Message, b: Message): boolean =>
    a.fields.every((field) => {
      const other = b.fieldsByNumber.get(field.number);
      return other !== undefined && sameType(field.type, other.type);
    });
  const sameType: Diff['sameType'] = (a, b) => {
    if (a.kind === 'unresolved' || b.kind === 'unresolved') return sameUnknown(a, b);
    if (a.kind === 'scalar') return b.kind === 'scalar' && a.scalar === b.scalar;
    if (a.kind === 'enum') return b.kind === 'enum' && same(a.enum, b.enum, enums);
    if (b.kind !== 'message' || a.message.isMapEntry !== b.message.isMapEntry) return false;
    return a.message.isMapEntry ? sameEntry(a.message, b.message) : same(a.message, b.message, messages);
  };
  return sameType;
}
