import { type CheckResult, isBaseline, type Module, moduleOf, moduleOfFinding, worstEffect } from '../check/result.ts';
import { isChange } from '../check/history.ts';
import { type Effect, type Encoding, PAIRINGS, type Pairings } from '../effects/effect.ts';
import { type Bump, type Finding, hidesChanges } from '../policy/result.ts';
import { SEVERITIES } from '../policy/settings.ts';
import type { Baseline, NoBaseline } from '../release/model.ts';
import type { Words } from '../rules/rule.ts';
import { count, listShortened, newPeer, oldPeer } from '../rules/words.ts';
import { printable } from './printable.ts';

/*
 * The sentences that all reports share, so that terminal, pull request and release notes say the same thing in the same words. What
 * they hold from outside is printable.
 */

/** "kata-runtime 1.0.0 + this kata-agent" and the reverse; "old client (1.0.0) + new server" where the two have no names. */
export function pairingNames(words: Words): Pairings<string> {
  return {
    oldClientNewServer: printable(`${bare(oldPeer('client', words))} + ${bare(newPeer('server', words))}`),
    newClientOldServer: printable(`${bare(newPeer('client', words))} + ${bare(oldPeer('server', words))}`),
  };
}

/** The same for data that one version of a program writes and another reads: "data of 1.0.0 + this code". */
function dataNames({ baseline, edited }: Words): Pairings<string> {
  const [now, fresh] = edited === undefined ? ['this code', 'new data'] : [`code of ${edited}`, `data of ${edited}`];
  return {
    oldClientNewServer: printable(`data of ${baseline} + ${now}`),
    newClientOldServer: printable(`${fresh} + code of ${baseline}`),
  };
}

/** "the client" or "an old client" as part of a longer name. */
export function bare(role: string): string {
  return role.replace(/^(?:the|an?) /, '');
}

/** The names for a finding's sentences: where modules differ, each has its own baseline, and a finding may be about an older release. */
export function wordsFor(result: CheckResult, finding: Finding): Words {
  const { words } = moduleOfFinding(result, finding);
  return finding.older === undefined ? words : { ...words, baseline: finding.older.version };
}

/**
 * How the old client with the new server fares, and the new client with the old server: the worst in the promised encodings. Of stored
 * data, how new code fares with old data, and old code with new data.
 */
export function consequences(
  finding: Finding,
  { words, encodings }: { readonly words: Words; readonly encodings: readonly Encoding[] },
): readonly { readonly name: string; readonly effect: Effect; readonly encoding: Encoding }[] {
  const names = finding.stored ? dataNames(words) : pairingNames(words);
  return PAIRINGS.map((pairing) => ({ name: names[pairing], ...worstEffect(finding, pairing, encodings) }));
}

/** "1.0.0 → 1.1.0 (minor)", or what there is to say where one of the versions is missing. */
export function versionStep(compared: {
  readonly baseline: Baseline | NoBaseline;
  readonly bump: Bump;
  readonly nextVersion: string | null;
}): string {
  const { baseline, bump, nextVersion } = compared;
  if (!isBaseline(baseline)) return printable(baseline.message);
  const from = printable(baseline.version ?? baseline.ref);
  if (bump === 'none') return `${from} stays ${from}`;
  return nextVersion === null ? `${from} → ${bump}` : `${from} → ${nextVersion} (${bump})`;
}

/** Why that step, in words that follow it; without a full stop. Undefined where there is nothing to compare with. */
export function because(module: Module, result: CheckResult): string | undefined {
  const { baseline, forcedBy: cause, bump, prefix } = module;
  if (!isBaseline(baseline)) return undefined;
  if (cause) return `because of ${cause.rule} ${printable(cause.element)} (${place(cause)})`;
  if (bump === 'none') return 'nothing in the protocol has changed';
  const isOwn = ({ file }: { readonly file: string }): boolean => moduleOf(result, file).prefix === prefix;
  if (result.problems.some((problem) => hidesChanges(problem) && isOwn(problem)))
    return 'so far: text that cannot be read is not compared';
  const unknown = result.notCompared.some((each) => each.name !== undefined && isOwn(each));
  return unknown
    ? 'because nothing else has changed in what could be compared'
    : 'because only comments, layout or options without meaning outside have changed';
}

