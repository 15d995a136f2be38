import type { Trouble } from './trouble.ts';

/** For a ref that a user wrote, before git sees it. Rejects options, ranges, paths and searches. */
export function checkRef(ref: string): Trouble | undefined {
  const problem = problemOf(ref);
  if (problem === undefined) return undefined;
  return {
    reason: 'bad-ref',
    message: `${JSON.stringify(ref.slice(0, 200))} is not a valid commit, tag or branch name: ${problem}.`,
    advice: 'Give a tag, a branch or a commit id, for example `v1.4.0` or `origin/main`.',
  };
}

function problemOf(ref: string): string | undefined {
  if (ref === '') return 'it is empty';
  if (ref.length > 1000) return 'it is too long';
  if (ref.startsWith('-')) return 'it starts with a hyphen';
  if (/[\s\p{Cc}]/u.test(ref)) return 'it contains a space or a control character';
  if (ref.includes('..')) return 'it contains `..`, which names a range';
  if (/[:?*[\\]/.test(ref)) return 'it contains one of : ? * [ \\';
  if (ref.includes('{/')) return 'searches are not supported';
  return undefined;
}
