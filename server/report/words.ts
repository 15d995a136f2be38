import {
  type CheckResult,
  isBaseline,
  isChange,
  type Module,
  moduleOf,
  moduleOfFinding,
  worstEffect,
} from '../check/result.ts';
import { type Effect, type Encoding, PAIRINGS, type Pairings } from '../effects/effect.ts';
import { type Bump, type Finding, hidesChanges } from '../policy/result.ts';
import { SEVERITIES } from '../policy/settings.ts';
import type { Baseline, NoBaseline } from '../release/model.ts';
import type { Words } from '../rules/rule.ts';
import { count, listShortened, newPeer, oldPeer } from '../rules/words.ts';
import { printable } from './printable.ts';

/** "kata-runtime 1.0.0 + this kata-agent" and "this kata-runtime + kata-agent 1.0.0". Without names, "old client (1.0.0) + new server". */
export function pairingNames(words: Words): Pairings<string> {
  return {
    oldClientNewServer: printable(`${bare(oldPeer('client', words))} + ${bare(newPeer('server', words))}`),
    newClientOldServer: printable(`${bare(newPeer('client', words))} + ${bare(oldPeer('server', words))}`),
  };
}

/** "data of 1.0.0 + this code" and "new data + code of 1.0.0". */
function dataNames({ baseline, edited }: Words): Pairings<string> {
  const [newCode, newData] =
    edited === undefined ? ['this code', 'new data'] : [`code of ${edited}`, `data of ${edited}`];
  return {
    oldClientNewServer: printable(`data of ${baseline} + ${newCode}`),
    newClientOldServer: printable(`${newData} + code of ${baseline}`),
  };
}

export function bare(role: string): string {
  return role.replace(/^(?:the|an?) /, '');
}

/** If the finding is about an older release, the words name that release. */
export function wordsFor(result: CheckResult, finding: Finding): Words {
  const { words } = moduleOfFinding(result, finding);
  return finding.older === undefined ? words : { ...words, baseline: finding.older.version };
}

/** The worst effect over the promised encodings, in each pairing. */
export function consequences(
  finding: Finding,
  result: CheckResult,
): readonly { readonly name: string; readonly effect: Effect; readonly encoding: Encoding }[] {
  const words = wordsFor(result, finding);
  const names = finding.stored ? dataNames(words) : pairingNames(words);
  return PAIRINGS.map((pairing) => ({ name: names[pairing], ...worstEffect(finding, pairing, result.encodings) }));
}

/** Findings whose pairings have the same names share a table. The names are its columns. */
export function tablesOf(
  findings: readonly Finding[],
  result: CheckResult,
): readonly { readonly columns: readonly string[]; readonly findings: readonly Finding[] }[] {
  const tables = new Map<string, { columns: readonly string[]; findings: Finding[] }>();
  for (const finding of findings) {
    const columns = consequences(finding, result).map(({ name }) => name);
    const key = columns.join(' | ');
    const table = tables.get(key);
    if (table === undefined) tables.set(key, { columns, findings: [finding] });
    else table.findings.push(finding);
  }
  return [...tables.values()];
}

/**
 * "1.0.0 → 1.1.0 (minor)" or "1.0.0 stays 1.0.0". If the baseline has no version, "Changes since main need a major
 * version". Without a baseline, why there is none.
 */
export function versionStep(compared: {
  readonly baseline: Baseline | NoBaseline;
  readonly bump: Bump;
  readonly nextVersion: string | null;
}): string {
  const { baseline, bump, nextVersion } = compared;
  if (!isBaseline(baseline)) return printable(baseline.message);
  const { version } = baseline;
  if (version === undefined || nextVersion === null)
    return `Changes since ${printable(version ?? baseline.ref)} need ${bump === 'none' ? 'no new' : `a ${bump}`} version`;
  return bump === 'none' ? `${version} stays ${version}` : `${version} → ${nextVersion} (${bump})`;
}

/** Without a full stop; undefined if there is no baseline. */
export function because(module: Module, result: CheckResult, withPlace = true): string | undefined {
  const { baseline, forcedBy: cause, bump, prefix } = module;
  if (!isBaseline(baseline)) return undefined;
  if (cause) return `because of ${cause.rule} ${printable(cause.element)}${withPlace ? ` (${place(cause)})` : ''}`;
  const isOwn = ({ file }: { readonly file: string }): boolean => moduleOf(result, file).prefix === prefix;
  if (result.problems.some((problem) => hidesChanges(problem) && isOwn(problem)))
    return 'not final, because some text could not be read and was not compared';
  if (bump === 'none') return 'nothing in the protocol has changed';
  const unknown = result.notCompared.some((each) => each.name !== undefined && isOwn(each));
  return unknown
    ? 'because in what could be compared, only comments, layout or options that peers do not see have changed'
    : 'because only comments, layout or options that peers do not see have changed';
}

