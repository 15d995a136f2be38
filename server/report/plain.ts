import { printable } from './printable.ts';

/**
 * Escapes text from a repository for one line of Markdown. Some programs show the source, so only what would have an
 * effect is escaped.
 */
export function plain(text: string): string {
  return (
    printable(oneLine(text))
      .replace(/[\\`*[\]<>&#!|~@$]/g, '\\$&')
      // An underscore between letters or digits has no meaning in Markdown.
      .replace(/(?<![^\W_])_|_(?![^\W_])/g, '\\_')
      // Bare addresses would become links.
      .replace(/\/(?=\/)/g, '\\/')
      .replace(/\bwww\./gi, (www) => `${www.slice(0, -1)}\\.`)
      // These characters start a list or a heading at the beginning of a line.
      .replace(/^(\s*)([-+=])/, '$1\\$2')
      .replace(/^(\s*\d+)([.)])(?=\s|$)/, '$1\\$2')
  );
}

/**
 * A sentence of this program as Markdown, with the text between backticks as code. A backtick in a name can change
 * which parts are code, but cannot add other formatting.
 */
export function prose(sentence: string): string {
  const parts = printable(oneLine(sentence)).split('`');
  return parts
    .map((part, index) => {
      if (index % 2 === 0) return plain(part);
      const isClosed = index < parts.length - 1;
      // A pipe would end a table cell, even inside code.
      const isCode = isClosed && part.trim() !== '' && !part.includes('|');
      return isCode ? `\`${part}\`` : plain(isClosed ? `\`${part}\`` : `\`${part}`);
    })
    .join('');
}

export function codeCell(text: string): string {
  return code(text).replaceAll('|', '\\|');
}

export function code(text: string): string {
  const content = printable(text.replace(/[\t\n\v\f\r\u2028\u2029]+/g, ' '));
  const fence = fenceAround(content, 1);
  const space = content.startsWith('`') || content.endsWith('`') ? ' ' : '';
  return `${fence}${space}${content}${space}${fence}`;
}

export function block(language: string, text: string): string {
  const content = text
    .split(/\r\n|\r|\n/)
    .map(printableLine)
    .join('\n');
  const fence = fenceAround(content, 3);
  return `${fence}${language}\n${content}\n${fence}`;
}

/** Markdown shows several spaces as one, and treats four at the beginning of a line as code. */
function oneLine(text: string): string {
  return text.replace(/[\t\n\v\f\r\u2028\u2029 ]+/g, ' ');
}

function printableLine(line: string): string {
  return line.split('\t').map(printable).join('\t');
}

/** The text cannot close a fence that is longer than its runs of backticks. */
function fenceAround(text: string, shortest: number): string {
  const longest = Math.max(shortest - 1, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  return '`'.repeat(longest + 1);
}

export function xml(text: string): string {
  return printable(text)
    .replace(/[\p{Cs}\ufffe\uffff]/gu, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
