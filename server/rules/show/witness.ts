import type {
  Diff,
  EnumPair,
  EnumValuePair,
  FieldPair,
  FilePair,
  MessagePair,
  MethodPair,
  ServicePair,
} from '../../diff/pairs.ts';
import {
  EFFECTS,
  ENCODINGS,
  type Effect,
  type Encoding,
  PAIRINGS,
  type Pairings,
  type Carrier,
  type Role,
} from '../../effects/effect.ts';
import type { Writer } from '../../effects/impact.ts';
import type { About } from '../../effects/outcome.ts';
import { demonstrate, type Demonstration } from '../../effects/witness.ts';
import { describeMessage } from '../../effects/describe.ts';
import { sampleMessage } from '../../effects/sample.ts';
import type { Name } from '../../proto/tree.ts';
import { fieldAt } from '../../schema/fields.ts';
import type { Field, Message, Method, Service } from '../../schema/model.ts';
import { reachable } from '../../schema/reach.ts';
import { pathOf } from '../subjects/calls.ts';
import { REQUEST, RESPONSE } from '../measure.ts';
import { usesOf, type EnumUse } from '../subjects/enum-uses.ts';
import {
  addressOf,
  bindingsOf,
  examplePath,
  matching,
  serving,
  takerOf,
  variablesOf,
  type Binding,
} from '../subjects/http.ts';
import { movedAround } from '../subjects/oneofs.ts';
import type { Change, Context, SubjectKind, Subjects, Words } from '../rule.ts';
import { actors, list, newPeer, oldPeer } from '../words.ts';

/** What one side sends and what the other makes of it, as sentences: the change's effect, seen to happen. */
export interface Witness {
  readonly sent: string;
  readonly read: string;
  /** What was shown, for those who want to check it. */
  readonly shown: Shown;
}

/** Which effect of the change it is, and what was executed to see it; the others have nothing to execute. */
export type Shown = {
  readonly pairing: keyof Pairings<unknown>;
  readonly encoding: Encoding;
  readonly effect: Effect;
} & (
  | {
      readonly kind: 'message';
      readonly writer: Message;
      readonly reader: Message;
      readonly about: About | undefined;
      readonly made: Demonstration;
    }
  | { readonly kind: 'call'; readonly caller: Method; readonly server: Method | undefined }
  | { readonly kind: 'http'; readonly request: string; readonly binding: Binding; readonly server: Method }
  | { readonly kind: 'lost'; readonly message: Message }
);

/**
 * A concrete message or call for what a change does, in the pairing that suffers worst. Loads protobufjs on first use, so this is
 * for what people look at, never for a keystroke.
 * @returns undefined where the change loses nothing in a promised encoding, or where there is no example: nothing uses the enum,
 *   a type is unresolved, the message is in the old message set format, or another edit hides the loss.
 */
export function witnessOf<K extends SubjectKind>(
  rule: string,
  kind: K,
  pair: Subjects[K],
  change: Change,
  context: Context,
): Witness | undefined {
  let best: Witness | undefined;
  // HTTP is what this rule is about, whatever else is promised.
  const encodings = rule === 'http-binding-changed' ? ENCODINGS : context.encodings;
  for (const suffering of sufferings(change, encodings)) {
    for (const part of PARTS[suffering.pairing]) {
      const found = SUBJECTS[kind](pair, { ...part, ...suffering, rule, context });
      if (found?.shown.effect === suffering.effect) return found;
      // Another edit of the same thing may do worse, and that is what happens then.
      if (found !== undefined && isWorse(found.shown.effect, suffering.effect)) best ??= found;
    }
  }
  return best;
}

function isWorse(effect: Effect, than: Effect): boolean {
  return EFFECTS.indexOf(effect) > EFFECTS.indexOf(than);
}

type Pairing = keyof Pairings<unknown>;

/** One effect of the change. */
interface Suffering {
  readonly pairing: Pairing;
  readonly encoding: Encoding;
  readonly effect: Effect;
}

