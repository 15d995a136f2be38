import { isHexDigit } from './characters.ts';

/** See `IntegerLiteral`. */
export function integerValue(text: string): number {
  if (text.charCodeAt(0) !== 48 || text.length === 1) return Number(text);
  if ((text.charCodeAt(1) | 32) === 120) return Number(text);
  return parseInt(text, 8);
}

/** With escapes resolved. `start` and `end` include the quotes. */
export function stringBytes(text: string, start: number, end: number): Uint8Array {
  const [from, to] = contentRange(text, start, end);
  const plain = new Uint8Array(to - from);
  for (let i = from; i < to; i++) {
    const c = text.charCodeAt(i);
    if (c > 127 || c === 92) return unescaped(text, from, to);
    plain[i - from] = c;
  }
  return plain;
}

export function stringText(text: string, start: number, end: number): string {
  const [from, to] = contentRange(text, start, end);
  const plain = text.slice(from, to);
  return plain.includes('\\') ? new TextDecoder().decode(unescaped(text, from, to)) : plain;
}

function contentRange(text: string, start: number, end: number): [number, number] {
  const closed = end - start > 1 && text.charCodeAt(end - 1) === text.charCodeAt(start);
  return [start + 1, closed ? end - 1 : end];
}

const SIMPLE: ReadonlyMap<string, number> = new Map([
  ['a', 7],
  ['b', 8],
  ['f', 12],
  ['n', 10],
  ['r', 13],
  ['t', 9],
  ['v', 11],
]);

function unescaped(text: string, from: number, to: number): Uint8Array {
  const bytes: number[] = [];
  const encoder = new TextEncoder();
  let i = from;
  while (i < to) {
    const backslash = text.indexOf('\\', i);
    const end = backslash < 0 || backslash >= to - 1 ? to : backslash;
    if (end > i) for (const byte of encoder.encode(text.slice(i, end))) bytes.push(byte);
    if (end === to) break;
    i = end + 1;
    const c = text.charAt(i);
    if (c >= '0' && c <= '7') {
      let value = 0;
      for (let n = 0; n < 3 && i < to && text.charAt(i) >= '0' && text.charAt(i) <= '7'; n++)
        value = value * 8 + Number(text.charAt(i++));
      bytes.push(value & 255);
    } else if (c === 'x' || c === 'X') {
      const digits = /^[0-9a-fA-F]{0,2}/.exec(text.slice(i + 1, Math.min(i + 3, to)))?.[0] ?? '';
      bytes.push(parseInt(digits || '0', 16));
      i += 1 + digits.length;
    } else if (c === 'u' || c === 'U') {
      const length = c === 'u' ? 4 : 8;
      let code = parseInt(text.slice(i + 1, Math.min(i + 1 + length, to)), 16);
      i += 1 + length;
      // protoc reads two escaped surrogates as one character.
      if (code >= 0xd800 && code < 0xdc00 && text.startsWith('\\u', i) && i + 6 <= to) {
        const low = parseInt(text.slice(i + 2, i + 6), 16);
        if (low >= 0xdc00 && low < 0xe000) {
          code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
          i += 6;
        }
      }
      const valid = code >= 0 && code <= 0x10ffff;
      for (const byte of encoder.encode(valid ? String.fromCodePoint(code) : '\ufffd')) bytes.push(byte);
    } else {
      const simple = SIMPLE.get(c);
      if (simple !== undefined) bytes.push(simple);
      else for (const byte of encoder.encode(c)) bytes.push(byte);
      i++;
    }
  }
  return Uint8Array.from(bytes);
}

export function isValidEscape(text: string, backslash: number): boolean {
  const c = text.charCodeAt(backslash + 1);
  if (c === 120 || c === 88) return isHexDigit(text.charCodeAt(backslash + 2));
  if (c === 117) return areHexDigits(text, backslash + 2, 4);
  if (c === 85)
    return areHexDigits(text, backslash + 2, 8) && parseInt(text.slice(backslash + 2, backslash + 10), 16) <= 0x10ffff;
  return 'abfnrtv\\?\'"01234567'.includes(String.fromCharCode(c));
}

function areHexDigits(text: string, from: number, count: number): boolean {
  for (let i = from; i < from + count; i++) if (!isHexDigit(text.charCodeAt(i))) return false;
  return true;
}
