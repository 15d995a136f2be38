/* Makes text from outside safe to print: file names, roles, reasons, quoted source, git's messages, arguments. */

/**
 * Returns the text on one line. Tabs become four spaces. The function is idempotent. It escapes as `\u{…}`:
 * - control characters, because a terminal executes escape sequences
 * - most characters that change the writing direction or have no width, because they make one text look like another
 * - the first character of commands, because a CI runner executes them at the start of a line (GitHub: `::add-mask::`) or inside it
 *   (Azure: `##[group]`, `##vso[…]`; TeamCity: `##teamcity[…]`)
 * @see https://trojansource.codes
 * @see https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs
 */
export function printable(text: string): string {
  return text.replaceAll('\t', '    ').replace(UNSAFE, escaped).replace(COMMAND, escaped);
}

/** The value as indented JSON, with escapes for everything that is unsafe to print. Parsers read the same value. */
export function printableJson(value: unknown): string {
  const unit = (character: string): string =>
    Array.from({ length: character.length }, (_, at) => `\\u${hex(character.charCodeAt(at)).padStart(4, '0')}`).join(
      '',
    );
  return JSON.stringify(value, undefined, 2)
    .replace(UNSAFE, (character) => (character === '\n' ? character : unit(character)))
    .replace(COMMAND, unit);
}

/**
 * Control characters, format characters (except the two joiners that some scripts and emoji need), line separators, lone
 * surrogates.
 */
const UNSAFE = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;
/** The first character of a command for a CI runner. */
const COMMAND = /(?<=^\s*):(?=:)|#(?=#[\w.]*\[)/g;

function escaped(character: string): string {
  return `\\u{${hex(character.codePointAt(0) ?? 0)}}`;
}

function hex(code: number): string {
  return code.toString(16);
}