/** What has to be shown, and who writes and who reads it. */
interface Quest extends Suffering {
  /** A method's request, response and streaming are findings of their own. */
  readonly rule: string;
  readonly writer: Writer;
  readonly part: Carrier;
  readonly context: Context;
}

/** Who writes what in each pairing. */
const PARTS: Readonly<Record<Pairing, readonly { readonly writer: Writer; readonly part: Carrier }[]>> = {
  oldClientNewServer: [
    { writer: 'old', part: 'request' },
    { writer: 'new', part: 'response' },
    { writer: 'old', part: 'data' },
  ],
  newClientOldServer: [
    { writer: 'new', part: 'request' },
    { writer: 'old', part: 'response' },
    { writer: 'new', part: 'data' },
  ],
};

const CLASSES = ['none', 'gap', 'regression'] as const;

/** What a promise may be broken by comes first. */
function sufferings({ impact }: Change, encodings: readonly Encoding[]): Suffering[] {
  const all = encodings.flatMap((encoding) =>
    PAIRINGS.map((pairing) => ({
      pairing,
      encoding,
      effect: impact[encoding][pairing].effect,
      class: impact[encoding][pairing].class,
    })),
  );
  return all
    .filter(({ effect }) => effect !== 'exact')
    .sort(
      (a, b) =>
        CLASSES.indexOf(b.class) - CLASSES.indexOf(a.class) || EFFECTS.indexOf(b.effect) - EFFECTS.indexOf(a.effect),
    );
}

type Showing<P> = (pair: P, quest: Quest) => Witness | undefined;

const SUBJECTS: { readonly [K in SubjectKind]: Showing<Subjects[K]> } = {
  file: showFile,
  message: ({ old, role }, quest) => (old === undefined || !isPart(role, quest) ? undefined : showLost(old, quest)),
  field: showField,
  oneof: ({ parent, old, new: edited }, quest) =>
    showMoved(parent, [...new Set([old, edited].flatMap((oneof) => movedAround(parent, oneof)))], quest),
  enum: (pair, quest) => showEnum(pair, quest),
  enumValue: showEnumValue,
  service: showService,
  method: showMethod,
  reservation: () => undefined,
  extensionRange: showExtension,
  option: () => undefined,
};

/** Whether messages of this role are what the quest looks at; what nothing reaches is shown as data. */
function isPart(role: Role, { part }: Quest): boolean {
  return role[part] || (part === 'data' && !role.request && !role.response);
}

function showField({ parent, old, new: edited }: FieldPair, quest: Quest): Witness | undefined {
  if (parent === undefined) return undefined;
  if (quest.rule === 'field-oneof-changed') return showMoved(parent, [{ old, new: edited }], quest);
  return showMessages(parent.old, parent.new, parent.role, quest, [old], [edited]);
}

/** Fields that went into a oneof or out of one, with the members that push them out or that they push out. */
function showMoved(
  parent: MessagePair,
  moved: readonly { readonly old: Field | undefined; readonly new: Field | undefined }[],
  quest: Quest,
): Witness | undefined {
  const rivals = quest.effect === 'altered' ? membersWith(moved.flatMap((pair) => [pair.old, pair.new])) : [];
  const [oldRivals = [], newRivals = []] = [parent.old, parent.new].map((message) =>
    rivals.map((number) => message?.fieldsByNumber.get(number)),
  );
  return showMessages(
    parent.old,
    parent.new,
    parent.role,
    quest,
    [...moved.map((pair) => pair.old), ...oldRivals],
    [...moved.map((pair) => pair.new), ...newRivals],
  );
}

/** Which member of a oneof is lost depends on the order in which they arrive. */
function membersWith(moved: readonly (Field | undefined)[]): number[] {
  const members = moved.flatMap((field) => field?.oneof?.fields ?? []);
  return [...new Set(members.map(({ number }) => number))].filter(
    (number) => !moved.some((field) => field?.number === number),
  );
}

