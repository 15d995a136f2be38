import type { Element } from './element.ts';
import { languageOf } from './languages.ts';
import { namesOf } from './names.ts';

/** Whether a generated file says near its beginning that it was made from a `.proto` file. */
export function isMadeFrom(text: string, proto: string): boolean {
  const named = text.slice(0, 4000).match(/[\w./-]+\.proto\b/g) ?? [];
  return named.some((name) => proto === name || proto.endsWith(`/${name}`));
}

/**
 * Whether generated code was made before an edit: it lacks an element that was added, or still has one that was removed. Only code
 * that has every neighbour of the element counts, for generators spread a file over several, each with a part of it.
 * @param neighbours elements of the same kind and parent that the edit keeps.
 */
export function isStale(
  text: string,
  file: string,
  element: Element,
  change: 'added' | 'removed',
  neighbours: readonly Element[],
): boolean {
  const language = languageOf(file);
  if (language === undefined || neighbours.length === 0) return false;
  const words = new Set(text.match(/[\w$]+/g) ?? []);
  const has = (each: Element): boolean =>
    namesOf(each, language).identifiers.some(({ text: name, form }) => form !== 'text' && words.has(name));
  // A name that others share says nothing.
  if (element.shared || !neighbours.every(has)) return false;
  return has(element) === (change === 'removed');
}
