import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CancellationTokenSource,
  createProtocolConnection,
  type Diagnostic,
  type ProtocolConnection,
  type PublishDiagnosticsParams,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node';

/** Milliseconds within which a request must be answered, also on a busy machine. */
const ANSWER_TIME_LIMIT = 60_000;

interface Shown {
  readonly version: number | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** A client of a real server. It remembers the first thing that the server did wrong. */
export class Editor {
  readonly connection: ProtocolConnection;
  readonly shown = new Map<string, Shown>();
  /** The newest version sent, by URI. It grows also if a document is reopened. */
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
    // The library sends `undefined` as a parameter.
    const sent =
      params === undefined
        ? this.connection.sendNotification(method)
        : this.connection.sendNotification(method, params);
    // The handler of `exit` reports an ended server.
    sent.catch(() => undefined);
  }

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

  /**
   * Waits until the server has finished all work.
   * @returns the sorted diagnostics of each open document, and of each closed one that has any
   */
  async settled(): Promise<Map<string, string[]>> {
    const shown = new Map<string, string[]>();
    for (const uri of this.open) {
      await this.ask('protoCompat/summary', { uri });
      const { diagnostics, version } = this.shown.get(uri) ?? { diagnostics: [], version: undefined };
      if (version !== this.versions.get(uri)) {
        throw new Error(`${uri} has version ${this.versions.get(uri) ?? 0}, and ${version ?? 'nothing'} is shown.`);
      }
      shown.set(uri, sorted(diagnostics));
    }
    for (const [uri, { diagnostics }] of this.shown)
      if (!this.open.has(uri) && diagnostics.length > 0) shown.set(uri, sorted(diagnostics));
    this.throwIfBroken();
    return shown;
  }

  /** In bytes. */
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

function sorted(diagnostics: readonly Diagnostic[]): string[] {
  return diagnostics.map((each) => JSON.stringify(each)).sort();
}
