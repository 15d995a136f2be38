import type { GitObject } from './objects.ts';

/** What the header of a commit says. */
export interface Commit {
  /** Full object id. */
  readonly id: string;
  /** The id of the top folder's tree object. */
  readonly tree: string;
  /** Full object ids, first parent first. */
  readonly parents: readonly string[];
  /** When it was committed, in seconds since the epoch; 0 if that cannot be read. */
  readonly date: number;
}

/** Reads a commit object. Undefined for other objects, and for a commit above the reader's size limit. */
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

/**
 * Reads an annotated tag: the id that it points to, and its date in seconds since the epoch, if it has one. Undefined for other objects,
 * and for a tag above the reader's size limit.
 */
export function tagOf({ type, content }: GitObject): { target: string; date: number | undefined } | undefined {
  if (type !== 'tag' || content === undefined) return undefined;
  const header = headerOf(content);
  const target = /^object ([0-9a-f]+)$/m.exec(header)?.[1];
  return target === undefined ? undefined : { target, date: dateOf('tagger', header) };
}

/** The lines before the message. The message can contain lines that look like a header. */
function headerOf(content: Buffer): string {
  const end = content.indexOf('\n\n');
  return content.toString('latin1', 0, end < 0 ? content.length : end);
}

/** Reads the seconds from a line such as `committer Name <address> 1500000000 +0000`; undefined if there is no such line. */
function dateOf(role: 'committer' | 'tagger', header: string): number | undefined {
  const seconds = new RegExp(`^${role} .*> (\\d+) [+-]\\d+$`, 'm').exec(header)?.[1];
  return seconds === undefined ? undefined : Number(seconds);
}
