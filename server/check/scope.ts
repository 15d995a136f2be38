import { pathMatcher } from '../policy/patterns.ts';
import type { Settings } from '../policy/settings.ts';
import { prefixOf } from '../release/model.ts';

/** Folders of other people's files, which are checked only when they are named. */
export const FOREIGN: readonly string[] = ['vendor', 'node_modules', 'third_party', 'testdata'];

/** Which files a check is about. */
export class Scope {
  readonly #prefixes: ReadonlySet<string>;
  readonly #isConfigured: (file: string) => boolean;
  readonly #paths: readonly string[] | undefined;
  readonly #considered = new Map<string, boolean>();

  /** @param paths files and folders that the user named, relative to the repository; the empty one is the whole of it. */
  constructor(
    { files }: Settings,
    paths: readonly string[] | undefined,
    modules: readonly { readonly prefix: string }[],
  ) {
    this.#isConfigured = pathMatcher([...files, ...FOREIGN.map((folder) => `!**/${folder}/**`)]);
    this.#paths = paths?.map((each) => each.replace(/(?<!\/)\/+$/, ''));
    this.#prefixes = new Set(['', ...modules.map(({ prefix }) => prefix)]);
  }

  /** Whether findings in some file of a module are wanted. */
  concerns(prefix: string): boolean {
    const isWanted = (each: string): boolean =>
      each === '' || prefix.startsWith(`${each}/`) || prefixOf(`${each}/file`, this.#prefixes) === prefix;
    return this.#paths?.some(isWanted) ?? true;
  }

  /** Whether a change of this file counts: it may move something into a file that is reported. */
  considers(file: string, prefix: string): boolean {
    return this.#isConsidered(file) && prefixOf(file, this.#prefixes) === prefix;
  }

  /** Whether findings in this file are wanted. */
  reports(file: string, prefix: string): boolean {
    return (this.#paths === undefined || this.#isNamed(file)) && this.considers(file, prefix);
  }

  /** Whether no module is asked to look at this file. */
  leavesOut(file: string): boolean {
    return !this.#isConsidered(file);
  }

  #isConsidered(file: string): boolean {
    let considered = this.#considered.get(file);
    if (considered === undefined) {
      considered = this.#isConfigured(file) || this.#isNamed(file);
      this.#considered.set(file, considered);
    }
    return considered;
  }

  #isNamed(file: string): boolean {
    return this.#paths?.some((each) => each === '' || file === each || file.startsWith(`${each}/`)) ?? false;
  }
}
