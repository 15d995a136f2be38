import { type Hover, MarkupKind, type Position } from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';

import { PAIRINGS } from '../effects/effect.ts';
import type { Finding, Witness } from '../policy/result.ts';
import { ruleAddress } from '../report/address.ts';
import { EFFECT_WORDS, sourceSentence } from '../report/effects.ts';
import { block, plain, prose } from '../report/plain.ts';
import { consequences, place, wordsFor } from '../report/words.ts';
import { RULES } from '../rules/index.ts';
import { usesMarkdown } from './uses.ts';
import { contains, type View } from './view.ts';

/** A hover is read at a glance: a whole deleted message is not. */
const MAX_LINES = 8;

/**
 * The findings under the cursor, most useful first: what to do, what happens in both mixes of versions, and the released declaration.
 * @param showsDiagnostics the client shows their messages and rules in the same box, so they are not said again.
 */
export async function hover(
  view: View,
  position: Position,
  showsDiagnostics: boolean,
  signal: AbortSignal,
): Promise<Hover | null> {
  const found = view.findings.filter(({ range }) => contains(range, position));
  const [first] = found;
  if (first === undefined) return null;
  const uses = usesOf(found, view, showsDiagnostics, signal);
  // Before anything is waited for: a newer edit moves the trees that witnesses are made from.
  const described = found.map((finding) => {
    const head = showsDiagnostics ? (found.length > 1 ? [`**${plain(finding.element)}**`] : []) : said(finding);
    const witnesses = PAIRINGS.map((pairing) => finding.witness(pairing));
    return describe({ head, finding, witnesses, uses, view, rule: showsDiagnostics ? undefined : finding.rule });
  });
  const texts = await Promise.all(described);
  return { contents: { kind: MarkupKind.Markdown, value: texts.join('\n\n---\n\n') }, range: first.range };
}

/** A hover is waited for. In milliseconds. */
const LONGEST_SEARCH = 1500;

/** Who uses what the findings are about, as far as that is found in time: the search goes on, and the next hover has it. */
async function usesOf(
  findings: readonly Finding[],
  view: View,
  showsDiagnostics: boolean,
  signal: AbortSignal,
): Promise<(finding: Finding) => string> {
  const { repository, result, texts } = view;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, LONGEST_SEARCH, undefined);
  });
  try {
    const search = repository.uses.of(result, findings, texts, signal);
    // Nobody may wait for it any more when it fails.
    search.catch(() => undefined);
    const found = await Promise.race([search, late]);
    if (found === undefined) return () => 'Uses are still being looked for: hover again.';
    return (finding) => {
      const evidence = found.get(finding);
      // The hint about generated code is a diagnostic of its own.
      const isShown = showsDiagnostics && repository.staleFilesOf(finding).length > 0;
      return usesMarkdown(evidence && isShown ? { ...evidence, stale: [] } : evidence, repository.root);
    };
  } catch (error) {
    if (signal.aborted) throw error;
    // The rest of the hover is worth showing without it.
    return () => (error instanceof Error ? `Uses were not found out: ${plain(error.message)}` : '');
  } finally {
    clearTimeout(timer);
  }
}

/** As its diagnostic says it. */
function said({ message, accepted }: Finding): string[] {
  return [prose(message), ...(accepted === null ? [] : [`Accepted: ${plain(accepted.reason)}`])];
}

interface Described {
  readonly head: readonly string[];
  readonly finding: Finding;
  /** One for each of `PAIRINGS`, in their order. */
  readonly witnesses: readonly (Witness | null)[];
  readonly uses: Promise<(finding: Finding) => string>;
  readonly view: View;
  /** To be named. */
  readonly rule: string | undefined;
}

async function describe({ head, finding, witnesses, uses, view, rule }: Described): Promise<string> {
  const parts = [...head];
  const advice = adviceOf(finding.rule);
  if (advice !== undefined) parts.push(advice);
  if (finding === view.tooLowVersion) parts.push(...cause(view));
  else parts.push(...pairings(finding, witnesses, view));
  const released = await releasedLines(finding, view);
  if (released !== undefined) parts.push(asReleased(released, view.releaseOf(finding)));
  const used = (await uses)(finding);
  if (used !== '') parts.push(used);
  // "I changed nothing and it is red."
  await view.repository.lookAtHead(view.result);
  const committed = view.repository.isCommitted(finding);
  const since =
    committed === undefined
      ? []
      : [committed ? `This is in HEAD already, committed since ${plain(view.release)}.` : 'This is not committed yet.'];
  const link = rule === undefined ? [] : [`[${rule}](${ruleAddress(rule)})`];
  if (since.length + link.length > 0) parts.push([...since, ...link].join(' '));
  return parts.join('\n\n');
}

/** One line of code has room in a sentence, as long as nothing in it could end that. */
function asReleased(code: string, release: string): string {
  return /[\n`]/.test(code)
    ? `As released in ${plain(release)}:\n\n${block('proto', code)}`
    : `As released in ${plain(release)}: \`${code}\``;
}

/** What asks for a higher version than the one that is announced. */
function cause({ module: { forcedBy } }: View): string[] {
  if (forcedBy === undefined) return [];
  return [`Because of ${plain(place(forcedBy))}: ${prose(forcedBy.message)}`];
}

/** What the rule's documentation says to do instead. */
function adviceOf(rule: string): string | undefined {
  const docs = RULES.find(({ id }) => id === rule)?.docs ?? '';
  const section = docs.split(/^## /m).find((each) => each.startsWith(TO_DO));
  return section?.slice(TO_DO.length).trim();
}

const TO_DO = 'What to do instead\n';

/** Both mixed pairs of versions beside each other, by the team's own names, each with what is sent and what is read. */
function pairings(finding: Finding, witnesses: readonly (Witness | null)[], view: View): string[] {
  const own = { words: wordsFor(view.result, finding), encodings: view.result.encodings };
  const mixes = consequences(finding, own);
  const source = sourceSentence(finding);
  const effects = mixes.map(({ effect, encoding }) =>
    effect === 'exact' ? 'works' : `**${effect}**: ${EFFECT_WORDS[effect]}${encoding === 'json' ? ' (JSON)' : ''}`,
  );
  const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const said = (key: keyof Witness): string[] =>
    witnesses.some((witness) => witness !== null) ? [row(witnesses.map((witness) => plain(witness?.[key] ?? '')))] : [];
  const table = [
    row(mixes.map(({ name }) => plain(name))),
    '|---|---|',
    row(effects),
    ...said('sent'),
    ...said('read'),
  ];
  return [
    ...(mixes.some(({ effect }) => effect !== 'exact') ? [table.join('\n')] : []),
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

/** Whole lines without the indentation that all of them have. */
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
