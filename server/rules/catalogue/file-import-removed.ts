import type { Diff } from '../../diff/pairs.ts';
import type { ImportNode } from '../../proto/tree.ts';
import { closure } from '../../schema/closure.ts';
import type { File } from '../../schema/model.ts';
import { fix, replace, textAt } from '../fixes/edits.ts';
import { withoutLoss, NOBODY } from '../measure.ts';
import { nameOfFile } from '../place.ts';
import type { Rule } from '../rule.ts';
import { list, quote } from '../words.ts';

export default {
  id: 'file-import-removed',
  title: 'Public import was removed',
  docs: `
## What it means
In the release, a file has an \`import public\`, so files that import it can use the types of the imported file. Now that import
was removed or is no longer public, and at least one type or extension is no longer available through this file.

## Who breaks
Files that use those types and import only this file no longer compile. Code that uses those types through this file's generated
code no longer compiles either. Peers see no difference.

## What to do instead
Keep \`import public\` until all users import the other file themselves.
`,
  reference: 'https://protobuf.dev/programming-guides/proto3/#importing',
  buf: [],
  on: 'file',
  check(pair, { diff, words }) {
    if (pair.status !== 'kept') return undefined;
    const lost = lostImports(pair.old, pair.new, diff);
    const [first] = lost;
    if (first === undefined) return undefined;
    const left = privateImport(pair.new, first);
    return {
      element: pair.new.path,
      place: left === undefined ? nameOfFile(pair.new) : { file: pair.new, span: left.path.span },
      baseline: { file: pair.old, span: first.path.span },
      impact: withoutLoss(NOBODY, 'breaks').impact,
      message: `the public import of ${list(lost.map(({ path }) => quote(path.text)))} in ${words.baseline} was removed: files that import ${quote(pair.new.path)} must now import ${lost.length === 1 ? quote(first.path.text) : 'these files'} themselves.`,
    };
  },
  fixes(pair, { diff }) {
    if (pair.status !== 'kept') return [];
    const { new: edited } = pair;
    const after = (edited.node.imports.at(-1) ?? edited.node.package ?? edited.node.edition)?.span.end ?? 0;
    const edits = lostImports(pair.old, edited, diff).map((node) => {
      const text = textAt(pair.old, node.span);
      const left = privateImport(edited, node);
      return left === undefined
        ? { file: edited.path, span: { start: after, end: after }, text: `\n${text}` }
        : replace({ file: edited, span: left.span }, text);
    });
    return fix('Restore public imports', true, edits);
  },
} satisfies Rule<'file'>;

/** The released public imports whose types this file no longer makes available. */
function lostImports(old: File, edited: File, { matches, new: schema }: Diff): ImportNode[] {
  // The import may be in the part of the file that cannot be parsed.
  if (edited.node.damage.members) return [];
  const visible = passedOn(edited);
  const kept = edited.node.imports.filter(isPublic).map(({ path }) => path.text);
  return old.imports.flatMap(({ node, file }) => {
    if (!isPublic(node) || kept.includes(node.path.text)) return [];
    // An unresolved import has only a path. The same file name in another folder counts as the same file.
    if (file === undefined) return kept.some((path) => nameIn(path) === nameIn(node.path.text)) ? [] : [node];
    const declared = [...passedOn(file)].flatMap((each) => [
      ...[...each.messages, ...each.enums].map((type) => matches.types.newOf(type)),
      ...each.extensions.map(({ fullName }) => schema.extensions.get(fullName)),
    ]);
    return declared.some((each) => each !== undefined && !visible.has(each.file)) ? [node] : [];
  });
}

function passedOn(file: File): ReadonlySet<File> {
  return closure([file], ({ imports }, add) => {
    for (const { node, file: imported } of imports) if (isPublic(node) && imported !== undefined) add(imported);
  });
}

function privateImport({ node: { imports } }: File, { path }: ImportNode): ImportNode | undefined {
  return imports.find((other) => other.path.text === path.text);
}

function nameIn(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function isPublic({ modifier }: ImportNode): boolean {
  return modifier === 'public';
}
