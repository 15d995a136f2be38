import { readFileSync } from 'node:fs';

/** @typedef {import('./language-client.mjs').Edit} Edit */

/** A digit after this match renumbers the field. */
const FIELD = /^\s+(?:repeated |optional )?(?:string|bytes|bool|double|float|[su]?int(?:32|64)) \w+ = \d+(?=;)/;

/**
 * @param {string} file
 * @param {number} count the most to return
 * @returns {{ line: number, character: number }[]}
 * @throws {Error} if the file has no field
 */
export function fieldNumberEnds(file, count) {
  const found = readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((text, line) => {
      const match = FIELD.exec(text);
      return match === null ? [] : [{ line, character: match[0].length }];
    });
  if (found.length === 0) throw new Error(`${file} has no field to edit.`);
  const step = Math.max(1, Math.floor(found.length / count));
  return found.filter((_, at) => at % step === 0).slice(0, count);
}

/**
 * @param {{ line: number, character: number }} at
 * @returns {Edit}
 */
export function typeDigit(at) {
  return { start: at, end: at, text: '7' };
}

/**
 * @param {{ line: number, character: number }} at
 * @returns {Edit}
 */
export function deleteDigit(at) {
  return { start: at, end: { line: at.line, character: at.character + 1 }, text: '' };
}

/**
 * Most texts between the first and the last key have syntax errors.
 * @param {{ line: number, character: number }} end the end of the number of the field before
 * @returns {Edit[]}
 */
export function typeField(end) {
  const text = ' string remark = 4711;';
  const afterSemicolon = end.character + 1;
  const place = (/** @type {number} */ index) => ({ line: end.line, character: afterSemicolon + index });
  const letters = Array.from(text, (letter, at) => ({ letter, at }));
  const typed = letters.map(({ letter, at }) => ({ start: place(at), end: place(at), text: letter }));
  const deleted = letters.map(({ at }) => ({ start: place(at), end: place(at + 1), text: '' })).reverse();
  return [...typed, ...deleted];
}
