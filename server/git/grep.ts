import { type Git, runFully } from './run.ts';

/** Literal, without line breaks. */
export interface Terms {
  /** Also found within a longer word. */
  readonly parts?: readonly string[];
  readonly words?: readonly string[];
}

/**
 * Skips binary blobs.
 * @throws GitError, or the signal's reason
 */
export async function grepBlobs(
  git: Git,
  terms: Terms,
  blobs: readonly string[],
  signal?: AbortSignal,
): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  if (isEmpty(terms)) return found;
  // In a command line, Windows allows 32,767 characters; an id and a space have up to 65.
  const batch = process.platform === 'win32' ? 450 : 10_000;
  for (let start = 0; start < blobs.length; start += batch) {
    const part = blobs.slice(start, start + batch);
    const { names } = await grep(git, terms, [...part, '--'], signal);
    for (const id of names) found.add(id);
  }
  return found;
}

/**
 * With new files, and files that git cannot read. Without ignored files, binary files and paths that are not UTF-8.
 * @param endings such as ".go".
 * @throws GitError, or the signal's reason
 */
export async function grepWorkingTree(
  git: Git,
  terms: Terms,
  endings: readonly string[],
  signal?: AbortSignal,
): Promise<readonly string[]> {
  if (isEmpty(terms)) return [];
  const paths = endings.map((ending) => `:(icase)*${ending}`);
  const { names, warnings } = await grep(git, terms, ['--untracked', '--', ...paths], signal);
  const unreadable = [...warnings.matchAll(/^error: (?:failed to stat )?'(.+)': /gm)].map(([, file = '']) => file);
  return [...new Set([...names, ...unreadable])].filter((file) => !file.includes('\ufffd'));
}

function isEmpty({ parts = [], words = [] }: Terms): boolean {
  return parts.length + words.length === 0;
}

/** One expression is faster than fixed strings. */
async function grep(git: Git, terms: Terms, rest: readonly string[], signal?: AbortSignal) {
  const { printed, warnings } = await runFully(
    git,
    ['grep', ...NAMES_ONLY, '--extended-regexp', '-f', '-', ...rest],
    // Git exits with 1 if nothing matches.
    { input: `${expressionOf(terms)}\n`, exitCodes: [1], signal },
  );
  const names = printed
    .toString()
    .split('\0')
    .filter((name) => name !== '');
  return { names, warnings };
}

/** Not every git supports `\b`. */
function expressionOf({ parts = [], words = [] }: Terms): string {
  const literal = (term: string): string => term.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  const whole = words.length === 0 ? [] : [`(^|[^[:alnum:]_])(${words.map(literal).join('|')})([^[:alnum:]_]|$)`];
  return `(${[...parts.map(literal), ...whole].join('|')})`;
}

/** Whatever the user has configured. */
const NAMES_ONLY = [
  '--files-with-matches',
  '--null',
  '-I',
  '--full-name',
  '--no-color',
  '--no-column',
  '--no-line-number',
  '--no-textconv',
];
