/** The value of an integer as written: decimal, hexadecimal or octal. Beyond 2^53 it is the nearest double. */
export function integerValue(text: string): number {
  if (text.charCodeAt(0) !== 48 || text.length === 1) return Number(text);
  if ((text.charCodeAt(1) | 32) === 120) return Number(text);
  return parseInt(text, 8);
}

/** The bytes of a string literal from `start` to `end`, quotes included: escapes resolved, everything else as UTF-8. */
export function stringBytes(text: string, start: number, end: number): Uint8Array {
  const [from, to] = content(text, start, end);
  const plain = new Uint8Array(to - from);
  for (let i = from; i < to; i++) {
    const c = text.charCodeAt(i);
    if (c > 127 || c === 92) return unescaped(text, from, to);
    plain[i - from] = c;
  }
  return plain;
}

/** The same as text, for names and paths. */
export function stringText(text: string, start: number, end: number): string {
  const [from, to] = content(text, start, end);
  const plain = text.slice(from, to);
  return plain.includes('\\') ? new TextDecoder().decode(unescaped(text, from, to)) : plain;
}

function content(text: string, start: number, end: number): [number, number] {
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
      // Two escaped surrogates in a row are one character, as protoc reads them.
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
