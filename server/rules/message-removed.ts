import { EXACT, loss, readersOwn, writersOwn } from '../effects/reading.ts';
import { measure } from './measure.ts';
import { nameOf, scopeOf } from './place.ts';
import { restoreType } from './restore.ts';
import type { Rule } from './rule.ts';
import { quote, tell } from './words.ts';

export default {
  id: 'message-removed',
  title: 'Message was removed',
  docs: `
## What it means
A message of the release is gone, and nothing with its fields has taken its place. If fields or methods carried it, they have
findings of their own.

## Who breaks
Code that uses the generated type no longer compiles. If the message is stored, data written by the release can no longer be read.

## What to do instead
Mark it \`option deprecated = true\` and keep it until no supported release uses it.
`,
  reference: 'https://protobuf.dev/programming-guides/proto3/#updating',
  buf: ['MESSAGE_NO_DELETE', 'PACKAGE_MESSAGE_NO_DELETE'],
  declares: true,
  on: 'message',
  check(pair, context) {
    if (pair.status !== 'removed' || pair.covered || pair.folded) return undefined;
    // What calls carried it is told at their fields and methods; data and what nothing reaches is looked at by itself.
    const isCarried = pair.role.request || pair.role.response;
    const measured = measure(pair.role, 'breaks', (writer) =>
      isCarried ? EXACT : writer === 'old' ? dropped(pair.role.data) : readersOwn('nobody writes it any more'),
    );
    return {
      element: pair.old.fullName,
      place: scopeOf(pair.old, context.diff),
      baseline: nameOf(pair.old),
      impact: measured.impact,
      message: tell(`message ${quote(pair.old.name)} was removed`, measured, context, {
        old: { dropped: (reader, writer) => `${reader} cannot read what ${writer} stored in it` },
        new: { absent: (reader, writer) => `${reader} finds none, because ${writer} no longer stores it` },
      }),
    };
  },
  fixes: (pair, context) => (pair.old === undefined ? [] : restoreType(pair.old, context)),
} satisfies Rule<'message'>;

/** Stored data that nothing can read any more is lost to the program that wrote it, too. */
function dropped(isStored: boolean): ReturnType<typeof writersOwn> {
  const because = 'this version does not have the message';
  return isStored ? loss('dropped', because) : writersOwn('dropped', because);
}
