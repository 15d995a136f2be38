import { type Hover, MarkupKind, type Position } from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';

import { PAIRINGS } from '../effects/effect.ts';
import type { Finding, Witness } from '../policy/result.ts';
import { ruleAddress } from '../report/address.ts';
import { EFFECT_WORDS, sourceSentence } from '../report/effects.ts';
import { block, plain, prose } from '../report/plain.ts';
import { consequences, place } from '../report/words.ts';
import { RULES } from '../rules/index.ts';
import { hoverUses, type HoverUses } from './uses.ts';
import { contains, type View } from './view.ts';

/** A hover should fit on one screen. */
const MAX_LINES = 8;

/**
 * @param showsDiagnostics whether the client shows diagnostics in the same box. The hover then omits their messages.
 */
export async function findingHover(
  view: View,
  position: Position,
  showsDiagnostics: boolean,
  signal: AbortSignal,
): Promise<Hover | null> {
  const found = view.findings.filter(({ range }) => contains(range, position));
  const [first] = found;
  if (first === undefined) return null;
  const uses = searchUses(found, view, showsDiagnostics, signal);
  // Computed before the next `await`, because an edit moves the syntax trees.
  const described = found.map((finding) => {
    const head = showsDiagnostics ? (found.length > 1 ? [`**${plain(finding.element)}**`] : []) : messageOf(finding);
    const witnesses = PAIRINGS.map((pairing) => finding.witness(pairing));
    return describe({ head, finding, witnesses, uses, view, rule: showsDiagnostics ? undefined : finding.rule });
  });
  const texts = await Promise.all(described);
  return { contents: { kind: MarkupKind.Markdown, value: texts.join('\n\n---\n\n') }, range: first.range };
}

/** A hover should open quickly. */
const MAX_SEARCH_MS = 1500;

/**
 * A slow search continues in the background, and a later hover shows its result. If the search fails, the hover says
 * so.
 * @throws the signal's reason
 */
async function searchUses(
  findings: readonly Finding[],
  view: View,
  showsDiagnostics: boolean,
  signal: AbortSignal,
): Promise<(finding: Finding) => HoverUses> {
  const { repository, result, texts } = view;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, MAX_SEARCH_MS, undefined);
  });
  try {
    const search = repository.uses.find(result, findings, texts, signal);
    // The search may fail after the hover stopped waiting.
    search.catch(() => undefined);
    const found = await Promise.race([search, late]);
    if (found === undefined)
      return () => ({ ...NO_USES, details: 'Still searching for uses. Hover again to see them.' });
    return (finding) => {
      const evidence = found.get(finding);
      // The client shows the hint about generated code in the same box.
      const isShown = showsDiagnostics && repository.staleFilesOf(finding).length > 0;
      return hoverUses(evidence && isShown ? { ...evidence, stale: [] } : evidence, repository.root);
    };
  } catch (error) {
    if (signal.aborted) throw error;
    const details = error instanceof Error ? `The search for uses failed: ${plain(error.message)}` : '';
    return () => ({ ...NO_USES, details });
  } finally {
    clearTimeout(timer);
  }
}

const NO_USES: HoverUses = { summary: '', details: '' };

function messageOf({ message, accepted }: Finding): string[] {
  return [prose(message), ...(accepted === null ? [] : [`Accepted: ${plain(accepted.reason)}`])];
}

interface HoverParts {
  readonly head: readonly string[];
  readonly finding: Finding;
  /** One for each of `PAIRINGS`. */
  readonly witnesses: readonly (Witness | null)[];
  readonly uses: Promise<(finding: Finding) => HoverUses>;
  readonly view: View;
  /** Undefined if the client shows the rule's link already. */
  readonly rule: string | undefined;
}

async function describe({ head, finding, witnesses, uses, view, rule }: HoverParts): Promise<string> {
  const parts = [...head];
  const advice = adviceOf(finding.rule);
  if (advice !== undefined) parts.push(advice);
  const { summary, details } = (await uses)(finding);
  if (summary !== '') parts.push(summary);
  if (finding === view.tooLowVersion) parts.push(...cause(view));
  else parts.push(...pairingTable(finding, witnesses, view));
  const released = await releasedLines(finding, view);
  if (released !== undefined) parts.push(asReleased(released, view.releaseOf(finding)));
  if (details !== '') parts.push(details);
  // Answers the question "I changed nothing, why is it red?"
  await view.repository.findCommitted(view.result);
  const committed = view.repository.isCommitted(finding);
  const since =
    committed === undefined
      ? []
      : [committed ? `This change was committed after ${plain(view.release)}.` : 'This change is not committed yet.'];
  const link = rule === undefined ? [] : [`[${rule}](${ruleAddress(rule)})`];
  if (since.length + link.length > 0) parts.push([...since, ...link].join(' '));
  return parts.join('\n\n');
}

function asReleased(code: string, release: string): string {
  return /[\n`]/.test(code)
    ? `As released in ${plain(release)}:\n\n${block('proto', code)}`
    : `As released in ${plain(release)}: \`${code}\``;
}

function cause({ module: { forcedBy } }: View): string[] {
  if (forcedBy === undefined) return [];
  return [`Because of ${plain(place(forcedBy))}: ${prose(forcedBy.message)}`];
}

function adviceOf(rule: string): string | undefined {
  const docs = RULES.find(({ id }) => id === rule)?.docs ?? '';
  const section = docs.split(/^## /m).find((each) => each.startsWith(ADVICE_HEADING));
  return section?.slice(ADVICE_HEADING.length).trim();
}

const ADVICE_HEADING = 'What to do instead\n';

function pairingTable(finding: Finding, witnesses: readonly (Witness | null)[], view: View): string[] {
  const perPairing = consequences(finding, view.result);
  const source = sourceSentence(finding);
  const effects = perPairing.map(({ effect, encoding }) =>
    effect === 'exact' ? 'works' : `**${effect}**: ${EFFECT_WORDS[effect]}${encoding === 'json' ? ' (JSON)' : ''}`,
  );
  const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const witnessRow = (key: keyof Witness): string[] =>
    witnesses.some((witness) => witness !== null) ? [row(witnesses.map((witness) => plain(witness?.[key] ?? '')))] : [];
  const table = [
    row(perPairing.map(({ name }) => plain(name))),
    '|:--|:--|',
    row(effects),
    ...witnessRow('sent'),
    ...witnessRow('read'),
  ];
  return [
    ...(perPairing.some(({ effect }) => effect !== 'exact') ? [table.join('\n')] : []),
    ...(source === undefined ? [] : [`${source}.`]),
  ];
}

async function releasedLines(finding: Finding, view: View): Promise<string | undefined> {
  if (finding.baseline === null) return undefined;
  const { range } = finding.baseline;
  const text = await view.releasedFor(finding);
  if (text === undefined) return undefined;
  const lines = linesOf(text, range.start.line, range.end.line);
  return lines.length <= MAX_LINES ? lines.join('\n') : [...lines.slice(0, MAX_LINES), '…'].join('\n');
}

function linesOf(text: TextDocument, first: number, last: number): readonly string[] {
  const lines = text
    .getText({ start: { line: first, character: 0 }, end: { line: last + 1, character: 0 } })
    .replace(/(?<![\r\n])[\r\n]+$/, '')
    .split(/\r\n|\r|\n/);
  const indent = Math.min(
    ...lines.filter((line) => line.trim() !== '').map((line) => line.length - line.trimStart().length),
  );
  return lines.map((line) => line.slice(indent));
}
