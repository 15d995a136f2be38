/*
 * The one place that decides what text from outside may do to whoever reads the output: names of files, roles, reasons, quoted
 * source, messages of git, arguments. Every report and every message goes through it.
 */

/**
 * Text from outside on one line that only shows: a terminal obeys escape sequences, marks of writing direction and characters without
 * a width make one text look like another one, and a runner of CI obeys commands that a line begins with (`::add-mask::` of GitHub) or
 * that it holds (`##[group]`, `##vso[…]` of Azure, `##teamcity[…]`). All of these are written as `\u{…}`; tabs become four spaces.
 * What was made printable stays as it is.
 * @see https://trojansource.codes
 * @see https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs
 */
export function printable(text: string): string {
  return text.replaceAll('\t', '    ').replace(UNSAFE, escaped).replace(COMMAND, escaped);
}

/** JSON that says the same as `JSON.stringify`, without characters that would do more than show where it is printed. */
export function printableJson(value: unknown): string {
  const unit = (character: string): string =>
    Array.from({ length: character.length }, (_, at) => `\\u${hex(character.charCodeAt(at)).padStart(4, '0')}`).join(
      '',
    );
  return JSON.stringify(value, undefined, 2)
    .replace(UNSAFE, (character) => (character === '\n' ? character : unit(character)))
    .replace(COMMAND, unit);
}

/** Control and format characters, but for the two joiners that some scripts and emoji need, line ends, and halves of characters. */
const UNSAFE = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;
/** The first character of what a runner takes for a command. */
const COMMAND = /(?<=^\s*):(?=:)|#(?=#[\w.]*\[)/g;

function escaped(character: string): string {
  return `\\u{${hex(character.codePointAt(0) ?? 0)}}`;
}

function hex(code: number): string {
  return code.toString(16);
}
