import { join, sep } from 'node:path';
import type { CancellationToken } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';

import { baselineOf, type CheckResult, isBaseline, type Module } from '../check/result.ts';
import type { Finding } from '../policy/result.ts';
import type { OtherCode } from '../uses/uses.ts';
import { Cancelled } from './cancellation.ts';
import type { Checker } from './checker.ts';
import { type FileHistory, historyOf } from './file-history.ts';
import { GitWatcher } from './git-watcher.ts';
import { type Checked, type FailedCheck, isHalfTyped, isTyping, type State, textsOf } from './session-state.ts';
import { isProto, uriOf } from './uris.ts';
import { UseSearch } from './uses.ts';

/** If checks are slower, a pause in typing starts a check instead of each keystroke. */
const FAST_CHECK_MS = 10;

/** Work that isn't needed while typing starts this long after a check. */
const PAUSE_MS = 1000;

export interface SessionOptions {
  /** Milliseconds without an edit before a slow check starts. */
  readonly idleDelay: () => number;
  /** Called with every new state, and again if the stale files of its findings have changed. */
  readonly onState: (repository: RepositorySession, state: State) => void;
  readonly onGitChange: (repository: RepositorySession) => void;
  /** Code in other repositories that the user's settings name. */
  readonly otherCode?: (root: string) => OtherCode;
  /** Asks the client to report changes of code files; returns false if the client can't. */
  readonly watchCode?: () => boolean;
}

/** Every edit cancels the running check and schedules another one. */
export class RepositorySession {
  readonly root: string;
  readonly uri: string;
  readonly checker: Checker;
  readonly uses: UseSearch;
  /** Documents by path. An edit replaces a document, because a state keeps the checked documents. */
  readonly #documents = new Map<string, TextDocument>();
  readonly ready: Promise<void>;
  /** The last state may be older than the newest edit. */
  state: State | undefined;
  /** Results by module prefix. See `versionOf`. */
  readonly lastReadable = new Map<string, Module>();

  readonly #options: SessionOptions;
  readonly #watcher: GitWatcher;
  /** The client's path by real path, for folders behind a symbolic link. */
  readonly #aliases = new Map<string, string>();
  #chosenBaseline: string | undefined;
  #changes = 0;
  /** The value of `#changes` for `state`; -1 before the first state. */
  #checkedChange = -1;
  /** Milliseconds of the last three checks after a keystroke. */
  #durations: readonly number[] = [];
  #isTimed = false;
  /** A person is waiting for the next state. */
  #isUrgent = false;
  #closed = false;
  #running: AbortController | undefined;
  #timer: NodeJS.Timeout | undefined;
  #waiting: ((state: State) => void)[] = [];
  #headFindings = new Map<string, ReadonlySet<string>>();
  readonly #histories = new Map<string, Promise<FileHistory>>();
  /** For each finding, the keys of the findings that its module has at HEAD. */
  readonly #headOf = new WeakMap<Finding, ReadonlySet<string>>();
  #staleFiles: ReadonlyMap<string, readonly string[]> = new Map();
  #staleTimer: NodeJS.Timeout | undefined;
  #staleSearch: AbortController | undefined;

