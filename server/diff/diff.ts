import type { Message, Schema } from '../schema/model.ts';
import { CarrierFinder } from './carriers.ts';
import { type ChangedType, changedTypes } from './changed-types.ts';
import { diffExtensions, extendedMessages, matchExtensions } from './extensions.ts';
import { diffFiles } from './file-pairs.ts';
import { matchFiles } from './files.ts';
import type { Diff, Protocol } from './pairs.ts';
import { ReportedFiles } from './reported-files.ts';
import { typeComparison } from './same-type.ts';
import { diffServices, hiddenByDamage, matchServices } from './services.ts';
import { TypePairs } from './type-pairs.ts';
import { matchTypes } from './types.ts';

export interface DiffOptions {
  /** Full names of messages. */
  readonly stored: readonly string[];
  /** Whether a file is reported; by default every file. A third-party type that the protocol uses is always reported. */
  readonly reports?: (path: string) => boolean;
  /** Whether a file is neither vendored nor an example; every file by default. */
  readonly isOwn?: (path: string) => boolean;
  /** Facts about the whole protocol, if these schemas are only a part of it. */
  readonly protocol?: Protocol;
}

/** What is missing in damaged text does not count as removed or added. */
export function diff(old: Schema, edited: Schema, options: DiffOptions): Diff {
  const { reports: isReported = () => true, isOwn = () => true, stored } = options;
  const reported = new ReportedFiles(isReported);
  const protocol = protocolOf([old, edited], options.protocol);

  // Match the declarations of the two sides.
  const files = matchFiles(old, edited);
  const services = matchServices(old, edited, files);
  const types = matchTypes(old, edited, files, services.kept, stored, protocol.usesAny);
  const { versions } = types;
  const sameType = typeComparison(versions);
  const matched = { old, new: edited, matches: { files, types: versions }, sameType };
  const extensions = matchExtensions(matched);

  // Find what differs, and how each type is sent.
  const changed = changedTypes(types, files, sameType, reported);
  const servicePairs = diffServices(matched, services, reported);
  const carriers = new CarrierFinder({
    old,
    new: edited,
    types: versions,
    changed: changed.flatMap((type): Message[] => (type.new?.kind === 'message' ? [type.new] : [])),
    methods: [...servicePairs.flatMap(({ methods }) => methods), ...hiddenByDamage(old, edited, servicePairs)],
    stored,
    isOwn,
    protocol,
  });

  // Make the pairs.
  const isThirdPartyInUse = (type: ChangedType): boolean =>
    type.old !== undefined && type.new !== undefined && !isOwn(type.new.file.path) && carriers.isHeldByOwn(type.new);
  const pairs = new TypePairs(types, files, carriers, sameType, extensions);
  const typePairs = pairs.ofChanged(
    changed.map((type) =>
      type.reports === 'nothing' && isThirdPartyInUse(type) ? { ...type, reports: 'changes' } : type,
    ),
  );
  const messages = typePairs.filter((pair) => 'fields' in pair);
  const enums = typePairs.filter((pair) => 'values' in pair);
  const parentOf = extendedMessages(matched, pairs);
  const extensionPairs = diffExtensions(extensions, messages, parentOf, matched, reported);
  const filePairs = diffFiles(matched, pairs, servicePairs, reported);

  return {
    ...matched,
    isReported,
    files: filePairs,
    messages: messages.filter(({ reports }) => reports !== 'nothing'),
    enums: enums.filter(({ reports }) => reports !== 'nothing'),
    services: servicePairs.filter(({ reports }) => reports !== 'nothing'),
    extensions: extensionPairs,
    carriersOf: (...sides) => carriers.carriersOf(...sides),
  };
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
