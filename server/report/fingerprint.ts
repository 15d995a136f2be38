import type { Finding } from '../policy/result.ts';

/**
 * A unique text for each finding: rule, element and file, and a number if several findings have these in common. It contains no line
 * number, so a service that compares two runs recognises a finding after its line has changed.
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
 * Numbers the findings that have the same rule, element and file, such as those about two options of one file. The numbers start at 1 and
 * follow the order of the messages.
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