function showMessages(
  old: Message | undefined,
  edited: Message | undefined,
  role: Role,
  quest: Quest,
  oldFields?: readonly (Field | undefined)[],
  newFields?: readonly (Field | undefined)[],
  value?: bigint,
): Witness | undefined {
  if (old === undefined || edited === undefined || !isPart(role, quest)) return undefined;
  const sides = [
    { message: old, fields: oldFields },
    { message: edited, fields: newFields },
  ] as const;
  const [writer, reader] = quest.writer === 'old' ? sides : ([sides[1], sides[0]] as const);
  const about =
    writer.fields === undefined || reader.fields === undefined
      ? undefined
      : {
          writer: writer.fields.filter((field) => field !== undefined),
          reader: reader.fields.filter((field) => field !== undefined),
        };
  // While two fields have one number, nobody can send both.
  if (about?.writer.some((field) => fieldAt(writer.message, field.number) !== field)) return undefined;
  const { encoding, effect, pairing } = quest;
  const made = demonstrate(
    writer.message,
    reader.message,
    encoding,
    effect,
    quest.context.types,
    about,
    value === undefined ? undefined : [value],
  );
  if (made === undefined) return undefined;
  const who = peers(quest);
  const read =
    made.received === undefined ? `refuses it: ${made.read}` : `${who.reads} ${said(reader.message, made.read)}`;
  return {
    sent: `${who.sender} ${who.sends} ${encoding === 'json' ? made.sent : said(writer.message, made.sent)}`,
    read: `${who.receiver} ${read}`,
    shown: {
      kind: 'message',
      pairing,
      encoding,
      effect: made.effect,
      writer: writer.message,
      reader: reader.message,
      about,
      made,
    },
  };
}

/** "CreateContainerRequest {sandbox_id (2): "a1"}" */
function said({ name }: Message, content: string): string {
  return content === 'nothing' ? `an empty ${name}` : `${name} {${content}}`;
}

function peers({ writer, part, context: { words } }: Quest): {
  sender: string;
  sends: string;
  receiver: string;
  reads: string;
} {
  const role = { request: part === 'request', response: part === 'response', data: part === 'data' };
  const { oldWriter, oldReader, newWriter, newReader } = actors(role, words);
  const sends = part === 'data' ? 'writes' : 'sends';
  return writer === 'old'
    ? { sender: oldWriter, sends, receiver: newReader, reads: 'reads' }
    : { sender: newWriter, sends, receiver: oldReader, reads: 'reads' };
}

/** A message that only the writer has: no reader could say anything of it. */
function showLost(message: Message, quest: Quest): Witness | undefined {
  if (quest.writer === 'new') return undefined;
  const who = peers(quest);
  return {
    sent: `${who.sender} ${who.sends} ${said(message, describeMessage(message, sampleMessage(message), 'sent'))}`,
    read: `${who.receiver} has no ${message.name} to read it as`,
    shown: { kind: 'lost', pairing: quest.pairing, encoding: quest.encoding, effect: quest.effect, message },
  };
}

function showEnumValue(pair: EnumValuePair, quest: Quest): Witness | undefined {
  const value = quest.writer === 'old' ? pair.old : pair.new;
  return value && showEnum(pair.parent, quest, BigInt(value.number));
}

/** An enum is seen through a field that holds it. */
function showEnum({ old, new: edited, role }: EnumPair, quest: Quest, value?: bigint): Witness | undefined {
  if (old === undefined || edited === undefined || !isPart(role, quest)) return undefined;
  let best: Witness | undefined;
  for (const use of byTravel(usesOf(old, edited, quest.context.diff), quest)) {
    const found = showMessages(use.old.message, use.new.message, ANYBODY, quest, [use.old], [use.new], value);
    if (found?.shown.effect === quest.effect) return found;
    best ??= found;
  }
  return best;
}

const ANYBODY: Role = { request: true, response: true, data: true };

/** First the uses in messages that travel as the quest wants it. */
function byTravel(uses: readonly EnumUse[], { part, context: { diff } }: Quest): EnumUse[] {
  const travelling: ReadonlySet<unknown> = part === 'data' ? new Set() : reachable(typesOfCalls(diff, part));
  return [
    ...uses.filter(({ old }) => travelling.has(old.message)),
    ...uses.filter(({ old }) => !travelling.has(old.message)),
  ];
}

