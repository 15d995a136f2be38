import { type CheckResult, isBaseline } from '../check/result.ts';
import { type FileProblem, type Finding, PROBLEM_SEVERITIES } from '../policy/result.ts';
import { SEVERITIES, type Severity } from '../policy/settings.ts';
import versionTooLow from '../rules/catalogue/version-too-low.ts';
import type { Evidence } from '../uses/evidence.ts';
import { EFFECT_WORDS, sourceSentence } from './effects.ts';
import { printable } from './printable.ts';
import { type Paint, painter, type Style, width } from './terminal.ts';
import type { Failing } from './failing.ts';
import { evidenceParts, placeLines } from './uses.ts';
import {
  allRemarks,
  because,
  consequences,
  counts,
  declaration,
  moduleName,
  place,
  versionStep,
  wordsFor,
  worstFirst,
} from './words.ts';
import { list } from '../rules/words.ts';

/** Lines without line breaks, by zero-based number; undefined if a line is not available. */
export interface Sources {
  released(finding: Finding): string | undefined;
  edited(file: string, line: number): string | undefined;
}

export function text(
  result: CheckResult,
  sources: Sources,
  options: { readonly color: boolean; readonly evidence?: ReadonlyMap<Finding, Evidence> | undefined },
): string {
  const paint = painter(options.color);
  const open = worstFirst(result.findings.filter(({ accepted }) => !accepted));
  const accepted = result.findings.filter((finding) => finding.accepted);
  const show = (finding: Finding): string[] => {
    const known = options.evidence?.get(finding);
    const lines = block(finding, result, sources, paint);
    return known === undefined ? lines : [...lines, ...evidenceLines(known, paint)];
  };
  const blocks = [
    ...SEVERITIES.flatMap((severity) => [
      ...open.filter((finding) => finding.severity === severity).map(show),
      ...result.problems
        .filter(({ kind }) => PROBLEM_SEVERITIES[kind] === severity)
        .map((problem) => [problemHead(problem, paint)]),
    ]),
    ...accepted.map(show),
    summary(result, paint),
  ];
  return `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

export function quietText({ findings, problems }: Failing, options: { readonly color: boolean }): string {
  const paint = painter(options.color);
  const lines = [
    ...problems.map((problem) => problemHead(problem, paint)),
    ...worstFirst(findings).map((finding) => findingHead(finding, paint)),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

function findingHead(finding: Finding, paint: Paint): string {
  const severity = finding.accepted ? 'accepted' : finding.severity;
  const color = finding.accepted ? 'dim' : COLORS[finding.severity];
  return `${paint('bold', place(finding))}: ${paint(color, severity)}: ${printable(finding.message)} ${paint('dim', `[${finding.rule}]`)}`;
}

function problemHead(problem: FileProblem, paint: Paint): string {
  const severity = PROBLEM_SEVERITIES[problem.kind];
  return `${paint('bold', place(problem))}: ${paint(COLORS[severity], 'problem')}: ${printable(problem.message)}`;
}

function block(finding: Finding, result: CheckResult, sources: Sources, paint: Paint): string[] {
  return [findingHead(finding, paint), ...quotes(finding, result, sources, paint), ...details(finding, result)];
}

function evidenceLines(evidence: Evidence, paint: Paint): string[] {
  return evidenceParts(evidence).flatMap(({ sentence, places }) => [
    `  ${printable(sentence)}`,
    ...placeLines(places, paint, '    ', '', MOST_PLACES),
  ]);
}

const MOST_PLACES = 5;

const COLORS = { error: 'red', warning: 'yellow', information: 'blue', hint: 'dim' } as const satisfies Record<
  Severity,
  Style
>;

/** The edited line with carets, and the released line if it differs or is in another file. */
function quotes(finding: Finding, result: CheckResult, sources: Sources, paint: Paint): string[] {
  const color = finding.accepted ? 'dim' : COLORS[finding.severity];
  const { start, end } = finding.range;
  const { baseline } = finding;
  const edited = sources.edited(finding.file, start.line);
  const released = baseline && sources.released(finding);
  const labels = { edited: String(start.line + 1), released: printable(wordsFor(result, finding).baseline) };
  const gutter = Math.max(labels.edited.length, released === null ? 0 : labels.released.length) + 2;
  const line = (label: string, content: string) => `${paint('dim', `${label.padStart(gutter)} |`)} ${content}`;
  const lines: string[] = [];
  if (edited !== undefined) {
    const { text: quoted, from } = part(edited, start.character);
    const before = printable(quoted.slice(0, start.character - from));
    const marked = quoted.slice(start.character - from, end.line === start.line ? end.character - from : undefined);
    lines.push(line(labels.edited, printable(quoted)));
    lines.push(line('', ' '.repeat(width(before)) + paint(color, '^'.repeat(Math.max(1, width(printable(marked)))))));
  }
  if (released !== undefined && released !== null) {
    const elsewhere = baseline && baseline.file !== finding.file ? paint('dim', `  ${place(baseline)}`) : '';
    if (released !== edited || elsewhere !== '') {
      lines.push(
        line(
          labels.released,
          paint('dim', printable(part(released, baseline?.range.start.character ?? 0).text)) + elsewhere,
        ),
      );
    }
  }
  return lines;
}

const LONGEST_QUOTE = 400;

/** The part of a long line around a character. A position in it is the position in the line minus `from`. */
function part(content: string, character: number): { readonly text: string; readonly from: number } {
  if (content.length <= LONGEST_QUOTE) return { text: content, from: 0 };
  const start = Math.max(0, Math.min(character - LONGEST_QUOTE / 4, content.length - LONGEST_QUOTE));
  const [before, after] = [start > 0 ? '…' : '', start + LONGEST_QUOTE < content.length ? '…' : ''];
  return { text: before + content.slice(start, start + LONGEST_QUOTE) + after, from: start - before.length };
}

export function details(finding: Finding, result: CheckResult): string[] {
  const lines: string[] = [];
  const pairings = consequences(finding, result);
  if (pairings.some(({ effect }) => effect !== 'exact')) {
    const width = Math.max(...pairings.map(({ name }) => name.length));
    for (const { name, effect, encoding } of pairings) {
      const what = effect === 'exact' ? effect : `${effect}: ${EFFECT_WORDS[effect]}`;
      lines.push(`  ${name.padEnd(width)}  ${what}${encoding === 'json' ? ' (JSON)' : ''}`);
    }
  }
  const source = sourceSentence(finding);
  if (source !== undefined) lines.push(`  ${source}`);
  const witness = finding.witness();
  if (witness) lines.push(`  e.g.  ${printable(witness.sent)}`, `        ${printable(witness.read)}`);
  if (finding.accepted) lines.push(`  accepted: ${printable(finding.accepted.reason)}`);
  return lines;
}

function summary(result: CheckResult, paint: Paint): string[] {
  const { modules } = result;
  const target = result.target.ref ?? 'the working tree';
  const refs = [...new Set(modules.flatMap(({ baseline }) => (isBaseline(baseline) ? [baseline.ref] : [])))];
  return [
    ...modules.map((module) => {
      const reason = because(module, result);
      return `${moduleName(module, result)}${paint('bold', versionStep(module))}${reason === undefined ? '' : `: ${reason}`}`;
    }),
    `${counts(result.findings)}; ${printable(target)} compared with ${printable(list(refs))}, policy ${result.policy}`,
    ...modules.flatMap((module) => {
      const declared = declaration(module);
      // The finding says the same.
      const isReported = module.findings.some(({ rule }) => rule === versionTooLow.id);
      const color = module.declaredVersion?.sufficient === true ? 'dim' : 'red';
      return declared === undefined || isReported ? [] : [moduleName(module, result) + paint(color, declared)];
    }),
    ...allRemarks(result).map((remark) => paint('dim', remark)),
  ];
}
