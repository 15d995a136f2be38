import { isDeepStrictEqual } from 'node:util';
import { Project } from '../../server/check/project.ts';
import type { CheckResult } from '../../server/check/result.ts';
import { parse, reparse } from '../../server/proto/parse.ts';
import type { FileNode } from '../../server/proto/tree.ts';
import { random } from '../proto/breakages.ts';
import { CORPORA, type Corpus } from './corpus.ts';
import { lastFiles, repositoryOf } from './repository.ts';
import { scratch } from './scratch.ts';
import { Typist } from './typist.ts';

export interface FuzzOptions {
  readonly seed: number;
  readonly edits: number;
  /** Milliseconds since the epoch. No new round begins afterwards. */
  readonly until: number;
  readonly progress?: (edits: number, comparisons: number) => void;
}

export interface FuzzReport {
  readonly edits: number;
  /** How often a result was compared with a check from scratch. */
  readonly comparisons: number;
}

/** Edits between two comparisons with a newly opened project. */
const ROUND = 4000;
/** Rounds with the same project. */
const ROUNDS = 5;
/** Checks between two comparisons with `scratch`, on average. */
const PAUSE = 12;
/** The most edits between two checks. */
const MAX_BURST = 28;

/**
 * Edits the files of a project while checks overlap and are cancelled, as in the server.
 * @throws if a check fails, or differs from a check from scratch. The message contains the texts.
 */
export async function fuzzProject({ seed, edits, until, progress }: FuzzOptions): Promise<FuzzReport> {
  let done = 0;
  let comparisons = 0;
  for (let sessions = 0; done < edits && Date.now() < until; sessions++) {
    const corpus = CORPORA[sessions % CORPORA.length] ?? { releases: [], configuration: null };
    const session = await Session.open(corpus, seed * 1_000_003 + sessions);
    try {
      for (let rounds = 0; rounds < ROUNDS && done < edits && Date.now() < until; rounds++) {
        const count = Math.min(ROUND, edits - done);
        await session.round(count);
        done += count;
        progress?.(done, comparisons + session.comparisons);
      }
      comparisons += session.comparisons;
    } finally {
      session.close();
    }
  }
  return { edits: done, comparisons };
}

class Session {
  comparisons = 0;
  readonly #corpus: Corpus;
  readonly #pick: (limit: number) => number;
  readonly #seed: number;
  readonly #repository: ReturnType<typeof repositoryOf>;
  readonly #project: Project;
  readonly #typists = new Map<string, Typist>();
  readonly #open = new Set<string>();
  /** Reparsed before every check, independently of the project's own trees. */
  readonly #trees = new Map<string, FileNode>();
  /** Files edited since the last comparison of trees. */
  readonly #touched = new Set<string>();
  #running: AbortController | undefined;
  #pending: Promise<unknown>[] = [];

  static async open(corpus: Corpus, seed: number): Promise<Session> {
    const repository = repositoryOf(corpus);
    return new Session(corpus, seed, repository, await Project.open(repository.directory));
  }

  private constructor(corpus: Corpus, seed: number, repository: ReturnType<typeof repositoryOf>, project: Project) {
    this.#corpus = corpus;
    this.#seed = seed;
    this.#pick = random(seed);
    this.#repository = repository;
    this.#project = project;
    const files = lastFiles(corpus);
    for (const [path, text] of Object.entries(files)) {
      this.#typists.set(path, new Typist(this.#pick, text, Object.values(files)));
    }
  }

  close(): void {
    this.#project.close();
    this.#repository.remove();
  }

