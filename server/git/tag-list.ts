import { unexpectedOutput } from './run.ts';
import { allRefsBroken, GitError } from './trouble.ts';

export interface Tag {
  readonly name: string;
  /** A tag object, or what a lightweight tag points to; undefined if git cannot read the ref. */
  readonly object: string | undefined;
}

/**
 * With the tags that git ignores because of their names, without an object.
 * @param warnings from standard error.
 * @throws GitError if git ignores all tags, or if the output is not a list of tags.
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
  // Git prints a carriage return at the end of the name as a question mark.
  const broken = [...warnings.matchAll(/^warning: ignoring ref with broken name (refs\/tags\/(.+?)\??)$/gm)];
  const [first] = broken;
  if (tags.length === 0 && first !== undefined) throw new GitError(allRefsBroken(first[1] ?? ''));
  const known = new Set(tags.map(({ name }) => name));
  const lost = broken.flatMap(([, , name]) => (name === undefined || known.has(name) ? [] : [name]));
  return [...tags, ...lost.map((name) => ({ object: undefined, name }))];
}
