import { isExtension } from '../schema/fields.ts';
import type { Enum, File, Message, Schema } from '../schema/model.ts';
import { CarrierFinder } from './carriers.ts';
import { ChangedTypes } from './changed-types.ts';
import { diffExtensions, matchExtensions } from './extensions.ts';
import { diffFiles } from './file-pairs.ts';
import { copyFinder, matchFiles } from './files.ts';
import { groupBy } from './group-by.ts';
import type { Diff, EnumPair, FieldPair, MessagePair, Protocol, ServicePair } from './pairs.ts';
import { typeComparison } from './same-type.ts';
import { diffServices, hiddenByDamage, keptServices, matchServices } from './services.ts';
import { TypePairs } from './type-pairs.ts';
import { matchTypes } from './types.ts';

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

type Reports = Diff['reports'];

/** A type that differs; undefined on a side that lacks it. */
interface ChangedType {
  readonly old: Message | Enum | undefined;
  readonly new: Message | Enum | undefined;
  /** What is reported about it, if that does not depend on the two files. */
  readonly reports: Reports | undefined;
}

interface Reported<T> {
  readonly pair: T;
  /** Undefined if nothing is reported about the pair. */
  readonly reports: Reports | undefined;
}

/** Nothing that is missing in damaged text is reported as removed or added. */
export function diff(old: Schema, edited: Schema, options: DiffOptions): Diff {
  const { reports = () => true, isOwn = () => true, stored } = options;
  const isReported = (file: File | undefined): boolean => file !== undefined && reports(file.path);
  /** What is reported about a pair of these files' declarations; undefined for nothing. */
  const reportsIn = (before: File | undefined, now: File | undefined): Reports | undefined => {
    if (isReported(now)) return 'changes';
    if (!isReported(before) || before?.path === now?.path) return undefined;
    // If the declaration moved to a file that is not reported, its users still lose the old declaration.
    return now === undefined ? 'changes' : 'regressions';
  };
  // If both files have the same text, the copy would repeat the findings about its original.
  const isReportedWith = (copy: { readonly file: File }, original: { readonly file: File } | undefined): boolean =>
    original !== undefined && isReported(original.file) && original.file.node.text === copy.file.node.text;

  // The declarations of the two sides that are versions of each other.
  const files = matchFiles(old, edited);
  const services = matchServices(old, edited, files);
  const types = matchTypes(old, edited, files, copyFinder(files), services.kept, stored);
  const { versions, survivors, copies } = types;
  const extensions = matchExtensions(old, edited, files, versions);

  // The types that differ.
  const sameType = typeComparison(versions);
  const comparison = new ChangedTypes(types, files, sameType);
  const changed: ChangedType[] = [];
  const addIfChanged = (before: ChangedType['old'], now: ChangedType['new'], as?: Reports): void => {
    if (comparison.differ(before, now)) changed.push({ old: before, new: now, reports: as });
  };
  for (const type of types.differing) if (!survivors.has(type)) addIfChanged(type, versions.newOf(type));
  for (const type of types.added) addIfChanged(undefined, type);
  for (const [type, copy] of survivors) if (isReported(type.file)) addIfChanged(type, copy, 'regressions');
  for (const [copy, type] of copies)
    if (isReported(copy.file) && !isReportedWith(copy, versions.newOf(type))) addIfChanged(type, copy, 'losses');

  // The pairs of services, whose methods show how each type is sent.
  const keptOrLone = diffServices(old, edited, files, services, sameType);
  const surviving = keptServices(services.survivors, sameType);
  const copied = keptServices(services.copies, sameType);
  const newServices = new Map(keptOrLone.map((pair) => [pair.old, pair.new]));
  const servicePairs: readonly Reported<ServicePair>[] = [
    ...keptOrLone.map((pair) => ({ pair, reports: reportsIn(pair.old?.file, pair.new?.file) })),
    ...surviving.map((pair) => ({ pair, reports: isReported(pair.old?.file) ? ('regressions' as const) : undefined })),
    ...copied.map((pair) => ({
      pair,
      reports:
        pair.new && isReported(pair.new.file) && !isReportedWith(pair.new, newServices.get(pair.old))
          ? ('losses' as const)
          : undefined,
    })),
  ];
  const methods = servicePairs.flatMap(({ pair }) => pair.methods);
  const finder = new CarrierFinder({
    old,
    new: edited,
    types: versions,
    changed: changed.flatMap((type) => (type.new?.kind === 'message' ? type.new : [])),
    methods: [...methods, ...hiddenByDamage(old, edited, methods)],
    stored,
    isOwn,
    protocol: protocolOf([old, edited], options.protocol),
  });

  // The pairs of types, and of extensions that were not matched with a field.
  const make = new TypePairs(types, files, finder, sameType, extensions);
  const typePairs = changed.map((type): Reported<MessagePair | EnumPair> => {
    const pair = make.pair(type.old, type.new);
    const byFiles = type.reports ?? reportsIn(pair.old?.file, pair.new?.file);
    return { pair, reports: byFiles ?? (isThirdPartyInUse(pair, finder, isOwn) ? 'changes' : undefined) };
  });
  const extensionsOf = (pair: FieldPair) =>
    [pair.old, pair.new].flatMap((field) => (field !== undefined && isExtension(field) ? field : []));
  const hasExtension = (pair: FieldPair): boolean => extensionsOf(pair).length > 0;
  const fieldsOf = ({ pair }: Reported<MessagePair | EnumPair>) => ('fields' in pair ? pair.fields : []);
  const matchedWithField = new Set(
    typePairs.flatMap((type) => fieldsOf(type).filter(hasExtension)).flatMap((pair) => [pair.old, pair.new]),
  );
  const extensionPairs = [
    // If an extension became a field, or the reverse, the pair also belongs to the extension's file.
    ...typePairs
      .flatMap((type) => (type.reports === undefined ? fieldsOf(type).filter(hasExtension) : []))
      .filter((pair) => extensionsOf(pair).some((field) => isReported(field.file))),
    ...diffExtensions(extensions, matchedWithField, files, versions, make, sameType).filter(
      (pair) => reportsIn(pair.old?.file, pair.new?.file) === 'changes',
    ),
  ];

  const typesByReports = groupBy(typePairs, (type) => type.reports);
  const servicesByReports = groupBy(servicePairs, (service) => service.reports);
  const partOf = (part: Reports): Diff => {
    const pairs = typesByReports.get(part)?.map(({ pair }) => pair) ?? [];
    return {
      old,
      new: edited,
      reports: part,
      isReported: reports,
      copies: [],
      files: [],
      messages: pairs.filter((pair) => 'fields' in pair),
      enums: pairs.filter((pair) => 'values' in pair),
      services: servicesByReports.get(part)?.map(({ pair }) => pair) ?? [],
      extensions: [],
      matches: { files, types: versions },
      carriersOf: (...sides) => finder.carriersOf(...sides),
      sameType,
    };
  };
  const filePairs = diffFiles(old, edited, files, versions, make, keptOrLone);
  return {
    ...partOf('changes'),
    extensions: extensionPairs,
    files: filePairs.filter((pair) => reportsIn(pair.old, pair.new) === 'changes'),
    copies: (['regressions', 'losses'] as const)
      .filter((part) => typesByReports.has(part) || servicesByReports.has(part))
      .map(partOf),
  };
}

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
