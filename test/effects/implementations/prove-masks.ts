import fc, { type GeneratorValue } from 'fast-check';
import { diff } from '../../../server/diff/diff.ts';
import { type Effect, type Pairings, PAIRINGS } from '../../../server/effects/effect.ts';
import { wordsOf } from '../../../server/policy/judge.ts';
import { DEFAULT_SETTINGS } from '../../../server/policy/settings.ts';
import type { Shown } from '../../../server/rules/rule.ts';
import { findChanges, type Found } from '../../../server/rules/run.ts';
import type { Field, Message } from '../../../server/schema/model.ts';
import type { Texts } from '../../protoc.ts';
import { drawSyntaxEdit } from '../generate.ts';
import { printFiles } from '../print.ts';
import { areCounterparts } from '../counterparts.ts';
import { worse } from '../observe.ts';
import { messageOf } from '../schema.ts';
import type { Implementation, ImplementationName, Side } from './implementation.ts';
import { describeSet, schemaOf } from './prove-pair.ts';

/** Methods that carry `M0` together with a mask. They use `repeated`, which is valid in every syntax. */
const CARRIERS = {
  request:
    'message In { repeated M0 item = 1; repeated google.protobuf.FieldMask mask = 2; } message Out {} service S { rpc Do(In) returns (Out); }',
  response: 'message In { repeated google.protobuf.FieldMask mask = 1; } service S { rpc Do(In) returns (M0); }',
  both: 'message In { repeated M0 item = 1; repeated google.protobuf.FieldMask mask = 2; } service S { rpc Do(In) returns (M0); }',
} as const;

export interface MaskTotals {
  pairs: number;
  paths: number;
  /** Paths of the client's version that the server's version rejects, summed over both pairings. */
  rejected: number;
  /** Paths that select another field in the server's version, summed over both pairings. */
  altered: number;
  /** Paths in examples that were executed. */
  examples: number;
}

export function noMasks(): MaskTotals {
  return { pairs: 0, paths: 0, rejected: 0, altered: 0, examples: 0 };
}

/**
 * Generates an edit of a message that a method carries together with a `google.protobuf.FieldMask`. A finding must report each path that
 * an implementation of the other version rejects, or that selects another field. Each path in an example must have the stated effect.
 * @throws Error with the complete case
 */
export async function proveMasks(
  draw: GeneratorValue,
  implementations: readonly Implementation[],
  totals: MaskTotals,
): Promise<void> {
  const drawn = drawSyntaxEdit(draw, ['proto2', 'proto3']);
  const methods = CARRIERS[draw(fc.constantFrom, 'request', 'response', 'both') as keyof typeof CARRIERS];
  const textsWith = (method: string): Readonly<Record<Side, Texts>> => ({
    old: withMethod(printFiles(drawn.old), method),
    new: withMethod(printFiles(drawn.new), method),
  });
  const texts = textsWith(methods);
  const found = findingsOf(texts);
  const withoutMask = findingsOf(textsWith(methods.replace(/repeated google\.protobuf\.FieldMask mask = \d;/, '')));
  const { examples, missing } = examplesOf(found, withoutMask);
  totals.pairs++;
  for (const implementation of implementations) {
    if (implementation.mask === undefined) continue;
    await implementation.load({ old: describeSet(texts.old), new: describeSet(texts.new) });
    const contradictions = [
      ...missing,
      ...(await unreportedPaths(implementation, texts, found, totals)),
      ...(await wrongExamples(implementation, examples, totals)),
    ];
    if (contradictions.length === 0) continue;
    throw new Error(
      [
        `${implementation.name}: ${contradictions.join('; ')}; edits: ${drawn.edits.join(', ')}`,
        ...found.map(({ rule, change }) => `${rule.id}: ${change.message} ${JSON.stringify(change.impact.binary)}`),
        ...Object.values(texts.old),
        ...Object.values(texts.new),
      ].join('\n'),
    );
  }
}

