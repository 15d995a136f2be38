import { includes } from '../../diff/numbers.ts';
import { isExtension } from '../../schema/fields.ts';
import { fix, insert } from '../fixes/edits.ts';
import { releasedText } from '../fixes/released-text.ts';
import { crossed, describe } from '../subjects/fields.ts';
import { withMasks } from '../subjects/masks.ts';
import { measureWhole } from '../measure.ts';
import { nameOf, scopeOf } from '../place.ts';
import type { Rule } from '../rule.ts';
import { quote, findingMessage } from '../words.ts';
import { showField } from '../witnesses/field.ts';

export default {
  id: 'extension-removed',
  title: 'Extension was removed',
  docs: `
## What it means
An extension of the release was removed, or became a field.

## Who breaks
In binary, the new side ignores the extension when an old peer sends it. In JSON, it refuses the extension's key. An old peer
that reads the extension sees it unset. Code that uses it no longer compiles. If a field with the same number, type and label
replaces it, nothing changes in binary, except that an old server refuses a \`google.protobuf.FieldMask\` that names the field.
In JSON, each side refuses the other's key.

## What to do instead
Mark it \`[deprecated = true]\` and keep it until no supported release uses it.
`,
  reference: 'https://protobuf.dev/programming-guides/proto2/#extensions',
  buf: ['EXTENSION_NO_DELETE', 'PACKAGE_EXTENSION_NO_DELETE'],
  isProtocolChange: true,
  deletes: 'extension',
  on: 'field',
  check(pair, context) {
    if (pair.old === undefined || !isExtension(pair.old)) return undefined;
    const field = crossed(pair)?.new;
    if (pair.status !== 'removed' && field === undefined) return undefined;
    const whole = measureWhole(pair, 'breaks', context);
    if (field !== undefined) {
      const { measured, phrases } = withMasks(pair, whole, context);
      return {
        element: field.fullName,
        place: nameOf(field),
        baseline: nameOf(pair.old),
        impact: measured.impact,
        message: findingMessage(
          `extension ${describe(pair.old)} became the field ${describe(field)}`,
          measured,
          context,
          phrases,
        ),
      };
    }
    return {
      element: pair.old.fullName,
      place: scopeOf(pair.old, context.diff),
      baseline: nameOf(pair.old),
      impact: whole.impact,
      message: findingMessage(`extension ${describe(pair.old)} was removed`, whole, context, {
        old: { dropped: (reader, writer) => `${reader} ignores it when ${writer} sends it` },
        new: { absent: (reader, writer) => `${reader} sees it unset, because ${writer} no longer sends it` },
      }),
    };
  },
  fixes(pair, { diff }) {
    const { old } = pair;
    // An extension of another message may have the name now.
    if (pair.status !== 'removed' || diff.new.extensions.has(pair.old.fullName)) return [];
    const scope = old?.extensionScope;
    const edited =
      scope?.kind === 'message' ? diff.matches.types.newOf(scope) : scope && diff.matches.files.newOf(scope);
    const extendee = pair.parent?.new;
    if (old === undefined || edited === undefined || extendee === undefined) return [];
    const { extensionRanges, extensionsByNumber } = extendee;
    if (!includes(extensionRanges, old.number) || extensionsByNumber.has(old.number)) return [];
    const { text, needs } = releasedText(old, diff);
    const edit = insert(edited, `extend ${extendee.fullName} {\n  ${text}\n}`);
    return fix(`Restore extension ${quote(old.name)}`, true, [edit, ...needs]);
  },
  witness: showField,
} satisfies Rule<'field'>;
