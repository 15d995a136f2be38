import frozenBranchChanged from '../rules/catalogue/frozen-branch-changed.ts';
import versionTooLow from '../rules/catalogue/version-too-low.ts';
import type { Finding } from './result.ts';

/** Whether a finding is about a changed element, not about the branch or the declared version. Only such a finding can be accepted. */
export function isAboutElement({ rule }: Pick<Finding, 'rule'>): boolean {
  return rule !== frozenBranchChanged.id && rule !== versionTooLow.id;
}