/** Paths that a server rejects or reads as another field, although no finding about a field in the path says so. */
async function unreportedPaths(
  implementation: Implementation,
  texts: Readonly<Record<Side, Texts>>,
  found: readonly Found[],
  totals: MaskTotals,
): Promise<string[]> {
  const messages = { old: messageOf(schemaOf(texts.old), 'M0'), new: messageOf(schemaOf(texts.new), 'M0') };
  const released = await sendPaths(implementation, messages, 'old', 'new');
  const edited = await sendPaths(implementation, messages, 'new', 'old');
  for (const { accepted, rejected, altered } of [released, edited]) {
    totals.paths += accepted.length + rejected.length;
    totals.rejected += rejected.length;
    totals.altered += altered.length;
  }
  const isReported = (path: string, effect: Effect, pairing: keyof Pairings<unknown>): boolean => {
    const [client, server] =
      pairing === 'oldClientNewServer' ? [messages.old, messages.new] : [messages.new, messages.old];
    const elements = elementsOf(path, client, server);
    return found.some(({ change }) => {
      const reported = change.impact.binary[pairing];
      const isLoss = reported.class === 'regression' || (reported.class === 'gap' && pairing === 'newClientOldServer');
      return elements.includes(change.element) && isLoss && worse(effect, reported.effect) === reported.effect;
    });
  };
  const unreported = (paths: readonly string[], effect: Effect, pairing: keyof Pairings<unknown>): string[] =>
    paths
      .filter((path) => !isReported(path, effect, pairing))
      .map((path) => `no finding says that ${path} is ${effect} in ${pairing}`);
  return [
    ...unreported(released.rejected, 'rejected', 'oldClientNewServer'),
    ...unreported(released.altered, 'altered', 'oldClientNewServer'),
    ...unreported(edited.rejected, 'rejected', 'newClientOldServer'),
    ...unreported(edited.altered, 'altered', 'newClientOldServer'),
  ];
}

/** The full names of the fields that a path names, and of the other version's fields with their numbers or names. */
function elementsOf(path: string, client: Message, server: Message): string[] {
  const [name, ...inner] = path.split('.');
  const field = client.fields.find((each) => each.name === name || nameInGo(each) === name);
  if (field === undefined) return [];
  const others = [server.fieldsByNumber.get(field.number), server.fieldsByName.get(field.name)];
  const within = others.flatMap((other) =>
    field.type.kind === 'message' && other?.type.kind === 'message'
      ? elementsOf(inner.join('.'), field.type.message, other.type.message)
      : [],
  );
  return [field, ...others].flatMap((each) => each?.fullName ?? []).concat(within);
}

async function wrongExamples(
  implementation: Implementation,
  examples: readonly Example[],
  totals: MaskTotals,
): Promise<string[]> {
  const wrong: string[] = [];
  for (const example of examples) {
    const seen = await effectOf(implementation, example);
    if (seen === undefined) continue;
    totals.examples++;
    if (seen !== example.effect) wrong.push(`the path ${example.path} is ${seen}, not ${example.effect}`);
  }
  return wrong;
}

function findingsOf(texts: Readonly<Record<Side, Texts>>): readonly Found[] {
  const words = wordsOf(DEFAULT_SETTINGS, { ref: '1.4.0', version: '1.4.0' });
  const matched = diff(schemaOf(texts.old), schemaOf(texts.new), { stored: [] });
  return findChanges(matched, { words, encodings: ['binary'] }).found;
}

type Example = Extract<Shown, { readonly kind: 'mask' }>;

/** The examples with a field mask, and the effects of the mask that no example shows. */
function examplesOf(
  found: readonly Found[],
  withoutMask: readonly Found[],
): { readonly examples: readonly Example[]; readonly missing: readonly string[] } {
  const examples: Example[] = [];
  const missing: string[] = [];
  for (const { rule, change, witness } of found) {
    const same = withoutMask.find((one) => one.rule === rule && one.change.element === change.element);
    for (const pairing of PAIRINGS) {
      const { effect } = change.impact.binary[pairing];
      const shown = witness(pairing)?.shown;
      if (shown?.kind === 'mask') examples.push(shown);
      else if (effect !== same?.change.impact.binary[pairing].effect && effect !== shown?.effect)
        missing.push(`${rule.id} ${change.element} is ${effect} in ${pairing} without an example`);
    }
  }
  return { examples, missing };
}

