import type { Log, Notification, ReportingDescriptor, Result } from 'sarif';
import { agreed, type CheckResult, isBaseline } from '../check/result.ts';
import { type FileProblem, type Finding, PROBLEM_SEVERITIES, type Range } from '../policy/result.ts';
import type { Severity } from '../policy/settings.ts';
import type { RuleInfo } from '../rules/rule.ts';
import { PROJECT, ruleAddress } from './address.ts';
import { printableJson } from './printable.ts';
import { allRemarks, consequences } from './words.ts';

type RuleText = Pick<RuleInfo, 'id' | 'title' | 'docs' | 'buf'>;

/**
 * SARIF 2.1.0, which code scanning services and editors read.
 * https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 * @param version the version of this program
 */
export function sarif(result: CheckResult, rules: readonly RuleText[], version: string): string {
  const known = new Map(rules.map((rule) => [rule.id, descriptor(rule)]));
  for (const { rule } of result.findings) {
    // SARIF needs a descriptor for every rule.
    if (!known.has(rule)) known.set(rule, { id: rule, helpUri: ruleAddress(rule) });
  }
  const indices = new Map([...known.keys()].map((id, index) => [id, index]));
  const log: Log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'proto-compat',
            semanticVersion: version,
            informationUri: PROJECT,
            rules: [...known.values()],
          },
        },
        columnKind: 'utf16CodeUnits',
        originalUriBaseIds: { SRCROOT: { description: { text: 'The top folder of the repository.' } } },
        invocations: [
          {
            executionSuccessful: true,
            toolExecutionNotifications: [...result.problems.map(notification), ...remarkNotifications(result)],
          },
        ],
        results: result.findings.map((finding) => resultOf(finding, indices.get(finding.rule) ?? -1, result)),
        properties: {
          baseline: agreed(result, ({ baseline }) => (isBaseline(baseline) ? baseline.ref : null)),
          policy: result.policy,
          bump: result.bump,
          nextVersion: agreed(result, ({ nextVersion }) => nextVersion),
          modules: result.modules.map(({ prefix, baseline, bump, nextVersion }) => ({
            prefix,
            baseline: isBaseline(baseline) ? baseline.ref : null,
            bump,
            nextVersion,
          })),
        },
      },
    ],
  };
  return `${printableJson(log)}\n`;
}

function descriptor({ id, title, docs, buf }: RuleText): ReportingDescriptor {
  return {
    id,
    name: id.replace(/(^|-)(\w)/g, (_, _dash: string, letter: string) => letter.toUpperCase()),
    shortDescription: { text: title },
    fullDescription: { text: `${title}.` },
    // Services that do not render Markdown show `text`.
    help: { text: docs.trim().replace(/^#+ /gm, ''), markdown: docs.trim() },
    helpUri: ruleAddress(id),
    properties: { tags: ['compatibility', 'protobuf'], buf: [...buf] },
  };
}

function resultOf(finding: Finding, ruleIndex: number, result: CheckResult): Result {
  const witness = finding.witness();
  return {
    ruleId: finding.rule,
    ruleIndex,
    level: LEVELS[finding.severity],
    message: { text: withoutLinks(sentence(finding, result)) },
    locations: [
      {
        physicalLocation: physicalLocation(finding),
        logicalLocations: [{ fullyQualifiedName: finding.element }],
      },
    ],
    // Without a line number, a moved change keeps its fingerprint.
    partialFingerprints: { 'change/v1': `${finding.rule}:${finding.element}` },
    ...(finding.accepted && { suppressions: [{ kind: 'external', justification: finding.accepted.reason }] }),
    properties: {
      class: finding.class,
      bump: finding.bump,
      effects: finding.effects,
      baseline: finding.baseline,
      ...(witness && { witness }),
    },
  };
}

/** SARIF viewers show little more than the message. */
function sentence(finding: Finding, result: CheckResult): string {
  const pairings = consequences(finding, result);
  if (pairings.every(({ effect }) => effect === 'exact')) return finding.message;
  return `${finding.message} (${pairings.map(({ name, effect }) => `${name}: ${effect}`).join('; ')})`;
}

/** Separates `[text](address)`, which viewers would show as a link. See section 3.11.6 of the specification. */
function withoutLinks(text: string): string {
  return text.replaceAll('](', '] (');
}

const LEVELS = { error: 'error', warning: 'warning', information: 'note', hint: 'note' } as const satisfies Record<
  Severity,
  Result.level
>;

function notification(problem: FileProblem): Notification {
  return {
    level: LEVELS[PROBLEM_SEVERITIES[problem.kind]],
    message: { text: withoutLinks(problem.message) },
    descriptor: { id: problem.kind },
    locations: [{ physicalLocation: physicalLocation(problem) }],
  };
}

function remarkNotifications(result: CheckResult): Notification[] {
  return allRemarks(result).map((remark) => ({
    level: 'note',
    message: { text: withoutLinks(remark) },
    descriptor: { id: 'remark' },
  }));
}

function physicalLocation({ file, range }: { readonly file: string; readonly range: Range }) {
  return {
    artifactLocation: { uri: file.split('/').map(encodeURIComponent).join('/'), uriBaseId: 'SRCROOT' },
    region: {
      startLine: range.start.line + 1,
      startColumn: range.start.character + 1,
      endLine: range.end.line + 1,
      endColumn: range.end.character + 1,
    },
  };
}
