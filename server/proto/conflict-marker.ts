/** The character code that git repeats in the marker: `<`, `=`, `>` or `|`. */
export function conflictMarkerAt(text: string, lineStart: number, to: number): number | undefined {
  const c = text.charCodeAt(lineStart);
  if (c !== 60 && c !== 61 && c !== 62 && c !== 124) return undefined;
  for (let n = 1; n < 7; n++) if (text.charCodeAt(lineStart + n) !== c) return undefined;
  const after = text.charCodeAt(lineStart + 7);
  if (lineStart + 7 < to && after !== 32 && after !== 10 && after !== 13) return undefined;
  return c;
}
