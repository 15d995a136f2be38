import { fix } from '../fixes/edits.ts';
import type { Diff } from '../../diff/pairs.ts';
import type { Enum, File, Message } from '../../schema/model.ts';
import { hasVisibility, isExported } from '../../schema/visibility.ts';
import { withoutLoss, NOBODY } from '../measure.ts';
import { nameOf } from '../place.ts';
import type { Rule } from '../rule.ts';
import { list, quote } from '../words.ts';

export default {
  id: 'type-visibility-changed',
  title: 'Types are no longer visible to other files',
  docs: `
## What it means
A message or enum that other files could use in the release is \`local\` now: they can no longer use it. In edition 2024, nested
types are local by default, unless they are declared with \`export\` or \`features.default_symbol_visibility\` says otherwise.

## Who breaks
Files that import this one and use the type no longer compile. Peers see no difference.

## What to do instead
Write \`export\` before released types, or add \`option features.default_symbol_visibility = EXPORT_ALL\` to the file.
`,
  reference: 'https://protobuf.dev/editions/features/#symbol-vis',
  buf: [],
  on: 'file',
  check(pair, { diff, words }) {
    if (pair.status !== 'kept') return undefined;
    const hidden = hiddenTypes(pair.new, diff);
    const [first] = hidden;
    if (first === undefined) return undefined;
    const { new: edited, old } = first;
    return {
      element: hidden.length === 1 ? edited.fullName : pair.new.path,
      place: nameOf(edited),
      baseline: nameOf(old),
      impact: withoutLoss(NOBODY, 'breaks').impact,
      message: `${list(hidden.map((type) => quote(relativeName(type.new))))} ${hidden.length === 1 ? 'was' : 'were'} visible to other files in ${words.baseline} and ${hidden.length === 1 ? 'is' : 'are'} local now: files that use ${hidden.length === 1 ? 'it' : 'them'} no longer compile. Peers see no difference.`,
    };
  },
  fixes(pair, { diff }) {
    if (pair.status !== 'kept') return [];
    const edits = hiddenTypes(pair.new, diff).flatMap(({ new: { node, file } }) => {
      if (node === undefined || node.kind === 'field') return [];
      const span = node.visibility?.span ?? { start: node.span.start, end: node.span.start };
      return [{ file: file.path, span, text: node.visibility === undefined ? 'export ' : 'export' }];
    });
    return fix('Restore visibility', true, edits);
  },
} satisfies Rule<'file'>;

interface Hidden {
  readonly old: Message | Enum;
  readonly new: Message | Enum;
}

function hiddenTypes(edited: File, { matches }: Diff): Hidden[] {
  if (!hasVisibility(edited)) return [];
  const all = [...edited.enums, ...edited.messages.flatMap(withNested)];
  return all
    .filter((type) => !isExported(type))
    .flatMap((type): Hidden[] => {
      const old = matches.types.oldOf(type);
      return old !== undefined && isExported(old) ? [{ old, new: type }] : [];
    })
    .sort((a, b) => (a.new.node?.span.start ?? 0) - (b.new.node?.span.start ?? 0));
}

function withNested(message: Message): (Message | Enum)[] {
  return message.isMapEntry ? [] : [message, ...message.enums, ...message.messages.flatMap(withNested)];
}

function relativeName({ fullName, file }: Message | Enum): string {
  return file.package === '' ? fullName : fullName.slice(file.package.length + 1);
}
