import { parentOf, prefixOf, type Release } from './model.ts';

export interface ReleaseModule {
  /** "api/", "api/v2/"; empty for the whole repository. */
  readonly prefix: string;
  /** Lowest version first, including pre-releases. */
  readonly releases: readonly Release[];
  readonly files: readonly string[];
}

const NONE: ReadonlySet<string> = new Set();

export class Modules {
  readonly #releases: readonly Release[];
  /** By the set of folders: an audit asks for the modules of thousands of commits. */
  readonly #byFolders = new Map<string, ReadonlyMap<string, readonly Release[]>>();

  constructor(releases: readonly Release[]) {
    this.#releases = releases;
  }

  /**
   * Each file belongs to the module with the longest prefix above it. A folder `api/v2/` with files is a module of its
   * own, which has the releases 2.x.y of `api/`.
   * @param without prefixes of modules whose files belong to the module around them.
   * @returns the modules with files, and always that of the whole repository.
   */
  assign(files: Iterable<string>, without: ReadonlySet<string> = NONE): readonly ReleaseModule[] {
    const given = [...files];
    const all = this.#releasesIn(foldersOf(given));
    const byModule = without.size === 0 ? all : new Map([...all].filter(([prefix]) => !without.has(prefix)));
    const filesOf = new Map<string, string[]>();
    for (const file of given) {
      const prefix = prefixOf(file, byModule);
      const found = filesOf.get(prefix);
      if (found === undefined) filesOf.set(prefix, [file]);
      else found.push(file);
    }
    return [...byModule]
      .map(([prefix, releases]) => ({ prefix, releases, files: filesOf.get(prefix) ?? [] }))
      .filter(({ prefix, files }) => prefix === '' || files.length > 0);
  }

  #releasesIn(folders: ReadonlySet<string>): ReadonlyMap<string, readonly Release[]> {
    const key = [...folders].sort().join('\n');
    const known = this.#byFolders.get(key);
    if (known !== undefined) return known;
    const byModule = new Map<string, Release[]>([['', []]]);
    for (const release of this.#releases) {
      const major = release.version.slice(0, release.version.indexOf('.'));
      const majorFolder = `${release.prefix}v${major}/`;
      const module =
        release.prefix !== '' && Number(major) >= 2 && folders.has(majorFolder) ? majorFolder : release.prefix;
      if (module !== '' && !folders.has(module)) continue;
      const found = byModule.get(module);
      if (found === undefined) byModule.set(module, [release]);
      else found.push(release);
    }
    if (this.#byFolders.size >= MAX_CACHED) this.#byFolders.clear();
    this.#byFolders.set(key, byModule);
    return byModule;
  }
}

const MAX_CACHED = 20;

function foldersOf(files: readonly string[]): ReadonlySet<string> {
  const folders = new Set<string>();
  for (const file of files) {
    for (let folder = parentOf(file); folder !== '' && !folders.has(folder); folder = parentOf(folder))
      folders.add(folder);
  }
  return folders;
}
