import { printable } from './printable.ts';

/**
 * Text from a repository as Markdown that shows exactly that text on one line: no formatting, links, images, HTML or icons,
 * whatever it holds. Only what would mean something is escaped, because some readers show Markdown as it is written.
 */
export function plain(text: string): string {
  return (
    printable(oneLine(text))
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

/**
 * A sentence of ours. What stands between backticks becomes code, everything else is shown as it is. A backtick that came from a name
 * can change which parts are code, but neither code nor the text between can hold anything else.
 */
export function prose(sentence: string): string {
  const parts = printable(oneLine(sentence)).split('`');
  return parts
    .map((part, index) => {
      if (index % 2 === 0) return plain(part);
      const isClosed = index < parts.length - 1;
      // A pipe would end the cell of a table even inside code.
      const isCode = isClosed && part.trim() !== '' && !part.includes('|');
      return isCode ? `\`${part}\`` : plain(isClosed ? `\`${part}\`` : `\`${part}`);
    })
    .join('');
}

/** A short text as code in a cell of a table: a pipe ends the cell even inside code. */
export function codeCell(text: string): string {
  return code(text).replaceAll('|', '\\|');
}

/** A short text as code, whatever backticks it holds. */
export function code(text: string): string {
  const content = printable(text.replace(/[\t\n\v\f\r\u2028\u2029]+/g, ' '));
  const fence = fenceAround(content, 1);
  const space = content.startsWith('`') || content.endsWith('`') ? ' ' : '';
  return `${fence}${space}${content}${space}${fence}`;
}

/** Lines of a file as a block of code. */
export function block(language: string, text: string): string {
  const content = text
    .split(/\r\n|\r|\n/)
    .map(printableLine)
    .join('\n');
  const fence = fenceAround(content, 3);
  return `${fence}${language}\n${content}\n${fence}`;
}

/** Readers show a run of spaces as one, and take four at the beginning for code. */
function oneLine(text: string): string {
  return text.replace(/[\t\n\v\f\r\u2028\u2029 ]+/g, ' ');
}

/** In a block of code a tab is a tab. */
function printableLine(line: string): string {
  return line.split('\t').map(printable).join('\t');
}

/** More backticks than stand in a row anywhere inside, so that nothing inside can close it. */
function fenceAround(text: string, shortest: number): string {
  const longest = Math.max(shortest - 1, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  return '`'.repeat(longest + 1);
}

/** Text from a repository as XML, in a text or in a quoted attribute. Characters that XML cannot hold are shown by their number. */
export function xml(text: string): string {
  return printable(text)
    .replace(/[\p{Cs}\ufffe\uffff]/gu, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
