import path from 'node:path';
import { PromiseCache } from '../git/promise-cache.ts';
import type { Head } from '../git/head.ts';
import { Repository } from '../git/repository.ts';
import { GitError, type Trouble } from '../git/trouble.ts';
import type { Settings } from '../policy/settings.ts';
import type { Release, Snapshot } from '../release/model.ts';
import { Releases } from '../release/releases.ts';
import { commitWithSubmodules, SnapshotWithSubmodules } from '../release/submodules.ts';
import { WorktreeSnapshot } from '../release/worktree-snapshot.ts';
import type { CheckOptions } from './check-options.ts';
import { type Configuration, readConfiguration } from './configuration.ts';
import { LinkCache } from './link-cache.ts';
import { OpenTexts } from './open-texts.ts';
import { ParseCache } from './parse-cache.ts';
import { BARE, type Plan, planWithout, withPolicy } from './plan.ts';
import { planCheck } from './plan-check.ts';
import { Recent } from './recent.ts';
import { wantedFiles } from './requested-files.ts';
import type { CheckResult } from './result.ts';
import { type ModuleResult, resultOf, runModule } from './run.ts';
import { type SchemaAround, schemaAround } from './schema-around.ts';
import { Side } from './side.ts';

/** An open repository, with everything that is cached between keystrokes. */
export class Project {
  /** Without a repository, the given directory. */
  readonly root: string;
  readonly #parsed = new ParseCache();
  readonly #linked = new LinkCache();
  readonly #open = new OpenTexts(this.#parsed);
  /** Texts in editors of other files than `.proto` files. */
  readonly #others = new Map<string, string>();
  readonly #commits = new Recent<{ readonly snapshot: Snapshot; readonly side: Side }>(MOST_COMMITS);
  #mayAge = false;
  #repository: Repository | Trouble;
  /** False until the first use: a git that failed in `open` may hang again. */
  #mayReopen = false;
  #worktree: { readonly snapshot: WorktreeSnapshot; readonly side: Side } | undefined;
  #releases: { readonly key: string; readonly releases: Releases } | undefined;
  /** By options, until anything but the texts of open files changes. */
  readonly #plans = new Map<string, Promise<Plan>>();
  /** These three are cached for commands that plan hundreds of checks. */
  readonly #configurations = new PromiseCache<Configuration>();
  readonly #heads = new PromiseCache<Head>();
  /** Commits by ref. */
  readonly #targets = new PromiseCache<string>();
  /** Of the working tree. */
  #sound: Configuration['sound'];

  private constructor(directory: string, repository: Repository | Trouble) {
    this.root = repository instanceof Repository ? repository.root : directory;
    this.#repository = repository;
  }

  /** @param directory any folder inside the repository. */
  static async open(directory: string, options: { readonly prefetch?: boolean } = {}): Promise<Project> {
    return new Project(path.resolve(directory), await Repository.open(directory, options));
  }

