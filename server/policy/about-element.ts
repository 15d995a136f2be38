import frozenBranchChanged from '../rules/catalogue/frozen-branch-changed.ts';
import versionTooLow from '../rules/catalogue/version-too-low.ts';
import type { Finding } from './result.ts';

/** An element is a declaration or a file. Other findings are about the branch or the declared version, and cannot be accepted. */
export function isAboutElement({ rule }: Pick<Finding, 'rule'>): boolean {
  return rule !== frozenBranchChanged.id && rule !== versionTooLow.id;
}
