import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import {
  CancellationTokenSource,
  type CodeAction,
  createProtocolConnection,
  type Diagnostic,
  type Position,
  type ProtocolConnection,
  type PublishDiagnosticsParams,
  StreamMessageReader,
  StreamMessageWriter,
  type TextEdit,
} from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { random } from '../proto/breakages.ts';
import { CORPORA } from './corpus.ts';
import { lastFiles, repositoryOf } from './repository.ts';
import { type PickNumber, Typist } from './typist.ts';

export interface ServerFuzzOptions {
  readonly seed: number;
  readonly edits: number;
  /** Milliseconds since the epoch. No new round begins afterwards. */
  readonly until: number;
  /** The path of the bundled server. */
  readonly server: string;
  readonly progress?: (edits: number, requests: number, memory: number) => void;
}

export interface ServerFuzzReport {
  readonly edits: number;
  readonly requests: number;
  /** How often all visible results were compared with a new server. */
  readonly comparisons: number;
  /** The server's memory in bytes: after the first round, and the maximum after any round. */
  readonly memory: { readonly first: number; readonly most: number };
}

/** The number of edits between two comparisons with a new server. */
const ROUND = 150;
/** Milliseconds within which a request must be answered, also on a busy machine. */
const ANSWER_TIME_LIMIT = 60_000;
/** Bytes: much more than the first rounds need, and much less than a leak in every edit would cause. */
const ALLOWED_GROWTH = 400_000_000;

/**
 * Behaves like an editor at random: types into several files, saves, closes and reopens them, sends requests, applies code actions, and
 * changes tags, commits and files in the meantime.
 * @throws if the server gives a wrong answer or none. The message contains the seed and the texts.
 */
export async function fuzzServer(options: ServerFuzzOptions): Promise<ServerFuzzReport> {
  const { seed, edits, until, progress } = options;
  const corpus = CORPORA[seed % CORPORA.length];
  if (corpus === undefined) throw new Error('There are corpora.');
  const repository = repositoryOf(corpus);
  const editor = await Editor.start(options.server);
  let done = 0;
  let comparisons = 0;
  let first = 0;
  let most = 0;
  try {
    const session = new Session(editor, repository, random(seed), lastFiles(corpus));
    while (done < edits && Date.now() < until) {
      const count = Math.min(ROUND, edits - done);
      await session.round(count);
      await session.compareWithFresh(options.server);
      done += count;
      comparisons++;
      const memory = editor.memory();
      first ||= memory;
      most = Math.max(most, memory);
      if (most - first > ALLOWED_GROWTH) throw new Error(`The server grew from ${first} to ${most} bytes.`);
      if (editor.children() > MAX_CHILDREN) throw new Error(`The server has ${editor.children()} children.`);
      progress?.(done, editor.requests, memory);
    }
    await editor.stop();
    return { edits: done, requests: editor.requests, comparisons, memory: { first, most } };
  } catch (error) {
    editor.kill();
    const message = error instanceof Error ? error.message : String(error);
    throw new Error(`seed ${seed}, after ${done} edits: ${message}\n${editor.output}`, { cause: error });
  } finally {
    repository.remove();
  }
}

/** The git process that reads objects, and a few others that are about to end. */
const MAX_CHILDREN = 6;

interface Shown {
  readonly version: number | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** A client of a real server. It remembers the first thing that the server did wrong. */
class Editor {
  readonly connection: ProtocolConnection;
  readonly shown = new Map<string, Shown>();
  /** The newest version sent, by URI. It only grows, even if a document is reopened. */
  readonly versions = new Map<string, number>();
  readonly open = new Set<string>();
  requests = 0;
  readonly #child: ChildProcess;
  #stderr = '';
  #broken: string | undefined;