  async round(edits: number): Promise<void> {
    let pause = 0;
    let burst = 0;
    for (let edit = 0; edit < edits; edit++) {
      this.#edit();
      if (--burst > 0) continue;
      burst = this.#pick(3) === 0 ? 1 : 1 + this.#pick(MAX_BURST);
      this.#compareTrees();
      this.#check();
      // The next edit arrives at once, during the check, or after it.
      const wait = this.#pick(4);
      if (wait === 0) await Promise.resolve();
      else if (wait === 1) await new Promise(setImmediate);
      else if (wait === 2) await this.#settled();
      if (this.#pick(120) === 0) this.#closeFile();
      if (this.#pick(300) === 0) this.#project.invalidate();
      if (--pause <= 0) {
        pause = this.#pick(2 * PAUSE);
        await this.#compare(await scratch(this.#corpus, this.#texts()), 'a check from scratch');
      }
    }
    const fresh = await Project.open(this.#repository.directory);
    try {
      for (const path of this.#open) fresh.openText(path, this.#typists.get(path)?.text ?? '');
      await this.#compare(await fresh.check(), 'a fresh project');
    } finally {
      fresh.close();
    }
  }

  #edit(): void {
    const paths = [...this.#typists.keys()];
    // Most edits are in one of the two files that were opened last.
    const recent = [...this.#open].reverse().slice(0, 2);
    const known = this.#pick(6) === 0 ? undefined : recent[this.#pick(Math.max(1, recent.length))];
    const path = known ?? paths[this.#pick(paths.length)] ?? '';
    const typist = this.#typists.get(path);
    if (typist === undefined) return;
    typist.next();
    this.#open.add(path);
    this.#project.openText(path, typist.text);
    this.#touched.add(path);
  }

  /** @throws if the tree of an edited file differs from the one parsed from its text */
  #compareTrees(): void {
    for (const path of this.#touched) {
      const text = this.#typists.get(path)?.text ?? '';
      const before = this.#trees.get(path) ?? parse(text);
      const tree = reparse(before, text);
      if (!isDeepStrictEqual(tree, { ...parse(text), mutable: true }))
        throw this.#failure(`reparse differs from parse in ${path}`);
      this.#trees.set(path, tree);
    }
    this.#touched.clear();
  }

  #check(): void {
    // Sometimes an older check continues to run.
    if (this.#pick(10) > 0) this.#running?.abort(new Error('superseded'));
    const running = new AbortController();
    this.#running = running;
    const check = this.#project.check({ signal: running.signal }).catch((error: unknown) => {
      if (error !== running.signal.reason) throw error;
    });
    // `#settled` reports a failure.
    check.catch(() => undefined);
    this.#pending.push(check);
  }

  async #settled(): Promise<void> {
    const pending = this.#pending;
    this.#pending = [];
    await Promise.all(pending).catch((error: unknown) => {
      throw this.#failure(`a check failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    });
  }

  #closeFile(): void {
    const path = [...this.#open][this.#pick(this.#open.size)];
    if (path === undefined) return;
    this.#open.delete(path);
    this.#project.closeText(path);
  }

  #texts(): ReadonlyMap<string, string> {
    return new Map([...this.#open].map((path) => [path, this.#typists.get(path)?.text ?? '']));
  }

  async #compare(expected: CheckResult, what: string): Promise<void> {
    await this.#settled();
    this.#project.completeWords();
    const withWitnesses = this.#pick(20) === 0;
    let reported: string[];
    let wanted: string[];
    try {
      reported = linesOf(await this.#project.check(), withWitnesses);
      wanted = linesOf(expected, withWitnesses);
    } catch (error) {
      throw this.#failure(
        `a result cannot be used: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
      );
    }
    this.comparisons++;
    if (isDeepStrictEqual(reported, wanted)) return;
    const [more, less] = [
      reported.filter((line) => !wanted.includes(line)),
      wanted.filter((line) => !reported.includes(line)),
    ];
    throw this.#failure(`the project differs from ${what}:\n+ ${more.join('\n+ ')}\n- ${less.join('\n- ')}`);
  }

  #failure(message: string): Error {
    const texts = [...this.#texts()].map(([path, text]) => `${path}: ${JSON.stringify(text)}`);
    return new Error(`seed ${this.#seed}: ${message}\n${texts.join('\n')}`);
  }
}

function linesOf(result: CheckResult, withWitnesses: boolean): string[] {
  const { findings, problems, bump, modules, policy } = result;
  return [
    JSON.stringify([
      bump,
      policy,
      modules.map(({ prefix, nextVersion, forcedBy }) => [prefix, nextVersion, forcedBy?.rule, forcedBy?.element]),
    ]),
    ...problems.map((problem) => JSON.stringify(problem)),
    // Releases of `scratch` have no commit.
    ...findings.map(({ older, ...finding }) => JSON.stringify([finding, older?.version, finding.fixes()])),
    ...(withWitnesses
      ? findings.map((finding) => `witness ${JSON.stringify([finding.rule, finding.element, finding.witness()])}`)
      : []),
  ].sort();
}
