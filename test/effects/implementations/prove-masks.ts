import fc, { type GeneratorValue } from 'fast-check';
import { diff } from '../../../server/diff/diff.ts';
import { type Effect, PAIRINGS } from '../../../server/effects/effect.ts';
import { wordsOf } from '../../../server/policy/judge.ts';
import { DEFAULT_SETTINGS } from '../../../server/policy/settings.ts';
import type { Shown } from '../../../server/rules/rule.ts';
import { findChanges } from '../../../server/rules/run.ts';
import type { Field, Message } from '../../../server/schema/model.ts';
import type { Texts } from '../../protoc.ts';
import { drawSyntaxEdit, printSyntax } from '../generate.ts';
import { isSame, worse } from '../observe.ts';
import { messageOf } from '../schema.ts';
import type { Implementation, ImplementationName } from './implementation.ts';
import { describeSet, schemaOf } from './prove-pair.ts';

/** The method that carries `M0` together with a mask. The label is valid in every syntax. */
const CARRIERS = {
  request:
    'message In { repeated M0 item = 1; repeated google.protobuf.FieldMask mask = 2; } message Out {} service S { rpc Do(In) returns (Out); }',
  response: 'message In { repeated google.protobuf.FieldMask mask = 1; } service S { rpc Do(In) returns (M0); }',
  both: 'message In { repeated M0 item = 1; repeated google.protobuf.FieldMask mask = 2; } service S { rpc Do(In) returns (M0); }',
} as const;

export interface MaskTotals {
  pairs: number;
  paths: number;
  rejected: number;
  /** Paths that select another field. */
  altered: number;
  /** Paths in examples that were executed. */
  examples: number;
}

export function noMasks(): MaskTotals {
  return { pairs: 0, paths: 0, rejected: 0, altered: 0, examples: 0 };
}

/**
 * Generates an edit of a message that a method carries together with a `google.protobuf.FieldMask`, and asks each implementation which
 * paths of one version it accepts for the other one. If it rejects a released path, or the path selects another field, a finding must say
 * so for an old client and a new server. If a finding says that the name of a field is lost in a pairing, the path must be rejected. The
 * path in each example must have the effect that it is an example of.
 * @throws Error with the complete case
 */
export async function proveMasks(
  draw: GeneratorValue,
  implementations: readonly Implementation[],
  totals: MaskTotals,
): Promise<void> {
  const drawn = drawSyntaxEdit(draw, ['proto2', 'proto3']);
  const carrier = draw(fc.constantFrom, 'request', 'response', 'both') as keyof typeof CARRIERS;
  const [old, edited] = [drawn.old, drawn.new].map((side) => withMethod(printSyntax(side), CARRIERS[carrier])) as [
    Texts,
    Texts,
  ];
  const schemas = { old: schemaOf(old), new: schemaOf(edited) };
  const words = wordsOf(DEFAULT_SETTINGS, { ref: '1.4.0', version: '1.4.0' });
  const { found } = findChanges(diff(schemas.old, schemas.new, { stored: [] }), { words, encodings: ['binary'] });
  const [released, message] = [messageOf(schemas.old, 'M0'), messageOf(schemas.new, 'M0')];
  totals.pairs++;
  for (const each of implementations) {
    if (each.mask === undefined) continue;
    await each.load({ old: describeSet(old), new: describeSet(edited) });
    const sent = await sentPaths(each, { old: released, new: message });
    totals.paths += sent.old.paths.length + sent.new.paths.length;
    totals.rejected += sent.old.rejected.length + sent.new.rejected.length;
    const altered = sent.old.paths.filter(
      (path) => !sent.old.rejected.includes(path) && selectsAnother(path, released, message),
    );
    totals.altered += altered.length;
    const inPairing = found.map(({ change }) => change.impact.binary.oldClientNewServer);
    const isSaid = (effect: Effect): boolean =>
      inPairing.some((one) => worse(effect, one.effect) === one.effect && one.class === 'regression');
    const isShown = found.every(({ rule, change: { element, impact, baseline } }) => {
      if (!/^field-(?:renamed|removed)$/.test(rule.id)) return true;
      const { oldClientNewServer, newClientOldServer } = impact.binary;
      const oldName = baseline?.file.node.text.slice(baseline.span.start, baseline.span.end);
      const newName = rule.id === 'field-renamed' ? element.slice(element.lastIndexOf('.') + 1) : undefined;
      return (
        (oldClientNewServer.effect !== 'rejected' || isRejected(oldName, sent.old)) &&
        (newClientOldServer.effect !== 'rejected' || isRejected(newName, sent.new))
      );
    });
    const { rejected } = sent.old;
    const wrongExamples: string[] = [];
    for (const { change, witness, pairing } of found.flatMap((one) =>
      PAIRINGS.map((pairing) => ({ ...one, pairing })),
    )) {
      const shown = witness(pairing)?.shown;
      const { effect } = change.impact.binary[pairing];
      if (effect === 'rejected' && shown?.effect !== 'rejected') wrongExamples.push(`${change.element} has no example`);
      if (shown?.kind !== 'mask') continue;
      const client = shown.pairing === 'oldClientNewServer' ? 'old' : 'new';
      const seen = await effectOf(each, client, shown);
      // Only one of the implementations can send the name of a group.
      if (seen === undefined) continue;
      totals.examples++;
      if (seen !== shown.effect) wrongExamples.push(`the path ${shown.path} is ${seen}, not ${shown.effect}`);
    }
    if (
      (rejected.length > 0 && !isSaid('rejected')) ||
      (altered.length > 0 && !isSaid('altered')) ||
      !isShown ||
      wrongExamples.length > 0
    )
      throw new Error(
        [
          `${each.name} rejects the paths ${rejected.join(', ') || '(none)'}; edits: ${drawn.edits.join(', ')}`,
          `selecting another field: ${altered.join(', ') || '(none)'}; wrong examples: ${wrongExamples.join(', ') || '(none)'}`,
          ...found.map(({ rule, change }) => `${rule.id}: ${change.message} ${JSON.stringify(change.impact.binary)}`),
          ...Object.values(old),
          ...Object.values(edited),
        ].join('\n'),
      );
  }
}

