/**
 * Text of the user's files as Markdown that shows exactly that text on one line: no formatting, links, images, HTML or icons,
 * whatever it holds. Only what would mean something is escaped, because some editors show Markdown as it is written.
 */
export function plain(text: string): string {
  return text
    .replace(/[\u0000-\u001f\u007f\u0085\u2028\u2029]+/g, ' ')
    .replace(/[\\`*[\]<>&#!|~@$]/g, '\\$&')
    .replace(/(?<!\w)_|_(?!\w)/g, '\\_')
    // Bare addresses would become links.
    .replace(/:(?=\/\/)/g, '\\:')
    .replace(/\bwww\./gi, (www) => `${www.slice(0, -1)}\\.`)
    // Lists and underlined headings begin a line.
    .replace(/^(\s*)([-+=])/, '$1\\$2')
    .replace(/^(\s*\d+)([.)])(?=\s|$)/, '$1\\$2');
}

/** Text of the user's files as a block of code. The fence is longer than any run of backticks inside, so it cannot be closed. */
export function block(language: string, text: string): string {
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}
