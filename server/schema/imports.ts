import { isWellKnown } from './well-known.ts';

/** The paths of one side's files, prepared once so that thousands of imports can be looked up in them. */
export class PathIndex {
  readonly #paths: ReadonlySet<string>;
  #byBaseName: Map<string, string[]> | undefined;

  /** @param paths relative to the repository, with forward slashes. */
  constructor(paths: Iterable<string>) {
    this.#paths = new Set(paths);
  }

  has(path: string): boolean {
    return this.#paths.has(path);
  }

  /** All paths that end in this file name. */
  named(baseName: string): readonly string[] {
    if (this.#byBaseName === undefined) {
      this.#byBaseName = new Map();
      for (const path of this.#paths) {
        const name = path.slice(path.lastIndexOf('/') + 1);
        const others = this.#byBaseName.get(name);
        if (others === undefined) this.#byBaseName.set(name, [path]);
        else others.push(path);
      }
    }
    return this.#byBaseName.get(baseName) ?? [];
  }
}

/**
 * The file that `import "path"` in `importer` means: looked for from the importing file's directory upwards to the
 * repository's root, then in `roots` in their order, then by the longest matching end of the path, as vendored imports need
 * (`github.com/kata-containers/agent/pkg/types/types.proto` is `pkg/types/types.proto`).
 * Undefined where there is none, and for a well-known file that the repository does not hold in one of those places.
 * Nobody knows the `-I` options that a repository is built with; this finds what they would have found.
 */
export function resolveImport(
  path: string,
  importer: string,
  paths: PathIndex,
  roots: readonly string[],
): string | undefined {
  if (path === '') return undefined;
  for (let slash = importer.lastIndexOf('/'); slash > 0; slash = importer.lastIndexOf('/', slash - 1)) {
    const candidate = `${importer.slice(0, slash)}/${path}`;
    if (candidate !== importer && paths.has(candidate)) return candidate;
  }
  if (path !== importer && paths.has(path)) return path;
  for (const root of roots) {
    const candidate = `${root.replace(/^\.\/+|(?<!\/)\/+$/g, '')}/${path}`;
    if (candidate !== importer && paths.has(candidate)) return candidate;
  }
  return isWellKnown(path) ? undefined : longestMatch(path, importer, paths);
}

function longestMatch(path: string, importer: string, paths: PathIndex): string | undefined {
  const wanted = path.split('/');
  // Go-style paths begin with a host; which of their components are folders here is anybody's guess.
  const hasHost = wanted.length > 1 && (wanted[0]?.includes('.') ?? false);
  let best: Match | undefined;
  for (const candidate of paths.named(wanted.at(-1) ?? '')) {
    if (candidate === importer) continue;
    const parts = candidate.split('/');
    const matched = commonSuffix(wanted, parts);
    const acceptable =
      matched === wanted.length || (matched === parts.length && (matched >= 2 || hasHost)) || (hasHost && matched >= 2);
    if (!acceptable) continue;
    const found = { path: candidate, matched, near: commonPrefix(candidate, importer) };
    if (best === undefined || isBetter(found, best)) best = found;
  }
  return best?.path;
}

interface Match {
  readonly path: string;
  readonly matched: number;
  readonly near: number;
}

/** A total order, so that a loader that knows all paths and a linker that knows the loaded ones agree. */
function isBetter(a: Match, b: Match): boolean {
  if (a.matched !== b.matched) return a.matched > b.matched;
  if (a.near !== b.near) return a.near > b.near;
  if (a.path.length !== b.path.length) return a.path.length < b.path.length;
  return a.path < b.path;
}

function commonSuffix(a: readonly string[], b: readonly string[]): number {
  let count = 0;
  while (count < a.length && count < b.length && a[a.length - 1 - count] === b[b.length - 1 - count]) count++;
  return count;
}

/** The number of folders that two paths share from the root. */
function commonPrefix(a: string, b: string): number {
  const left = a.split('/');
  const right = b.split('/');
  let count = 0;
  while (count < left.length - 1 && count < right.length - 1 && left[count] === right[count]) count++;
  return count;
}
