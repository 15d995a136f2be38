import { isExtension } from '../../schema/fields.ts';
import { crossed, describe } from '../subjects/fields.ts';
import { withMasks } from '../subjects/masks.ts';
import { measureWhole } from '../measure.ts';
import { nameOf, numberOf, reservationOf } from '../place.ts';
import { gapOf, restoreMember } from '../fixes/deleted-members.ts';
import type { Rule } from '../rule.ts';
import { quote, findingMessage } from '../words.ts';
import { showField } from '../witnesses/field.ts';

export default {
  id: 'field-removed',
  title: 'Field was removed',
  docs: `
## What it means
A field of the release was removed, or it became an extension. Another field may have its number or its name now. Reserving its
number and name prevents others from reusing them by mistake, but does not restore what old peers rely on.

## Who breaks
In binary, the new side ignores the field when an old peer sends it, or reads it as the field that now has its number. A JSON
parser refuses a key that it does not have. An old peer that reads the field sees it unset; if the field was required, it
refuses the whole message. If the field became an extension of the same type, nothing changes in binary. If a method carries a
\`google.protobuf.FieldMask\`, the new server refuses a mask that names the field, or takes it for another field that has the name
now. Code that uses the field no longer compiles.

## What to do instead
Mark the field \`[deprecated = true]\` and keep it until no supported release uses it. When you remove it, write \`reserved\` for
its number and its name.
`,
  reference: 'https://protobuf.dev/best-practices/dos-donts/#reserve-deleted-numbers',
  buf: ['FIELD_NO_DELETE', 'FIELD_NO_DELETE_UNLESS_NAME_RESERVED', 'FIELD_NO_DELETE_UNLESS_NUMBER_RESERVED'],
  isProtocolChange: true,
  deletes: 'field',
  on: 'field',
  check(pair, context) {
    const message = pair.parent?.new;
    if (pair.old === undefined || isExtension(pair.old) || message === undefined) return undefined;
    const { old } = pair;
    const extension = crossed(pair)?.new;
    if (extension !== undefined) {
      const whole = measureWhole(pair, 'breaks', context);
      const { measured, phrases } = withMasks(pair, whole, context);
      return {
        element: extension.fullName,
        place: nameOf(extension),
        baseline: nameOf(old),
        impact: measured.impact,
        message: findingMessage(
          `${describe(old)} became the extension ${describe(extension)}`,
          measured,
          context,
          phrases,
        ),
      };
    }
    if (pair.status !== 'removed' || pair.parent === undefined) return undefined;
    const newOwner = message.fieldsByNumber.get(old.number);
    const reserved = reservationOf(message, old.number, old.name);
    const whole = measureWhole(pair, 'breaks', context);
    const { measured, phrases } = withMasks(pair, whole, context, {
      old: {
        altered: (reader, writer, why) =>
          newOwner === undefined
            ? `${reader} reads a different value than ${writer} sends${why}`
            : `${reader} reads what ${writer} sends in it as ${quote(newOwner.name)}`,
        dropped: (reader, writer) => `${reader} ignores it when ${writer} sends it`,
      },
      new: {
        absent: (reader, writer) => `${reader} sees it unset, because ${writer} no longer sends it`,
        rejected: (reader, writer) => `${reader} requires it and refuses what ${writer} sends`,
      },
    });
    const fact = `${describe(old)} was removed${reserved === undefined ? '' : ' and reserved'}`;
    return {
      element: old.fullName,
      place: newOwner === undefined ? (reserved ?? gapOf(old, pair.parent)) : numberOf(newOwner),
      baseline: nameOf(old),
      impact: measured.impact,
      message: findingMessage(fact, measured, context, phrases),
    };
  },
  fixes: (pair, context) =>
    pair.status === 'removed' && pair.parent !== undefined ? restoreMember(pair.old, pair.parent, context) : [],
  witness: showField,
} satisfies Rule<'field'>;
