import { join, sep } from 'node:path';
import type { CancellationToken } from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';

import type { Project } from '../check/project.ts';
import { baselineOf, type CheckResult, isBaseline, type Module, moduleOf } from '../check/result.ts';
import { type FileProblem, type Finding, hidesChanges } from '../policy/result.ts';
import type { OtherCode } from '../uses/uses.ts';
import { type FileHistory, historyOf } from './history.ts';
import { GitWatcher } from './git-watcher.ts';
import { isProto, uriOf } from './uris.ts';
import { UseSearch } from './uses.ts';

/** What the server needs of a project; tests put another one in its place. */
export type Checker = Pick<
  Project,
  | 'root'
  | 'openText'
  | 'closeText'
  | 'otherText'
  | 'invalidate'
  | 'check'
  | 'textAt'
  | 'releases'
  | 'schemaAround'
  | 'historyOf'
  | 'codeBase'
  | 'moduleOf'
  | 'close'
>;

/** Checks faster than this (milliseconds) run on every keystroke; slower ones wait until the keys rest. */
const INSTANT = 10;

/** Without an edit for so long (milliseconds), there is time for what isn't needed while typing. */
const REST = 1000;

/** What is known of a repository at one moment: all of it belongs to the same texts. */
export type State = Checked | FailedCheck;

export interface Checked {
  readonly kind: 'checked';
  readonly result: CheckResult;
  /** Versions of the open documents that were checked, by path. */
  readonly versions: ReadonlyMap<string, number>;
}

/** The check threw: a defect of ours, or something git could not say in words. */
export interface FailedCheck {
  readonly kind: 'failed';
  readonly error: unknown;
}

/**
 * One repository with its open documents. Every edit starts a check and cancels the one before, so that a state is only ever told
 * for the newest texts.
 */
export class Repository {
  readonly root: string;
  readonly uri: string;
  readonly checker: Checker;
  readonly uses: UseSearch;
  /** Open documents by path, relative to the root, with forward slashes. */
  readonly documents = new Map<string, TextDocument>();
  /** Changes of git are noticed from now on. */
  readonly ready: Promise<void>;
  /** The newest state, which may be older than the newest edit. */
  state: State | undefined;
  /** Each module, by its prefix, as of the last texts that could be read: half-typed text changes no version. */
  readonly readable = new Map<string, Module>();

  readonly #idleDelay: () => number;
  readonly #told: (repository: Repository, state: State) => void;
  readonly #watcher: GitWatcher;
  /** What the client calls folders that it reaches through a link, by their real paths. */
  readonly #names = new Map<string, string>();
  /** The ref chosen by the user; undefined for the last release. */
  #from: string | undefined;
  #edits = 0;
  #stateOf = -1;
  /** How long the last checks took (milliseconds) that had nothing to do but what an edit asks for. */
  #durations: readonly number[] = [];
  #warm = false;
  #isUrgent = false;
  #closed = false;
  #running: AbortController | undefined;
  #timer: NodeJS.Timeout | undefined;
  #waiting: ((state: State) => void)[] = [];
  /** What HEAD changes, by module and baseline; a new map when git or the configuration may have changed. */
  #atHead = new Map<string, ReadonlySet<string>>();
  /** By version and file; forgotten when git may have changed. */
  readonly #histories = new Map<string, Promise<FileHistory>>();
  /** What the HEAD of a finding's module changes, as far as that was asked for. */
  readonly #headOf = new WeakMap<Finding, ReadonlySet<string>>();
  /** Generated files that are older than a finding's edit, by what identifies the finding in every text. */
  #staleFiles: ReadonlyMap<string, readonly string[]> = new Map();
  #staleTimer: NodeJS.Timeout | undefined;
  #staleSearch: AbortController | undefined;

