import type { FindingItem } from '../server/lsp/protocol.ts';

/** The element's own name and its parent's, without the package; of a file its whole name. */
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

/** The configuration's name; the server has its own, which would bring all of the configuration with it. */
export const CONFIGURATION_FILE = 'proto-compat.json';
