import type { Enum, Field, File, Message, Schema } from '../schema/model.ts';
import type { FileMatches } from './declarations.ts';
import { copyFinder, matchFiles } from './files.ts';
import { valueText } from './options.ts';
import {
  diffEnumValues,
  diffExtensionRanges,
  diffFields,
  diffOneofs,
  diffReservations,
  fieldDiffers,
  type LoneExtensions,
  matchByNumber,
  sameMeaning,
} from './members.ts';
import type {
  Diff,
  EnumPair,
  FieldPair,
  FilePair,
  Matching,
  MessagePair,
  Pair,
  Protocol,
  ServicePair,
} from './pairs.ts';
import { Roles } from './roles.ts';
import { sameText } from './same-text.ts';
import { diffServices, keptServices, matchServices } from './services.ts';
import { inPackage, matchTypes, type TypeMatches } from './types.ts';
import { sameUnknown } from '../schema/unknown.ts';

export interface DiffOptions {
  /** Full names of messages that are stored, in either schema. */
  readonly stored: readonly string[];
  /** Whether findings in a file are reported; by default in every file. Roles and matches always use all files. */
  readonly reports?: (path: string) => boolean;
  /** Whether a file is the protocol's own, and not vendored or an example; every file by default. */
  readonly isOwn?: (path: string) => boolean;
  /** Facts about the whole protocol, if these schemas are only a part of it. */
  readonly protocol?: Protocol;
}

/**
 * Matches the declarations of two schemas. Nothing is reported as removed if the edited text is damaged there, or as added if the
 * released text is. Declarations with equal text and meaning are skipped.
 */