/** "api/: " if there are several modules, and "(repository): " for the one without a prefix; otherwise empty. */
export function moduleName({ prefix }: Module, { modules }: CheckResult): string {
  return modules.length > 1 ? `${prefix === '' ? '(repository)' : printable(prefix)}: ` : '';
}

export function verdict(module: Module, result: CheckResult, withPlace = true): string {
  const reason = because(module, result, withPlace);
  return `${versionStep(module)}${reason === undefined ? '' : `: ${reason}`}`;
}

/** How the baseline was found, or what to do if there is none, and what was not compared. */
export function remarks({ baseline, prefix }: Module, result: CheckResult): string[] {
  const about = isBaseline(baseline) ? baseline.note : baseline.advice;
  const own = result.notCompared.filter(({ file }) => moduleOf(result, file).prefix === prefix);
  return [...(about === undefined ? [] : [printable(about)]), ...notComparedSentences(own)];
}

export function allRemarks(result: CheckResult): string[] {
  return result.modules.flatMap((module) =>
    remarks(module, result).map((remark) => `${moduleName(module, result)}${remark}`),
  );
}

function notComparedSentences(notCompared: CheckResult['notCompared']): string[] {
  const folders = notCompared.filter(({ kind }) => kind === 'folder');
  const files = notCompared.filter(({ kind }) => kind === 'file');
  const sentences: string[] = [];
  if (files.length > 0)
    sentences.push(
      `${count(files.length, 'changed file')} left out: ${shortened(files.map(({ file }) => file))}. To compare ${files.length === 1 ? 'it, name it' : 'one, name it'} explicitly.`,
    );
  for (const reason of new Set(folders.map((folder) => folder.reason))) {
    const unopened = folders.filter((folder) => folder.reason === reason);
    sentences.push(
      `${count(unopened.length, 'folder')} not searched for new files: ${shortened(unopened.map(({ file }) => `${file}/`))}. ${reason}`,
    );
  }
  const names = [...new Set(notCompared.flatMap(({ name }) => name ?? []))];
  if (names.length > 0)
    sentences.push(
      `${shortened(names)} ${names.length === 1 ? 'was' : 'were'} not found, so ${names.length === 1 ? 'its' : 'their'} declarations were not compared: types with the same name are assumed to be equal.`,
    );
  return sentences;
}

function shortened(items: readonly string[]): string {
  return listShortened(items.map(printable));
}

/** The part of a message before its first colon: it says what changed, but not who breaks. */
export function factOf(message: string): string {
  const [fact = message] = message.split(/: (?=(?:[^`]*`[^`]*`)*[^`]*$)/);
  return fact.endsWith('.') ? fact : `${fact}.`;
}

/** "agent.proto:97:3", with one-based numbers. */
export function place(at: {
  readonly file: string;
  readonly range: { readonly start: { line: number; character: number } };
}): string {
  return printable(`${at.file}:${at.range.start.line + 1}:${at.range.start.character + 1}`);
}

/** "2 errors, 1 warning, 3 additions, 1 accepted", or "no findings" */
export function counts(findings: readonly Finding[]): string {
  const open = findings.filter((finding) => !finding.accepted);
  const numbers = new Map<string, number>(
    ['error', 'warning', 'addition', 'other change', 'note'].map((kind) => [kind, 0]),
  );
  for (const finding of open) {
    const kind = kindOf(finding);
    numbers.set(kind, (numbers.get(kind) ?? 0) + 1);
  }
  const parts = [...numbers].flatMap(([kind, number]) => (number === 0 ? [] : [count(number, kind)]));
  if (open.length < findings.length) parts.push(`${findings.length - open.length} accepted`);
  return parts.length === 0 ? 'no findings' : parts.join(', ');
}

function kindOf(finding: Finding): string {
  const { severity } = finding;
  if (severity === 'error' || severity === 'warning') return severity;
  if (!isChange(finding)) return 'note';
  return isAddition(finding) ? 'addition' : 'other change';
}

export function worstFirst(findings: readonly Finding[]): Finding[] {
  const rank = ({ severity, accepted }: Finding): number =>
    accepted ? SEVERITIES.length : SEVERITIES.indexOf(severity);
  return findings.toSorted((a, b) => rank(a) - rank(b));
}

export function isAddition({ rule }: Finding): boolean {
  return rule.endsWith('-added');
}

export function declaration(result: Pick<Module, 'declaredVersion' | 'nextVersion'>): string | undefined {
  const declared = result.declaredVersion;
  if (!declared) return undefined;
  const what = declared.file.startsWith('--')
    ? `${declared.version} is planned`
    : printable(`${declared.file} declares ${declared.version}`);
  return declared.sufficient
    ? `${what}, which is enough.`
    : `${what}, which is too low: it must be at least ${result.nextVersion ?? 'the next version'}.`;
}
