import { withoutLoss, NOBODY } from '../measure.ts';
import { nameOfFile } from '../place.ts';
import type { Rule } from '../rule.ts';
import { quote } from '../words.ts';

export default {
  id: 'file-renamed',
  title: 'File was renamed',
  docs: `
## What it means
A file of the release has another name. Most of the names that it declares are the same; changes in its declarations have their
own findings. The renaming itself changes nothing on the wire. A move to another folder under the same name is not reported,
because compilers use the path below an import root, and the import root may have moved too.

## Who breaks
Files that import it, until they import the new name. Of the languages that are checked (Go, Python, Rust, TypeScript), code in
Python, TypeScript and Rust (with rust-protobuf) no longer compiles, because it imports generated code by file name.

## What to do instead
Keep the name. If you need the new name, keep the old file with only an \`import public\` of the new one. Then files that import
the old name still compile.
`,
  reference: 'https://protobuf.dev/programming-guides/proto3/#importing',
  buf: ['FILE_NO_DELETE'],
  on: 'file',
  check(pair) {
    if (pair.status !== 'kept' || baseName(pair.old.path) === baseName(pair.new.path)) return undefined;
    return {
      element: pair.new.path,
      place: nameOfFile(pair.new),
      baseline: nameOfFile(pair.old),
      impact: withoutLoss(NOBODY, ['python', 'rust', 'ts']).impact,
      message: `file ${quote(pair.old.path)} was renamed to ${quote(pair.new.path)}: peers see no difference, but generated code is imported by file name.`,
    };
  },
} satisfies Rule<'file'>;

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