function typesOfCalls({ old }: Diff, part: 'request' | 'response'): Message[] {
  const methods = [...old.services.values()].flatMap((service) => service.methods);
  return methods.map(({ input, output }) => (part === 'request' ? input : output)).filter((type) => type !== undefined);
}

/** An extension in the range: one that the release's files declare, else one that somebody else may have. */
function showExtension({ parent, old: range }: Subjects['extensionRange'], quest: Quest): Witness | undefined {
  const { old } = parent;
  if (range === undefined || old === undefined || quest.writer === 'new') return undefined;
  const isInside = ({ number }: Field): boolean => range.start <= number && number <= range.end;
  const known = [...old.extensionsByNumber.values()].find(isInside);
  const taker = parent.new?.fields.find(isInside);
  const extension =
    (taker && { ...extensionAt(taker.number, old), type: taker.type, delimited: taker.delimited }) ??
    known ??
    extensionAt(range.start, old);
  const writer = {
    ...old,
    extensionsByNumber: new Map(old.extensionsByNumber).set(extension.number, extension),
    // What somebody else declared was not renamed to what took its number.
    reservedNames: new Map(old.reservedNames).set(taker?.name ?? '', extension.node.span),
  };
  return showMessages(writer, parent.new, parent.role, quest, [extension], []);
}

function extensionAt(number: number, message: Message): Field {
  const span = { start: 0, end: 0 };
  const word = (text: string): Name => ({ text, span });
  const fullName = message.file.package === '' ? 'extension' : `${message.file.package}.extension`;
  return {
    kind: 'field',
    name: 'extension',
    fullName,
    file: message.file,
    options: new Map(),
    deprecated: false,
    message,
    extensionScope: message.file,
    node: {
      kind: 'field',
      span,
      leadingComments: undefined,
      label: undefined,
      type: word('string'),
      map: undefined,
      name: word('extension'),
      number: { value: number, span },
      options: [],
      group: undefined,
    },
    number,
    repeated: false,
    type: { kind: 'scalar', scalar: 'string' },
    isMap: false,
    presence: 'explicit',
    packed: false,
    delimited: false,
    validatesUtf8: true,
    oneof: undefined,
    default: undefined,
    jsonName: `[${fullName}]`,
  };
}

function showMethod({ status, old, new: edited }: MethodPair, quest: Quest): Witness | undefined {
  if (status !== 'kept') return showCall(old, edited, quest);
  switch (quest.rule) {
    case 'method-request-changed':
      return showMessages(old.input, edited.input, REQUEST, quest);
    case 'method-response-changed':
      return showMessages(old.output, edited.output, RESPONSE, quest);
    case 'method-streaming-changed':
      return quest.writer === 'old' ? showStream(old, edited, quest) : showStream(edited, old, quest);
    case 'http-binding-changed':
      return quest.writer === 'old' ? showAddress(old, edited, quest) : showAddress(edited, old, quest);
    default:
      return showCall(old, edited, quest);
  }
}

/** A call of a method that only the caller's side has. */
function showCall(old: Method | undefined, edited: Method | undefined, quest: Quest): Witness | undefined {
  const caller = quest.writer === 'old' ? old : edited;
  if (caller === undefined || quest.part !== 'request') return undefined;
  const { client, server } = callers(quest);
  const path = pathOf(caller);
  return {
    sent: `${client} calls ${path}`,
    read: `${server} answers UNIMPLEMENTED: unknown method ${path}`,
    shown: {
      kind: 'call',
      pairing: quest.pairing,
      encoding: quest.encoding,
      effect: 'rejected',
      caller,
      server: undefined,
    },
  };
}

