import fc, { type GeneratorValue } from 'fast-check';
import { diff } from '../../../server/diff/diff.ts';
import { wordsOf } from '../../../server/policy/judge.ts';
import { DEFAULT_SETTINGS } from '../../../server/policy/settings.ts';
import { findChanges } from '../../../server/rules/run.ts';
import type { Field, Message } from '../../../server/schema/model.ts';
import type { Texts } from '../../protoc.ts';
import { drawSyntaxEdit, printSyntax } from '../generate.ts';
import { worse } from '../observe.ts';
import { messageOf } from '../schema.ts';
import type { Implementation, ImplementationName } from './implementation.ts';
import { describeSet, schemaOf } from './prove-pair.ts';

/** The method that carries `M0` together with a mask. The label is valid in every syntax. */
const CARRIERS = {
  request:
    'message In { repeated M0 item = 1; repeated google.protobuf.FieldMask mask = 2; } message Out {} service S { rpc Do(In) returns (Out); }',
  response: 'message In { repeated google.protobuf.FieldMask mask = 1; } service S { rpc Do(In) returns (M0); }',
} as const;

export interface MaskTotals {
  pairs: number;
  paths: number;
  rejected: number;
}

/**
 * Generates an edit of a message that is in a request together with a `google.protobuf.FieldMask`, and asks each implementation which
 * paths of one version it accepts for the other one. If it rejects a released path, a finding must say so for an old client and a new
 * server. If a finding says that the name of a field is lost in a pairing, the path must be rejected.
 * @throws Error with the complete case
 */
export async function proveMasks(
  draw: GeneratorValue,
  implementations: readonly Implementation[],
  totals: MaskTotals,
): Promise<void> {
  const drawn = drawSyntaxEdit(draw, ['proto2', 'proto3']);
  const carrier = draw(fc.constantFrom, 'request', 'response') as keyof typeof CARRIERS;
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
    const inPairing = found.map(({ change }) => change.impact.binary.oldClientNewServer);
    const isSaid = inPairing.some((one) => worse('rejected', one.effect) === one.effect && one.class === 'regression');
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
    if ((rejected.length > 0 && !isSaid) || !isShown)
      throw new Error(
        [
          `${each.name} rejects the paths ${rejected.join(', ') || '(none)'}; edits: ${drawn.edits.join(', ')}`,
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

/** How many names a path has at most. Messages may be recursive. */
const DEEPEST = 3;

/** The paths of all fields, also inside singular messages. For a group, Go uses the name of its message, and Python that of the field. */
function pathsOf(old: Message, implementation: ImplementationName, depth = DEEPEST): string[] {
  const nameOf = ({ name, type, delimited }: Field): string =>
    implementation === 'go' && delimited && type.kind === 'message' ? type.message.name : name;
  return old.fields.flatMap((field) => {
    const { type, repeated, isMap } = field;
    const isSingle = type.kind === 'message' && !repeated && !isMap;
    const inner = isSingle && depth > 1 ? pathsOf(type.message, implementation, depth - 1) : [];
    return [nameOf(field), ...inner.map((path) => `${nameOf(field)}.${path}`)];
  });
}