export function diff(old: Schema, edited: Schema, options: DiffOptions): Diff {
  const files = matchFiles(old, edited);
  const areCopies = copyFinder(files);
  const services = matchServices(old, edited, files);
  const types = matchTypes(old, edited, files, areCopies, services.kept, options.stored);
  const { sameMessage, sameType } = comparing(types);
  const servicePairs = diffServices(old, edited, files, services, sameMessage);
  const survivingServices = keptServices(services.survivors, sameMessage);
  const copiedServices = keptServices(services.copies, sameMessage);
  const changed: Message[] = [];
  const isOwn = options.isOwn ?? (() => true);
  const roles = new Roles({
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
  const make = new TypePairs(types, files, roles, sameType, extensions);

  const reports = options.reports ?? (() => true);
  const isReported = (file: File | undefined): boolean => file !== undefined && reports(file.path);
  /** What is reported about a pair: all changes, only what users of a removed declaration lose, or nothing (undefined). */
  const scopeIn = (before: File | undefined, now: File | undefined): Diff['reports'] | undefined => {
    if (now === undefined) return isReported(before) ? 'changes' : undefined;
    if (reports(now.path)) return 'changes';
    // If it moved to a file that is not reported, its users still lose the old declaration.
    return isReported(before) && before?.path !== now.path ? 'regressions' : undefined;
  };
  const lists = new Map<Diff['reports'], Lists>();
  const listsOf = (scope: Diff['reports']): Lists => {
    const known = lists.get(scope) ?? { messages: [], enums: [], services: [], extensions: [] };
    lists.set(scope, known);
    return known;
  };
  const main = listsOf('changes');
  const add = (a: Message | Enum | undefined, b: Message | Enum | undefined, as?: Diff['reports']): void => {
    const pair = make.pair(a, b);
    if (pair === undefined) return;
    if (b?.kind === 'message') changed.push(b);
    const scope = as ?? scopeIn(a?.file, b?.file) ?? (isCarriedFor(pair, roles, isOwn) ? 'changes' : undefined);
    if (scope === undefined) {
      // If an extension became a field, or the reverse, it is also reported for the extension's file.
      const isApart = (field: Field): boolean => field.extensionScope !== undefined && isReported(field.file);
      if ('fields' in pair)
        main.extensions.push(
          ...pair.fields.filter((field) => [field.old, field.new].some((side) => side && isApart(side))),
        );
    } else if ('fields' in pair) listsOf(scope).messages.push(pair);
    else listsOf(scope).enums.push(pair);
  };
  for (const type of old.declared.types) if (!types.survivors.has(type)) add(type, make.newOf(type));
  for (const type of edited.declared.types) if (make.oldOf(type) === undefined) add(undefined, type);
  for (const [a, b] of types.survivors) if (isReported(a.file)) add(a, b, 'regressions');
  // If two edited copies have the same text, only one is reported.
  const isReportedWith = (b: { readonly file: File }, other: { readonly file: File } | undefined): boolean =>
    other !== undefined && isReported(other.file) && other.file.node.text === b.file.node.text;
  for (const [b, a] of types.copies) if (isReported(b.file) && !isReportedWith(b, make.newOf(a))) add(a, b, 'losses');
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
    roleOf: (...sides: readonly (Message | Enum | undefined)[]) => roles.roleOf(...sides),
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

/** Changes to third-party declarations count if an own method or message contains them, because they are sent with it. */
function isCarriedFor(pair: MessagePair | EnumPair, roles: Roles, isOwn: (path: string) => boolean): boolean {
  return pair.status === 'kept' && !isOwn(pair.new.file.path) && roles.isHeldByOwn(pair.new);
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

function comparing({ messages, enums }: TypeMatches): {
  sameMessage: (a: Message | undefined, b: Message | undefined) => boolean;
  sameType: Diff['sameType'];
} {
  const same = <T extends Message | Enum>(a: T, b: T, matching: Matching<T>): boolean => {
    const now = matching.newOf(a);
    if (now === b) return true;
    const before = matching.oldOf(b);
    if (before === a) return true;
    if (a.fullName !== b.fullName) return false;
    // Well-known types are in neither schema. A file may have switched from one copy of a declaration to another.
    return now === undefined || before === undefined || sameText(a, b);
  };
  const sameMessage = (a: Message | undefined, b: Message | undefined): boolean =>
    a === undefined || b === undefined || same(a, b, messages);
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
    return a.message.isMapEntry ? sameEntry(a.message, b.message) : sameMessage(a.message, b.message);
  };
  return { sameMessage, sameType };
}

/** Creates the pairs of messages and enums, each once. */
class TypePairs {
  readonly #types: TypeMatches;
  readonly #files: FileMatches;
  readonly #roles: Roles;
  readonly #sameType: Diff['sameType'];
  readonly #extensions: LoneExtensions;
  readonly #messages = new Map<Message, MessagePair>();
  /** Entry messages that replaced a map field. Only the field's finding is reported. */
  readonly #entries = new Set<Message>();

  constructor(
    types: TypeMatches,
    files: FileMatches,
    roles: Roles,
    sameType: Diff['sameType'],
    extensions: LoneExtensions,
  ) {
    this.#types = types;
    this.#files = files;
    this.#roles = roles;
    this.#sameType = sameType;
    this.#extensions = extensions;
  }

  newOf(type: Message | Enum): Message | Enum | undefined {
    return type.kind === 'message' ? this.#types.messages.newOf(type) : this.#types.enums.newOf(type);
  }

  oldOf(type: Message | Enum): Message | Enum | undefined {
    return type.kind === 'message' ? this.#types.messages.oldOf(type) : this.#types.enums.oldOf(type);
  }

  messageOn(side: 'old' | 'new', message: Message): Message | undefined {
    return side === 'old' ? this.#types.messages.oldOf(message) : this.#types.messages.newOf(message);
  }

  /** Undefined if nothing differs, or if a side's text is too damaged to tell whether it lacks the type. */
  pair(old: Message | Enum | undefined, edited: Message | Enum | undefined): MessagePair | EnumPair | undefined {
    if (old !== undefined && edited !== undefined) {
      if (this.#unchanged(old, edited)) return undefined;
    } else if (this.missesByDamage(old, edited)) {
      return undefined;
    }
    if (old?.kind === 'enum' || edited?.kind === 'enum') {
      return this.#enum(old?.kind === 'enum' ? old : undefined, edited?.kind === 'enum' ? edited : undefined);
    }
    return this.message(old, edited);
  }

  /** The pair of two messages, or of one that the other side lacks, even if they do not differ. */
  message(old: Message | undefined, edited: Message | undefined): MessagePair | undefined {
    const type = edited ?? old;
    if (type === undefined) return undefined;
    const known = this.#messages.get(type);
    if (known !== undefined) return known;
    const roles = this.#roles;
    let fields: readonly FieldPair[] = [];
    let oneofs: MessagePair['oneofs'] = [];
    let reservations: MessagePair['reservations'] = [];
    let extensionRanges: MessagePair['extensionRanges'] = [];
    const entries = this.#entries;
    const { match, covered } = this.#declared(old, edited);
    const pair: MessagePair = {
      ...sides(old, edited),
      match,
      get covered() {
        return covered || (pair.status !== 'kept' && entries.has(type));
      },
      get role() {
        return roles.roleOf(old, edited);
      },
      get folded() {
        return pair.status !== 'kept' && roles.isOneSided(type);
      },
      get fields() {
        return fields;
      },
      get oneofs() {
        return oneofs;
      },
      get reservations() {
        return reservations;
      },
      get extensionRanges() {
        return extensionRanges;
      },
    };
    this.#messages.set(type, pair);
    if (old !== undefined && edited !== undefined) {
      fields = diffFields(pair, old, edited, this.#sameType, this.#extensions);
      for (const field of fields) this.#noteEntries(field);
      oneofs = diffOneofs(pair, old, edited);
      reservations = diffReservations(pair, old, edited);
      extensionRanges = diffExtensionRanges(pair, old, edited);
    }
    return pair;
  }

  #noteEntries({ old, new: edited }: FieldPair): void {
    if (old?.isMap === true && edited?.isMap === false && edited.type.kind === 'message')
      this.#entries.add(edited.type.message);
  }

  #enum(old: Enum | undefined, edited: Enum | undefined): EnumPair | undefined {
    const type = edited ?? old;
    if (type === undefined) return undefined;
    const roles = this.#roles;
    let values: EnumPair['values'] = [];
    let reservations: EnumPair['reservations'] = [];
    const pair: EnumPair = {
      ...sides(old, edited),
      ...this.#declared(old, edited),
      get role() {
        return roles.roleOf(old, edited);
      },
      get folded() {
        return pair.status !== 'kept' && roles.isOneSided(type);
      },
      get values() {
        return values;
      },
      get reservations() {
        return reservations;
      },
    };
    if (old !== undefined && edited !== undefined) {
      values = diffEnumValues(pair, old, edited);
      reservations = diffReservations(pair, old, edited);
    }
    return pair;
  }

  #declared(
    old: Message | Enum | undefined,
    edited: Message | Enum | undefined,
  ): Pick<MessagePair, 'match' | 'covered'> {
    const match = edited === undefined || old === undefined ? 'same' : (this.#types.how.get(edited) ?? 'same');
    return { match, covered: this.#covered(old, edited) };
  }

  #covered(old: Message | Enum | undefined, edited: Message | Enum | undefined): boolean {
    if (old !== undefined && edited !== undefined) return false;
    const type = old ?? edited;
    if (type === undefined || type.node?.kind === 'field') return true;
    if (type.parent.kind === 'file') return old !== undefined && this.#files.newOf(type.parent) === undefined;
    return (old === undefined ? this.oldOf(type.parent) : this.newOf(type.parent)) === undefined;
  }

  /** Whether the side that lacks a type is damaged in the scope where the type would be. */
  missesByDamage(old: Message | Enum | undefined, edited: Message | Enum | undefined): boolean {
    const scope = (old ?? edited)?.parent;
    if (scope === undefined) return false;
    if (scope.kind === 'file') {
      const damage = (edited === undefined ? this.#files.newOf(scope) : this.#files.oldOf(scope))?.node.damage;
      return damage !== undefined && (damage.members || damage.header);
    }
    const other = edited === undefined ? this.newOf(scope) : this.oldOf(scope);
    return other === undefined ? this.missesByDamage(old && scope, edited && scope) : other.damaged;
  }

  #unchanged(old: Message | Enum, edited: Message | Enum): boolean {
    if (old === edited) return true;
    const file = this.#files.newOf(old.file);
    if (leftFile(old, edited, file)) return false;
    // The options of its file apply to a type as well.
    if (old.parent.kind === 'file' && file !== edited.file && hasOtherOptions(old.file, edited.file)) return false;
    const how = this.#types.how.get(edited);
    return how !== 'moved' && how !== 'renamed' && sameText(old, edited) && this.#sameInside(old, edited);
  }

  /** Whether equal texts mean the same. The names in them and the features around them may be resolved differently. */
  #sameInside(old: Message | Enum, edited: Message | Enum): boolean {
    if (old.kind === 'enum') return edited.kind === 'enum' && old.closed === edited.closed;
    if (edited.kind === 'enum') return false;
    return (
      old.fields.every((field, index) => {
        const other = edited.fields[index];
        return other !== undefined && sameMeaning(field, other, this.#sameType);
      }) &&
      old.messages.every((inner, index) => {
        const other = edited.messages[index];
        return other !== undefined && this.#sameInside(inner, other);
      }) &&
      old.enums.every((inner, index) => inner.closed === edited.enums[index]?.closed)
    );
  }
}

function hasOtherOptions(old: File, edited: File): boolean {
  const textsOf = ({ options }: File): string =>
    [...options.values()]
      .map(({ name, value }) => `${name.text} = ${valueText(value)}`)
      .sort()
      .join();
  return textsOf(old) !== textsOf(edited);
}

/** The pair of an element's two sides, of which at least one is given. */
function sides<T>(old: T | undefined, edited: T | undefined): Pair<T> {
  if (old !== undefined && edited !== undefined) return { status: 'kept', old, new: edited };
  if (old !== undefined) return { status: 'removed', old, new: undefined };
  if (edited !== undefined) return { status: 'added', old: undefined, new: edited };
  throw new Error('A pair needs a side.');
}

/**
 * Whether a top-level type moved to another file, which changes generated code but not the wire. Its old file still exists without it:
 * a removed file has its own finding, and copying a type does not move it.
 */
export function leftFile(old: Message | Enum, edited: Message | Enum, file: File | undefined): boolean {
  if (old.parent.kind !== 'file' || file === undefined || edited.file === file) return false;
  return ![...file.messages, ...file.enums].some(({ fullName }) => fullName === old.fullName);
}

function diffFiles(
  old: Schema,
  edited: Schema,
  files: FileMatches,
  make: TypePairs,
  services: readonly ServicePair[],
): FilePair[] {
  const nothing: FilePair['lost'] = { messages: [], enums: [], services: [] };
  const pairs: FilePair[] = [];
  for (const file of old.files.values()) {
    const now = files.newOf(file);
    if (now === undefined) {
      const lost = {
        messages: file.messages.flatMap((message) =>
          make.newOf(message) === undefined ? (make.message(message, undefined) ?? []) : [],
        ),
        enums: file.enums.filter((type) => make.newOf(type) === undefined),
        services: services.flatMap((pair) => (pair.status === 'removed' && pair.old.file === file ? [pair.old] : [])),
      };
      pairs.push({ ...sides<File>(file, undefined), lost });
    } else if (!isSameText(now.node.text, file.node.text) || now.path !== file.path) {
      pairs.push({ ...sides(file, now), lost: nothing });
    }
  }
  for (const file of edited.files.values())
    if (files.oldOf(file) === undefined) pairs.push({ ...sides<File>(undefined, file), lost: nothing });
  return pairs;
}

/** Ignores line ends, which git converts, and byte order marks, which editors add: neither is an edit of the protocol. */
function isSameText(a: string, b: string): boolean {
  if (a === b) return true;
  const plain = (text: string): string => text.replace(/^\ufeff/, '').replaceAll('\r\n', '\n');
  return (a.includes('\r') || b.includes('\r') || a.charCodeAt(0) !== b.charCodeAt(0)) && plain(a) === plain(b);
}

interface ExtensionMatches extends LoneExtensions {
  readonly kept: readonly { readonly old: Field; readonly new: Field; readonly sameName: boolean }[];
}

/** Matches extensions by full name, then by name if their file's package was renamed, then by extended message and number. */
function matchExtensions(old: Schema, edited: Schema, files: FileMatches, { messages }: TypeMatches): ExtensionMatches {
  const kept: { old: Field; new: Field; sameName: boolean }[] = [];
  const removed = new Set<Field>();
  const added = new Map(edited.extensions);
  // An extension of another message is a different extension, even if it has the same name.
  const extendsSame = (a: Field, b: Field): boolean =>
    a.message === undefined ||
    b.message === undefined ||
    a.message.fullName === b.message.fullName ||
    messages.newOf(a.message) === b.message;
  for (const [fullName, field] of old.extensions) {
    const same = added.get(fullName);
    if (same === undefined || !extendsSame(field, same)) removed.add(field);
    else if (added.delete(fullName)) kept.push({ old: field, new: same, sameName: true });
  }
  for (const field of removed) {
    const file = files.newOf(field.file);
    const namesake = file && added.get(inPackage(field.fullName, field.file.package, file.package));
    const carried = namesake !== undefined && extendsSame(field, namesake) ? namesake : undefined;
    const extendee = field.message && messages.newOf(field.message);
    const renamed = [...added.values()].find((other) => other.number === field.number && other.message === extendee);
    const now = carried ?? renamed;
    if (now === undefined) continue;
    removed.delete(field);
    added.delete(now.fullName);
    kept.push({ old: field, new: now, sameName: carried !== undefined });
  }
  return { kept, removed, added: new Set(added.values()) };
}

/** Extensions that became fields, or the reverse, are left out: they are reported with the fields. */
function diffExtensions(
  { kept, removed, added }: ExtensionMatches,
  files: FileMatches,
  make: TypePairs,
  sameType: Diff['sameType'],
): FieldPair[] {
  const pairs: FieldPair[] = kept.map(({ old, new: edited, sameName }) => ({
    ...sides(old, edited),
    match: !sameName ? matchByNumber(old, edited, sameType) : old.number === edited.number ? 'same' : 'renumbered',
    parent: make.message(old.message, edited.message),
  }));
  for (const field of removed) {
    if (damagedScope(field, files)) continue;
    const extendee = field.message && make.messageOn('new', field.message);
    pairs.push({ ...sides<Field>(field, undefined), match: 'same', parent: make.message(field.message, extendee) });
  }
  for (const field of added) {
    const extendee = field.message && make.messageOn('old', field.message);
    pairs.push({ ...sides<Field>(undefined, field), match: 'same', parent: make.message(extendee, field.message) });
  }
  return pairs.filter(fieldDiffers(sameType));
}

/** Whether the edited file is damaged anywhere that an `extend` block may be. */
function damagedScope(extension: Field, files: FileMatches): boolean {
  const file = files.newOf(extension.file);
  if (file === undefined) return false;
  return file.node.damage.members || file.node.damage.header || file.node.problems.length > 0;
}
