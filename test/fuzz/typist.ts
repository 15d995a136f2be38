import { PIECES } from './corpus.ts';

/** Draws an integer from 0 to `limit - 1`. */
export type PickNumber = (limit: number) => number;

/** Offsets refer to the text before the edit. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** A longer text is replaced by the released one. */
const MAX_LENGTH = 6000;
const HISTORY = 200;

/** Types, cuts, pastes, undoes, and sometimes replaces everything in one document. */
export class Typist {
  text: string;
  readonly #pick: PickNumber;
  /** Texts to paste from. The first one is the released text. */
  readonly #sources: readonly [string, ...string[]];
  #undo: string[] = [];
  #redo: string[] = [];
  /** Where the last edit ended, because people continue there. */
  #cursor = 0;

  constructor(pick: PickNumber, released: string, others: readonly string[]) {
    this.#pick = pick;
    this.text = released;
    this.#sources = [released, ...others];
  }

  next(): Edit {
    const edit = this.#choose();
    const before = this.text;
    this.text = before.slice(0, edit.start) + edit.text + before.slice(edit.end);
    this.#cursor = edit.start + edit.text.length;
    return edit;
  }

  replace(text: string): void {
    this.#remember();
    this.text = text;
  }

  #choose(): Edit {
    const length = this.text.length;
    if (length > MAX_LENGTH) return this.#whole(this.#sources[0]);
    const kind = this.#pick(100);
    if (kind < 12) return this.#step(this.#undo, this.#redo);
    if (kind < 15) return this.#step(this.#redo, this.#undo);
    this.#remember();
    if (kind < 35) return this.#insert(this.#piece());
    if (kind < 45) return this.#cut(this.#somewhere(), this.#pick(4) + 1);
    if (kind < 55) return this.#replaceWord(/\d+/g, String(this.#pick(this.#pick(3) === 0 ? 2 ** 31 : 60)));
    if (kind < 65) return this.#replaceWord(/[A-Za-z_]\w*/g, this.#word());
    if (kind < 73) return this.#line();
    if (kind < 80) return this.#insert(this.#fragment());
    if (kind < 85) return this.#cut(this.#somewhere(), this.#pick(200));
    if (kind < 88)
      return this.#insert(
        Array.from({ length: 2 + this.#pick(30) }, () => this.#piece()).join(this.#oneOf(['', ' ', '\n'])),
      );
    if (kind < 90) return this.#whole(this.text.slice(0, this.#pick(length + 1)));
    if (kind < 92)
      return this.#whole(
        this.#oneOf([
          this.#oneOf(this.#sources),
          '',
          this.text.replaceAll('\n', '\r\n'),
          this.text.replaceAll('\r\n', '\n'),
        ]),
      );
    return this.#whole(this.#sources[0]);
  }

  #step(from: string[], to: string[]): Edit {
    const text = from.pop();
    if (text === undefined) return this.#insert(' ');
    to.push(this.text);
    return difference(this.text, text);
  }

  #remember(): void {
    this.#undo.push(this.text);
    if (this.#undo.length > HISTORY) this.#undo.shift();
    this.#redo = [];
  }

  #somewhere(): number {
    if (this.#pick(3) === 0) return Math.min(this.#cursor, this.text.length);
    return this.#pick(this.text.length + 1);
  }

  #insert(text: string): Edit {
    const start = this.#somewhere();
    return { start, end: start, text };
  }

  #cut(start: number, length: number): Edit {
    return { start, end: Math.min(this.text.length, start + length), text: '' };
  }

  #whole(text: string): Edit {
    return { start: 0, end: this.text.length, text };
  }

  #replaceWord(words: RegExp, by: string): Edit {
    const found = [...this.text.matchAll(words)];
    const word = found[this.#pick(Math.max(1, found.length))];
    return word === undefined ? this.#insert(by) : { start: word.index, end: word.index + word[0].length, text: by };
  }

  /** Deletes, duplicates or moves a line. */
  #line(): Edit {
    const at = this.#somewhere();
    const start = this.text.lastIndexOf('\n', at - 1) + 1;
    const next = this.text.indexOf('\n', at);
    const end = next < 0 ? this.text.length : next + 1;
    const line = this.text.slice(start, end);
    switch (this.#pick(3)) {
      case 0:
        return { start, end, text: '' };
      case 1:
        return { start, end, text: line + line };
      default: {
        const below = this.text.indexOf('\n', end);
        const stop = below < 0 ? this.text.length : below + 1;
        return { start, end: stop, text: this.text.slice(end, stop) + line };
      }
    }
  }

  #word(): string {
    const words = this.text.match(/[A-Za-z_]\w*/g) ?? [];
    return this.#pick(3) === 0 ? this.#piece() : (words[this.#pick(Math.max(1, words.length))] ?? 'x');
  }

  #piece(): string {
    return this.#oneOf(PIECES);
  }

  #fragment(): string {
    const lines = this.#oneOf(this.#sources).split(/(?<=\n)/);
    const start = this.#pick(lines.length);
    return lines.slice(start, start + 1 + this.#pick(12)).join('');
  }

  #oneOf(choices: readonly string[]): string {
    return choices[this.#pick(choices.length)] ?? '';
  }
}

function difference(before: string, after: string): Edit {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start++;
  let tail = 0;
  while (tail < shorter - start && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++;
  return { start, end: before.length - tail, text: after.slice(start, after.length - tail) };
}
