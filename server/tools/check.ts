import { type CheckResult, isBaseline } from '../check/result.ts';
import type { Finding } from '../policy/result.ts';
import { SEVERITIES } from '../policy/settings.ts';
import { details } from '../report/text.ts';
import { because, consequences, counts, declaration, place, versionStep, wordsFor } from '../report/words.ts';
import { list, newPeer, oldPeer } from '../rules/words.ts';
import { compare, FROM, inputSchema, PATHS, POLICY, REPOSITORY, text, TO } from './input.ts';
import type { Tool } from './tool.ts';

/** An agent reads all of it, and the rest is asked for by `paths`. */
const MOST_FINDINGS = 30;

export const check: Tool = {
  name: 'check',
  title: 'Check .proto edits against the last release',
  description:
    'Says what edits of .proto files do to released versions: which peers break and how, for old client + new server and new client + old server, and which version the edit needs. Call it after every change of a .proto file, before reporting success. Each finding has a rule that `explain` describes.',
  input: inputSchema({ repository: REPOSITORY, paths: PATHS, from: FROM, to: TO, policy: POLICY }),
  run: (input, { withRepository, signal }) =>
    withRepository(text(input, 'repository'), async (project) => {
      const result = await compare(project, input, signal);
      const findings = result.findings.toSorted(
        (a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity),
      );
      const shown = findings.slice(0, MOST_FINDINGS);
      const more = findings.length - shown.length;
      const broken = sufferers(result);
      const declared = declaration(result);
      const verdict = broken.length > 0 ? `This breaks ${list(broken)}.` : 'This breaks no released version.';
      const steps = stepsOf(result);
      return {
        text: [
          verdict,
          ...steps.map(({ module, step }) => `${module === '' ? '' : `${module} `}${step}: ${because(result)}`),
          ...(declared === undefined ? [] : [declared]),
          `${counts(result.findings)}; compared with ${result.baseline.ref}, policy ${result.policy}`,
          ...shown.flatMap((finding) => [
            '',
            `${finding.accepted ? 'accepted' : finding.severity} [${finding.rule}] ${place(finding)}`,
            finding.message,
            ...details(finding, result),
          ]),
          ...(more > 0 ? ['', `… and ${more} more. Name \`paths\` to see them.`] : []),
          ...result.problems.map((problem) => `\nproblem ${place(problem)}\n${problem.message}`),
        ].join('\n'),
        data: {
          repository: project.root,
          breaks: broken,
          modules: steps,
          policy: result.policy,
          counts: counts(result.findings),
          findings: shown.map((finding) => findingData(finding, result)),
          more,
          problems: result.problems.map((problem) => ({ at: place(problem), message: problem.message })),
        },
      };
    }),
};

/** The released programs that no longer work although the policy promises it: "kata-runtime 1.0.0 (with this kata-agent)". */
function sufferers(result: CheckResult): string[] {
  const named = result.findings
    .filter(({ accepted }) => !accepted)
    .flatMap((finding) => {
      const words = wordsFor(result, finding);
      return [
        ...(finding.broken.oldClientNewServer
          ? [`${oldPeer('client', words)} (with ${newPeer('server', words)})`]
          : []),
        ...(finding.broken.newClientOldServer
          ? [`${oldPeer('server', words)} (with ${newPeer('client', words)})`]
          : []),
      ];
    });
  return [...new Set(named)];
}

/** The version step of each module; one where the repository is one. */
export function stepsOf(result: CheckResult): readonly {
  /** The prefix of the module's tags; empty for the repository's own. */
  readonly module: string;
  readonly step: string;
  readonly baseline: string | null;
  readonly bump: string;
  readonly nextVersion: string | null;
}[] {
  const modules = result.modules.length > 0 ? result.modules : [{ ...result, prefix: '' }];
  return modules.map((module) => ({
    module: module.prefix,
    step: versionStep(module),
    baseline: isBaseline(module.baseline) ? module.baseline.ref : null,
    bump: module.bump,
    nextVersion: module.nextVersion,
  }));
}

function findingData(finding: Finding, result: CheckResult): object {
  const { rule, element, severity, message, accepted } = finding;
  return {
    rule,
    element,
    at: place(finding),
    severity,
    class: finding.class,
    bump: finding.bump,
    message,
    pairings: consequences(finding, { ...result, words: wordsFor(result, finding) }).map(({ name, effect }) => ({
      versions: name,
      effect,
    })),
    witness: finding.witness(),
    accepted: accepted?.reason ?? null,
  };
}