  constructor(checker: Checker, options: SessionOptions) {
    this.checker = checker;
    this.#options = options;
    this.uses = new UseSearch(checker, options.otherCode ?? (() => ({})), options.watchCode ?? (() => false));
    this.root = checker.root;
    this.uri = uriOf(checker.root);
    this.#watcher = new GitWatcher(checker.root, () => {
      options.onGitChange(this);
    });
    this.ready = this.#watcher.ready;
  }

  get documents(): ReadonlyMap<string, TextDocument> {
    return this.#documents;
  }

  /** Copies the document, because the caller changes it. */
  edit(path: string, document: TextDocument): void {
    const isOpening = !this.documents.has(path);
    // If a thousand documents are opened together, a check for each would take minutes.
    const isOneOfMany = isOpening && this.documents.size > 0 && !this.#isUpToDate;
    const text = document.getText();
    this.#documents.set(path, TextDocument.create(document.uri, document.languageId, document.version, text));
    if (isProto(document)) this.checker.openText(path, text);
    else this.checker.otherText(path, text);
    if (!isProto(document)) this.#headFindings = new Map();
    this.#schedule(isOneOfMany ? 'one-of-many' : isOpening || !isProto(document) ? 'other' : 'keystroke');
  }

  closeDocument(path: string): void {
    const document = this.documents.get(path);
    this.#documents.delete(path);
    if (document === undefined) return;
    if (isProto(document)) this.checker.closeText(path);
    else this.checker.otherText(path, undefined);
    this.#schedule('other');
  }

  /** Call it when files on disk, HEAD, tags or the configuration may have changed. */
  invalidate(): void {
    this.#headFindings = new Map();
    this.#histories.clear();
    this.uses.filesChanged();
    this.checker.invalidate();
    void this.#watcher.refresh();
    this.#schedule('other');
  }

  /** Call it if only code files have changed. Findings don't depend on them. */
  codeChanged(): void {
    this.uses.filesChanged();
    if (this.state?.kind === 'checked' && this.#isUpToDate) this.#searchStaleFiles(this.state);
  }

  staleFilesOf(finding: Finding): readonly string[] {
    return this.#staleFiles.get(findingKey(finding)) ?? [];
  }

  get chosenBaseline(): string | undefined {
    return this.#chosenBaseline;
  }

  setBaseline(ref: string | undefined): void {
    if (ref === this.#chosenBaseline) return;
    this.#chosenBaseline = ref;
    this.#schedule('other');
  }

  /**
   * Waits for the state of the newest edit. After the session is closed, that is a failed state.
   * @param isUrgent whether a person is waiting. A scheduled check then starts at once.
   * @throws Cancelled when the client cancels its request.
   */
  settled(token?: CancellationToken, isUrgent = true): Promise<State> {
    if (this.#closed) return Promise.resolve(CLOSED);
    if (this.state !== undefined && this.#isUpToDate) return Promise.resolve(this.state);
    return new Promise((resolve, reject) => {
      this.#waiting.push(resolve);
      token?.onCancellationRequested(() => {
        reject(new Cancelled());
      });
      // If `#changes` isn't 0, a check is already scheduled.
      if (!isUrgent && this.#changes > 0) return;
      this.#isUrgent ||= isUrgent;
      if (this.#running === undefined) this.#run();
    });
  }

  addAlias(folder: string, name: string): void {
    if (!this.#aliases.has(folder)) this.#aliases.set(folder, name);
  }

  uriOf(path: string): string {
    const open = this.documents.get(path);
    if (open !== undefined) return open.uri;
    const real = join(this.root, path);
    for (const [folder, name] of this.#aliases) {
      if (real.startsWith(folder + sep)) return uriOf(name + real.slice(folder.length));
    }
    return uriOf(real);
  }

  isNewest(result: CheckResult): boolean {
    return this.#isUpToDate && this.state?.kind === 'checked' && this.state.result === result;
  }

  get #isUpToDate(): boolean {
    return this.#checkedChange === this.#changes;
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
    this.#changes++;
    this.uses.close();
    this.checker.close();
    this.#settle(CLOSED);
  }

  #schedule(change: Change): void {
    if (this.#closed) return;
    this.#changes++;
    this.#isTimed = change === 'keystroke' && this.#checkedChange >= 0;
    this.#running?.abort(new Cancelled());
    this.#running = undefined;
    clearTimeout(this.#timer);
    this.#stopStaleSearch();
    // A slow check among fast ones only shows that the machine was busy.
    const duration = this.#durations.length === 0 ? 0 : Math.min(...this.#durations);
    const pause = duration < FAST_CHECK_MS || this.#isUrgent ? 0 : Math.min(this.#options.idleDelay(), 2 * duration);
    // Even without a delay, edits that arrive together share one check.
    this.#timer = setTimeout(
      () => {
        this.#run();
      },
      change === 'one-of-many' ? this.#options.idleDelay() : pause,
    );
  }

  #run(): void {
    clearTimeout(this.#timer);
    const change = this.#changes;
    const running = new AbortController();
    this.#running = running;
    const documents = new Map(this.documents);
    const started = performance.now();
    const check = async (): Promise<CheckResult> => {
      // Git's files are watched before they are read, so that no later change is missed.
      await this.ready;
      running.signal.throwIfAborted();
      const from = this.#chosenBaseline === undefined ? {} : { from: this.#chosenBaseline };
      const result = await this.checker.check({ signal: running.signal, ...from });
      if (result.findings.some(isCompatibleAddition)) await this.findCommitted(result, running.signal);
      return result;
    };
    check()
      .then(
        (result): State => ({ kind: 'checked', result, documents }),
        (error: unknown): State => ({ kind: 'failed', error }),
      )
      .then(
        (state) => {
          if (change !== this.#changes) return;
          this.#running = undefined;
          if (this.#isTimed) this.#durations = [performance.now() - started, ...this.#durations].slice(0, 3);
          this.state = state;
          if (state.kind === 'checked') this.#remember(state.result);
          this.#checkedChange = change;
          this.#options.onState(this, state);
          this.#settle(state);
          if (state.kind === 'checked') {
            this.#searchStaleFiles(state);
            if (isTyping(state))
              this.#timer = setTimeout(() => {
                this.completeWords();
              }, PAUSE_MS);
          }
        },
        () => undefined,
      );
  }

  /** Treats a name that is being typed as complete. */
  completeWords(): void {
    if (this.#isUpToDate && this.state !== undefined && !isTyping(this.state)) return;
    if (this.checker.completeWords()) this.#schedule('other');
  }

  /** When typing pauses, searches for the stale files of findings in open documents. */
  #searchStaleFiles(state: Checked): void {
    this.#stopStaleSearch();
    this.#staleTimer = setTimeout(() => {
      const search = new AbortController();
      this.#staleSearch = search;
      const findings = state.result.findings.filter(({ file }) => state.documents.has(file));
      this.uses.staleFiles(state.result, findings, textsOf(state), search.signal).then(
        (found) => {
          if (search.signal.aborted) return;
          const before = JSON.stringify([...this.#staleFiles]);
          this.#staleFiles = new Map([...found].map(([finding, files]) => [findingKey(finding), files]));
          if (JSON.stringify([...this.#staleFiles]) !== before) this.#options.onState(this, state);
        },
        () => undefined,
      );
    }, PAUSE_MS);
  }

  #stopStaleSearch(): void {
    clearTimeout(this.#staleTimer);
    // Without a search, no error is created, because that is slow and this runs on each keystroke.
    this.#staleSearch?.abort(new Cancelled());
    this.#staleSearch = undefined;
  }

  /** Undefined before `findCommitted`, or if HEAD could not be checked. */
  isCommitted(finding: Finding): boolean | undefined {
    return this.#headOf.get(finding)?.has(findingKey(finding));
  }

  /** @throws the signal's reason */
  async findCommitted({ modules }: CheckResult, signal?: AbortSignal): Promise<void> {
    const headFindings = this.#headFindings;
    for (const { prefix, baseline, findings } of modules) {
      if (!isBaseline(baseline) || findings.length === 0) continue;
      const key = `${prefix} ${baseline.commit}`;
      const known = headFindings.get(key) ?? (await this.#findingsAtHead(baseline.ref, prefix, signal));
      if (known === undefined) continue;
      headFindings.set(key, known);
      for (const finding of findings) this.#headOf.set(finding, known);
    }
  }

  /** Undefined if the file isn't compared with a release, or if the last check failed. */
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
    const request = this.checker.historyOf(file, prefix).then((texts) => historyOf(texts, version));
    this.#histories.set(key, request);
    request.catch(() => this.#histories.delete(key));
    return request;
  }

  async #findingsAtHead(from: string, prefix: string, signal?: AbortSignal): Promise<ReadonlySet<string> | undefined> {
    try {
      const options = { from, to: 'HEAD', module: prefix, ...(signal && { signal }) };
      return new Set((await this.checker.check(options)).findings.map(findingKey));
    } catch {
      signal?.throwIfAborted();
      return undefined;
    }
  }

  #remember({ modules, problems }: CheckResult): void {
    for (const module of modules)
      if (!isHalfTyped(module, { modules, problems })) this.lastReadable.set(module.prefix, module);
  }

  #settle(state: State): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#isUrgent = false;
    for (const resolve of waiting) resolve(state);
  }
}

/**
 * Only checks after a `keystroke` in a `.proto` file determine the delay. The check of
 * `one-of-many` documents starts when no more of them arrive.
 */
type Change = 'keystroke' | 'one-of-many' | 'other';

/** Equal for the same finding in different texts. */
function findingKey({ rule, element, message }: Finding): string {
  return `${rule}\n${element}\n${message}`;
}

/** Such a finding only matters to the person who adds the element. */
export function isCompatibleAddition({ rule, severity }: Finding): boolean {
  return severity === 'information' && rule.endsWith('-added');
}

const CLOSED: FailedCheck = { kind: 'failed', error: new Error('The repository was closed.') };
