import type { GitObject } from './objects.ts';

/** The header of a commit. */
export interface Commit {
  /** Full object id. */
  readonly id: string;
  /** The tree object of the top folder. */
  readonly tree: string;
  readonly parents: readonly string[];
  /** When it was committed, in seconds since the epoch; 0 if that cannot be read. */
  readonly date: number;
}

/** Reads a commit object. Returns undefined for other objects, and for a commit above the size limit. */
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

/** Reads an annotated tag: what it points to, and its date if it has one. Undefined for other objects. */
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

/** Reads the date from a line such as `committer Name <address> 1500000000 +0000`. */
function dateOf(role: 'committer' | 'tagger', header: string): number | undefined {
  const seconds = new RegExp(`^${role} .*> (\\d+) [+-]\\d+$`, 'm').exec(header)?.[1];
  return seconds === undefined ? undefined : Number(seconds);
}
