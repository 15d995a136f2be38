import { pairOf } from '../../diff/pairs.ts';
import type { Effect } from '../../effects/effect.ts';
import { readEnum } from '../../effects/enums.ts';
import { writerFirst } from '../../effects/impact.ts';
import { measureEnum } from '../measure.ts';
import { optionOf } from '../place.ts';
import { revertOption } from '../fixes/options.ts';
import type { Rule } from '../rule.ts';
import { misses, quote, type Phrase, findingMessage } from '../words.ts';
import { showEnum } from '../witnesses/enum.ts';
import type { Enum } from '../../schema/model.ts';

export default {
  id: 'enum-openness-changed',
  title: 'Enum became open or closed',
  docs: `
## What it means
In binary, a closed enum (proto2) treats a number without a name as an unknown field: a single field reads as unset, a list
lacks the element, and a map lacks the entry. An open enum (proto3) keeps the number. The file's syntax or \`features.enum_type\`
decides which kind an enum is.

## Who breaks
If the enum became closed, the new side loses numbers without a name that an old peer sends. If it became open, an old reader
loses such numbers that the new side sends. In JSON, or if the field is required, the reader refuses the whole message. Values
that have a name are not affected.

## What to do instead
Keep the kind that the release has. When you migrate to editions, set \`features.enum_type\` to that kind.
`,
  reference: 'https://protobuf.dev/programming-guides/enum/',
  buf: ['ENUM_SAME_TYPE'],
  on: 'enum',
  check(pair, context) {
    if (pair.status !== 'kept' || pair.old.closed === pair.new.closed) return undefined;
    const edited = { ...pair.old, closed: pair.new.closed };
    const measured = measureEnum(pair, 'same', context, (writer, encoding) =>
      readEnum(...writerFirst(writer, pair.old, edited), encoding),
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
      message: findingMessage(
        `enum ${quote(pair.new.name)} was ${kindOf(pair.old)} in ${context.words.baseline} and is ${kindOf(pair.new)} now`,
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
    // Without the option, the file's syntax or options caused the change.
    if (old === undefined && edited === undefined) return [];
    return revertOption({ name, owner: pair, ...pairOf(old, edited) }, context);
  },
  witness: showEnum,
} satisfies Rule<'enum'>;

function kindOf({ closed }: Enum): string {
  return closed ? 'closed' : 'open';
}
