import type { RuleInfo } from '../rule.ts';

/** Reported by the policy, because rules do not know the branch. */
export default {
  id: 'frozen-branch-changed',
  title: 'Protocol changed on a frozen branch',
  docs: `
## What it means
The configuration (\`frozenBranches\`) says that this branch takes no protocol changes, and the edit is one.

## Who breaks
Users of a stable branch, who expect only fixes from its releases.

## What to do instead
Make the change on the main branch and release it from there.
`,
  reference: 'https://semver.org/#semantic-versioning-specification-semver',
  buf: [],
} satisfies RuleInfo;
