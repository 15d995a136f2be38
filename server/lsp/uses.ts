import { join } from 'node:path';

import type { CodeBase } from '../check/project.ts';
import type { CheckResult } from '../check/result.ts';
import type { Finding } from '../policy/result.ts';
import { readText } from '../release/text.ts';
import { plain, prose } from '../report/plain.ts';
import { evidenceParts, usePlace } from '../report/uses.ts';
import { type Evidence, evidenceOf, isUsed } from '../uses/evidence.ts';
import { GeneratedFiles } from '../uses/generated-files.ts';
import { subjectsOf } from '../uses/subject.ts';
import { type OtherCode, Uses } from '../uses/uses.ts';
import type { UsesItem } from './protocol.ts';
import type { Checker } from './checker.ts';
import { releaseUri, uriOf } from './uris.ts';

export class UseSearch {
  readonly #checker: Checker;
  readonly #otherCode: (root: string) => OtherCode;
  readonly #watchCode: () => boolean;
  #generated: GeneratedFiles | undefined;
  #opened: { readonly key: string; readonly uses: Promise<Uses> } | undefined;
  /** After an edit, the findings are new objects. After other changes, the cache is emptied. */
  #found = new WeakMap<Finding, Evidence>();
  #searchedOtherCode = '';

  constructor(checker: Checker, otherCode: (root: string) => OtherCode, watchCode: () => boolean) {
    this.#checker = checker;
    this.#otherCode = otherCode;
    this.#watchCode = watchCode;
  }

  /**
   * A finding that isn't about an element has no entry.
   * @throws the signal's reason; GitError; RangeError if a folder of the settings isn't a repository
   */
  async find(
    result: CheckResult,
    findings: readonly Finding[],
    openTexts: ReadonlyMap<string, string>,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<Finding, Evidence>> {
    const other = this.#otherCode(this.#checker.root);
    const searched = JSON.stringify(other);
    if (this.#searchedOtherCode !== searched) this.#found = new WeakMap();
    this.#searchedOtherCode = searched;
    const known = new Map<Finding, Evidence>();
    const missing: Finding[] = [];
    for (const finding of findings) {
      const found = this.#found.get(finding);
      if (found === undefined) missing.push(finding);
      else known.set(finding, found);
    }
    const base = missing.length === 0 ? undefined : await this.#checker.codeBase();
    if (base === undefined) return known;
    const { roles, tagPattern, skew } = base.settings;
    const key = JSON.stringify([roles, tagPattern, searched]);
    if (this.#opened?.key !== key) {
      this.#closeUses();
      const opened = { key, uses: Uses.open(base, other, { isWatched: this.#watchCode() }) };
      this.#opened = opened;
      // After a failure, the next request tries again. A folder of the settings may not exist yet.
      opened.uses.catch(() => {
        if (this.#opened === opened) this.#opened = undefined;
      });
    }
    const uses = await this.#opened.uses;
    const textOf = this.#textOf(openTexts);
    const found = this.#found;
    // With version skew, a peer may be older than the baseline, so the last release that uses the element matters.
    const options = { signal, lastUsed: skew > 1, generated: this.#generatedFiles(base) };
    for (const [finding, evidence] of await evidenceOf(uses, this.#checker, base, result, missing, textOf, options)) {
      found.set(finding, evidence);
      known.set(finding, evidence);
    }
    return known;
  }

  /**
   * The generated files that are older than a finding's change. Findings without such files have no entry.
   * @throws the signal's reason; GitError
   */
  async staleFiles(
    result: CheckResult,
    findings: readonly Finding[],
    openTexts: ReadonlyMap<string, string>,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<Finding, readonly string[]>> {
    const base = await this.#checker.codeBase();
    if (base === undefined) return new Map();
    const subjects = await subjectsOf(this.#checker, result, findings, this.#textOf(openTexts));
    return await this.#generatedFiles(base).staleAfter(subjects, signal);
  }

  /** Call it when code files of the working tree may have changed. */
  filesChanged(): void {
    this.#generated = undefined;
    this.#found = new WeakMap();
    void this.#opened?.uses.then(
      (uses) => {
        uses.filesChanged();
      },
      () => undefined,
    );
  }

  #textOf(openTexts: ReadonlyMap<string, string>): (file: string) => Promise<string | undefined> {
    return (file) => Promise.resolve(openTexts.get(file) ?? readText(this.#checker.root, file));
  }

  /** Reuses one only if the client reports changes of code files. */
  #generatedFiles({ repository }: CodeBase): GeneratedFiles {
    const generated = this.#generated ?? new GeneratedFiles(repository.workingTree);
    this.#generated = this.#watchCode() ? generated : undefined;
    return generated;
  }

  close(): void {
    this.#closeUses();
  }

  #closeUses(): void {
    void this.#opened?.uses.then(
      (uses) => {
        uses.close();
      },
      () => undefined,
    );
    this.#opened = undefined;
  }
}

const MAX_PLACES = 3;

/** Markdown */
export interface HoverUses {
  readonly summary: string;
  readonly details: string;
}

export function hoverUses(evidence: Evidence | undefined, root: string): HoverUses {
  const parts = evidence === undefined ? [] : evidenceParts(evidence);
  const summary = parts.flatMap(({ sentence, used }) => ((used?.files ?? 0) > 0 ? [prose(sentence)] : []));
  const details = parts.flatMap(({ sentence, places, used }) => {
    if (used === undefined || used.files === 0) return [`- ${prose(sentence)}`];
    const shown = places.slice(0, MAX_PLACES).map((place) => {
      // Only places on disk get a link, because editors may not open other URIs from a hover.
      const folder = used.repository ?? root;
      const line = String(place.start.line + 1);
      const where =
        used.commit === null
          ? `[${plain(usePlace(place))}](${uriOf(join(folder, place.file))}#L${line})`
          : plain(usePlace(place));
      return `- ${where}: ${code(place.text)}`;
    });
    if (places.length > MAX_PLACES)
      shown.push(`- … and ${String(places.length - MAX_PLACES)} more in ${plain(used.name)}`);
    return shown;
  });
  return { summary: summary.join(' '), details: details.join('\n') };
}

/** Text with a backtick cannot be inline code. */
function code(text: string): string {
  return text.includes('`') ? plain(text) : `\`${text}\``;
}

export function usesItems(evidence: Evidence | undefined, root: string): UsesItem[] {
  if (evidence === undefined) return [];
  return evidenceParts(evidence).map(({ sentence, places, used }) => ({
    sentence,
    places: places.slice(0, MAX_ITEMS).map((place) => {
      const folder = used?.repository ?? root;
      const { start, length } = place;
      const isOnDisk = used?.commit === null || used === undefined;
      return {
        uri: isOnDisk
          ? uriOf(join(folder, place.file))
          : releaseUri({ root: folder, commit: used.commit, file: place.file }, used.version ?? used.ref ?? ''),
        range: { start, end: { line: start.line, character: start.character + length } },
        label: usePlace(place),
        text: place.text,
        how: [place.does, place.certainty].join(', '),
      };
    }),
    more: Math.max(0, places.length - MAX_ITEMS),
  }));
}

const MAX_ITEMS = 50;

/**
 * Whether any program uses the element. Undefined if no code was searched, or if the release doesn't have the element.
 */
export function stillUsed(evidence: Evidence | undefined): boolean | undefined {
  if (evidence?.released === undefined) return undefined;
  if (isUsed(evidence.released) || isUsed(evidence.pending)) return true;
  return evidence.released.by.some(({ files }) => files > 0) ? false : undefined;
}
