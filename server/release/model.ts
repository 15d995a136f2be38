export interface Release {
  /** The tag's name, without `refs/tags/`. */
  readonly ref: string;
  /** Normalised by semver, without `v` or prefix: "1.4.0". */
  readonly version: string;
  /** The folder in the tag, with its slash: "api/" for `api/v1.4.0`. Empty if there is none. */
  readonly prefix: string;
  /** Full object id of the commit; annotated tags are peeled. */
  readonly commit: string;
  /** When it was tagged, in seconds since the epoch. If the tag has no date, when the commit was made. */
  readonly date: number;
}

/** In a normalised version, only a pre-release has a hyphen. */
export function isPrerelease({ version }: Pick<Release, 'version'>): boolean {
  return version.includes('-');
}

/** "1.4" for 1.4.2. */
export function minorLineOf({ version }: Pick<Release, 'version'>): string {
  return version.slice(0, version.indexOf('.', version.indexOf('.') + 1));
}

/**
 * The longest prefix that is a folder above the file.
 * @param prefixes with their slashes, including the empty one of the whole repository.
 */
export function prefixOf(file: string, prefixes: { has(prefix: string): boolean }): string {
  let folder = file;
  do folder = parentOf(folder);
  while (!prefixes.has(folder));
  return folder;
}

/** The folder above a path: `a/b/c.proto` -> `a/b/` -> `a/` -> ''. */
export function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/', path.length - 2) + 1);
}

export interface Baseline {
  readonly ref: string;
  /** Undefined if the ref is not a release of the module. */
  readonly version: string | undefined;
  readonly commit: string;
  readonly prefix: string;
  /** Sentences for the user about limits of the search, such as NO_TRUNK_NOTE. */
  readonly note: string | undefined;
}

export interface NoBaseline {
  readonly reason:
    | 'no-git'
    | 'git-too-old'
    | 'not-a-repository'
    | 'bare-repository'
    | 'no-commits'
    | 'no-files'
    | 'no-tags'
    | 'no-release'
    | 'shallow'
    | 'bad-ref'
    | 'bad-tag-pattern'
    | 'git-failed';
  /** One sentence. */
  readonly message: string;
  /** One sentence. */
  readonly advice: string;
}

/** The files of a commit or of the working tree. Paths are relative to the repository, with forward slashes. */
export interface Snapshot {
  /** Every `.proto` file with its id: git's blob id, or a substitute if the file exists but cannot be read. */
  list(): Promise<ReadonlyMap<string, string>>;
  /** The text; undefined if there is no such file, or it cannot be read. */
  read(path: string): Promise<string | undefined>;
  /**
   * The problems of the files listed and read so far, each in one or two sentences. If `read` returned undefined for such a file, the
   * caller must leave it out on both sides.
   */
  problems(): ReadonlyMap<string, string>;
  /** The path to which each symbolic link of the last listing leads, by the path of the link. */
  links?(): ReadonlyMap<string, string>;
  /** Folders whose new files could not be listed, each with sentences that say why. Missing if there cannot be any. */
  unlistedFolders?(): ReadonlyMap<string, string>;
  /** Folders of git submodules from the last listing, and whether their files are part of it. Missing if there cannot be any. */
  submodules?(): ReadonlyMap<string, boolean>;
}
