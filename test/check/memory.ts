import type { OpenTexts } from '../../server/check/open-texts.ts';
import { ParseCache } from '../../server/check/parse-cache.ts';
import { Side } from '../../server/check/side.ts';
import type { Snapshot } from '../../server/release/model.ts';

/** @returns `read` with each path that was read */
export function sideOf(
  texts: Record<string, string>,
  options: { open?: OpenTexts; cache?: ParseCache } = {},
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
  return { side: new Side(snapshot, options.cache ?? new ParseCache(), options.open), read };
}
