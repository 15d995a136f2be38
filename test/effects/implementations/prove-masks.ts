import fc, { type GeneratorValue } from 'fast-check';
import { diff } from '../../../server/diff/diff.ts';
import { type Effect, PAIRINGS } from '../../../server/effects/effect.ts';
import { wordsOf } from '../../../server/policy/judge.ts';
import { DEFAULT_SETTINGS } from '../../../server/policy/settings.ts';
import type { Shown } from '../../../server/rules/rule.ts';
import { findChanges, type Found } from '../../../server/rules/run.ts';
import type { Field, Message } from '../../../server/schema/model.ts';
import type { Texts } from '../../protoc.ts';
import { drawSyntaxEdit, printSyntax } from '../generate.ts';
import { areCounterparts, worse } from '../observe.ts';
import { messageOf } from '../schema.ts';
import type { Implementation, ImplementationName, Side } from './implementation.ts';
import { describeSet, schemaOf } from './prove-pair.ts';

/** Methods that carry `M0` together with a mask. `repeated` is valid in every syntax. */
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
  /** Released paths that select another field in the edited message. */
  altered: number;
  /** Paths in examples that were executed. */
  examples: number;
}

export function noMasks(): MaskTotals {
  return { pairs: 0, paths: 0, rejected: 0, altered: 0, examples: 0 };
}

/**
 * Generates an edit of a message that a method carries together with a `google.protobuf.FieldMask`. If an implementation rejects a released
 * path, or the path selects another field, a finding must say so. Each path in a finding's example must have the stated effect.
 * @throws Error with the complete case
 */
export async function proveMasks(
  draw: GeneratorValue,
  implementations: readonly Implementation[],
  totals: MaskTotals,
): Promise<void> {
  const drawn = drawSyntaxEdit(draw, ['proto2', 'proto3']);
  const carrier = draw(fc.constantFrom, 'request', 'response', 'both') as keyof typeof CARRIERS;
  const texts = (carriers: string): Readonly<Record<Side, Texts>> => ({
    old: withMethod(printSyntax(drawn.old), carriers),
    new: withMethod(printSyntax(drawn.new), carriers),
  });
  const { old, new: edited } = texts(CARRIERS[carrier]);
  const found = findingsOf({ old, new: edited });
  const withoutMask = findingsOf(
    texts(CARRIERS[carrier].replace(/repeated google\.protobuf\.FieldMask mask = \d;/, '')),
  );
  const [released, message] = [messageOf(schemaOf(old), 'M0'), messageOf(schemaOf(edited), 'M0')];
  const { examples, wrong } = examplesOf(found, withoutMask);
  totals.pairs++;
  for (const each of implementations) {
    if (each.mask === undefined) continue;
    await each.load({ old: describeSet(old), new: describeSet(edited) });
    const sent = await sentPaths(each, { old: released, new: message });
    totals.paths += sent.old.paths.length + sent.new.paths.length;
    totals.rejected += sent.old.rejected.length + sent.new.rejected.length;
    const { rejected } = sent.old;
    const altered = sent.old.paths.filter(
      (path) => !rejected.includes(path) && selectsAnother(path, released, message),
    );
    totals.altered += altered.length;
    const inPairing = found.map(({ change }) => change.impact.binary.oldClientNewServer);
    const isSaid = (effect: Effect): boolean =>
      inPairing.some((one) => worse(effect, one.effect) === one.effect && one.class === 'regression');
    const contradictions = [...wrong];
    if (rejected.length > 0 && !isSaid('rejected'))
      contradictions.push(`no finding says that ${rejected.join(', ')} is rejected`);
    if (altered.length > 0 && !isSaid('altered'))
      contradictions.push(`no finding says that ${altered.join(', ')} selects another field`);
    for (const example of examples) {
      const seen = await effectOf(each, example);
      // Go and Python use different names for a group.
      if (seen === undefined) continue;
      totals.examples++;
      if (seen !== example.effect) contradictions.push(`the path ${example.path} is ${seen}, not ${example.effect}`);
    }
    if (contradictions.length > 0)
      throw new Error(
        [
          `${each.name}: ${contradictions.join('; ')}; edits: ${drawn.edits.join(', ')}`,
          ...found.map(({ rule, change }) => `${rule.id}: ${change.message} ${JSON.stringify(change.impact.binary)}`),
          ...Object.values(old),
          ...Object.values(edited),
        ].join('\n'),
      );
  }
}

