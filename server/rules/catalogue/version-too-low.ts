import type { RuleInfo } from '../rule.ts';

/** Reported by the policy, because rules do not know the versions. */
export default {
  id: 'version-too-low',
  title: 'Declared version is too low',
  docs: `
## What it means
The version file declares a version that is lower than the changes since the release need.

## Who breaks
Everybody who relies on version numbers: an upgrade that looks harmless is not.

## What to do instead
Write the version that the finding names, or undo the change that forces it.
`,
  reference: 'https://semver.org/#semantic-versioning-specification-semver',
  buf: [],
} satisfies RuleInfo;
