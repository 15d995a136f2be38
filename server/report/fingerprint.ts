import type { Finding } from '../policy/result.ts';

/**
 * A unique text for each finding. It has no line number, so a service that compares two runs recognises a finding whose line has changed.
 */
export function fingerprints(findings: readonly Finding[]): ReadonlyMap<Finding, string> {
  return new Map(
    [...occurrences(findings)].map(([finding, number]) => [
      finding,
      number === 1 ? identity(finding) : `${identity(finding)}:${number}`,
    ]),
  );
}

/** Numbers the findings that have the same rule, element and file, from 1 on, in the order of their messages. */
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