/** Paths that an implementation accepts for the client's version of a message, and those of them that it rejects for the server's. */
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

/** What a server does with the path in an example; undefined if this implementation cannot send it or uses another name for a group in it. */
async function effectOf(
  implementation: Implementation,
  client: 'old' | 'new',
  shown: Extract<Shown, { readonly kind: 'mask' }>,
): Promise<Effect | undefined> {
  const accepts = async (side: 'old' | 'new', message: Message): Promise<boolean> =>
    (await implementation.mask?.(side, message, [shown.path]))?.[0] === true;
  if (!(await accepts(client, shown.client))) return undefined;
  // Python calls a group by its own name, so what depends on the name of its message is only true of Go.
  if (implementation.name === 'python' && [shown.client, shown.server].some((message) => hasGroup(shown.path, message)))
    return undefined;
  if (!(await accepts(client === 'old' ? 'new' : 'old', shown.server))) return 'rejected';
  return selectsAnother(shown.path, shown.client, shown.server) ? 'altered' : 'exact';
}

/** The fields of a path, each by its own name or, for a group, that of its message. */
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

/** Whether a path that both versions of a message accept leads through another field in the server's version. */
function selectsAnother(path: string, client: Message, server: Message): boolean {
  const known = fieldsOf(path, server);
  return fieldsOf(path, client).some((field, index) => {
    const other = known[index];
    if (field.message === undefined || other?.message === undefined) return true;
    return !isSame(field.message, other.message, field, other, 'binary');
  });
}

/** Whether the path is rejected, or cannot be sent. */
function isRejected(path: string | undefined, { paths, rejected }: SentPaths): boolean {
  return path === undefined || !paths.includes(path) || rejected.includes(path);
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

/** The paths of all fields, also inside single messages. For a group, Go uses the name of its message, and Python that of the field. */
function pathsOf(old: Message, implementation: ImplementationName, depth = DEEPEST): string[] {
  const nameOf = (field: Field): string => (implementation === 'go' ? nameInGo(field) : field.name);
  return old.fields.flatMap((field) => {
    const { type, repeated, isMap } = field;
    const isSingle = type.kind === 'message' && !repeated && !isMap;
    const inner = isSingle && depth > 1 ? pathsOf(type.message, implementation, depth - 1) : [];
    return [nameOf(field), ...inner.map((path) => `${nameOf(field)}.${path}`)];
  });
}
