import { harmless, NOBODY } from '../measure.ts';
import { nameOfFile } from '../place.ts';
import type { Rule } from '../rule.ts';
import { quote } from '../words.ts';

export default {
  id: 'file-renamed',
  title: 'File was renamed',
  docs: `
## What it means
A file of the release has another name now. What it declares is the same, and so is everything on the wire. A file that moved to
another folder under its name is not reported: compilers see its place below an import root, which may have moved along.

## Who breaks
Other files that import it, until they import the new name. Python, Rust (rust-protobuf) and TypeScript code, because what is
generated for a file is imported by the file's name. No peer sees a difference.

## What to do instead
Keep the name. Where the new one is wanted, leave the old file behind with nothing but \`import public\` of the new one: that keeps the
files that import it.
`,
  reference: 'https://protobuf.dev/programming-guides/proto3/#importing',
  buf: ['FILE_NO_DELETE'],
  on: 'file',
  check(pair, context) {
    if (pair.status !== 'kept' || baseName(pair.old.path) === baseName(pair.new.path)) return undefined;
    return {
      element: pair.new.path,
      place: nameOfFile(pair.new),
      baseline: nameOfFile(pair.old),
      impact: harmless(NOBODY, ['python', 'rust', 'ts']).impact,
      message: `The file was called ${quote(pair.old.path)} in ${context.words.baseline} and is called ${quote(pair.new.path)} now; no peer sees a difference, but code generated for a file is imported by its name.`,
    };
  },
} satisfies Rule<'file'>;

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
