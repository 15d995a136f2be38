import type { FindingItem } from '../server/lsp/protocol.ts';

/** The last part of the element's full name, and the part before it, which may be empty. For a file, only its whole path. */
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

/** The configuration's name. Importing the server's constant would bundle all of its configuration code. */
export const CONFIGURATION_FILE = 'proto-compat.json';