  /**
   * @param idleDelay milliseconds without an edit before a slow check, asked each time.
   * @param told hears every new state, in order.
   * @param changed hears that git's HEAD, refs or index changed.
   * @param otherCode code in other repositories that the user's settings name, asked each time.
   * @param watchCode asks the client to report changes of code files; false where it can't.
   */
  constructor(
    checker: Checker,
    idleDelay: () => number,
    told: (repository: Repository, state: State) => void,
    changed: (repository: Repository) => void,
    otherCode: (root: string) => OtherCode = () => ({}),
    watchCode: () => boolean = () => false,
  ) {
    this.checker = checker;
    this.uses = new UseSearch(checker, otherCode, watchCode);
    this.root = checker.root;
    this.uri = uriOf(checker.root);
    this.#idleDelay = idleDelay;
    this.#told = told;
    this.#watcher = new GitWatcher(checker.root, () => {
      changed(this);
    });
    this.ready = this.#watcher.ready;
  }

  /** The document's text as it is now, from its opening on. */
  edit(path: string, document: TextDocument): void {
    const isOpening = !this.documents.has(path);
    this.documents.set(path, document);
    const text = document.getText();
    if (isProto(document)) this.checker.openText(path, text);
    else this.checker.otherText(path, text);
    if (!isProto(document)) this.#atHead = new Map();
    // What another version file or configuration changes is not what a keystroke costs.
    this.#schedule(!isOpening && isProto(document));
  }

  shut(path: string): void {
    const document = this.documents.get(path);
    this.documents.delete(path);
    if (document === undefined) return;
    if (isProto(document)) this.checker.closeText(path);
    else this.checker.otherText(path, undefined);
    this.#schedule(false);
  }

  /** Files, HEAD, tags or configuration may be others than before. */
  invalidate(): void {
    this.#atHead = new Map();
    this.#histories.clear();
    this.uses.filesChanged();
    this.checker.invalidate();
    this.#schedule(false);
  }

  /** Code files of the working tree changed. The check doesn't depend on them. */
  codeChanged(): void {
    this.uses.filesChanged();
    if (this.state?.kind === 'checked' && this.#stateOf === this.#edits) this.#lookForStaleFiles(this.state);
  }

  /** The generated files that are older than what a finding reports, as far as that is known. */
  staleFilesOf(finding: Finding): readonly string[] {
    return this.#staleFiles.get(headKey(finding)) ?? [];
  }

  get from(): string | undefined {
    return this.#from;
  }

  /** Compares with this ref from now on; undefined for the last release. */
  compareWith(ref: string | undefined): void {
    if (ref === this.#from) return;
    this.#from = ref;
    this.#schedule(false);
  }

  /**
   * The state of the newest edit.
   * @param isUrgent somebody asked, so a check that still waits for the keys to rest starts now.
   */
  settled(token?: CancellationToken, isUrgent = true): Promise<State> {
    if (this.#closed) return Promise.resolve(CLOSED);
    if (this.state !== undefined && this.#stateOf === this.#edits) return Promise.resolve(this.state);
    return new Promise((resolve, reject) => {
      this.#waiting.push(resolve);
      token?.onCancellationRequested(() => {
        reject(new Cancelled());
      });
      // After an edit a check is on its way by itself.
      if (!isUrgent && this.#edits > 0) return;
      this.#isUrgent = true;
      if (this.#running === undefined) this.#run();
    });
  }

  /** The client calls a folder of this repository by that path. Of several names the first one is used. */
  called(folder: string, name: string): void {
    if (!this.#names.has(folder)) this.#names.set(folder, name);
  }

  /** The address by which the client knows a file. */
  uriOf(path: string): string {
    const open = this.documents.get(path);
    if (open !== undefined) return open.uri;
    const real = join(this.root, path);
    for (const [folder, name] of this.#names) {
      if (real.startsWith(folder + sep)) return uriOf(name + real.slice(folder.length));
    }
    return uriOf(real);
  }

  /** Whether a result is that of the newest texts, so that the places in it are where they were. */
  isNewest(result: CheckResult): boolean {
    return this.#stateOf === this.#edits && this.state?.kind === 'checked' && this.state.result === result;
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  close(): void {
    this.#closed = true;
    this.#watcher.close();
    this.#running?.abort(new Cancelled());
    clearTimeout(this.#timer);
    this.#stopStaleSearch();
    this.#edits++;
    this.uses.close();
    this.checker.close();
    this.#settle(CLOSED);
  }

  /** @param isEdit nothing but the text of an open document changed. */
  #schedule(isEdit: boolean): void {
    if (this.#closed) return;
    this.#edits++;
    this.#warm = isEdit && this.#stateOf >= 0;
    this.#running?.abort(new Cancelled());
    this.#running = undefined;
    clearTimeout(this.#timer);
    this.#stopStaleSearch();
    // One slow check among fast ones was the machine's.
    const duration = this.#durations.length === 0 ? 0 : Math.min(...this.#durations);
    // Waiting longer than the check takes saves little and shows.
    const delay = duration < INSTANT || this.#isUrgent ? 0 : Math.min(this.#idleDelay(), 2 * duration);
    // Even without a delay the check waits for its turn, so that edits that arrived together are checked together.
    this.#timer = setTimeout(() => {
      this.#run();
    }, delay);
  }

  #run(): void {
    clearTimeout(this.#timer);
    const edit = this.#edits;
    const running = new AbortController();
    this.#running = running;
    const versions = new Map([...this.documents].map(([path, document]) => [path, document.version]));
    const started = performance.now();
    const check = async (): Promise<CheckResult> => {
      // What git does from the first look on must be noticed.
      await this.ready;
      running.signal.throwIfAborted();
      const from = this.#from === undefined ? {} : { from: this.#from };
      const result = await this.checker.check({ signal: running.signal, ...from });
      if (result.findings.some(isAddition)) await this.lookAtHead(result, running.signal);
      return result;
    };
    check()
      .then(
        (result): State => ({ kind: 'checked', result, versions }),
        (error: unknown): State => ({ kind: 'failed', error }),
      )
      .then(
        (state) => {
          if (edit !== this.#edits) return;
          this.#running = undefined;
          if (this.#warm) this.#durations = [performance.now() - started, ...this.#durations].slice(0, 3);
          this.state = state;
          if (state.kind === 'checked') this.#remember(state.result);
          this.#stateOf = edit;
          this.#told(this, state);
          this.#settle(state);
          if (state.kind === 'checked') this.#lookForStaleFiles(state);
        },
        () => undefined,
      );
  }

  /** Looks for stale generated code once the keys rest. Where that changes what is known, the state is shown again. */
  #lookForStaleFiles(state: Checked): void {
    this.#stopStaleSearch();
    const search = new AbortController();
    this.#staleSearch = search;
    this.#staleTimer = setTimeout(() => {
      const { findings } = state.result;
      const texts = new Map([...this.documents].map(([file, document]) => [file, document.getText()]));
      this.uses.staleFiles(state.result, findings, texts, search.signal).then(
        (found) => {
          if (search.signal.aborted) return;
          const before = JSON.stringify([...this.#staleFiles]);
          this.#staleFiles = new Map([...found].map(([finding, files]) => [headKey(finding), files]));
          if (JSON.stringify([...this.#staleFiles]) !== before) this.#told(this, state);
        },
        // A hint is left out; the check reports what is wrong with git.
        () => undefined,
      );
    }, REST);
  }

  #stopStaleSearch(): void {
    clearTimeout(this.#staleTimer);
    this.#staleSearch?.abort(new Cancelled());
  }

  /** Whether HEAD has this finding already; undefined where nobody looked, or that cannot be found out. */
  isCommitted(finding: Finding): boolean | undefined {
    return this.#headOf.get(finding)?.has(headKey(finding));
  }

  /** Finds out which findings of a result HEAD has. Git is asked once for each baseline. */
  async lookAtHead({ modules }: CheckResult, signal?: AbortSignal): Promise<void> {
    const atHead = this.#atHead;
    for (const { prefix, baseline, findings } of modules) {
      if (!isBaseline(baseline) || findings.length === 0) continue;
      const key = `${prefix} ${baseline.commit}`;
      const known = atHead.get(key) ?? (await this.#headAgainst(baseline.ref, prefix, signal));
      if (known === undefined) continue;
      atHead.set(key, known);
      for (const finding of findings) this.#headOf.set(finding, known);
    }
  }

  /** What the releases of a file declare; undefined where it is compared with no release. */
  async historyOf(path: string): Promise<FileHistory | undefined> {
    if (this.state?.kind !== 'checked') return undefined;
    const { result } = this.state;
    const baseline = baselineOf(result, path);
    if (!isBaseline(baseline) || baseline.version === undefined) return undefined;
    const { version, prefix } = baseline;
    const file = result.moved.get(path) ?? path;
    const key = `${version} ${file}`;
    const known = this.#histories.get(key);
    if (known !== undefined) return known;
    const asked = this.checker.historyOf(file, prefix).then((texts) => historyOf(texts, version));
    this.#histories.set(key, asked);
    // What failed is tried again.
    asked.catch(() => this.#histories.delete(key));
    return asked;
  }

  async #headAgainst(from: string, prefix: string, signal?: AbortSignal): Promise<ReadonlySet<string> | undefined> {
    try {
      const options = { from, to: 'HEAD', module: prefix, ...(signal && { signal }) };
      return new Set((await this.checker.check(options)).findings.map(headKey));
    } catch {
      signal?.throwIfAborted();
      return undefined;
    }
  }

  #remember({ modules, problems }: CheckResult): void {
    for (const module of modules)
      if (unreadableIn(module, { modules, problems }) === undefined) this.readable.set(module.prefix, module);
  }

  #settle(state: State): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#isUrgent = false;
    for (const resolve of waiting) resolve(state);
  }
}

/** The same finding in another text. */
function headKey({ rule, element, message }: Finding): string {
  return `${rule}\n${element}\n${message}`;
}

/** Something new that breaks nothing, so that only whoever adds it has to see it. */
export function isAddition({ rule, severity }: Finding): boolean {
  return severity === 'information' && rule.endsWith('-added');
}

/** The first problem in a module that may hide a change, as half-typed text does. */
export function unreadableIn(
  module: Module,
  { modules, problems }: Pick<CheckResult, 'modules' | 'problems'>,
): FileProblem | undefined {
  return problems.find((problem) => hidesChanges(problem) && moduleOf({ modules }, problem.file) === module);
}

const CLOSED: FailedCheck = { kind: 'failed', error: new Error('The repository was closed.') };

/** A newer edit, or the client's wish, made the work superfluous. */
export class Cancelled extends Error {
  override readonly name = 'Cancelled';
}

/** Aborts when the client takes its request back. */
export function signalOf(token: CancellationToken): AbortSignal {
  const controller = new AbortController();
  token.onCancellationRequested(() => {
    controller.abort(new Cancelled());
  });
  return controller.signal;
}
