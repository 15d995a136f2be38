import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { pathToFileURL } from 'node:url';
import {
  createProtocolConnection,
  StreamMessageReader,
  StreamMessageWriter,
  TextDocumentSyncKind,
} from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { ENVIRONMENT } from './programs.mjs';

/**
 * @typedef {import('node:stream').Readable} Readable
 * @typedef {import('node:stream').Writable} Writable
 * @typedef {import('vscode-languageserver/node').Range} Range
 * @typedef {{ start: Range['start'], end: Range['start'], text: string }} Edit
 * @typedef {{ uri: string, version?: number, diagnostics: { message: string, range: Range, source?: string }[], at: number }} Publication
 */

/** Milliseconds to wait for the next publication. */
const TIME_LIMIT = 60_000;

export class LanguageClient {
  /** Just before the process started, as `performance.now()`. */
  started = performance.now();
  /** Not yet seen by `published`. @type {Publication[]} */
  #publications = [];
  #directory;
  #options;
  #child;
  #connection;
  /** @type {Map<string, TextDocument>} */
  #documents = new Map();
  /** If false, the server gets the whole text for each edit. */
  #incremental = false;
  /** @type {(() => void)[]} */
  #waiting = [];

  /**
   * @param {{ command: readonly string[], directory: string, settings: (section: string) => unknown, options?: object,
   *   probed?: boolean }} server `probed` if heap-probe.mjs is loaded into it
   */
  constructor({ command: [program = '', ...args], directory, settings, options, probed = false }) {
    this.#directory = directory;
    this.#options = options;
    // The types of `spawn` show pipes only for three entries.
    this.#child = /** @type {import('node:child_process').ChildProcessByStdio<Writable, Readable, null>} */ (
      spawn(program, args, {
        cwd: directory,
        env: ENVIRONMENT,
        stdio: ['pipe', 'pipe', 'ignore', probed ? 'ipc' : 'ignore'],
      })
    );
    this.#connection = createProtocolConnection(
      new StreamMessageReader(this.#child.stdout),
      new StreamMessageWriter(this.#child.stdin),
    );
    this.#connection.onNotification('textDocument/publishDiagnostics', (/** @type {Publication} */ published) => {
      this.#publications.push({ ...published, at: performance.now() });
      for (const wake of this.#waiting.splice(0)) wake();
    });
    this.#connection.onRequest('workspace/configuration', (/** @type {{ items: { section: string }[] }} */ { items }) =>
      items.map(({ section }) => settings(section)),
    );
    this.#connection.onRequest('client/registerCapability', () => null);
    this.#connection.onRequest('window/workDoneProgress/create', () => null);
    this.#connection.listen();
  }

  get pid() {
    return this.#child.pid ?? 0;
  }

  get name() {
    return path.basename(this.#child.spawnargs.find((each) => each.endsWith('.cjs')) ?? this.#child.spawnfile);
  }

  async initialize() {
    const rootUri = pathToFileURL(this.#directory).href;
    /** @type {import('vscode-languageserver/node').InitializeResult} */
    const { capabilities } = await this.#connection.sendRequest('initialize', {
      processId: process.pid,
      rootUri,
      workspaceFolders: [{ uri: rootUri, name: 'bench' }],
      capabilities: {
        textDocument: {
          publishDiagnostics: { relatedInformation: true, versionSupport: true },
          codeAction: {
            dataSupport: true,
            resolveSupport: { properties: ['edit'] },
            codeActionLiteralSupport: { codeActionKind: { valueSet: [] } },
          },
        },
        workspace: { configuration: true, didChangeWatchedFiles: { dynamicRegistration: true } },
        window: { workDoneProgress: true },
      },
      initializationOptions: this.#options,
    });
    const { textDocumentSync: sync } = capabilities;
    this.#incremental = (typeof sync === 'object' ? sync.change : sync) === TextDocumentSyncKind.Incremental;
    await this.#connection.sendNotification('initialized', {});
  }

  /** @param {string} file */
  open(file) {
    const uri = pathToFileURL(file).href;
    const text = readFileSync(file, 'utf8');
    this.#documents.set(uri, TextDocument.create(uri, 'proto', 1, text));
    this.#notify('textDocument/didOpen', { textDocument: { uri, languageId: 'proto', version: 1, text } });
  }

  /**
   * @param {string} file
   * @param {Edit} edit
   * @returns {{ uri: string, version: number, at: number }} the edited document, and the time just before the edit was sent
   */
  change(file, { start, end, text }) {
    const uri = pathToFileURL(file).href;
    const document = this.#documents.get(uri);
    if (document === undefined) throw new Error(`${file} is not open`);
    const change = { range: { start, end }, text };
    const version = document.version + 1;
    TextDocument.update(document, [change], version);
    const contentChanges = [this.#incremental ? change : { text: document.getText() }];
    const at = performance.now();
    this.#notify('textDocument/didChange', { textDocument: { uri, version }, contentChanges });
    return { uri, version, at };
  }

  /**
   * Waits for a publication that passes the test, and discards those before it.
   * @param {string} file
   * @param {(published: Publication) => boolean} test
   * @throws {Error} if nothing is published within the time limit
   */
  async published(file, test) {
    const uri = pathToFileURL(file).href;
    for (;;) {
      for (let next = this.#publications.shift(); next !== undefined; next = this.#publications.shift()) {
        if (next.uri === uri && test(next)) return next;
      }
      await this.#more();
    }
  }

  /**
   * `time` is how long the answer took, in milliseconds.
   * @param {string} file
   * @param {Range} range
   * @returns {Promise<{ actions: readonly unknown[], time: number }>}
   */
  async codeActions(file, range) {
    const asked = { textDocument: { uri: pathToFileURL(file).href }, range, context: { diagnostics: [] } };
    const started = performance.now();
    /** @type {readonly unknown[]} */
    const actions = await this.#connection.sendRequest('textDocument/codeAction', asked);
    return { actions, time: performance.now() - started };
  }

  /**
   * `time` is how long the answer took, in milliseconds.
   * @param {string} file
   * @returns {Promise<{ found: readonly (readonly unknown[])[], time: number }>}
   */
  async uses(file) {
    const started = performance.now();
    /** @type {readonly (readonly unknown[])[]} */
    const found = await this.#connection.sendRequest('protoCompat/uses', { uri: pathToFileURL(file).href });
    return { found, time: performance.now() - started };
  }

  /** Bytes after a garbage collection, for a probed server. */
  async heap() {
    const answered = once(this.#child, 'message');
    this.#child.send({});
    return Number((await answered)[0]);
  }

  async stop() {
    const exited = once(this.#child, 'exit');
    // A server that does not end would block the benchmark.
    const timer = setTimeout(() => this.#child.kill(), 2000);
    await this.#connection.sendRequest('shutdown').catch(() => undefined);
    await this.#connection.sendNotification('exit').catch(() => undefined);
    this.#child.stdin.end();
    await exited;
    clearTimeout(timer);
    this.#connection.dispose();
  }

  /** @returns {Promise<void>} */
  #more() {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${this.name} published nothing`)), TIME_LIMIT);
      this.#waiting.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  /**
   * @param {string} method
   * @param {object} params
   */
  #notify(method, params) {
    // A rejection ends the benchmark.
    void this.#connection.sendNotification(method, params);
  }
}