/** "api/: ", where there are several modules. */
export function moduleName({ prefix }: Module, { modules }: CheckResult): string {
  return modules.length > 1 ? `${prefix === '' ? '(repository)' : printable(prefix)}: ` : '';
}

/** "1.0.0 → 1.1.0 (minor): because of …", or why nothing is compared. */
export function verdict(module: Module, result: CheckResult): string {
  const reason = because(module, result);
  return `${versionStep(module)}${reason === undefined ? '' : `: ${reason}`}`;
}

/**
 * What a reader must know about a module to trust its verdict, in sentences: how its baseline was found, or what helps where there is
 * none, and what was not compared.
 */
export function remarks({ baseline, prefix }: Module, result: CheckResult): string[] {
  const about = isBaseline(baseline) ? baseline.note : baseline.advice;
  const own = result.notCompared.filter(({ file }) => moduleOf(result, file).prefix === prefix);
  return [...(about === undefined ? [] : [printable(about)]), ...notComparedSentences(own)];
}

/** The remarks of all modules, each with its module's name where there are several. */
export function allRemarks(result: CheckResult): string[] {
  return result.modules.flatMap((module) =>
    remarks(module, result).map((remark) => `${moduleName(module, result)}${remark}`),
  );
}

/** A sentence for each reason; the files are named as far as there are few. */
function notComparedSentences(notCompared: CheckResult['notCompared']): string[] {
  const files = notCompared.filter(({ name }) => name === undefined);
  const sentences: string[] = [];
  if (files.length > 0)
    sentences.push(
      `${count(files.length, 'changed file')} left out: ${shortened(files.map(({ file }) => file))}. Name ${files.length === 1 ? 'it' : 'one'} to have it compared.`,
    );
  const names = [...new Set(notCompared.flatMap(({ name }) => name ?? []))];
  if (names.length > 0)
    sentences.push(
      `${shortened(names)} ${names.length === 1 ? 'was' : 'were'} not found, so what ${names.length === 1 ? 'it declares' : 'they declare'} was not compared: a type of the same name is taken for the same type.`,
    );
  return sentences;
}

function shortened(items: readonly string[]): string {
  return listShortened(items.map(printable));
}

/** What changed, of a finding's message: without what that does to whom. */
export function factOf(message: string): string {
  const [fact = message] = message.split(/: (?=(?:[^`]*`[^`]*`)*[^`]*$)/);
  return fact.endsWith('.') ? fact : `${fact}.`;
}

/** "agent.proto:97:3", one-based as editors and terminals expect it. */
export function place(at: {
  readonly file: string;
  readonly range: { readonly start: { line: number; character: number } };
}): string {
  return printable(`${at.file}:${at.range.start.line + 1}:${at.range.start.character + 1}`);
}

/** "2 errors, 1 warning, 3 additions", accepted ones apart; "no findings" where there are none. */
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

/** What a summary counts a finding as. Of the mild ones a reader wants to know whether something was added. */
function kindOf(finding: Finding): string {
  const { severity } = finding;
  if (severity === 'error' || severity === 'warning') return severity;
  if (!isChange(finding)) return 'note';
  return isAddition(finding) ? 'addition' : 'other change';
}

/** The most serious first, accepted findings last; within that in their order. */
export function worstFirst(findings: readonly Finding[]): Finding[] {
  const rank = ({ severity, accepted }: Finding): number =>
    accepted ? SEVERITIES.length : SEVERITIES.indexOf(severity);
  return findings.toSorted((a, b) => rank(a) - rank(b));
}

/** Whether something is new, such as a field. */
export function isAddition({ rule }: Finding): boolean {
  return rule.endsWith('-added');
}

/** What the version file announces, as a sentence; undefined without one. */
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
