import type { Finding } from '../policy/result.ts';

/**
 * For each finding a text that no other finding of the result has: rule, element and file. It contains no line, so a service that
 * compares two runs recognises a finding after the text above it has changed.
 */
export function fingerprints(findings: readonly Finding[]): ReadonlyMap<Finding, string> {
  return new Map(
    [...occurrences(findings)].map(([finding, number]) => [
      finding,
      number === 1 ? identity(finding) : `${identity(finding)}:${number}`,
    ]),
  );
}

/**
 * Numbers the findings that share rule, element and file, such as those of two options of one file: 1 for the first of each. The
 * order does not depend on lines.
 */
export function occurrences(findings: readonly Finding[]): ReadonlyMap<Finding, number> {
  const seen = new Map<string, number>();
  const ordered = findings.toSorted((a, b) => (a.message < b.message ? -1 : Number(a.message > b.message)));
  return new Map(
    ordered.map((finding) => {
      const number = (seen.get(identity(finding)) ?? 0) + 1;
      seen.set(identity(finding), number);
      return [finding, number];
    }),
  );
}

function identity({ rule, element, file }: Finding): string {
  return `${rule}:${element}:${file}`;
}
