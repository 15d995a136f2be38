import type { Position, Range } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';

import { baselineOf, type CheckResult, isBaseline, type Module, moduleOf } from '../check/result.ts';
import type { Bump, Finding } from '../policy/result.ts';
import { parse } from '../proto/parse.ts';
import type { Baseline } from '../release/model.ts';
import { readText } from '../release/text.ts';
import { type Element, elementsOf } from '../proto/elements.ts';
import versionTooLow from '../rules/catalogue/version-too-low.ts';
import { releaseOf } from './finding-release.ts';
import type { RepositorySession } from './repository-session.ts';
import { type Checked, textsOf } from './session-state.ts';
import { versionOf } from './status.ts';
import { isProto } from './uris.ts';

export class View {
  readonly repository: RepositorySession;
  readonly #state: Checked;
  readonly document: TextDocument;
  readonly path: string;
  readonly result: CheckResult;
  readonly findings: readonly Finding[];
  /** Undefined if the document isn't compared. */
  readonly baseline: Baseline | undefined;
  #tooLowVersion: { readonly finding: Finding | undefined } | undefined;
  #elements: Map<string, Element> | undefined;
  readonly #releasedFiles = new Map<string, Promise<TextDocument | undefined>>();
  readonly #releasedElements = new Map<TextDocument, readonly Element[]>();

  constructor(repository: RepositorySession, document: TextDocument, path: string, state: Checked) {
    const { result } = state;
    this.repository = repository;
    this.#state = state;
    this.document = document;
    this.path = path;
    this.result = result;
    this.findings = result.findings.filter(({ file }) => file === path);
    const baseline = baselineOf(result, path);
    this.baseline = isBaseline(baseline) ? baseline : undefined;
  }

  /** "1.0.0", or the ref if it isn't a release; empty if the document isn't compared. */
  get release(): string {
    return this.baseline?.version ?? this.baseline?.ref ?? '';
  }

  /** The next version of the document's module; null if the baseline isn't a release. See `versionOf`. */
  get nextVersion(): string | null {
    return versionOf(this.module, this.result, this.repository).nextVersion;
  }

  get bump(): Bump {
    return versionOf(this.module, this.result, this.repository).bump;
  }

  get module(): Module {
    return moduleOf(this.result, this.path);
  }

  get tooLowVersion(): Finding | undefined {
    this.#tooLowVersion ??= { finding: this.module.findings.find(({ rule }) => rule === versionTooLow.id) };
    return this.#tooLowVersion.finding;
  }

  /** Version files and the configuration have diagnostics and quick fixes, but no elements. */
  get isProto(): boolean {
    return isProto(this.document);
  }

  /** May be older than the baseline. */
  releaseOf(finding: Finding): string {
    return releaseOf(this.result, finding)?.label ?? this.release;
  }

  async releasedFor(finding: Finding): Promise<TextDocument | undefined> {
    const { baseline } = finding;
    const release = releaseOf(this.result, finding);
    if (release === undefined || baseline === null) return undefined;
    const key = `${release.commit}:${baseline.file}`;
    const known = this.#releasedFiles.get(key);
    if (known !== undefined) return known;
    const found = this.#released(release.commit, baseline.file);
    this.#releasedFiles.set(key, found);
    return found;
  }

  elementsOfRelease(released: TextDocument): readonly Element[] {
    const known = this.#releasedElements.get(released);
    if (known !== undefined) return known;
    const found = elementsOf(parse(released.getText()));
    this.#releasedElements.set(released, found);
    return found;
  }

  elementNamed(fullName: string): Element | undefined {
    if (this.#elements === undefined) {
      this.#elements = new Map();
      for (const one of elementsOf(parse(this.document.getText())))
        if (!this.#elements.has(one.fullName)) this.#elements.set(one.fullName, one);
    }
    return this.#elements.get(fullName);
  }

  /** This document's file in the baseline, where it may have another path. */
  async releasedDocument(): Promise<TextDocument | undefined> {
    const { baseline } = this;
    if (baseline === undefined) return undefined;
    return this.#released(baseline.commit, this.result.moved.get(this.path) ?? this.path);
  }

  get texts(): ReadonlyMap<string, string> {
    return textsOf(this.#state);
  }

  isOpen(file: string): boolean {
    return this.#state.documents.has(file);
  }

  /** The open document as it was checked, or the file on disk. */
  current(file: string): Promise<TextDocument | undefined> {
    const open = this.#state.documents.get(file);
    if (open !== undefined) return Promise.resolve(open);
    const text = readText(this.repository.root, file);
    return Promise.resolve(
      text === undefined ? undefined : TextDocument.create(this.repository.uriOf(file), 'proto', 0, text),
    );
  }

  async #released(commit: string, file: string): Promise<TextDocument | undefined> {
    const text = await this.repository.checker.textAt(commit, file);
    return text === undefined ? undefined : TextDocument.create(file, 'proto', 0, text);
  }
}

/** The end is included, because the cursor is often right after a word. */
export function contains(range: Range, position: Position): boolean {
  return compare(range.start, position) <= 0 && compare(position, range.end) <= 0;
}

export function overlaps(a: Range, b: Range): boolean {
  return compare(a.start, b.end) <= 0 && compare(b.start, a.end) <= 0;
}

function compare(a: Position, b: Position): number {
  return a.line - b.line || a.character - b.character;
}
