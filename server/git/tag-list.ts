import { unexpectedOutput } from './run.ts';
import { allRefsBroken, GitError } from './trouble.ts';

export interface Tag {
  /** Without `refs/tags/`. */
  readonly name: string;
  /** What the tag points to, not peeled; undefined if git cannot read the tag. */
  readonly object: string | undefined;
}

/**
 * The tags that `git for-each-ref` prints.
 * @param warnings what it printed on standard error.
 * @throws GitError if no tag has a valid name, because the file with all of them is damaged then.
 */
export function parseTags(printed: string, warnings: string): readonly Tag[] {
  const tags = printed
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      if (!/^[0-9a-f]{40,64} refs\/tags\//.test(line)) throw unexpectedOutput(line);
      const space = line.indexOf(' ');
      return { object: line.slice(0, space), name: line.slice(space + 1 + 'refs/tags/'.length) };
    });
  const broken = /^warning: ignoring ref with broken name (.+)$/m.exec(warnings)?.[1];
  if (tags.length === 0 && broken !== undefined) throw new GitError(allRefsBroken(broken));
  return tags;
}
