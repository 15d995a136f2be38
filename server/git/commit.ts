import type { GitObject } from './objects.ts';

export interface Commit {
  /** Full object id. */
  readonly id: string;
  /** Object id of the top folder. */
  readonly tree: string;
  /** Full object ids, first parent first. */
  readonly parents: readonly string[];
  /** Committer date, in seconds since the epoch; 0 if it cannot be parsed. */
  readonly date: number;
}

/** Undefined for other objects and for commits that were too large to read. */
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

/** Undefined for other objects and for tags that were too large to read. The date is in seconds since the epoch. */
export function tagOf({ type, content }: GitObject): { target: string; date: number | undefined } | undefined {
  if (type !== 'tag' || content === undefined) return undefined;
  const header = headerOf(content);
  const target = /^object ([0-9a-f]+)$/m.exec(header)?.[1];
  return target === undefined ? undefined : { target, date: dateOf('tagger', header) };
}

/** Leaves out the message: its lines can look like header lines. */
function headerOf(content: Buffer): string {
  const end = content.indexOf('\n\n');
  return content.toString('latin1', 0, end < 0 ? content.length : end);
}

/** The seconds in a line such as `committer Name <address> 1500000000 +0000`. */
function dateOf(role: 'committer' | 'tagger', header: string): number | undefined {
  const seconds = new RegExp(`^${role} .*> (\\d+) [+-]\\d+$`, 'm').exec(header)?.[1];
  return seconds === undefined ? undefined : Number(seconds);
}
