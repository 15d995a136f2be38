import type { Trouble } from './trouble.ts';

/**
 * Says what is wrong with a ref that came from a person, a setting or a command line, before git sees it. What remains is a tag,
 * branch, id or simple expression (`v1.0`, `origin/main`, `HEAD~2`, `main@{upstream}`): no option, no range, no path, no search.
 */
export function checkRef(ref: string): Trouble | undefined {
  const problem = problemOf(ref);
  if (problem === undefined) return undefined;
  return {
    reason: 'bad-ref',
    message: `${JSON.stringify(ref.slice(0, 200))} is no name of a commit, tag or branch: ${problem}.`,
    advice: 'Give the name of a tag or branch, or a commit id, for instance `v1.4.0` or `origin/main`.',
  };
}

function problemOf(ref: string): string | undefined {
  if (ref === '') return 'it is empty';
  if (ref.length > 1000) return 'it is too long';
  if (ref.startsWith('-')) return 'it begins with a hyphen';
  if (/[\s\p{Cc}]/u.test(ref)) return 'it holds a space or a control character';
  if (ref.includes('..')) return 'it holds `..`, which names a range';
  if (/[:?*[\\]/.test(ref)) return 'it holds one of : ? * [ \\';
  if (ref.includes('{/')) return 'searches are not supported';
  return undefined;
}