  static async start(server: string): Promise<Editor> {
    const child = spawn(process.execPath, [server, '--stdio'], { stdio: ['pipe', 'pipe', 'pipe'] });
    const editor = new Editor(
      child,
      createProtocolConnection(new StreamMessageReader(child.stdout), new StreamMessageWriter(child.stdin)),
    );
    child.stderr.on('data', (chunk: Buffer) => (editor.#stderr += chunk.toString()));
    await editor.ask('initialize', {
      processId: process.pid,
      rootUri: null,
      capabilities: {
        textDocument: {
          publishDiagnostics: { relatedInformation: true, versionSupport: true, tagSupport: { valueSet: [1, 2] } },
        },
        workspace: { textDocumentContent: {}, workspaceEdit: { documentChanges: true }, configuration: true },
      },
      initializationOptions: { views: true },
    });
    editor.notify('initialized', {});
    return editor;
  }

  private constructor(child: ChildProcess, connection: ProtocolConnection) {
    this.#child = child;
    this.connection = connection;
    child.on('exit', (code, signal) => {
      if (code !== 0) this.#break(`The server ended: ${String(code ?? signal)}.`);
    });
    connection.onNotification(
      'textDocument/publishDiagnostics',
      ({ uri, version, diagnostics }: PublishDiagnosticsParams) => {
        const before = this.shown.get(uri)?.version ?? 0;
        if (version !== undefined && version < before) this.#break(`${uri} got version ${version} after ${before}.`);
        if (version !== undefined && version > (this.versions.get(uri) ?? 0))
          this.#break(`${uri} has no version ${version}.`);
        this.shown.set(uri, { version, diagnostics });
      },
    );
    connection.onNotification('window/logMessage', ({ message }: { message: string }) => {
      this.#break(`The server logged: ${message}`);
    });
    connection.onRequest('workspace/configuration', () => [null]);
    connection.onRequest('workspace/applyEdit', () => ({ applied: false }));
    connection.listen();
  }

  notify(method: string, params: unknown): void {
    // The library would send `undefined` as a parameter.
    const sent =
      params === undefined
        ? this.connection.sendNotification(method)
        : this.connection.sendNotification(method, params);
    // If the server has ended, its exit is reported separately.
    sent.catch(() => undefined);
  }

  /** @param cancelled whether the client cancels the request immediately. */
  async ask(method: string, params: unknown, cancelled = false): Promise<unknown> {
    this.requests++;
    const source = new CancellationTokenSource();
    const answer = this.connection.sendRequest(method, params, source.token);
    if (cancelled)
      setImmediate(() => {
        source.cancel();
      });
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => {
        reject(new Error(`${method} got no answer: ${JSON.stringify(params)}`));
      }, ANSWER_TIME_LIMIT);
    });
    try {
      return await Promise.race([answer, late]);
    } catch (error) {
      // The server may answer a cancelled request with an error.
      if (cancelled && error instanceof Error && 'code' in error) return undefined;
      throw error;
    } finally {
      clearTimeout(timer);
      source.dispose();
    }
  }

