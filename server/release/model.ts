/** A tag that names a released version. */
export interface Release {
  /** The tag as git knows it, without `refs/tags/`. */
  readonly ref: string;
  /** Normalised by semver, without `v` or prefix: "1.4.0". */
  readonly version: string;
  /** Directory prefix with its slash, as Go modules use it: "api/". Empty for the whole repository. */
  readonly prefix: string;
  /** Full object id of the commit; annotated tags are peeled. */
  readonly commit: string;
  /** When it was tagged, in seconds since the epoch; where the tag does not say, when it was committed. */
  readonly date: number;
}

/** A version that is normalised holds a hyphen for nothing else, and telling by it is much faster than parsing each time. */
export function isPrerelease({ version }: Pick<Release, 'version'>): boolean {
  return version.includes('-');
}

/** "1.4" of 1.4.2: the releases X.Y.Z with the same X and Y. */
export function minorLineOf({ version }: Pick<Release, 'version'>): string {
  return version.slice(0, version.indexOf('.', version.indexOf('.') + 1));
}

/**
 * The module that a file belongs to, by the prefix of its tags: the longest one that is a folder above the file.
 * @param prefixes with their slashes; the empty one, of the repository's own, among them.
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

/** What the edit is compared with. `version` is undefined where the ref is no release (a branch, a commit). */
export interface Baseline {
  readonly ref: string;
  readonly version: string | undefined;
  readonly commit: string;
  readonly prefix: string;
  /** Something the user ought to know about how it was found, in one sentence: "There is no trunk branch; …". */
  readonly note: string | undefined;
}

/** Why there is nothing to compare with, in words, and what helps. */
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
  /** One sentence that says what is wrong. */
  readonly message: string;
  /** One sentence that says what to do. */
  readonly advice: string;
}

/** The files of one side: a commit of git, or the working tree with unsaved editors on top. Paths are relative to the repository, with forward slashes. */
export interface Snapshot {
  /** Every `.proto` file, with an id that changes whenever the content does (git's blob id where it is known). */
  list(): Promise<ReadonlyMap<string, string>>;
  /** The text, or undefined where there is no such file. */
  read(path: string): Promise<string | undefined>;
  /**
   * Files that could not be listed or read as they are, so far, each with one sentence that says why (too large, not UTF-8, kept in
   * Git LFS, a link out of the repository). Where `read` gave nothing, a file in here was not removed: leave it out on both sides.
   */
  problems(): ReadonlyMap<string, string>;
  /** Folders of git submodules, as of the last listing, and whether their files are part of it. Left out where there cannot be any. */
  submodules?(): ReadonlyMap<string, boolean>;
}
