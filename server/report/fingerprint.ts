import type { Finding } from '../policy/result.ts';

/** A unique text for each finding. It has no line number, so it stays the same if the line changes. */
export function fingerprints(findings: readonly Finding[]): ReadonlyMap<Finding, string> {
  const ordered = findings.toSorted((a, b) => (a.message < b.message ? -1 : Number(a.message > b.message)));
  const texts = numbered(
    ordered.map(({ rule, element, file }) => `${rule}:${element}:${file}`),
    (text, number) => `${text}:${number}`,
  );
  return new Map(ordered.map((finding, index) => [finding, texts[index] ?? '']));
}

/** Shows repeated texts with a number: the second occurrence has 2. */
export function numbered(texts: readonly string[], show: (text: string, number: number) => string): string[] {
  const seen = new Map<string, number>();
  return texts.map((text) => {
    const number = (seen.get(text) ?? 0) + 1;
    seen.set(text, number);
    return number === 1 ? text : show(text, number);
  });
}
