import { amount, type FindingItem, SEVERITIES } from '../server/lsp/protocol.ts';

/** Worst first. Accepted findings are a group of their own, whatever their severity. */
export const GROUPS = [...SEVERITIES, 'accepted'] as const;
export type Group = (typeof GROUPS)[number];

export function groupOf({ accepted, severity }: Pick<FindingItem, 'accepted' | 'severity'>): Group {
  return accepted === null ? severity : 'accepted';
}

/** "2 warnings", "1 accepted". */
export function countOf(number: number, group: Group): string {
  return group === 'accepted' ? `${number} accepted` : amount(number, group);
}

/** "1 error, 2 for information, 1 accepted"; empty if there are none. */
export function counted(numberOf: (group: Group) => number): string {
  return GROUPS.filter((group) => numberOf(group) > 0)
    .map((group) => countOf(numberOf(group), group))
    .join(', ');
}