function findingsOf(texts: Readonly<Record<Side, Texts>>): readonly Found[] {
  const words = wordsOf(DEFAULT_SETTINGS, { ref: '1.4.0', version: '1.4.0' });
  const matched = diff(schemaOf(texts.old), schemaOf(texts.new), { stored: [] });
  return findChanges(matched, { words, encodings: ['binary'] }).found;
}

type Example = Extract<Shown, { readonly kind: 'mask' }>;

/** The examples with a field mask. `wrong` lists the effects that the mask causes and no example shows. */
function examplesOf(
  found: readonly Found[],
  withoutMask: readonly Found[],
): { readonly examples: readonly Example[]; readonly wrong: readonly string[] } {
  const examples: Example[] = [];
  const wrong: string[] = [];
  for (const { rule, change, witness } of found) {
    const same = withoutMask.find((one) => one.rule === rule && one.change.element === change.element);
    for (const pairing of PAIRINGS) {
      const { effect } = change.impact.binary[pairing];
      const shown = witness(pairing)?.shown;
      if (shown?.kind === 'mask') examples.push(shown);
      else if (effect !== same?.change.impact.binary[pairing].effect && effect !== shown?.effect)
        wrong.push(`${rule.id} ${change.element} is ${effect} in ${pairing} without an example`);
    }
  }
  return { examples, wrong };
}

/** Paths that an implementation accepts for the client, and those of them that it rejects for the server. */
interface SentPaths {
  readonly paths: readonly string[];
  readonly rejected: readonly string[];
}

async function sentPaths(
  implementation: Implementation,
  messages: { readonly old: Message; readonly new: Message },
): Promise<Record<'old' | 'new', SentPaths>> {
  const sent = async (client: 'old' | 'new', server: 'old' | 'new'): Promise<SentPaths> => {
    // Python has no paths inside a group.
    const paths = await accepted(client, pathsOf(messages[client], implementation.name));
    const taken = new Set(await accepted(server, paths));
    return { paths, rejected: paths.filter((path) => !taken.has(path)) };
  };
  const accepted = async (side: 'old' | 'new', paths: readonly string[]): Promise<string[]> => {
    const answers = paths.length === 0 ? [] : await implementation.mask?.(side, messages[side], paths);
    return paths.filter((_, index) => answers?.[index] === true);
  };
  return { old: await sent('old', 'new'), new: await sent('new', 'old') };
}

/** What a server does with the path in an example. Undefined if this implementation does not have the path. */
async function effectOf(implementation: Implementation, shown: Example): Promise<Effect | undefined> {
  const [client, server] =
    shown.pairing === 'oldClientNewServer' ? (['old', 'new'] as const) : (['new', 'old'] as const);
  const accepts = async (side: Side, message: Message): Promise<boolean> =>
    (await implementation.mask?.(side, message, [shown.path]))?.[0] === true;
  if (!(await accepts(client, shown.client))) return undefined;
  // An example with the name of a group's message is only true for Go.
  if (implementation.name === 'python' && [shown.client, shown.server].some((message) => hasGroup(shown.path, message)))
    return undefined;
  if (!(await accepts(server, shown.server))) return 'rejected';
  return selectsAnother(shown.path, shown.client, shown.server) ? 'altered' : 'exact';
}

/** The fields of a path. A group has the name of its field or of its message. */
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

/** Whether a path that both versions accept contains another field in the server's version. */
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

function nameInGo({ name, type, delimited }: Field): string {
  return delimited && type.kind === 'message' ? type.message.name : name;
}

/** How many names a path has at most. Messages may be recursive. */
const DEEPEST = 3;

/** The paths of all fields, also inside singular messages. For a group, Go uses the name of its message, and Python that of the field. */
function pathsOf(message: Message, implementation: ImplementationName, depth = DEEPEST): string[] {
  const nameOf = (field: Field): string => (implementation === 'go' ? nameInGo(field) : field.name);
  return message.fields.flatMap((field) => {
    const { type, repeated, isMap } = field;
    const isSingle = type.kind === 'message' && !repeated && !isMap;
    const inner = isSingle && depth > 1 ? pathsOf(type.message, implementation, depth - 1) : [];
    return [nameOf(field), ...inner.map((path) => `${nameOf(field)}.${path}`)];
  });
}
