export interface Release {
  /** The tag, without `refs/tags/`. */
  readonly ref: string;
  /** Normalised by semver: "1.4.0". */
  readonly version: string;
  /** "api/" for the tag `api/v1.4.0`; empty if it names no folder. */
  readonly prefix: string;
  /** Annotated tags are peeled. */
  readonly commit: string;
  /** Seconds since the epoch: when it was tagged or, if the tag has no date, committed. */
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
 * The longest prefix above the file.
 * @param prefixes must include the empty one.
 */
export function prefixOf(file: string, prefixes: { has(prefix: string): boolean }): string {
  let folder = file;
  do folder = parentOf(folder);
  while (!prefixes.has(folder));
  return folder;
}

/** `a/b/c.proto` -> `a/b/` -> `a/` -> ''. */
export function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/', path.length - 2) + 1);
}

export interface Baseline {
  readonly ref: string;
  /** Undefined if the ref is not a release of the module. */
  readonly version: string | undefined;
  readonly commit: string;
  readonly prefix: string;
  /** What limits the search, for the user. */
  readonly note: string | undefined;
}

/** Message and advice have one sentence each. */
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
  readonly message: string;
  readonly advice: string;
}

/** The files of a commit or of the working tree, by path relative to the repository. */
export interface Snapshot {
  /** Every `.proto` file with its blob id, or a substitute if it cannot be read. */
  list(): Promise<ReadonlyMap<string, string>>;
  /** Undefined if there is no such file, or it cannot be read. */
  read(path: string): Promise<string | undefined>;
  /**
   * Of the files listed and read so far. If `read` returned undefined for one of them, the caller must leave it out on
   * both sides.
   */
  problems(): ReadonlyMap<string, string>;
  /** The targets of the symbolic links in the last listing. */
  links?(): ReadonlyMap<string, string>;
  /** Folders whose new files could not be listed, and why. */
  unlistedFolders?(): ReadonlyMap<string, string>;
  /** Folders of git submodules, and whether the last listing includes their files. */
  submodules?(): ReadonlyMap<string, boolean>;
}
