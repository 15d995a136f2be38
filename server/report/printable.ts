/**
 * Makes text from outside safe to print, on one line. Tabs become four spaces. The function is idempotent. It escapes
 * as `\u{…}`:
 * - control characters, because a terminal executes escape sequences
 * - most characters that change the writing direction or have no width (https://trojansource.codes)
 * - the first character of commands, because a CI runner executes them at the start of a line (GitHub: `::add-mask::`)
 * or inside it (Azure: `##[group]`, `##vso[…]`; TeamCity: `##teamcity[…]`)
 * @see https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs
 */
export function printable(text: string): string {
  return text.replaceAll('\t', '    ').replace(UNSAFE, escaped).replace(COMMAND, escaped);
}

/** Indented JSON, with escapes for everything that is unsafe to print. */
export function printableJson(value: unknown): string {
  const unit = (character: string): string =>
    Array.from({ length: character.length }, (_, at) => `\\u${hex(character.charCodeAt(at)).padStart(4, '0')}`).join(
      '',
    );
  return JSON.stringify(value, undefined, 2)
    .replace(UNSAFE, (character) => (character === '\n' ? character : unit(character)))
    .replace(COMMAND, unit);
}

/** Two format characters are safe: the joiners that some scripts and emoji need. */
const UNSAFE = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;
const COMMAND = /(?<=^\s*):(?=:)|#(?=#[\w.]*\[)/g;

function escaped(character: string): string {
  return `\\u{${hex(character.codePointAt(0) ?? 0)}}`;
}

function hex(code: number): string {
  return code.toString(16);
}
