import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import type { CodeAction, Position, TextEdit } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { random } from '../proto/breakages.ts';
import { CORPORA } from './corpus.ts';
import { Editor } from './editor.ts';
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

/** Edits between two comparisons with a new server. */
const ROUND = 150;
/** Bytes. A leak in every edit causes much more. */
const ALLOWED_GROWTH = 400_000_000;
/** The git process that reads objects, and a few others that are about to end. */
const MAX_CHILDREN = 6;
/** How often diagnostics are compared, every 100 ms, because the server notices a change of git a moment later. */
const ATTEMPTS = 20;

/**
 * Edits several files in an editor at random, sends requests, and changes tags, commits and other files.
 * @throws if the server gives a wrong answer or none. The message contains the seed and the texts.
 */
export async function fuzzServer(options: ServerFuzzOptions): Promise<ServerFuzzReport> {
  const { seed, edits, until, progress } = options;
  const corpus = CORPORA[seed % CORPORA.length];
  if (corpus === undefined) throw new Error('There is no corpus.');
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

  /** @throws if a server that gets only the final texts shows something else */
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
      await this.#expectShown(await fresh.settled());
      await fresh.stop();
    } finally {
      fresh.kill();
    }
  }

  /** @throws if the server shows something else, and does not correct it soon */
  async #expectShown(wanted: ReadonlyMap<string, readonly string[]>): Promise<void> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const shown = await this.#editor.settled().catch(() => undefined);
      this.#editor.throwIfBroken();
      if (isDeepStrictEqual(shown, wanted)) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    const shown = await this.#editor.settled();
    if (isDeepStrictEqual(shown, wanted)) return;
    const texts = this.#documents.map(({ uri, typist }) => `${uri}: ${JSON.stringify(typist.text)}`);
    throw new Error(['A new server shows something else:', ...differences(shown, wanted), ...texts].join('\n'));
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

  /** @throws if a code action was computed for an older text */
  async #applyFix(uri: string, typist: Typist): Promise<void> {
    const { diagnostics } = this.#editor.shown.get(uri) ?? { diagnostics: [] };
    const diagnostic = diagnostics[this.#pick(Math.max(1, diagnostics.length))];
    if (diagnostic === undefined) return;
    const answer = await this.#editor.ask('textDocument/codeAction', {
      textDocument: { uri },
      range: diagnostic.range,
      context: { diagnostics: [diagnostic] },
    });
    // The server offers no commands here.
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

function differences(
  shown: ReadonlyMap<string, readonly string[]>,
  wanted: ReadonlyMap<string, readonly string[]>,
): string[] {
  return [...new Set([...wanted.keys(), ...shown.keys()])].flatMap((uri) => {
    const [shownHere, wantedHere] = [shown.get(uri) ?? [], wanted.get(uri) ?? []];
    return [
      ...shownHere.filter((line) => !wantedHere.includes(line)).map((line) => `+ ${uri} ${line}`),
      ...wantedHere.filter((line) => !shownHere.includes(line)).map((line) => `- ${uri} ${line}`),
    ];
  });
}
