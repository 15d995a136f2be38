import type { Effect } from '../../effects/effect.ts';
import { readEnum } from '../../effects/enums.ts';
import { measureEnum } from '../measure.ts';
import { optionOf } from '../place.ts';
import { revertOption, optionSides } from '../fixes/restore.ts';
import type { Rule } from '../rule.ts';
import { misses, quote, type Phrase, tell } from '../words.ts';
import { showEnum } from '../show/enum.ts';

export default {
  id: 'enum-openness-changed',
  title: 'Enum became open or closed',
  docs: `
## What it means
A closed enum (proto2) puts numbers that it has no name for among the unknown fields, so that the field reads as unset. An open one
(proto3) keeps the number. Which one it is follows from the file's syntax or \`features.enum_type\`.

## Who breaks
Closed now: a number without a name that a peer of the release sends is lost. Open now: a reader of the release loses it. Where the
field is required, the message is refused as a whole. Known values are read alike.

## What to do instead
Keep the released kind: when moving to editions, set \`features.enum_type\` to it.
`,
  reference: 'https://protobuf.dev/programming-guides/enum/',
  buf: ['ENUM_SAME_TYPE'],
  on: 'enum',
  check(pair, context) {
    if (pair.status !== 'kept' || pair.old.closed === pair.new.closed) return undefined;
    const edited = { ...pair.old, closed: pair.new.closed };
    const measured = measureEnum(pair, 'same', context, (writer, encoding) =>
      writer === 'old' ? readEnum(pair.old, edited, encoding) : readEnum(edited, pair.old, encoding),
    );
    const unnamed: Partial<Record<Effect, Phrase>> = {
      dropped: (reader, writer) => `${reader} ${misses(pair, context)} when ${writer} sends a number without a name`,
      rejected: (reader, writer) =>
        `${reader} refuses a message whose required field ${writer} sets to a number without a name`,
    };
    return {
      element: pair.new.fullName,
      place: optionOf(pair.new, 'features.enum_type'),
      baseline: optionOf(pair.old, 'features.enum_type'),
      impact: measured.impact,
      message: tell(
        `enum ${quote(pair.new.name)} is ${pair.new.closed ? 'closed' : 'open'} now and was not in ${context.words.baseline}`,
        measured,
        context,
        { old: unnamed, new: unnamed },
      ),
    };
  },
  fixes(pair, context) {
    if (pair.status !== 'kept') return [];
    const name = 'features.enum_type';
    const [old, edited] = [pair.old.options.get(name), pair.new.options.get(name)];
    // The file's syntax or option may have decided it.
    if (old === undefined && edited === undefined) return [];
    return revertOption({ name, owner: pair, ...optionSides(old, edited) }, context);
  },
  witness: showEnum,
} satisfies Rule<'enum'>;
