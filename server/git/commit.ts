import type { GitObject, ObjectReader } from './objects.ts';

export interface Commit {
  readonly id: string;
  readonly tree: string;
  readonly parents: readonly string[];
  /** Committer date in seconds since the epoch, or 0. */
  readonly date: number;
}

/** Undefined for other objects, and for commits that were too large to read. */
export function commitOf({ id, type, content }: GitObject): Commit | undefined {
  if (type !== 'commit' || content === undefined) return undefined;
  const header = headerOf(content);
  return {
    id,
    tree: /^tree ([0-9a-f]+)$/m.exec(header)?.[1] ?? '',
    parents: [...header.matchAll(/^parent ([0-9a-f]+)$/gm)].map(([, parent = '']) => parent),
    date: dateOf('committer', header) ?? 0,
  };
}

export interface TaggedCommit {
  readonly commit: Commit;
  /** The tag's, else the commit's, in seconds since the epoch. */
  readonly date: number;
}

/**
 * @param object a tag object or a commit.
 * @returns undefined if it does not lead to a commit; `missing` if an object on the way cannot be read.
 */
export async function followTag(objects: ObjectReader, object: string): Promise<TaggedCommit | 'missing' | undefined> {
  let date: number | undefined;
  for (let id = object, hops = 0; hops < MAX_TAG_HOPS; hops++) {
    const found = await objects.read(id);
    if (found === undefined) return 'missing';
    const tag = tagOf(found);
    if (tag === undefined) {
      const commit = commitOf(found);
      return commit && { commit, date: date ?? commit.date };
    }
    date ??= tag.date;
    id = tag.target;
  }
  return undefined;
}

const MAX_TAG_HOPS = 10;

/** Like `commitOf`. */
function tagOf({ type, content }: GitObject): { target: string; date: number | undefined } | undefined {
  if (type !== 'tag' || content === undefined) return undefined;
  const header = headerOf(content);
  const target = /^object ([0-9a-f]+)$/m.exec(header)?.[1];
  return target === undefined ? undefined : { target, date: dateOf('tagger', header) };
}

/** The lines of the message can look like header lines. */
function headerOf(content: Buffer): string {
  const end = content.indexOf('\n\n');
  return content.toString('latin1', 0, end < 0 ? content.length : end);
}

/** In a line such as `committer Name <address> 1500000000 +0000`. */
function dateOf(role: 'committer' | 'tagger', header: string): number | undefined {
  const seconds = new RegExp(`^${role} .*> (\\d+) [+-]\\d+$`, 'm').exec(header)?.[1];
  return seconds === undefined ? undefined : Number(seconds);
}