  /** The first thing that went wrong, and what the server wrote to stderr. */
  get output(): string {
    return [this.#broken ?? '', this.#stderr].join('\n').trim();
  }

  /** @throws if the server did something wrong */
  throwIfBroken(): void {
    if (this.#broken !== undefined) throw new Error(this.#broken);
    if (this.#stderr !== '') throw new Error(`The server wrote: ${this.#stderr}`);
  }

  /** The diagnostics of each open document, and of each closed one that has any, after all work is done, sorted. */
  async settled(): Promise<Map<string, string[]>> {
    const shown = new Map<string, string[]>();
    for (const uri of this.open) {
      await this.ask('protoCompat/summary', { uri });
      const { diagnostics, version } = this.shown.get(uri) ?? { diagnostics: [], version: undefined };
      if (version !== this.versions.get(uri)) {
        throw new Error(`${uri} has version ${this.versions.get(uri) ?? 0}, and ${version ?? 'nothing'} is shown.`);
      }
      shown.set(uri, diagnostics.map((each) => JSON.stringify(each)).sort());
    }
    for (const [uri, { diagnostics }] of this.shown) {
      if (this.open.has(uri) || diagnostics.length === 0) continue;
      shown.set(uri, diagnostics.map((each) => JSON.stringify(each)).sort());
    }
    this.throwIfBroken();
    return shown;
  }

  memory(): number {
    const status = readFileSync(`/proc/${this.#child.pid ?? 0}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) * 1024;
  }

  children(): number {
    const tasks = `/proc/${this.#child.pid ?? 0}/task`;
    return readdirSync(tasks).flatMap((task) =>
      readFileSync(join(tasks, task, 'children'), 'utf8')
        .split(' ')
        .filter((id) => id !== ''),
    ).length;
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    await this.ask('shutdown', undefined);
    this.notify('exit', undefined);
    await ended;
    this.throwIfBroken();
    this.connection.dispose();
  }

  kill(): void {
    this.#child.removeAllListeners('exit');
    this.#child.kill('SIGKILL');
    this.connection.dispose();
  }

  #break(message: string): void {
    this.#broken ??= message;
  }
}

class Session {
  readonly #editor: Editor;
  readonly #repository: ReturnType<typeof repositoryOf>;
  readonly #pick: PickNumber;
  readonly #documents: readonly { readonly path: string; readonly uri: string; readonly typist: Typist }[];
  #asked: Promise<unknown>[] = [];
  #tags = 0;

  constructor(
    editor: Editor,
    repository: ReturnType<typeof repositoryOf>,
    pick: PickNumber,
    files: Readonly<Record<string, string>>,
  ) {
    this.#editor = editor;
    this.#repository = repository;
    this.#pick = pick;
    this.#documents = Object.entries(files).map(([path, text]) => ({
      path,
      uri: pathToFileURL(join(repository.directory, path)).href,
      typist: new Typist(pick, text, Object.values(files)),
    }));
  }

  async round(edits: number): Promise<void> {
    for (let edit = 0; edit < edits; edit++) {
      const document = this.#documents[this.#pick(this.#documents.length)];
      if (document === undefined) continue;
      const { uri, typist, path } = document;
      if (!this.#editor.open.has(uri)) this.#open(uri, typist);
      this.#type(uri, typist);
      const other = this.#pick(100);
      if (other < 50) this.#ask(uri, typist);
      else if (other < 53) this.#save(path, uri, typist);
      else if (other < 55) this.#close(uri);
      else if (other < 56) this.#ask(uri, typist, 'protoCompat/chooseBaseline', { uri, ref: null });
      else if (other < 62) await this.#applyFix(uri, typist);
      if (this.#pick(200) === 0) this.#git();
      if (this.#pick(3) === 0) await new Promise(setImmediate);
      if (this.#pick(20) === 0) await this.#answered();
    }
    await this.#answered();
  }

  /** @throws if a server that sees only the final texts shows something else. */
  async compareWithFresh(server: string): Promise<void> {
    const fresh = await Editor.start(server);
    try {
      for (const { uri, typist } of this.#documents) {
        if (!this.#editor.open.has(uri)) continue;
        fresh.open.add(uri);
        fresh.versions.set(uri, 1);
        fresh.notify('textDocument/didOpen', {
          textDocument: { uri, languageId: 'proto', version: 1, text: typist.text },
        });
      }
      const wanted = await fresh.settled();
      // The server notices a change of git a moment later.
      for (let attempt = 0; ; attempt++) {
        const shown = await this.#editor.settled().catch((error: unknown) => {
          if (attempt >= 20) throw error;
          return undefined;
        });
        this.#editor.throwIfBroken();
        if (shown !== undefined && isDeepStrictEqual(shown, wanted)) break;
        if (attempt >= 20) {
          const texts = this.#documents.map(({ uri, typist }) => `${uri}: ${JSON.stringify(typist.text)}`).join('\n');
          const differences = [...new Set([...wanted.keys(), ...(shown?.keys() ?? [])])].flatMap((uri) => {
            const lines = wanted.get(uri) ?? [];
            const own = shown?.get(uri) ?? [];
            const more = own.filter((line) => !lines.includes(line)).map((line) => `+ ${uri} ${line}`);
            return [...more, ...lines.filter((line) => !own.includes(line)).map((line) => `- ${uri} ${line}`)];
          });
          throw new Error(`A fresh server shows something else:\n${differences.join('\n')}\n${texts}`);
        }
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      await fresh.stop();
    } finally {
      fresh.kill();
    }
  }

  #open(uri: string, typist: Typist): void {
    this.#editor.open.add(uri);
    const version = this.#nextVersion(uri);
    this.#editor.notify('textDocument/didOpen', {
      textDocument: { uri, languageId: 'proto', version, text: typist.text },
    });
  }

  #close(uri: string): void {
    this.#editor.open.delete(uri);
    this.#editor.notify('textDocument/didClose', { textDocument: { uri } });
  }

  #nextVersion(uri: string): number {
    const version = (this.#editor.versions.get(uri) ?? 0) + 1;
    this.#editor.versions.set(uri, version);
    return version;
  }

  /** Sends one edit, or the whole text. */
  #type(uri: string, typist: Typist): void {
    const before = TextDocument.create(uri, 'proto', 0, typist.text);
    const { start, end, text } = typist.next();
    const range = { start: before.positionAt(start), end: before.positionAt(end) };
    // A position cannot be between \r and \n, or inside a surrogate pair.
    const isExact = before.offsetAt(range.start) === start && before.offsetAt(range.end) === end;
    const change = isExact && this.#pick(20) > 0 ? { range, text } : { text: typist.text };
    this.#editor.notify('textDocument/didChange', {
      textDocument: { uri, version: this.#nextVersion(uri) },
      contentChanges: [change],
    });
  }

  #save(path: string, uri: string, typist: Typist): void {
    this.#repository.write({ [path]: typist.text });
    this.#editor.notify('textDocument/didSave', { textDocument: { uri } });
  }

  #git(): void {
    const kind = this.#pick(4);
    if (kind === 0) this.#repository.commit({});
    else if (kind === 1) this.#repository.tag(`v1.${2 + this.#tags++}.0`);
    else if (kind === 2 && this.#tags > 0) this.#repository.git('tag', '--delete', `v1.${1 + this.#tags--}.0`);
    else
      this.#repository.write({
        'other.proto': `syntax = "proto3";\nmessage Other { string a = ${1 + this.#pick(3)}; }\n`,
      });
    // Clients report files that other programs changed.
    const uri = pathToFileURL(join(this.#repository.directory, 'other.proto')).href;
    this.#editor.notify('workspace/didChangeWatchedFiles', { changes: [{ uri, type: 2 }] });
  }

  #ask(uri: string, typist: Typist, method?: string, params?: unknown): void {
    const cancelled = this.#pick(5) === 0;
    const position = this.#position(typist.text);
    const range = { start: position, end: this.#pick(2) === 0 ? position : this.#position(typist.text) };
    const document = { textDocument: { uri } };
    const questions: [string, unknown][] = [
      ['textDocument/hover', { ...document, position }],
      ['textDocument/hover', { ...document, position }],
      ['textDocument/codeAction', { ...document, range, context: { diagnostics: [] } }],
      ['textDocument/codeAction', { ...document, range, context: { diagnostics: [], only: ['source'] } }],
      ['textDocument/inlayHint', { ...document, range }],
      ['textDocument/codeLens', document],
      ['textDocument/completion', { ...document, position }],
      ['textDocument/definition', { ...document, position }],
      ['protoCompat/summary', { uri }],
      ['protoCompat/releaseOf', { uri }],
      ['protoCompat/releases', { uri }],
      ['protoCompat/report', { uri }],
    ];
    const [asked, given] =
      method === undefined ? (questions[this.#pick(questions.length)] ?? ['', {}]) : [method, params];
    const answer = this.#editor.ask(asked, given, cancelled);
    // `#answered` awaits the answer.
    answer.catch(() => undefined);
    this.#asked.push(answer);
  }

  /** A random position, perhaps outside of the text. */
  #position(text: string): Position {
    const lines = text.split('\n');
    const line = this.#pick(lines.length + 2);
    return { line, character: this.#pick((lines[line]?.length ?? 0) + 3) };
  }

  /**
   * Applies a code action.
   * @throws if it was computed for an older text
   */
  async #applyFix(uri: string, typist: Typist): Promise<void> {
    const { diagnostics } = this.#editor.shown.get(uri) ?? { diagnostics: [] };
    const diagnostic = diagnostics[this.#pick(Math.max(1, diagnostics.length))];
    if (diagnostic === undefined) return;
    const answer = await this.#editor.ask('textDocument/codeAction', {
      textDocument: { uri },
      range: diagnostic.range,
      context: { diagnostics: [diagnostic] },
    });
    // This server offers no commands here, so every item is a code action.
    const actions = (answer ?? []) as CodeAction[];
    const action = actions[this.#pick(Math.max(1, actions.length))];
    for (const change of action?.edit?.documentChanges ?? []) {
      if (!('edits' in change) || change.textDocument.uri !== uri) continue;
      if (change.textDocument.version !== this.#editor.versions.get(uri))
        throw new Error('A fix was made for an old version.');
      const text = TextDocument.applyEdits(
        TextDocument.create(uri, 'proto', 0, typist.text),
        change.edits as TextEdit[],
      );
      typist.replace(text);
      this.#editor.notify('textDocument/didChange', {
        textDocument: { uri, version: this.#nextVersion(uri) },
        contentChanges: [{ text }],
      });
    }
  }

  async #answered(): Promise<void> {
    const asked = this.#asked;
    this.#asked = [];
    await Promise.all(asked);
    this.#editor.throwIfBroken();
  }
}
