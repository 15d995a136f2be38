import { count } from '../../server/rules/words.ts';
import { EXAMPLES, KINDS_OF_ERRORS } from './prose.ts';
import { isStep, type Line, type Reading, type Step } from './step.ts';

/** `docs/census.md`: everything in it is counted from the lines of the census and of its readings. */
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
  return `# Census: how often do protocols break their version?

<!-- Generated from the lines in census/. A test fails where it is stale. -->

**${low.length} of ${breaking.length} releases that broke a protocol did not say so in their version**: ${percent(low.length, breaking.length)}. The census holds ${count(steps.length, 'release step')} of ${compared.length} public repositories against [semantic versioning](https://semver.org).

| | |
|---|--:|
| repositories | ${compared.length} |
| release steps | ${steps.length} |
| … that changed a protocol | ${changed.length} (${percent(changed.length, steps.length)}) |
| … that broke a promise of the policy | ${breaking.length} (${percent(breaking.length, changed.length)} of the changes) |
| … and whose version was too low for it | ${low.length} (${percent(low.length, breaking.length)} of the breaks) |
| breaking steps from 1.0.0 on | ${stable.length} |
| … without a new major version | ${stable.filter(isTooLow).length} (${percent(stable.filter(isTooLow).length, stable.length)}) |
| breaks in a patch release, from 1.0.0 on | ${stable.filter(({ declared }) => declared === 'patch').length} |

## Method

- **Repositories**: chosen before any result was seen. Well-known public projects that have \`.proto\` files and at least two release tags, of several kinds: protocols as their own repository, monorepos, modules with their own tags, proto2, editions, gogoproto, vendored copies, and data files without services. A clone of more than 500 MiB was left out. Clones are from November 2026 or before; the newest commit of each is in [steps.jsonl](census/steps.jsonl).
- **Steps**: each stable release is compared with the release before it, as \`proto-compat audit\` finds it from tags and history. A repository that has only pre-releases is compared by them.
- **Policy**: \`semver\`, in binary. Where a repository's own \`buf.yaml\` asks for more, JSON is promised as well. Below 1.0.0 a break needs a new minor version.
- **What counts**: a *break* is a loss by a program that worked before, in at least one of the two mixed pairings. Test data, examples, documentation and vendored files are left out, unless the protocol uses them. Additions are never breaks.
- **Witnesses**: for ${percent(witnessed('protoc') + witnessed('name'), breaking.length)} of the breaking steps protoc alone shows a break on the texts of the two releases. For ${witnessed('protoc')} it encodes a message with one text and decodes another value with the other one; for ${witnessed('name')} a method, service or message is missing by its name. For ${witnessed('own')} only our own decoder shows it, mostly because the break is one of JSON or HTTP, or because an import is in no clone. ${breaking.length - witnessed('protoc') - witnessed('name') - witnessed('own')} show no message.

## Repositories

| repository | steps | changed | broke | too low |
|---|--:|--:|--:|--:|
${compared
  .map((name) => {
    const own = (some: readonly Step[]): number => some.filter(({ repository }) => repository === name).length;
    return `| ${name} | ${own(steps)} | ${own(changed)} | ${own(breaking)} | ${own(low)} |`;
  })
  .join('\n')}

Looked at without result, because there are no two releases with \`.proto\` files: ${repositories.filter((name) => !compared.includes(name)).join(', ')}.

## The most common breaks

| rule | findings | steps |
|---|--:|--:|
${commonBreaks(breaking)
  .map(({ rule, findings, steps: in_ }) => `| [${rule}](rules.md#${rule}) | ${findings} | ${in_} |`)
  .join('\n')}

## Ten of them

${EXAMPLES.map(({ repository, from, to, text }) => `- **${repository} ${from} → ${to}.** ${text}`).join('\n')}

## How far the verdicts can be trusted

All ${readings.length} steps whose version was called too low for a break when the census was first run were read by their findings. The ${readings.length - errors.length} that stand were read again against the texts of both releases: each for the element that forces its version, and for up to a dozen more where there are many. Where it decides, the code of the older release was searched for somebody who sends, calls or reads what is gone. The list, with reasons, is [readings.jsonl](census/readings.jsonl).

| verdict | steps | |
|---|--:|---|
| right | ${read('right').length} | the older or newer program loses what the finding says |
| arguable | ${read('arguable').length} | true on the wire, but a maintainer may say that nobody was promised it |
| wrong | ${errors.length} | ${percent(errors.length, readings.length)}; fixed since, each with a test |

The wrong ones were of ${KINDS_OF_ERRORS.length} kinds:

${KINDS_OF_ERRORS.map((kind) => `- ${kind}`).join('\n')}

Four more errors left the step as it was and are fixed as well: two bare clones could not be audited, because their \`buf.yaml\` names its own folder; files that moved together with their folders were called removed where two have one name; drafts in a folder of documentation were compared; and of a file that was edited and copied each break was reported twice.

Arguable are packages and methods whose name announces that they are unstable (\`v1alpha1\`, \`v1development\`, \`Alpha1\`), unless they are the only API of a released product; what was behind an experimental flag; what no code of the older release sends, calls or reads; names of messages that matter only where somebody packs them into an \`Any\`; names in JSON where the repository asks buf for no more than \`FILE\` or \`PACKAGE\`; messages of tests; an empty name that is no longer told from none; and \`required\` fields that generated code always wrote. Two of the arguable ones lose nothing as far as we know: a type of Kubernetes, whose text is not in the repository, has the same numbers as the one that took its place, and an enum of constants is the type of no field.

Some findings claim too much beside others that are right, so that their step stands: a new message is taken for an old one whose name it got, a type with the same numbers for another one because its members have other names, a flag that became a number under another name for a new name alone, and an HTTP address for lost although the pattern of another method fits it.

${MISSES}

## Repeat it

\`\`\`sh
npm run census -- DIR…            # clones, bare or not; adds what is missing in docs/census/steps.jsonl
npx vitest run test/census -u     # writes this page
\`\`\`

A clone whose folder is called \`OWNER+NAME\` gets that name. A run can be stopped and goes on with the next repository; one that fails is a line with its error. \`--findings FILE\` writes every breaking finding for reading.
`;
}

/** Written by hand: the sample was compared once. */
const MISSES = `For misses, 100 steps were drawn with a fixed seed from those that changed a \`.proto\` file and break nothing by our verdict, and buf 1 judged them by its category \`WIRE\`. 92 could be compared; of the others an import is in no clone, or buf does not take message sets. buf objects to 5 of the 92: two fields that went alone into a new oneof, two numbers that left a reservation, and one type of a custom option. None of these loses anything that an older program had, so no miss was found.`;

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
