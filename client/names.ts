import type { FindingItem } from '../server/lsp/protocol.ts';

/** The last two parts of the element's full name. For a file, its path and an empty parent. */
export function nameParts({ element, file }: Pick<FindingItem, 'element' | 'file'>): {
  readonly name: string;
  readonly parent: string;
} {
  const parts = element === file ? [element] : element.split('.');
  return { name: parts.at(-1) ?? element, parent: parts.at(-2) ?? '' };
}

export function shortName(finding: Pick<FindingItem, 'element' | 'file'>): string {
  const { name, parent } = nameParts(finding);
  return parent === '' ? name : `${parent}.${name}`;
}

/** Importing the server's constant would bundle all of its configuration code. */
export const CONFIGURATION_FILE = 'proto-compat.json';
