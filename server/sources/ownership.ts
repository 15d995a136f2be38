import { pathMatcher } from '../policy/patterns.ts';
import type { Settings } from '../policy/settings.ts';

/** A file that is not compared for its own sake, and why. */
export interface LeftOut {
  /**
   * The option that leaves it out; or that its folder, its package or a git submodule says that it is somebody else's.
   */
  readonly by: 'files' | 'unstable' | 'folder' | 'package' | 'submodule';
  /** That folder's, package's or submodule's name. */
  readonly name: string | undefined;
  /** The file that the option is in; undefined where it has its default. */
  readonly configuration: string | undefined;
}

/** A file of either side, by its path relative to the repository, with the package that it declares. */
export interface PackagedFile {
  readonly path: string;
  readonly package: string;
}

/** Folders of other people's files, and of files that are written to be wrong. */
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

/** Folders of files that promise nothing to anybody, where there are others. */
const TRIALS: ReadonlySet<string> = new Set([
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

/**
 * By its last word, as in `protovalidate-testing`, `test_proto` and `storagetesting`; the first word may be the subject, as in
 * `test_result`. That it is about protobuf says nothing.
 */
function isTrial(folder: string): boolean {
  const subject = folder.replace(/[-_.]?(?:protos?|pb)$/, '');
  return TRIALS.has(subject.split(/[-_.]/).at(-1) ?? '') || subject.endsWith('testing');
}

/** What protoc ships. Every compiler has its own copy, so that of a repository is nobody's protocol. */
const SHIPPED = 'google.protobuf';

/** Packages that repositories hold copies of. Each covers the packages inside it. */
const WELL_KNOWN: readonly string[] = [
  SHIPPED,
  'google',
  'gogoproto',
  'validate',
  'buf.validate',
  'grpc.gateway.protoc_gen_openapiv2',
  'grpc.gateway.protoc_gen_swagger',
  'cosmos_proto',
  'amino',
  'udpa.annotations',
  'xds.annotations',
];

/**
 * Which files of a repository are its own protocol, and which are other people's: vendored, copied from a well-known package, in a
 * submodule, or examples and tests beside the real thing. What a person names, on the command line or in `files`, is own.
 */
export class Ownership {
  readonly #isConfigured: (path: string) => boolean;
  readonly #globs: readonly { readonly parts: ReadonlySet<string>; readonly matches: (path: string) => boolean }[];
  readonly #named: readonly string[];
  readonly #submodules: readonly string[];
  readonly #configuration: string | undefined;
  readonly #known = new Map<string, LeftOut | null>();
  readonly #packages: ReadonlyMap<string, string>;
  /** Of well-known packages those whose own repository this is. */
  #families: ReadonlySet<string> | undefined;
  #hasOthers: boolean | undefined;

  /**
   * @param settings.files globs of the files that are compared.
   * @param files of both sides.
   * @param options.named files and folders that the user named, relative to the repository; the empty one is the whole of it.
   * @param options.submodules folders of git submodules, relative to the repository.
   * @param options.configuration the file that the settings come from.
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
    this.#globs = globs
      .filter((glob) => !glob.startsWith('!'))
      .map((glob) => ({ parts: new Set(glob.split('/')), matches: pathMatcher([glob]) }));
    this.#named = (options.named ?? []).map((path) => path.replace(/(?<!\/)\/+$/, ''));
    this.#submodules = options.submodules ?? [];
    this.#configuration = options.configuration;
    this.#packages = new Map([...files].map((file) => [file.path, file.package]));
  }

  /** Whether the file belongs to the repository's own protocol. */
  isOwn(path: string): boolean {
    return this.whyLeftOut(path) === undefined;
  }

  /** Whether the user named the file or a folder that it is in. */
  isNamed(path: string): boolean {
    return this.#named.some((each) => each === '' || path === each || path.startsWith(`${each}/`));
  }

  /** Undefined for an own file. */
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
    const foreign = this.#foreign(path);
    if (foreign !== undefined) return foreign;
    const trial = this.#folderIn(isTrial, path);
    return trial !== undefined && this.#othersExist() ? leftOutBy('folder', trial) : undefined;
  }

  /** Somebody else's, wherever the repository has its own. */
  #foreign(path: string): LeftOut | undefined {
    const folder = this.#folderIn(isVendored, path);
    if (folder !== undefined) return leftOutBy('folder', folder);
    const submodule = this.#submodules.find((each) => path.startsWith(`${each}/`));
    if (submodule !== undefined && !this.#namesFolder(submodule.split('/').at(-1) ?? '', path))
      return leftOutBy('submodule', submodule);
    const family = familyOf(this.#packages.get(path) ?? '');
    return family !== undefined && !this.#ownFamilies().has(family) ? leftOutBy('package', family) : undefined;
  }

  #folderIn(isSuch: (folder: string) => boolean, path: string): string | undefined {
    return path
      .split('/')
      .slice(0, -1)
      .find((part) => isSuch(part) && !this.#namesFolder(part, path));
  }

  /** Whether a glob of `files` that means the file names the folder. */
  #namesFolder(folder: string, path: string): boolean {
    return this.#globs.some(({ parts, matches }) => parts.has(folder) && matches(path));
  }

  /** A well-known package is the repository's own where most of its files are of that package. */
  #ownFamilies(): ReadonlySet<string> {
    if (this.#families !== undefined) return this.#families;
    const counts = new Map<string, number>();
    let total = 0;
    for (const [path, name] of this.#packages) {
      if (!this.#isConfigured(path) || this.#folderIn(isVendored, path) !== undefined) continue;
      if (this.#folderIn(isTrial, path) !== undefined) continue;
      total += 1;
      const family = familyOf(name);
      if (family !== undefined && family !== SHIPPED) counts.set(family, (counts.get(family) ?? 0) + 1);
    }
    this.#families = new Set([...counts].filter(([, count]) => 2 * count > total).map(([family]) => family));
    return this.#families;
  }

  #othersExist(): boolean {
    if (this.#hasOthers === undefined) {
      this.#hasOthers = false;
      for (const path of this.#packages.keys()) {
        if (!this.#isConfigured(path) || this.#foreign(path) !== undefined) continue;
        if (this.#folderIn(isTrial, path) !== undefined) continue;
        this.#hasOthers = true;
        break;
      }
    }
    return this.#hasOthers;
  }
}

function leftOutBy(by: LeftOut['by'], name: string): LeftOut {
  return { by, name, configuration: undefined };
}

function familyOf(packageName: string): string | undefined {
  return WELL_KNOWN.find((each) => packageName === each || packageName.startsWith(`${each}.`));
}
