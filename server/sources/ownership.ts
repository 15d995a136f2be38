import { pathMatcher } from '../policy/patterns.ts';
import type { Settings } from '../policy/settings.ts';
import { PROTOC_PACKAGE, wellKnownPackage } from '../schema/well-known-packages.ts';

/** Why a file is not checked. Others may still import it. */
export interface LeftOut {
  /** An option, or why the file is not the repository's own. */
  readonly by: 'files' | 'unstable' | 'folder' | 'package' | 'submodule';
  /** Undefined for an option. */
  readonly name: string | undefined;
  /** The file that sets the option. */
  readonly configuration: string | undefined;
}

export interface PackagedFile {
  readonly path: string;
  readonly package: string;
}

/** Folders with other people's files, or with files that are wrong on purpose. */
const VENDORED: ReadonlySet<string> = new Set([
  'vendor',
  'node_modules',
  'third_party',
  'third-party',
  'thirdparty',
  'Godeps',
  'external',
  'testdata',
  'common-protos',
  'common_protos',
  'googleapis',
]);

/** Checked only if the repository has no other files of its own. */
const TEST_FOLDERS: ReadonlySet<string> = new Set([
  'test',
  'tests',
  'testing',
  'example',
  'examples',
  'fixtures',
  'e2e',
  'doc',
  'docs',
  'Documentation',
]);

function isVendored(folder: string): boolean {
  return VENDORED.has(folder) || /^test_?data[-_.]/.test(folder);
}

/** The last word decides, without suffixes such as `_proto`: `storagetesting`, but not `test_result`. */
function isTestFolder(folder: string): boolean {
  const subject = folder.replace(/[-_.]?(?:protos?|pb)$/, '');
  return TEST_FOLDERS.has(subject.split(/[-_.]/).at(-1) ?? '') || subject.endsWith('testing');
}

/**
 * Which files are the repository's own protocol. A folder or a well-known package that a glob of `files` names is not
 * skipped.
 */
export class Ownership {
  readonly #isConfigured: (path: string) => boolean;
  readonly #globs: readonly Glob[];
  readonly #named: readonly string[];
  readonly #submodules: readonly string[];
  readonly #configuration: string | undefined;
  readonly #known = new Map<string, LeftOut | null>();
  readonly #packages: ReadonlyMap<string, string>;
  /** Null for none. */
  #ownWellKnown: string | null | undefined;
  #hasRealFiles: boolean | undefined;

  /**
   * @param files of both sides.
   * @param options.named the empty path is the whole repository.
   */
  constructor(
    { files: globs }: Pick<Settings, 'files'>,
    files: Iterable<PackagedFile>,
    options: {
      readonly named?: readonly string[] | undefined;
      readonly submodules?: readonly string[];
      readonly configuration?: string | undefined;
    } = {},
  ) {
    this.#isConfigured = pathMatcher(globs);
    this.#globs = includingGlobs(globs);
    this.#named = (options.named ?? []).map((path) => path.replace(/(?<!\/)\/+$/, ''));
    this.#submodules = options.submodules ?? [];
    this.#configuration = options.configuration;
    this.#packages = new Map([...files].map((file) => [file.path, file.package]));
  }

  isOwn(path: string): boolean {
    return this.whyLeftOut(path) === undefined;
  }

  /** Whether the user named the file or a folder above it. */
  isNamed(path: string): boolean {
    return this.#named.some((each) => each === '' || path === each || path.startsWith(`${each}/`));
  }

  whyLeftOut(path: string): LeftOut | undefined {
    let found = this.#known.get(path);
    if (found === undefined) {
      found = this.#whyLeftOut(path) ?? null;
      this.#known.set(path, found);
    }
    return found ?? undefined;
  }

