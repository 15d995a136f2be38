import { plain } from '../report/plain.ts';

/**
 * A sentence of a rule as Markdown. What it puts between backticks becomes code; a backtick that came from elsewhere can change which
 * parts are code, but neither code nor the escaped text between can hold anything else.
 */
export function prose(sentence: string): string {
  const parts = sentence.replace(/\s+/g, ' ').split('`');
  return parts
    .map((part, index) => {
      const isCode = index % 2 === 1 && index < parts.length - 1 && part.trim() !== '';
      return isCode ? `\`${part}\`` : plain(index % 2 === 1 ? `\`${part}` : part);
    })
    .join('');
}

/** Text of the user's files as a block of code. The fence is longer than any run of backticks inside, so it cannot be closed. */
export function block(language: string, text: string): string {
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}
