import { elementsOf } from '../../server/proto/elements.ts';
import { diff } from '../../server/diff/diff.ts';
import type { Encoding } from '../../server/effects/effect.ts';
import type { Finding } from '../../server/policy/result.ts';
import { DEFAULT_SETTINGS, type Settings } from '../../server/policy/settings.ts';
import { parse } from '../../server/proto/parse.ts';
import { offsetAt } from '../../server/proto/position.ts';
import { RULES } from '../../server/rules/index.ts';
import { DIFFERENCES, HARMLESS, NOT_REPORTED, type Where } from './buf-differences.ts';
import { breaking, elementAt, rulesOf, type BufFinding, type Versions } from './buf.ts';
import { judgeTexts, schemaOf } from './fixtures.ts';

export interface Comparison {
  /** Edits that buf could compile. */
  compared: number;
  foundByBuf: number;
  /** Findings of buf that `buf-differences.ts` explains, by reason. */
  readonly explained: Map<string, number>;
  /** Findings of buf that we do not report, or report as harmless, without a reason. */
  readonly missed: string[];
  /** Our binary regressions at elements without a finding of buf, by rule. */
  readonly ours: Map<string, number>;
}

export interface Edit extends Versions {
  readonly name: string;
  readonly settings?: Settings;
}

export function compareWithBuf(edits: readonly Edit[]): Comparison {
  const result: Comparison = { compared: 0, foundByBuf: 0, explained: new Map(), missed: [], ours: new Map() };
  const wire = new Set(rulesOf('WIRE'));
  const wireOrJson = new Set(rulesOf('WIRE_JSON'));
  for (const [index, theirs] of breaking(edits).entries()) {
    const edit = edits[index];
    if (edit === undefined || theirs === undefined) continue;
    result.compared++;
    result.foundByBuf += theirs.length;
    const binary = judged(edit, 'binary');
    const both = judged(edit, 'binary', 'json');
    const scopes = new Scopes(edit);
    for (const finding of theirs) {
      const candidates = wire.has(finding.rule) || !wireOrJson.has(finding.rule) ? binary : both;
      const { same, reason } = match(finding, candidates, scopes);
      const breaks = same.some(({ class: kind }) => kind === 'regression' || kind === 'gap');
      const isOnWire = wire.has(finding.rule) || wireOrJson.has(finding.rule);
      if (same.length > 0 && (breaks || !isOnWire)) {
        if (reason !== undefined) count(result.explained, reason);
        continue;
      }
      const explanation = same.length === 0 ? notReported(finding, edit) : harmless(finding, same, edit);
      if (explanation === undefined) result.missed.push(describe(finding, candidates, edit));
      else count(result.explained, explanation);
    }
    for (const { class: kind, rule, elements } of binary)
      if (kind === 'regression' && !theirs.some(({ element }) => elements.includes(element))) count(result.ours, rule);
  }
  return result;
}

function judged(edit: Edit, ...encodings: readonly Encoding[]): readonly NamedFinding[] {
  const settings = { ...DEFAULT_SETTINGS, ...edit.settings, encodings };
  const { findings } = judgeTexts(edit.before, edit.after, settings);
  return findings.map((finding) => ({ ...finding, elements: namesOf(finding, edit) }));
}

function count(counts: Map<string, number>, what: string): void {
  counts.set(what, (counts.get(what) ?? 0) + 1);
}

/** With the names of the element in the edit and in the release. */
type NamedFinding = Finding & { readonly elements: readonly string[] };

/** Our findings for a finding of buf. Only an entry of `DIFFERENCES` has a reason. */
function match(
  finding: BufFinding,
  ours: readonly NamedFinding[],
  scopes: Scopes,
): { same: readonly NamedFinding[]; reason?: string } {
  const named = RULES.filter(({ buf }) => buf.includes(finding.rule)).map(({ id }) => id);
  const here = ours.filter(({ rule, elements }) => named.includes(rule) && elements.includes(finding.element));
  if (here.length > 0) return { same: here };
  for (const { buf, ours: rules, where, reason } of DIFFERENCES) {
    if (!buf.includes(finding.rule)) continue;
    const same = ours.filter(({ rule, elements }) => rules.includes(rule) && isAt(where, elements, finding, scopes));
    if (same.length > 0) return { same, reason };
  }
  return { same: [] };
}

