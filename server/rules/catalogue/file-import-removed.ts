import type { Diff } from '../../diff/pairs.ts';
import type { ImportNode } from '../../proto/tree.ts';
import type { File } from '../../schema/model.ts';
import { fix, replace, textAt } from '../fixes/edits.ts';
import { harmless, NOBODY } from '../measure.ts';
import { nameOfFile } from '../place.ts';
import type { Rule } from '../rule.ts';
import { list, quote } from '../words.ts';

export default {
  id: 'file-import-removed',
  title: 'File no longer passes on an import',
  docs: `
## What it means
A file had \`import public\` of another one, so that whoever imports it may use what is declared there. It is gone, or the import is
no longer public, and the types are not in the file itself either.

## Who breaks
Files that import this one and use those types without importing them: they no longer compile, nor does code that was generated to
find them here. Peers notice nothing.

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
      impact: harmless(NOBODY, 'breaks').impact,
      message: `${list(lost.map(({ path }) => quote(path.text)))} ${lost.length === 1 ? 'was' : 'were'} imported publicly in ${words.baseline}: files that import ${quote(pair.new.path)} have to import ${lost.length === 1 ? 'it' : 'them'} themselves now.`,
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

/** Public imports of the release whose types and extensions users of the file no longer find through it. */
function lostImports(old: File, edited: File, { matches, new: schema }: Diff): ImportNode[] {
  // What cannot be read may be the import, on its way to being one again.
  if (edited.node.damage.members) return [];
  const visible = passedOn(edited);
  const kept = edited.node.imports.filter(isPublic).map(({ path }) => path.text);
  return old.imports.flatMap(({ node, file }) => {
    if (!isPublic(node) || kept.includes(node.path.text)) return [];
    // An unresolved import is known by its path alone, and by its name where it is looked for from another folder now.
    if (file === undefined) return kept.some((path) => nameIn(path) === nameIn(node.path.text)) ? [] : [node];
    const declared = [...passedOn(file)].flatMap((each) => [
      ...each.messages.map((type) => matches.messages.newOf(type)),
      ...each.enums.map((type) => matches.enums.newOf(type)),
      ...each.extensions.map(({ fullName }) => schema.extensions.get(fullName)),
    ]);
    return declared.some((each) => each !== undefined && !visible.has(each.file)) ? [node] : [];
  });
}

/** The file and all that it imports publicly, directly or not. */
function passedOn(file: File): Set<File> {
  const files = new Set([file]);
  // A set visits what is added while it is being visited.
  for (const each of files)
    for (const { node, file: imported } of each.imports)
      if (isPublic(node) && imported !== undefined) files.add(imported);
  return files;
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
