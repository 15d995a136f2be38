/**
 * Text from a repository as Markdown that shows exactly that text on one line: no formatting, links, images, HTML or icons,
 * whatever it holds. Only what would mean something is escaped, because some readers show Markdown as it is written.
 */
export function plain(text: string): string {
  return (
    text
      // Readers show a run of spaces as one, and take four at the beginning for code.
      .replace(/[\p{Cc}\u2028\u2029 ]+/gu, ' ')
      .replace(/[\\`*[\]<>&#!|~@$]/g, '\\$&')
      // Between letters or digits it is just that.
      .replace(/(?<![^\W_])_|_(?![^\W_])/g, '\\_')
      // Bare addresses would become links.
      .replace(/\/(?=\/)/g, '\\/')
      .replace(/\bwww\./gi, (www) => `${www.slice(0, -1)}\\.`)
      // Lists and underlined headings begin a line.
      .replace(/^(\s*)([-+=])/, '$1\\$2')
      .replace(/^(\s*\d+)([.)])(?=\s|$)/, '$1\\$2')
  );
}

/** A sentence of ours, in which names stand between backticks: those become code, everything else is shown as it is. */
export function prose(text: string): string {
  return text
    .split(/(`[\w.<>(), /-]+`)/)
    .map((part, index) => (index % 2 === 1 ? part : plain(part)))
    .join('');
}

/** A short text as code in a cell of a table: a pipe ends the cell even inside code. */
export function codeCell(text: string): string {
  return code(text).replaceAll('|', '\\|');
}

/** A short text as code, whatever backticks it holds. */
export function code(text: string): string {
  const content = text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ');
  const longest = Math.max(0, ...(content.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  const space = content.startsWith('`') || content.endsWith('`') ? ' ' : '';
  return `${fence}${space}${content}${space}${fence}`;
}
