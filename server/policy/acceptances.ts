import { rangeOf } from '../proto/position.ts';
import { contains, enclosing, membersOf, statementsOf } from '../proto/statements.ts';
import { type Comment, commentsIn } from '../proto/comments.ts';
import type { FileNode, Span } from '../proto/tree.ts';
import { REASON } from '../rules/fixes/accept.ts';
import { RULES } from '../rules/index.ts';
import type { Place } from '../rules/rule.ts';
import type { File } from '../schema/model.ts';
import { isAboutElement } from './about-element.ts';
import type { FileProblem } from './result.ts';
import type { Acceptance } from './settings.ts';

const FORM = '`// proto-compat: accept <rule> [name] since <major.minor> -- <reason>`';
const MARK = /^\s*(?:\*\s*)?proto-compat:\s*accept\b/;
const ACCEPTANCE =
  /^\s*(?:\*\s*)?proto-compat:\s*accept\s+(?<rule>[\w-]+)(?:\s+(?!since\b)(?<name>[\w.]+))?\s+since\s+(?<since>\d+\.\d+)\s+--(?<reason>.*)$/s;

const WITHOUT_REASON = `This accepts nothing until you replace "${REASON}" with the reason.`;

interface AnyAcceptance {
  readonly rule: string;
  readonly since: string;
  readonly reason: string;
  accepts(element: string, place: Place): boolean;
  /** Where an unused acceptance is reported. */
  readonly origin: Acceptance | { readonly file: File; readonly comment: Comment };
}

/** Call `find` for all findings before you ask which acceptances are unused. */
export class Acceptances {
  readonly #all: readonly AnyAcceptance[];
  readonly #baseline: string | undefined;
  readonly #used = new Set<AnyAcceptance>();
  readonly #unreadable: FileProblem[] = [];

  /** @param baseline undefined if it isn't a release. Every acceptance is then valid. */
  constructor(files: Iterable<File>, configured: readonly Acceptance[], baseline: string | undefined) {
    this.#baseline = baseline?.split('.').slice(0, 2).join('.');
    this.#all = [...configured.map(fromSettings), ...[...files].flatMap((file) => this.#inFile(file))];
  }

  /** Only the first valid acceptance of a finding counts as used. */
  find(rule: string, element: string, place: Place): Acceptance | undefined {
    const found = this.#all.find((one) => one.rule === rule && this.#isValid(one) && one.accepts(element, place));
    if (found === undefined) return undefined;
    this.#used.add(found);
    return { rule, element, since: found.since, reason: found.reason };
  }

  /** Reports comments that accepted no finding, or are not valid. */
  problems(): FileProblem[] {
    const unused = this.#unused().flatMap((one): FileProblem[] => {
      if (!('comment' in one.origin)) return [];
      const { file, comment } = one.origin;
      const message = this.#isValid(one)
        ? `This accepts nothing: there is no ${one.rule} here, or it is accepted elsewhere. Remove it.`
        : `This accepts nothing: it is only for ${one.since}, and the release is ${this.#baseline ?? ''} now. Remove it.`;
      return [problem(file.node, comment, file.path, message)];
    });
    return [...this.#unreadable, ...unused];
  }

  unusedEntries(): Acceptance[] {
    return this.#unused().flatMap(({ origin }) => ('comment' in origin ? [] : [origin]));
  }

  #unused(): AnyAcceptance[] {
    return this.#all.filter((one) => !this.#used.has(one));
  }

  #isValid({ since }: AnyAcceptance): boolean {
    return this.#baseline === undefined || since === this.#baseline;
  }

  #inFile(file: File): AnyAcceptance[] {
    const { node } = file;
    return acceptanceCommentsIn(node).flatMap(({ comment, line }) => {
      const { rule, name, since, reason: written = '' } = ACCEPTANCE.exec(line)?.groups ?? {};
      const reason = written.trim();
      if (rule === undefined || since === undefined || reason === '') {
        this.#unreadable.push(problem(node, comment, file.path, `Write an acceptance as ${FORM}.`));
        return [];
      }
      if (reason === REASON) {
        this.#unreadable.push(problem(node, comment, file.path, WITHOUT_REASON));
        return [];
      }
      if (!RULES.some(({ id }) => id === rule)) {
        this.#unreadable.push(problem(node, comment, file.path, `There is no rule "${rule}".`));
        return [];
      }
      if (!isAboutElement({ rule })) {
        this.#unreadable.push(problem(node, comment, file.path, `${rule} cannot be accepted.`));
        return [];
      }
      const { below, around } = scopesOf(node, comment.span);
      const accepts = (element: string, place: Place): boolean => {
        if (place.file !== file || (name !== undefined && !isNamed(element, name))) return false;
        // The span of a deleted element is the character before it, but the element was behind this character.
        const span = place.isBeforeDeletion === true ? { start: place.span.end, end: place.span.end + 1 } : place.span;
        // A comment cannot be above a deleted element, so a comment with a name applies to everything in the declaration around it.
        return [below, ...(name === undefined ? [] : [around])].some(
          (scope) => scope !== undefined && contains(scope, span),
        );
      };
      return [{ rule, since, reason, accepts, origin: { file, comment } }];
    });
  }
}

interface AcceptanceComment {
  readonly comment: Comment;
  readonly line: string;
}

/** An audit judges the same file many times. */
const COMMENTS = new WeakMap<FileNode, readonly AcceptanceComment[]>();

function acceptanceCommentsIn(node: FileNode): readonly AcceptanceComment[] {
  let known = COMMENTS.get(node);
  if (known === undefined) {
    known = !node.text.includes('proto-compat:')
      ? []
      : commentsIn(node.text).flatMap((comment) => {
          const line = comment.text.split(/\r\n?|\n/).find((text) => MARK.test(text));
          return line === undefined ? [] : [{ comment, line }];
        });
    COMMENTS.set(node, known);
  }
  return known;
}

function fromSettings(entry: Acceptance): AnyAcceptance {
  const { rule, since, reason, element } = entry;
  return { rule, since, reason, accepts: (found) => isNamed(found, element), origin: entry };
}

function isNamed(element: string, name: string): boolean {
  return element === name || element.endsWith(`.${name}`);
}

function scopesOf(node: FileNode, comment: Span): { below: Span | undefined; around: Span } {
  const inner = enclosing(node, comment).at(-1);
  const below = (inner === undefined ? statementsOf(node) : membersOf(inner))
    .map(({ span }) => span)
    .filter(({ start }) => start >= comment.end)
    .reduce<Span | undefined>(
      (first, span) => (first === undefined || span.start < first.start ? span : first),
      undefined,
    );
  return { below, around: inner?.span ?? { start: 0, end: Infinity } };
}

function problem(node: FileNode, { span }: Comment, file: string, message: string): FileProblem {
  return { kind: 'unused-acceptance', file, range: rangeOf(node, span), message };
}
