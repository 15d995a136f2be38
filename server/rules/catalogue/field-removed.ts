import { crossed, describe, isExtension } from '../subjects/fields.ts';
import { measureWhole } from '../measure.ts';
import { nameOf, numberOf, reservationOf } from '../place.ts';
import { gapOf, restoreMember } from '../fixes/restore.ts';
import type { Rule } from '../rule.ts';
import { quote, tell } from '../words.ts';
import { showField } from '../show/field.ts';

export default {
  id: 'field-removed',
  title: 'Field was removed',
  docs: `
## What it means
A field of the release is gone: neither its name nor its number belongs to a field of the message any more, or to an extension
alone. Reserving both keeps others from taking them by mistake, but it does not bring back what peers of the release rely on.

## Who breaks
A peer of the release that sends the field is silently ignored, and one that reads it sees it unset. Code that uses the field no
longer compiles.

## What to do instead
Mark the field \`[deprecated = true]\` and keep it until no supported release uses it. When it goes, write
\`reserved\` for its number and its name.
`,
  reference: 'https://protobuf.dev/best-practices/dos-donts/#reserve-deleted-numbers',
  buf: ['FIELD_NO_DELETE', 'FIELD_NO_DELETE_UNLESS_NAME_RESERVED', 'FIELD_NO_DELETE_UNLESS_NUMBER_RESERVED'],
  declares: true,
  deletes: 'field',
  on: 'field',
  check(pair, context) {
    const message = pair.parent?.new;
    if (pair.old === undefined || isExtension(pair.old) || message === undefined) return undefined;
    const { old } = pair;
    const extension = crossed(pair)?.new;
    if (extension !== undefined) {
      const measured = measureWhole(pair, 'breaks', context);
      return {
        element: extension.fullName,
        place: nameOf(extension),
        baseline: nameOf(old),
        impact: measured.impact,
        message: tell(`${describe(old)} is the extension ${describe(extension)} now`, measured, context),
      };
    }
    if (pair.status !== 'removed' || pair.parent === undefined) return undefined;
    const taker = message.fieldsByNumber.get(old.number);
    const reserved = reservationOf(message, old.number, old.name);
    const measured = measureWhole(pair, 'breaks', context);
    const fact = `${describe(old)} was removed${reserved === undefined ? '' : ' and reserved'}`;
    return {
      element: old.fullName,
      place: taker === undefined ? (reserved ?? gapOf(old, pair.parent)) : numberOf(taker),
      baseline: nameOf(old),
      impact: measured.impact,
      message: tell(fact, measured, context, {
        old: {
          altered: (reader, writer, why) =>
            taker === undefined
              ? `${reader} reads another value than ${writer} sends${why}`
              : `${reader} reads what ${writer} sends in it as ${quote(taker.name)}`,
          dropped: (reader, writer) => `${reader} ignores it when ${writer} sends it`,
        },
        new: {
          absent: (reader, writer) => `${reader} sees it unset, because ${writer} no longer sends it`,
          rejected: (reader, writer) => `${reader} requires it and refuses what ${writer} sends`,
        },
      }),
    };
  },
  fixes: (pair, context) =>
    pair.status === 'removed' && pair.parent !== undefined ? restoreMember(pair.old, pair.parent, context) : [],
  witness: showField,
} satisfies Rule<'field'>;