/** The paths that the client accepts, by what the server does with them. */
async function sendPaths(
  implementation: Implementation,
  messages: Readonly<Record<Side, Message>>,
  client: Side,
  server: Side,
): Promise<Readonly<Record<'accepted' | 'rejected' | 'altered', readonly string[]>>> {
  const known = async (side: Side, paths: readonly string[]): Promise<string[]> => {
    const answers = paths.length === 0 ? [] : await implementation.mask?.(side, messages[side], paths);
    return paths.filter((_, index) => answers?.[index] === true);
  };
  const sent = await known(client, pathsOf(messages[client], implementation.name));
  const accepted = await known(server, sent);
  return {
    accepted,
    rejected: sent.filter((path) => !accepted.includes(path)),
    altered: accepted.filter((path) => selectsAnother(path, messages[client], messages[server])),
  };
}

/** What a server does with the path in an example. Undefined if the implementation names a group differently. */
async function effectOf(implementation: Implementation, shown: Example): Promise<Effect | undefined> {
  const [client, server] =
    shown.pairing === 'oldClientNewServer' ? (['old', 'new'] as const) : (['new', 'old'] as const);
  const accepts = async (side: Side, message: Message): Promise<boolean> =>
    (await implementation.mask?.(side, message, [shown.path]))?.[0] === true;
  if (!(await accepts(client, shown.client))) return undefined;
  // Python has no paths inside a group.
  if (implementation.name === 'python' && [shown.client, shown.server].some((message) => hasGroup(shown.path, message)))
    return undefined;
  if (!(await accepts(server, shown.server))) {
    // Python selects a group by the field's name, which Go does not know.
    return shown.effect === 'altered' && hasGroup(shown.path, shown.server) ? undefined : 'rejected';
  }
  return selectsAnother(shown.path, shown.client, shown.server) ? 'altered' : 'exact';
}

/** The fields of a path, as far as they exist. */
function fieldsOf(path: string, message: Message): Field[] {
  const [name, ...inner] = path.split('.');
  const field = message.fields.find((each) => each.name === name || nameInGo(each) === name);
  if (field === undefined) return [];
  return [
    field,
    ...(field.type.kind === 'message' && inner.length > 0 ? fieldsOf(inner.join('.'), field.type.message) : []),
  ];
}

function hasGroup(path: string, message: Message): boolean {
  return fieldsOf(path, message).some(({ delimited }) => delimited);
}

/** Whether a path that both versions accept contains a field that is another one in the server's version. */
function selectsAnother(path: string, client: Message, server: Message): boolean {
  const known = fieldsOf(path, server);
  return fieldsOf(path, client).some((field, index) => {
    const other = known[index];
    if (field.message === undefined || other?.message === undefined) return true;
    return !areCounterparts(field.message, other.message, field, other, 'binary');
  });
}

function withMethod(texts: Texts, method: string): Texts {
  const path = 'google/protobuf/field_mask.proto';
  const text = texts['a.proto'] ?? '';
  const imported = text.includes(path) ? text : text.replace('\n', `\nimport "${path}";\n`);
  return { ...texts, 'a.proto': `${imported}\n${method}` };
}

/** In a path, Go uses the name of a group's message. Python uses that of the field. */
function nameInGo({ name, type, delimited }: Field): string {
  return delimited && type.kind === 'message' ? type.message.name : name;
}

/** The most names in a path, because messages may be recursive. */
const DEEPEST = 3;

/** The paths of all fields, also inside singular messages. */
function pathsOf(message: Message, implementation: ImplementationName, depth = DEEPEST): string[] {
  const nameOf = (field: Field): string => (implementation === 'go' ? nameInGo(field) : field.name);
  return message.fields.flatMap((field) => {
    const { type, repeated, isMap } = field;
    const isSingle = type.kind === 'message' && !repeated && !isMap;
    const inner = isSingle && depth > 1 ? pathsOf(type.message, implementation, depth - 1) : [];
    return [nameOf(field), ...inner.map((path) => `${nameOf(field)}.${path}`)];
  });
}
