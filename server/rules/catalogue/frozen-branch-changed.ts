import type { RuleInfo } from '../rule.ts';

/** Found by the policy, which knows the branch. */
export default {
  id: 'frozen-branch-changed',
  title: 'Protocol changed on a frozen branch',
  docs: `
## What it means
The configuration says that this branch takes no protocol change (\`frozenBranches\`), and there is one.

## Who breaks
Users of a stable branch, who expect nothing but fixes from its releases.

## What to do instead
Make the change on the main branch and release it from there.
`,
  reference: 'https://semver.org/#semantic-versioning-specification-semver',
  buf: [],
} satisfies RuleInfo;
