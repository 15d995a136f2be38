import type { RuleInfo } from '../rule.ts';

/** Found by the policy, which knows the versions. */
export default {
  id: 'version-too-low',
  title: 'Announced version is too low',
  docs: `
## What it means
The version file announces a version below the one that the changes since the release need.

## Who breaks
Whoever trusts version numbers: an upgrade that looks harmless is not.

## What to do instead
Write the version that the finding names, or take back the change that forces it.
`,
  reference: 'https://semver.org/#semantic-versioning-specification-semver',
  buf: [],
} satisfies RuleInfo;
