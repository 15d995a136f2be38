import { type CheckResult, isBaseline } from '../check/result.ts';
import type { Finding } from '../policy/result.ts';
import { brokenPairings } from '../report/breaks.ts';
import { details } from '../report/text.ts';
import {
  because,
  consequences,
  counts,
  declaration,
  place,
  remarks,
  versionStep,
  worstFirst,
} from '../report/words.ts';
import { list } from '../rules/words.ts';
import { compare, FROM, inputSchema, PATHS, POLICY, REPOSITORY, text, TO } from './input.ts';
import type { Tool } from './tool.ts';

/** Agents read the whole answer. With fewer files in `paths`, they get more findings of each. */
const MAX_FINDINGS = 30;

export const check: Tool = {
  name: 'check',
  title: 'Check .proto edits against the last release',
  description:
    'Reports what edits of .proto files break in released versions: which peers break and how, for old client + new server and new client + old server, and which version the edit needs. Call it after every change to a .proto file, before reporting success. Each finding has a rule id; `explain` describes the rule.',
  input: inputSchema({ repository: REPOSITORY, paths: PATHS, from: FROM, to: TO, policy: POLICY }),
  run: (input, { withRepository, signal }) =>
    withRepository(text(input, 'repository'), async (project) => {
      const result = await compare(project, input, signal);
      const findings = worstFirst(result.findings);
      const shown = findings.slice(0, MAX_FINDINGS);
      const more = findings.length - shown.length;
      const broken = brokenPairings(result.findings, result);
      const verdict =
        broken.length > 0
          ? `This breaks ${list(broken)}.`
          : result.findings.some(isAcceptedBreak)
            ? 'All breaks of what the policy promises are accepted.'
            : 'This breaks nothing that the policy promises.';
      const steps = stepsOf(result);
      return {
        text: [
          verdict,
          ...steps.flatMap(({ module, step, because: why, declared, remarks: known }) => [
            `${module === '' ? '' : `${module} `}${step}${why === null ? '' : `: ${why}`}`,
            ...(declared === null ? [] : [declared]),
            ...known,
          ]),
          `${counts(result.findings)}; policy ${result.policy}`,
          ...shown.flatMap((finding) => [
            '',
            `${finding.accepted ? 'accepted' : finding.severity} [${finding.rule}] ${place(finding)}`,
            finding.message,
            ...details(finding, result),
          ]),
          ...(more > 0 ? ['', `… and ${more} more. Check fewer files with \`paths\` to see more of each.`] : []),
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

export function stepsOf(result: CheckResult): readonly {
  /** The prefix of the module's tags; empty for the repository's own module. */
  readonly module: string;
  readonly step: string;
  /** Null if the module has no baseline. */
  readonly because: string | null;
  readonly baseline: string | null;
  readonly bump: string;
  readonly nextVersion: string | null;
  /** A sentence; null if no version is declared, or if there is no next version. */
  readonly declared: string | null;
  /** Sentences about the choice of the baseline, and about what was not compared. */
  readonly remarks: readonly string[];
}[] {
  return result.modules.map((module) => ({
    module: module.prefix,
    step: versionStep(module),
    because: because(module, result) ?? null,
    baseline: isBaseline(module.baseline) ? module.baseline.ref : null,
    bump: module.bump,
    nextVersion: module.nextVersion,
    declared: declaration(module) ?? null,
    remarks: remarks(module, result),
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
    pairings: consequences(finding, result).map(({ name, effect }) => ({
      versions: name,
      effect,
    })),
    witness: finding.witness(),
    accepted: accepted?.reason ?? null,
  };
}

function isAcceptedBreak({ accepted, broken }: Finding): boolean {
  return accepted !== null && (broken.oldClientNewServer || broken.newClientOldServer);
}
