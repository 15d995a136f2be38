import { Contents } from '../../server/check/contents.ts';
import { type OpenTexts, Side } from '../../server/check/side.ts';
import type { Snapshot } from '../../server/release/model.ts';

/** One side of a comparison, made from texts by path. `read` lists the paths that were read. */
export function sideOf(
  texts: Record<string, string>,
  options: { open?: OpenTexts; contents?: Contents } = {},
): { side: Side; read: string[] } {
  const files = new Map(Object.entries(texts));
  const read: string[] = [];
  const snapshot: Snapshot = {
    // The text is its own id.
    list: () => Promise.resolve(files),
    read: (path) => {
      read.push(path);
      return Promise.resolve(files.get(path));
    },
    problems: () => new Map(),
  };
  return { side: new Side(snapshot, options.contents ?? new Contents(), options.open), read };
}