  /** Replaces the file on disk until `closeText`. */
  openText(file: string, text: string): void {
    if (this.#open.textOf(file) === undefined) this.#planAnew();
    this.#open.set(file, text);
  }

  closeText(file: string): void {
    this.#open.delete(file);
    this.invalidate();
  }

  /**
   * For other files than `.proto` files, such as the configuration.
   * @param text undefined when the editor was closed.
   */
  otherText(file: string, text: string | undefined): void {
    if (text === undefined) this.#others.delete(file);
    else this.#others.set(file, text);
    this.#planAnew();
  }

  /**
   * Call this when HEAD, tags, configuration or files on disk may have changed. Half-typed text then counts as
   * complete.
   */
  invalidate(): void {
    this.#planAnew();
    this.#open.complete();
    this.#mayAge = true;
    this.#worktree?.snapshot.invalidate();
    this.#releases?.releases.invalidate();
  }

  /**
   * Call this when typing has paused.
   * @returns whether the next check can have another result.
   */
  completeWords(): boolean {
    return this.#open.completeWords();
  }

  /**
   * Git errors are part of the result.
   * @throws the signal's reason; RangeError if there is no such policy.
   */
  async check(options: CheckOptions = {}): Promise<CheckResult> {
    const { signal, ...key } = options;
    const planKey = JSON.stringify(key);
    try {
      // Plans for commits are used once.
      const planning = this.#plans.get(planKey) ?? this.#plan(options);
      if (options.to === undefined) this.#plans.set(planKey, planning);
      const plan = await planning;
      signal?.throwIfAborted();
      return await this.#run(plan, options);
    } catch (error) {
      // If only this check was cancelled, another one may need the plan.
      if (signal?.aborted !== true || error !== signal.reason) this.#plans.delete(planKey);
      if (error instanceof GitError) return await this.#run(planWithout(error, this.#open), options);
      throw error;
    }
  }

  /** Undefined if the file cannot be read. */
  async textAt(ref: string, file: string): Promise<string | undefined> {
    const repository = await this.#reopened();
    if (!(repository instanceof Repository)) return undefined;
    try {
      const id = await repository.resolve(ref);
      // Editors also show code that uses a changed element.
      if (!file.endsWith('.proto')) {
        const content = await repository.readFile(id, file);
        return typeof content === 'string' ? content : undefined;
      }
      return await this.#commitAt(repository, id).snapshot.read(file);
    } catch (error) {
      if (error instanceof GitError) return undefined;
      throw error;
    }
  }

  /** Whether a commit has a `.proto` file, or a folder with such files. */
  async existsAt(ref: string, given: string): Promise<boolean> {
    const repository = await this.#reopened();
    if (!(repository instanceof Repository)) return false;
    const files = await this.#commitAt(repository, await repository.resolve(ref)).snapshot.list();
    return [...files.keys()].some((file) => file === given || file.startsWith(`${given}/`));
  }

  /** Undefined without a working tree. */
  async schemaAround(file: string): Promise<SchemaAround | undefined> {
    const repository = await this.#reopened();
    if (!(repository instanceof Repository)) return undefined;
    const edited = this.#edited(repository);
    if (edited === undefined) return undefined;
    const { settings } = await this.#configuration(repository, undefined);
    return await schemaAround(file, edited, settings.importRoots);
  }

  /**
   * A file's text in each release of a module, highest version first; undefined if there is no such file. Releases
   * whose file could not be read are left out.
   * @throws GitError
   */
  async historyOf(
    file: string,
    prefix: string,
  ): Promise<readonly { readonly release: Release; readonly text: string | undefined }[]> {
    const repository = await this.#reopened();
    if (!(repository instanceof Repository)) return [];
    const releases = (await this.releases()).filter((release) => release.prefix === prefix);
    const found = releases.map(async (release) => {
      const text = await repository.readFile(release.commit, file);
      return text === undefined || typeof text === 'string' ? [{ release, text }] : [];
    });
    return (await Promise.all(found)).flat();
  }

  /** Highest version first; empty if git fails. */
  async releases(): Promise<readonly Release[]> {
    const base = await this.codeBase();
    if (base === undefined) return [];
    try {
      return [...(await base.releases.all())].reverse();
    } catch (error) {
      if (error instanceof GitError) return [];
      throw error;
    }
  }

  /** Undefined without a repository. */
  async codeBase(): Promise<CodeBase | undefined> {
    const repository = await this.#reopened();
    if (!(repository instanceof Repository)) return undefined;
    const { settings } = await this.#configuration(repository, undefined);
    return { repository, settings, releases: this.#releasesOf(repository, settings) };
  }

  /**
   * The prefix of the release's module.
   * @returns undefined if there is no protocol in its folder, or if the release contains none of the paths.
   * @throws GitError
   */
  async moduleOf(release: Release, paths: readonly string[] = []): Promise<string | undefined> {
    const base = await this.codeBase();
    if (base === undefined) return undefined;
    const { repository, settings, releases } = base;
    const files = await this.#commitAt(repository, release.commit).snapshot.list();
    if (paths.length > 0 && ![...files.keys()].some(wantedFiles(settings, paths))) return undefined;
    const modules = await releases.modules(files.keys());
    return modules.find((module) => module.releases.some(({ ref }) => ref === release.ref))?.prefix;
  }

  close(): void {
    if (this.#repository instanceof Repository) this.#repository.close();
  }

  async #plan(options: CheckOptions): Promise<Plan> {
    const repository = await this.#reopened();
    if (!(repository instanceof Repository)) return planWithout(repository, this.#open);
    const { to } = options;
    const target = to === undefined ? undefined : await this.#targets.get(to, () => repository.resolve(to));
    const edited = target === undefined ? this.#edited(repository) : this.#commitAt(repository, target).side;
    if (edited === undefined) return planWithout(BARE, this.#open);
    // Successive comparisons could not share data that is dropped before every plan.
    if (to === undefined && this.#mayAge) {
      this.#mayAge = false;
      this.age();
    }
    const configuration = await this.#configuration(repository, target);
    const settings = withPolicy(configuration.settings, options.policy);
    // Git makes this list, which the plan needs, at the same time.
    const [head] = await Promise.all([this.#heads.get('', () => repository.head()), edited.list()]);
    const plan = await planCheck(
      {
        repository,
        configuration,
        settings,
        head,
        releases: this.#releasesOf(repository, settings),
        target,
        edited,
        sideOf: (commit) => this.#commitAt(repository, commit).side,
        linked: this.#linked,
        openTexts: this.#others,
      },
      options,
    );
    return 'reason' in plan ? planWithout(plan, this.#open) : plan;
  }

  /**
   * Drops what was not used since the last call. Checks of commits do not call this, because a matrix uses its releases
   * again and again.
   */
  age(): void {
    for (const kept of [this.#parsed, this.#linked, this.#commits]) kept.age();
  }

  #planAnew(): void {
    for (const answers of [this.#plans, this.#configurations, this.#heads, this.#targets]) answers.clear();
  }

  async #run(plan: Plan, { to, signal }: CheckOptions): Promise<CheckResult> {
    const open = to === undefined ? [...this.#open.paths()] : [];
    const results: ModuleResult[] = [];
    for (const module of plan.modules) results.push(await runModule(plan, module, open, signal));
    return resultOf(plan, results, to ?? null);
  }

  /** The repository may have been created since. */
  async #reopened(): Promise<Repository | Trouble> {
    if (this.#repository instanceof Repository) return this.#repository;
    const mayReopen = this.#mayReopen || this.#repository.reason === 'not-a-repository';
    this.#mayReopen = true;
    const found = mayReopen ? await Repository.open(this.root) : this.#repository;
    // With another top folder, all paths change, so the owner of this project has to reopen it.
    if (!(found instanceof Repository) || found.root === this.root) this.#repository = found;
    return this.#repository;
  }

  /** Undefined without a working tree. */
  #edited(repository: Repository): Side | undefined {
    const { workingTree } = repository;
    if (workingTree === undefined) return undefined;
    if (this.#worktree === undefined) {
      const snapshot = new WorktreeSnapshot(repository, workingTree);
      const { submodules } = workingTree;
      const whole = new SnapshotWithSubmodules(snapshot, submodules, () => submodules.indexed());
      this.#worktree = { snapshot, side: new Side(whole, this.#parsed, this.#open) };
    }
    return this.#worktree.side;
  }

  #commitAt(repository: Repository, commit: string): { readonly snapshot: Snapshot; readonly side: Side } {
    let kept = this.#commits.get(commit);
    if (kept === undefined) {
      const snapshot = commitWithSubmodules(repository, commit);
      kept = { snapshot, side: new Side(snapshot, this.#parsed) };
      this.#commits.set(commit, kept);
    }
    return kept;
  }

  #releasesOf(repository: Repository, { tagPattern, includePrereleases }: Settings): Releases {
    const key = JSON.stringify([tagPattern, includePrereleases]);
    if (this.#releases?.key !== key)
      this.#releases = { key, releases: new Releases(repository, { tagPattern, includePrereleases }) };
    return this.#releases.releases;
  }

  /**
   * A bare repository has the configuration of the commit. Otherwise, that of the working tree applies to every commit.
   */
  #configuration(repository: Repository, target: string | undefined): Promise<Configuration> {
    const commit = repository.workingTree === undefined ? (target ?? 'HEAD') : undefined;
    return this.#configurations.get(commit ?? '', async () => {
      const found = await readConfiguration(repository, commit, this.#others, this.#sound);
      if (commit === undefined) this.#sound = found.sound;
      return found;
    });
  }
}

/** More than a matrix compares. */
const MOST_COMMITS = 300;

export interface CodeBase {
  readonly repository: Repository;
  readonly settings: Settings;
  readonly releases: Releases;
}
