/**
 * For each kind of pair, the code for its carriers and what this code imports from measure.ts.
 * @type {Record<string, { carriers: string, imports?: string }>}
 */
export const KINDS = {
  field: { carriers: 'pair.parent?.carriers ?? NOBODY', imports: 'NOBODY' },
  message: { carriers: 'pair.carriers' },
  oneof: { carriers: 'pair.parent.carriers' },
  enum: { carriers: 'pair.carriers' },
  enumValue: { carriers: 'pair.parent.carriers' },
  service: { carriers: 'CALL', imports: 'CALL' },
  method: { carriers: 'CALL', imports: 'CALL' },
  option: { carriers: 'NOBODY', imports: 'NOBODY' },
};

/**
 * A rule that finds nothing yet.
 * @param {string} id
 * @param {string} kind a key of KINDS
 */
export function ruleText(id, kind) {
  const { carriers = 'NOBODY', imports } = KINDS[kind] ?? {};
  const isOption = kind === 'option';
  const measures = ['withoutLoss', ...(imports === undefined ? [] : [imports])]
    .sort((a, b) => a.localeCompare(b, undefined, { sensitivity: 'base' }))
    .join(', ');
  const names = isOption ? 'describeOption, oldOptionPlace, optionPlace' : 'nameOf';
  return `import { ${measures} } from '../measure.ts';
import { ${names} } from '../${isOption ? 'subjects/options' : 'place'}.ts';
${isOption ? "import { revertOption } from '../fixes/options.ts';\n" : ''}import type { Rule } from '../rule.ts';
import { ${isOption ? 'quote' : 'findingMessage, quote'} } from '../words.ts';

export default {
  id: '${id}',
  title: 'TODO: one line, such as "Field has a new number"',
  docs: \`
## What it means
TODO: what was edited, and how it differs from similar edits.

## Who breaks
TODO: which program breaks, with which peer, and how.

## What to do instead
TODO: an edit with the same purpose that breaks nobody.
\`,
  // TODO: the section of the specification.
  reference: 'https://protobuf.dev/programming-guides/proto3/#updating',
  // TODO: rules of buf that report the same edit; the catalogue's test knows their names.
  buf: [],
  on: '${kind}',
${isOption ? optionCheck(carriers) : check(carriers)}} satisfies Rule<'${kind}'>;
`;
}

/** @param {string} carriers */
function check(carriers) {
  return `  check(pair, context) {
    // TODO: the condition. Both sides are elements of the linked schema, see server/schema/model.ts.
    const isChanged = false as boolean;
    if (pair.status !== 'kept' || !isChanged) return undefined;
    // TODO: the effects, and whether generated code still compiles; see measure.ts.
    const measured = withoutLoss(${carriers}, 'same');
    return {
      element: pair.new.fullName,
      // TODO: the position; see place.ts.
      place: nameOf(pair.new),
      baseline: nameOf(pair.old),
      impact: measured.impact,
      message: findingMessage(\`\${quote(pair.new.name)} TODO: the old and the new value\`, measured, context),
    };
  },
  // TODO: fixes, from fixes/. If there are none, add the reason to test/rules/fixes.test.ts.
  fixes: () => [],
  // TODO: if a peer loses something, an example of it, from witnesses/: \`witness: showField\`.
`;
}

/** @param {string} carriers */
function optionCheck(carriers) {
  return `  check(pair, context) {
    const place = optionPlace(pair);
    const owner = pair.owner.new;
    // TODO: the option's name, and the elements that can have it.
    if (place === undefined || owner?.kind !== 'field' || pair.name !== '(todo)') return undefined;
    return {
      element: owner.fullName,
      place,
      baseline: oldOptionPlace(pair),
      // TODO: the effects, and whether generated code still compiles.
      impact: withoutLoss(${carriers}, 'same').impact,
      message: \`\${describeOption(pair, context.words.baseline)}: TODO what that means for \${quote(owner.name)}.\`,
    };
  },
  fixes: (pair, context) => revertOption(pair, context),
`;
}
