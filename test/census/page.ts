import { count } from '../../server/rules/words.ts';
import { EXAMPLES, KINDS_OF_ERRORS } from './prose.ts';
import { isStep, type Line, type Reading, type Step } from './step.ts';

/** `docs/census.md`. All figures are computed from the lines of `steps.jsonl` and `readings.jsonl`. */
export function censusPage(lines: readonly Line[], readings: readonly Reading[]): string {
  const steps = lines.filter(isStep);
  const repositories = lines.flatMap((line) => (isStep(line) ? [] : [line.repository]));
  const compared = repositories.filter((name) => steps.some((step) => step.repository === name));
  const changed = steps.filter(({ findings }) => findings !== undefined);
  const breaking = steps.filter(({ breaks }) => breaks !== undefined);
  const low = breaking.filter(isTooLow);
  const stable = breaking.filter(({ from }) => majorOf(from) > 0);
  const witnessed = (how: Step['witness']): number => breaking.filter(({ witness }) => witness === how).length;
  const read = (verdict: Reading['verdict']): Reading[] => readings.filter((one) => one.verdict === verdict);
  const errors = read('wrong');
  return `# Census: how often do releases break their protocol without saying so?

<!-- Generated from the lines in census/. A test fails if this page is outdated. -->

**${low.length} of ${breaking.length} releases that broke a protocol did not say so in their version**: ${percent(low.length, breaking.length)}. The census compares ${count(steps.length, 'release step')} of ${compared.length} public repositories with the rules of [semantic versioning](https://semver.org).

| | |
|---|--:|
| repositories | ${compared.length} |
| release steps | ${steps.length} |
| … that changed a protocol | ${changed.length} (${percent(changed.length, steps.length)}) |
| … that broke a promise of the policy | ${breaking.length} (${percent(breaking.length, changed.length)} of the changes) |
| … and whose version was too low | ${low.length} (${percent(low.length, breaking.length)} of the breaks) |
| breaking steps from 1.0.0 on | ${stable.length} |
| … without a new major version | ${stable.filter(isTooLow).length} (${percent(stable.filter(isTooLow).length, stable.length)}) |
| breaks in a patch release, from 1.0.0 on | ${stable.filter(({ declared }) => declared === 'patch').length} |

## Method

- **Repositories** were chosen before any result was known: well-known public projects with \`.proto\` files and at least two release tags, of several kinds (protocols in their own repository, monorepos, modules with their own tags, proto2, editions, gogoproto, vendored copies, data files without services). Clones of more than 500 MiB were left out. The clones are from November 2026 or earlier; [steps.jsonl](census/steps.jsonl) has the newest commit of each.
- **Steps**: each stable release is compared with the release before it, as \`proto-compat audit\` determines it from tags and history. In repositories with only pre-releases, these are compared.
- **Policy**: \`semver\`, for the binary encoding, and for JSON if the repository's own \`buf.yaml\` promises it. Below 1.0.0, a break needs a new minor version.
- **What counts**: a *break* is a loss in a program that worked before, in at least one of the two mixed pairings. Test data, examples, documentation and vendored files are left out, unless the protocol uses them. Additions are never breaks.
- **Witnesses**: for ${percent(witnessed('protoc') + witnessed('name'), breaking.length)} of the breaking steps, protoc alone shows a break in the texts of the two releases. In ${witnessed('protoc')} steps it encodes a message with one text and decodes another value with the other text; in ${witnessed('name')}, a method, service or message no longer has its name. In ${witnessed('own')}, only our own decoder shows the break, mostly because it affects JSON or HTTP, or because an import is in no clone. ${breaking.length - witnessed('protoc') - witnessed('name') - witnessed('own')} have no example message.

## Repositories

| repository | steps | changed | broke | too low |
|---|--:|--:|--:|--:|
${compared
  .map((name) => {
    const own = (some: readonly Step[]): number => some.filter(({ repository }) => repository === name).length;
    return `| ${name} | ${own(steps)} | ${own(changed)} | ${own(breaking)} | ${own(low)} |`;
  })
  .join('\n')}

Not compared, because they do not have two releases with \`.proto\` files: ${repositories.filter((name) => !compared.includes(name)).join(', ')}.

## The most common breaks

| rule | findings | steps |
|---|--:|--:|
${commonBreaks(breaking)
  .map(({ rule, findings, steps: in_ }) => `| [${rule}](rules.md#${rule}) | ${findings} | ${in_} |`)
  .join('\n')}

## Ten examples

${EXAMPLES.map(({ repository, from, to, text }) => `- **${repository} ${from} → ${to}.** ${text}`).join('\n')}

## How far the verdicts can be trusted

The census reported ${readings.length} steps whose version was too low. We read the findings of all these steps. For the ${readings.length - errors.length} that were confirmed, we also read the texts of both releases: at the element that forces the version, and at up to a dozen others. If it mattered, we searched the code of the older release for uses of the removed element. [readings.jsonl](census/readings.jsonl) has the verdict and the reason for each step.

| verdict | steps | |
|---|--:|---|
| right | ${read('right').length} | the older or newer program has the loss that the finding reports |
| arguable | ${read('arguable').length} | true on the wire, but a maintainer could say that it was never promised |
| wrong | ${errors.length} | ${percent(errors.length, readings.length)}; now fixed, each with a test |

The wrong verdicts had ${KINDS_OF_ERRORS.length} causes:

${KINDS_OF_ERRORS.map((kind) => `- ${kind}`).join('\n')}

Five more errors, also fixed, did not affect whether a version was too low.

A verdict is arguable if the change is

- in a package or method whose name says that it is unstable (\`v1alpha1\`, \`v1development\`, \`Alpha1\`), unless it is the only API of a released product,
- behind an experimental flag,
- in an element that no code of the older release sends, calls or reads,
- a message name that matters only if somebody packs the message into an \`Any\`,
- a JSON name, and the repository's buf categories are only \`FILE\` or \`PACKAGE\`,
- in a message of tests,
- that an empty name can no longer be distinguished from an unset one,
- a \`required\` field that generated code always wrote.

As far as we know, three of the arguable steps lose nothing. In two of them, a Kubernetes type, whose text is not in the repository, has the same numbers as its replacement. In the third, an enum only declares constants and is not the type of any field.

In some steps whose verdict is right, one finding is wrong:

- A type with the same numbers was taken for another one because its members have other names.
- A flag that became a number under another name was reported only as renamed.
- An HTTP path was reported as lost although the pattern of another method matches it. Such a finding now names that method.

${MISSES}

## Repeat it

\`\`\`sh
npm run census -- DIR…            # clones, bare or not; adds missing repositories to docs/census/steps.jsonl
npx vitest run test/census -u     # writes this page
\`\`\`

A clone in a folder named \`OWNER+NAME\` gets that name. A run can be stopped and continued. A repository that fails gets a line with its error. \`--findings FILE\` writes every breaking finding to a file.
`;
}

/** Not computed: the sample was compared once. */
const MISSES = `To look for missed breaks, 100 steps were drawn with a fixed seed from those that changed a \`.proto\` file and break nothing by our verdict. They were checked with buf 1 and its category \`WIRE\`. 92 could be compared; in the others, an import is in no clone, or buf does not support message sets. buf reports 5 of the 92: two fields that moved alone into a new oneof, two numbers that are no longer reserved, and one type of a custom option. An older program loses nothing in any of them. One kind of miss was found later, and is fixed: in containerd and etcd, folders that have their own tags today were not compared in releases from before their first tag.`;

function isTooLow({ tooLow }: Step): boolean {
  return tooLow === true;
}

function majorOf(tag: string): number {
  return Number(/(\d+)\.\d+/.exec(tag.slice(tag.lastIndexOf('/') + 1))?.[1] ?? 0);
}

function percent(part: number, whole: number): string {
  return `${((100 * part) / Math.max(1, whole)).toFixed(0)} %`;
}

function commonBreaks(steps: readonly Step[]): readonly { rule: string; findings: number; steps: number }[] {
  const counts = new Map<string, { rule: string; findings: number; steps: number }>();
  for (const { breaks = {} } of steps) {
    for (const [rule, findings] of Object.entries(breaks)) {
      const known = counts.get(rule) ?? { rule, findings: 0, steps: 0 };
      counts.set(rule, { rule, findings: known.findings + findings, steps: known.steps + 1 });
    }
  }
  return [...counts.values()].sort((a, b) => b.steps - a.steps || b.findings - a.findings).slice(0, 12);
}
