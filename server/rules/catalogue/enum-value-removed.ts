import { measureValue } from '../measure.ts';
import { nameOf, reservationOf } from '../place.ts';
import { gapOf, restoreMember } from '../fixes/deleted-members.ts';
import type { Rule } from '../rule.ts';
import { misses, quote, findingMessage } from '../words.ts';
import { showEnumValue } from '../witnesses/enum.ts';

export default {
  id: 'enum-value-removed',
  title: 'Enum value was removed',
  docs: `
## What it means
A value of the release was removed: the enum no longer has its name. The number may still belong to an alias, or to a value that
was renumbered.

## Who breaks
Old peers that send the value. In binary, nothing changes if an alias still has the number. If a renumbered value has the number
now, the new reader reads that value. Otherwise, it has no name for the number. If the enum is closed (proto2), it then loses
the value: a field is unset, a list lacks the element, and a map lacks the whole entry. If the field is required, it refuses the
message. In JSON, it refuses the name. Code that uses the value no longer compiles.

## What to do instead
Mark the value \`[deprecated = true]\`. When no supported release sends it, remove it and write \`reserved\` for its number and its
name.
`,
  reference: 'https://protobuf.dev/programming-guides/proto3/#reserved',
  buf: [
    'ENUM_VALUE_NO_DELETE',
    'ENUM_VALUE_NO_DELETE_UNLESS_NAME_RESERVED',
    'ENUM_VALUE_NO_DELETE_UNLESS_NUMBER_RESERVED',
    'ENUM_VALUE_SAME_NAME',
  ],
  isProtocolChange: true,
  deletes: 'value',
  on: 'enumValue',
  check(pair, context) {
    const type = pair.parent.new;
    if (pair.status !== 'removed' || type === undefined) return undefined;
    const { old } = pair;
    const reserved = reservationOf(type, old.number, old.name);
    const measured = measureValue(pair, 'breaks', context);
    return {
      element: old.fullName,
      place: reserved ?? gapOf(old, pair.parent),
      baseline: nameOf(old),
      impact: measured.impact,
      message: findingMessage(
        `${quote(old.name)} (${String(old.number)}) was removed${reserved === undefined ? '' : ' and reserved'}`,
        measured,
        context,
        {
          old: {
            unrecognised: (reader, writer) => `${reader} has no name for it when ${writer} sends it`,
            dropped: (reader, writer) => `${reader} ${misses(pair.parent, context)} when ${writer} sends it`,
            rejected: (reader, writer) =>
              `${reader} refuses the whole message where ${writer} sets a required field to it`,
          },
        },
      ),
    };
  },
  fixes: (pair, context) => (pair.status === 'removed' ? restoreMember(pair.old, pair.parent, context) : []),
  witness: showEnumValue,
} satisfies Rule<'enumValue'>;
