import { leadingComments } from '../comments.ts';
import { FILE, type Container, type Layout } from '../layout.ts';
import { END, MAX_PROBLEMS, WORD, type Tokens } from '../tokens.ts';
import type { Name, Problem, Span } from '../tree.ts';

/**
 * The state of a parser. Tokens are given by index. With a layout, the parser is tolerant: `recover` continues after a failure. Without
 * one, it is strict and stops there.
 */
export class Cursor {
  readonly text: string;
  readonly tokens: Tokens;
  readonly kinds: Uint8Array;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly layout: Layout | undefined;
  readonly problems: Problem[] = [];
  next = 0;
  /** The first token of the current statement. */
  statement = 0;
  /** Why the current statement cannot be parsed to its end. */
  failure: Problem | undefined;
  /** The end of the part that a failed statement needs, such as a field's name. If parsing continues before it, the statement is dropped. */
  essentialEnd = 0;
  container: Container = { context: FILE, indent: -1, close: -1, parent: undefined };
  /** Of blocks and option values. */
  depth = 0;
  /** See `Body.damaged`. */
  damaged = false;
  /** See `Damage.header`. */
  damagedHeader = false;
  /** How many entries of `tokens.damage` have marked a container. */
  damagesSeen = 0;
  /** `proto2` before a `syntax` or `edition` statement; undefined if the statement has an error. */
  edition: string | undefined;

  constructor(text: string, tokens: Tokens, edition: string | undefined, layout: Layout | undefined) {
    this.text = text;
    this.tokens = tokens;
    this.kinds = tokens.kinds;
    this.starts = tokens.starts;
    this.ends = tokens.ends;
    this.layout = layout;
    this.edition = edition;
  }

  expect(kind: number, message: string): boolean {
    if (this.kind(this.next) === kind) {
      this.next++;
      return true;
    }
    this.fail(message);
    return false;
  }

  kind(token: number): number {
    return this.kinds[token] ?? END;
  }

  is(token: number, word: string): boolean {
    const start = this.starts[token] ?? 0;
    return (
      (this.ends[token] ?? 0) - start === word.length && this.kinds[token] === WORD && this.text.startsWith(word, start)
    );
  }

  /** The first character code of a word; 0 for other tokens. */
  letter(token: number): number {
    return this.kinds[token] === WORD ? this.text.charCodeAt(this.starts[token] ?? 0) : 0;
  }

  textOf(token: number): string {
    return this.text.slice(this.starts[token], this.ends[token]);
  }

  nameAt(token: number): Name {
    const start = this.starts[token] ?? 0;
    const end = this.ends[token] ?? 0;
    return { text: this.text.slice(start, end), span: { start, end } };
  }

  spanOf(token: number): Span {
    return { start: this.starts[token] ?? 0, end: this.ends[token] ?? 0 };
  }

  /** Up to the last consumed token. */
  spanFrom(first: number): Span {
    return { start: this.starts[first] ?? 0, end: this.ends[this.next - 1] ?? 0 };
  }

  leading(first: number): Span | undefined {
    return leadingComments(this.text, this.tokens, first);
  }

  /** Always false for the strict parser. */
  startsLine(token: number): boolean {
    return this.layout?.isFirstOnLine(token) ?? false;
  }

  /** Only the first failure of a statement counts. */
  fail(message: string): undefined {
    if (this.failure !== undefined) return undefined;
    const token = this.next;
    const atLineEnd = this.kind(token) === END || this.startsLine(token);
    this.failure = { span: this.spanOf(atLineEnd && token > this.statement ? token - 1 : token), message };
    return undefined;
  }

  /** For problems that do not stop the parser. The span is copied, because `shift` moves spans in place. */
  report(span: Span, message: string): void {
    this.add({ span: { start: span.start, end: span.end }, message });
  }

  add(problem: Problem): void {
    if (this.problems.length < MAX_PROBLEMS) this.problems.push(problem);
  }
}
