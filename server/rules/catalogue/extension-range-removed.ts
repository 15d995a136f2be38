import { includes, rangeText, subtract } from '../../diff/numbers.ts';
import type { RangePair } from '../../diff/pairs.ts';
import { EXACT, writersOwn } from '../../effects/reading.ts';
import type { Name } from '../../proto/tree.ts';
import type { Field, Message } from '../../schema/model.ts';
import { fix, insert } from '../fixes/edits.ts';
import { measure } from '../measure.ts';
import { nameOf } from '../place.ts';
import type { Rule, Scenario, Witness } from '../rule.ts';
import { quote, tell } from '../words.ts';
import { showMessages } from '../show/message.ts';

export default {
  id: 'extension-range-removed',
  title: 'Numbers are no longer open to extensions',
  docs: `
## What it means
The release lets others declare extensions with these numbers, and now they may not.

## Who breaks
Extensions in files that you may not know: they no longer compile, and what peers of the release send in them is ignored, or read
as the field that took the number. A JSON parser refuses their keys.

## What to do instead
Put the range back. Where a number of it is needed, make sure first that nobody registered it.
`,
  reference: 'https://protobuf.dev/programming-guides/proto2/#extensions',
  buf: ['EXTENSION_MESSAGE_NO_DELETE'],
  declares: true,
  on: 'extensionRange',
  check(pair, context) {
    const { parent } = pair;
    if (pair.status !== 'removed' || parent.old === undefined || parent.new === undefined) return undefined;
    const { start, end, span } = pair.old;
    const taker = parent.new.fields.find(({ number }) => includes([pair.old], number));
    const lost = taker === undefined ? 'dropped' : 'altered';
    const measured = measure(parent.role, 'breaks', (writer, encoding) =>
      writer === 'old'
        ? writersOwn(encoding === 'json' ? 'rejected' : lost, 'the reader knows no extension there')
        : EXACT,
    );
    const range = `${start === end ? 'number' : 'numbers'} ${rangeText(pair.old, 'message')} ${start === end ? 'is' : 'are'}`;
    return {
      element: parent.new.fullName,
      place: nameOf(parent.new),
      baseline: { file: parent.old.file, span },
      impact: measured.impact,
      message: tell(`${range} no longer open to extensions of ${quote(parent.new.name)}`, measured, context, {
        old: {
          dropped: (reader, writer) => `${reader} ignores an extension that ${writer} sends there`,
          altered: (reader, writer) =>
            `${reader} takes an extension that ${writer} sends there for ${quote(taker?.name ?? '')}`,
        },
      }),
    };
  },
  fixes({ parent, old }) {
    const container = parent.new;
    if (old === undefined || container === undefined) return [];
    if (
      container.fields.some(({ number }) => includes([old], number)) ||
      subtract([old], container.reservedRanges).length !== 1
    )
      return [];
    const range = rangeText(old, 'message');
    return fix(`Restore extensions ${range}`, true, [insert(container, `extensions ${range};`)]);
  },
  witness: showExtension,
} satisfies Rule<'extensionRange'>;

/** An extension in the range: one that the release's files declare, else one that somebody else may have. */
function showExtension({ parent, old: range }: RangePair, scenario: Scenario): Witness | undefined {
  const { old } = parent;
  if (range === undefined || old === undefined || scenario.writer === 'new') return undefined;
  const isInside = ({ number }: Field): boolean => range.start <= number && number <= range.end;
  const known = [...old.extensionsByNumber.values()].find(isInside);
  const taker = parent.new?.fields.find(isInside);
  const extension =
    (taker && { ...extensionAt(taker.number, old), type: taker.type, delimited: taker.delimited }) ??
    known ??
    extensionAt(range.start, old);
  const writer = {
    ...old,
    extensionsByNumber: new Map(old.extensionsByNumber).set(extension.number, extension),
    // What somebody else declared was not renamed to what took its number.
    reservedNames: new Map(old.reservedNames).set(taker?.name ?? '', extension.node.span),
  };
  return showMessages(writer, parent.new, parent.role, scenario, [extension], []);
}

function extensionAt(number: number, message: Message): Field {
  const span = { start: 0, end: 0 };
  const word = (text: string): Name => ({ text, span });
  const fullName = message.file.package === '' ? 'extension' : `${message.file.package}.extension`;
  return {
    kind: 'field',
    name: 'extension',
    fullName,
    file: message.file,
    options: new Map(),
    deprecated: false,
    message,
    extensionScope: message.file,
    node: {
      kind: 'field',
      span,
      leadingComments: undefined,
      label: undefined,
      type: word('string'),
      map: undefined,
      name: word('extension'),
      number: { value: number, span },
      options: [],
      group: undefined,
    },
    number,
    repeated: false,
    type: { kind: 'scalar', scalar: 'string' },
    isMap: false,
    presence: 'explicit',
    packed: false,
    delimited: false,
    validatesUtf8: true,
    oneof: undefined,
    default: undefined,
    jsonName: `[${fullName}]`,
  };
}