/** Why our findings break no program although buf reports a break. */
function harmless(finding: BufFinding, same: readonly NamedFinding[], edit: Edit): string | undefined {
  const unreached = unreachedOf(edit);
  if (same.every(({ elements }) => elements.some((each) => unreached.has(each)))) return 'no method carries it';
  return HARMLESS.find(
    ({ buf, ours, says }) =>
      buf.includes(finding.rule) &&
      says?.test(finding.message) !== false &&
      same.some(({ rule }) => ours.includes(rule)),
  )?.reason;
}

/** The full names of the types that no peer sends, and of their fields and values. */
function unreachedOf({ before, after, settings = DEFAULT_SETTINGS }: Edit): ReadonlySet<string> {
  const { messages, enums } = diff(schemaOf(before), schemaOf(after), { stored: settings.stored });
  const names = new Set<string>();
  for (const { carriers, old, new: edited } of [...messages, ...enums]) {
    if (carriers.request || carriers.response || carriers.data) continue;
    for (const type of [old, edited]) {
      if (type === undefined) continue;
      names.add(type.fullName);
      for (const { fullName } of type.kind === 'enum' ? type.values : type.fields) names.add(fullName);
    }
  }
  return names;
}

/** Why we do not report a finding of buf. */
function notReported(finding: BufFinding, { before, after }: Versions): string | undefined {
  const sides = { old: schemaOf(before), new: schemaOf(after) };
  return NOT_REPORTED.find(({ buf, applies }) => buf.includes(finding.rule) && applies(finding, sides))?.reason;
}

function isAt(where: Where, elements: readonly string[], { element, message }: BufFinding, scopes: Scopes): boolean {
  switch (where) {
    case 'here':
      return elements.includes(element);
    case 'inside':
      return elements.some((each) => scopes.around(each).includes(element));
    case 'around':
      return elements.some((each) => scopes.around(element).includes(each));
    case 'named': {
      // The field of a group has the name of its message in lower case.
      const named = [...message.toLowerCase().matchAll(/"(.*?)"/g)].map(([, name = '']) => name);
      const ours = elements.map((each) => each.toLowerCase());
      return ours.some((each) => named.some((name) => `.${each}`.endsWith(`.${name}`) || name.startsWith(`${each}.`)));
    }
    case 'elsewhere':
      return true;
  }
}

/** The scopes of each declaration, in the release and in the edit. */
class Scopes {
  readonly #around = new Map<string, string[]>();

  constructor({ before, after }: Versions) {
    for (const [path, text] of [...before, ...after]) {
      const file = parse(text);
      for (const { fullName, parent } of elementsOf(file)) {
        const above = [path, file.package?.name.text ?? ''];
        for (let each = parent; each !== undefined; each = each.parent) above.push(each.fullName);
        this.#around.set(fullName, [...(this.#around.get(fullName) ?? []), ...above]);
      }
    }
  }

  around(element: string): readonly string[] {
    return this.#around.get(element) ?? [];
  }
}

function namesOf({ element, baseline }: Finding, { before }: Versions): readonly string[] {
  const text = baseline === null ? undefined : before.get(baseline.file);
  if (baseline === null || text === undefined) return [element];
  const node = parse(text);
  const released = elementAt(node, offsetAt(node.lineStarts, text, baseline.range.start));
  return [element, ...(released === undefined ? [baseline.file, node.package?.name.text ?? ''] : [released])];
}

function describe({ rule, element, message }: BufFinding, found: readonly NamedFinding[], { name }: Edit): string {
  const ours = found.map((each) => `${each.rule} (${each.class}) ${each.elements.join(' < ')}`);
  return `${rule} ${element} in ${name}: ${message} Ours: ${ours.join(', ') || 'nothing'}`;
}
