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
 * released paths it accepts for the edited message. If it rejects one, a finding must say so for an old client and a new server. If a
 * finding says that the name of a field is lost, the path must be rejected.
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
    const known = pathsOf(released, each.name);
    if (each.mask === undefined || known.length === 0) continue;
    await each.load({ old: describeSet(old), new: describeSet(edited) });
    // Python has no paths inside a group.
    const isReleased = await each.mask('old', released, known);
    const paths = known.filter((_, index) => isReleased[index] === true);
    const accepted = await each.mask('new', message, paths);
    const rejected = paths.filter((_, index) => accepted[index] !== true);
    totals.paths += paths.length;
    totals.rejected += rejected.length;
    const inPairing = found.map(({ change }) => change.impact.binary.oldClientNewServer);
    const isSaid = inPairing.some((one) => worse('rejected', one.effect) === one.effect && one.class === 'regression');
    const lost = found.flatMap(({ rule, change: { impact, baseline } }) =>
      /^field-(?:renamed|removed)$/.test(rule.id) && impact.binary.oldClientNewServer.effect === 'rejected' && baseline
        ? baseline.file.node.text.slice(baseline.span.start, baseline.span.end)
        : [],
    );
    const isShown = lost.every((name) => !paths.includes(name) || rejected.includes(name));
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