  #whyLeftOut(path: string): LeftOut | undefined {
    if (this.isNamed(path)) return undefined;
    if (!this.#isConfigured(path)) return { by: 'files', name: undefined, configuration: this.#configuration };
    const foreign = this.#whyForeign(path);
    if (foreign !== undefined) return foreign;
    const testFolder = this.#folderIn(isTestFolder, path);
    return testFolder !== undefined && this.#realFilesExist() ? leftOutBy('folder', testFolder) : undefined;
  }

  #whyForeign(path: string): LeftOut | undefined {
    const place = this.#foreignPlaceOf(path);
    if (place !== undefined) return place;
    const name = wellKnownPackage(this.#packages.get(path) ?? '');
    if (name === undefined || name === this.#ownWellKnownPackage()) return undefined;
    const isNamed = [name.split('.').at(-1), path.split('/').at(-1)].some((part = '') => this.#names(part, path));
    return isNamed ? undefined : leftOutBy('package', name);
  }

  #foreignPlaceOf(path: string): LeftOut | undefined {
    const folder = this.#folderIn(isVendored, path);
    if (folder !== undefined) return leftOutBy('folder', folder);
    const submodule = this.#submodules.find((each) => path.startsWith(`${each}/`));
    return submodule !== undefined && !this.#names(submodule.split('/').at(-1) ?? '', path)
      ? leftOutBy('submodule', submodule)
      : undefined;
  }

  #folderIn(isSuch: (folder: string) => boolean, path: string): string | undefined {
    return path
      .split('/')
      .slice(0, -1)
      .find((part) => isSuch(part) && !this.#names(part, path));
  }

  /** Whether a glob of `files` that matches the file contains this name. */
  #names(part: string, path: string): boolean {
    return this.#globs.some(({ parts, matches }) => parts.has(part) && matches(path));
  }

  /**
   * With more than half of the files, not counting vendored folders, submodules, and tests beside other files. Never
   * protoc's own.
   */
  #ownWellKnownPackage(): string | undefined {
    if (this.#ownWellKnown === undefined) {
      const candidates = [...this.#packages.keys()].filter(
        (path) => this.#isConfigured(path) && this.#foreignPlaceOf(path) === undefined,
      );
      const outsideTests = candidates.filter((path) => this.#folderIn(isTestFolder, path) === undefined);
      const counted = outsideTests.length > 0 ? outsideTests : candidates;
      const counts = new Map<string, number>();
      for (const path of counted) {
        const name = wellKnownPackage(this.#packages.get(path) ?? '');
        if (name !== undefined && name !== PROTOC_PACKAGE) counts.set(name, (counts.get(name) ?? 0) + 1);
      }
      this.#ownWellKnown = [...counts].find(([, count]) => 2 * count > counted.length)?.[0] ?? null;
    }
    return this.#ownWellKnown ?? undefined;
  }

  #realFilesExist(): boolean {
    if (this.#hasRealFiles === undefined) {
      this.#hasRealFiles = false;
      for (const path of this.#packages.keys()) {
        if (!this.#isConfigured(path) || this.#whyForeign(path) !== undefined) continue;
        if (this.#folderIn(isTestFolder, path) !== undefined) continue;
        this.#hasRealFiles = true;
        break;
      }
    }
    return this.#hasRealFiles;
  }
}

interface Glob {
  readonly parts: ReadonlySet<string>;
  readonly matches: (path: string) => boolean;
}

/** A matrix compares thousands of releases with the same globs. */
function includingGlobs(globs: readonly string[]): readonly Glob[] {
  let known = GLOBS.get(globs);
  if (known === undefined) {
    known = globs
      .filter((glob) => !glob.startsWith('!'))
      .map((glob) => ({ parts: new Set(glob.split('/')), matches: pathMatcher([glob]) }));
    GLOBS.set(globs, known);
  }
  return known;
}

const GLOBS = new WeakMap<readonly string[], readonly Glob[]>();

function leftOutBy(by: LeftOut['by'], name: string): LeftOut {
  return { by, name, configuration: undefined };
}
