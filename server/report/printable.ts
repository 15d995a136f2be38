/*
 * Makes text from outside safe to print: names of files, roles, reasons, quoted source, messages of git, arguments. Every report and
 * every message goes through it.
 */

/**
 * Returns the text on one line, with everything escaped that does more than display. A terminal obeys escape sequences. Marks of writing
 * direction and characters without a width make one text look like another one. A CI runner obeys commands at the start of a line
 * (`::add-mask::` of GitHub) or inside it (`##[group]`, `##vso[…]` of Azure, `##teamcity[…]`). All of these are written as `\u{…}`; tabs
 * become four spaces. Applying it twice changes nothing more.
 * @see https://trojansource.codes
 * @see https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs
 */
export function printable(text: string): string {
  return text.replaceAll('\t', '    ').replace(UNSAFE, escaped).replace(COMMAND, escaped);
}

/** JSON that says the same as `JSON.stringify`, with the characters escaped that a terminal or a CI runner would obey. */
export function printableJson(value: unknown): string {
  const unit = (character: string): string =>
    Array.from({ length: character.length }, (_, at) => `\\u${hex(character.charCodeAt(at)).padStart(4, '0')}`).join(
      '',
    );
  return JSON.stringify(value, undefined, 2)
    .replace(UNSAFE, (character) => (character === '\n' ? character : unit(character)))
    .replace(COMMAND, unit);
}

/** Control characters, format characters (except the two joiners that some scripts and emoji need), line separators and lone surrogates. */
const UNSAFE = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;
/** The first character of what a CI runner reads as a command. */
const COMMAND = /(?<=^\s*):(?=:)|#(?=#[\w.]*\[)/g;

function escaped(character: string): string {
  return `\\u{${hex(character.codePointAt(0) ?? 0)}}`;
}

function hex(code: number): string {
  return code.toString(16);
}