/** A call in which one side streams what the other takes once. */
function showStream(caller: Method, server: Method, quest: Quest): Witness | undefined {
  if (quest.part !== 'request') return undefined;
  const who = callers(quest);
  const path = pathOf(caller);
  const { pairing, encoding, effect } = quest;
  const shown = { kind: 'call', pairing, encoding, effect, caller, server } as const;
  if (caller.clientStreaming && !server.clientStreaming) {
    return {
      sent: `${who.client} calls ${path} and sends two requests`,
      read: `${who.server} takes the first one (grpc-go) or an empty one (ttrpc) for the request, and answers OK`,
      shown,
    };
  }
  if (server.serverStreaming && !caller.serverStreaming) {
    return {
      sent: `${who.client} calls ${path}, and ${who.server} sends two responses`,
      read: `${who.client} takes one response: the call fails, or without a deadline it may hang`,
      shown,
    };
  }
  if (server.clientStreaming && !caller.clientStreaming) {
    return {
      sent: `${who.client} calls ${path} and sends one request`,
      read: `${who.server} waits for more with ttrpc, until the call's deadline; with gRPC it reads one request`,
      shown,
    };
  }
  return undefined;
}

/** A request over HTTP that the other side's gateway does not serve, or serves in another way. */
function showAddress(caller: Method, server: Method, quest: Quest): Witness | undefined {
  if (quest.part !== 'request') return undefined;
  const known = bindingsOf(server);
  const who = callers(quest);
  for (const binding of bindingsOf(caller)) {
    const path = examplePath(binding);
    const same = serving(binding, known);
    const { effect } = quest;
    const found = (sends: string, does: string): Witness => ({
      sent: `${who.client} sends ${binding.verb} ${path} over HTTP${sends}`,
      read: `the gateway of ${who.server} ${does}`,
      shown: {
        kind: 'http',
        pairing: quest.pairing,
        encoding: quest.encoding,
        effect,
        request: `${binding.verb} ${path}`,
        server,
        binding,
      },
    });
    if (same === undefined) {
      const taker = takerOf(binding, known);
      if (taker !== undefined && effect === 'altered') return found('', `takes it for ${addressOf(taker)}`);
      if (taker !== undefined || effect !== 'rejected') continue;
      const verbs = known.filter(({ verb }) => matching({ ...binding, verb }, known) !== undefined);
      const only = list([...new Set(verbs.map(({ verb }) => verb))]);
      return found('', verbs.length === 0 ? 'answers 404' : `answers 405, for it serves ${only} alone there`);
    }
    const names = variablesOf(binding);
    const moved = variablesOf(same).findIndex((name, index) => name !== names[index]);
    if (effect === 'altered' && moved >= 0)
      return found(` for its "${names[moved] ?? ''}"`, `takes that for "${variablesOf(same)[moved] ?? ''}"`);
    if (binding.body === same.body) continue;
    const place = (body: string): string =>
      body === '' ? 'in the query' : body === '*' ? 'in the body' : `of "${body}" in the body`;
    if (effect === (binding.body === '' || same.body === '' ? 'dropped' : 'rejected'))
      return found(` with its fields ${place(binding.body)}`, `looks for them ${place(same.body)}`);
  }
  return undefined;
}

function callers({ writer, context: { words } }: Quest): { readonly client: string; readonly server: string } {
  return writer === 'old' ? sides(words, oldPeer, newPeer) : sides(words, newPeer, oldPeer);
}

function sides(
  words: Words,
  client: typeof oldPeer,
  server: typeof oldPeer,
): { readonly client: string; readonly server: string } {
  return { client: client('client', words), server: server('server', words) };
}

/** Any method of the service stands for all. */
function showService({ old, new: edited }: ServicePair, quest: Quest): Witness | undefined {
  return showCall(old?.methods[0], edited?.methods[0], quest);
}

function showFile({ status, old, new: edited, lost }: FilePair, quest: Quest): Witness | undefined {
  if (status === 'kept') {
    // The package has another name, and so have all paths of its services.
    const pairs = old.services.flatMap((service): [Service, Service][] => {
      const other = edited.services.find(({ name }) => name === service.name);
      return other === undefined ? [] : [[service, other]];
    });
    const [first] = pairs;
    return first && showCall(first[0].methods[0], first[1].methods[0], quest);
  }
  const method = lost.services.flatMap(({ methods }) => methods)[0];
  if (method !== undefined) return showCall(method, undefined, quest);
  const message = lost.messages[0]?.old;
  return message === undefined || quest.part !== 'data' ? undefined : showLost(message, quest);
}
