export const SYMBOL = 0;
export const LETTER = 1;
export const DIGIT = 2;
export const SPACE = 3;
export const NEWLINE = 4;
export const QUOTE = 5;
export const SLASH = 6;
export const DOT = 7;
export const OTHER = 8;

/** By ASCII code. */
export const CLASS = classes();

function classes(): Uint8Array {
  const table = new Uint8Array(128).fill(OTHER);
  for (const c of ';{}[]()<>=,:+-') table[c.charCodeAt(0)] = SYMBOL;
  for (let c = 0; c < 26; c++) {
    table[65 + c] = LETTER;
    table[97 + c] = LETTER;
  }
  table[95] = LETTER;
  for (let c = 48; c < 58; c++) table[c] = DIGIT;
  for (const c of ' \t\v\f') table[c.charCodeAt(0)] = SPACE;
  table[10] = NEWLINE;
  table[13] = NEWLINE;
  table[34] = QUOTE;
  table[39] = QUOTE;
  table[46] = DOT;
  table[47] = SLASH;
  return table;
}

export function characterClass(c: number): number {
  return c < 128 ? (CLASS[c] ?? OTHER) : OTHER;
}

export function isDigit(c: number): boolean {
  return c >= 48 && c <= 57;
}

export function isHexDigit(c: number): boolean {
  return isDigit(c) || ((c | 32) >= 97 && (c | 32) <= 102);
}

/** For a code unit outside ASCII. No-break spaces and curly quotes are not letters, for example. */
export function isForeignLetter(c: number): boolean {
  return c > 0xbf && !(c >= 0x2000 && c <= 0x206f) && c !== 0x3000 && c !== 0xfeff;
}

export function describeInvalid(text: string, start: number, end: number): string {
  const invalid = text.slice(start, Math.min(end, start + 20));
  if (/^\p{Cc}/u.test(invalid)) return 'This control character';
  if (/^[\p{Cf}\p{Z}]/u.test(invalid)) return 'This invisible character';
  return `\`${invalid}\``;
}
