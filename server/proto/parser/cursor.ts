import { leadingComments } from '../comments.ts';
import { FILE, type Container, type Layout } from '../layout.ts';
import { END, MAX_PROBLEMS, WORD, type Tokens } from '../tokens.ts';
import type { Name, Problem, Span } from '../tree.ts';

/**
 * A parser's position in the tokens, and its state. Tokens are given by index. Without a layout, the parser is strict and stops at the
 * first failure. With one, it is tolerant: `recover` continues after it.
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
  /** The first token of the statement that was begun last. */
  statement = 0;
  /** Why the current statement cannot be parsed further. */
  failure: Problem | undefined;
  /** A failed statement is dropped if parsing continues before this offset. */
  essentialEnd = 0;
  container: Container = { context: FILE, indent: -1, close: -1, parent: undefined };
  /** The number of open blocks and nested values. */
  depth = 0;
  /** See `Body.damaged`. */
  damaged = false;
  /** See `Damage.header`. */
  damagedHeader = false;
  /** How many entries of `tokens.damage` have already marked a container. See `takeLexerDamage`. */
  damagesSeen = 0;
  /** `proto2` without a `syntax` or `edition` statement; undefined if the statement is unknown or could not be parsed. */
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

  /** `END` if there is no such token. */
  kind(token: number): number {
    return this.kinds[token] ?? END;
  }

  is(token: number, word: string): boolean {
    const start = this.starts[token] ?? 0;
    return (
      (this.ends[token] ?? 0) - start === word.length && this.kinds[token] === WORD && this.text.startsWith(word, start)
    );
  }

  /** The character code with which a word begins; 0 for other tokens. */
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

  /** The span from a token to the last consumed one. */
  spanFrom(first: number): Span {
    return { start: this.starts[first] ?? 0, end: this.ends[this.next - 1] ?? 0 };
  }

  /** The comments that belong to the statement with this first token. */
  leading(first: number): Span | undefined {
    return leadingComments(this.text, this.tokens, first);
  }

  /** Always false for the strict parser, which ignores lines. */
  startsLine(token: number): boolean {
    return this.layout?.isFirstOnLine(token) ?? false;
  }

  /** The statement cannot be parsed further. Only the first reason counts. */
  fail(message: string): undefined {
    if (this.failure !== undefined) return undefined;
    const token = this.next;
    const atLineEnd = this.kind(token) === END || this.startsLine(token);
    this.failure = { span: this.spanOf(atLineEnd && token > this.statement ? token - 1 : token), message };
    return undefined;
  }

  /** For problems after which the statement can still be parsed. The span is copied, because spans are moved in place. */
  report(span: Span, message: string): void {
    this.add({ span: { start: span.start, end: span.end }, message });
  }

  add(problem: Problem): void {
    if (this.problems.length < MAX_PROBLEMS) this.problems.push(problem);
  }
}
