import { isWellKnown } from './well-known.ts';

export class PathIndex {
  readonly #paths: ReadonlySet<string>;
  #byBaseName: Map<string, string[]> | undefined;

  constructor(paths: Iterable<string>) {
    this.#paths = new Set(paths);
  }

  has(path: string): boolean {
    return this.#paths.has(path);
  }

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
 * Searches the importing file's folder, the folders above it and `roots`, because the build's `-I` options are unknown. Then takes the path
 * that ends most like the import: `pkg/a.proto` for `github.com/me/repo/pkg/a.proto`.
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
  // Imports in the style of Go begin with a host and a repository, which paths of files lack.
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

/** A total order, so that the order of the paths does not matter. */
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

function commonPrefix(a: string, b: string): number {
  const left = a.split('/');
  const right = b.split('/');
  let count = 0;
  while (count < left.length - 1 && count < right.length - 1 && left[count] === right[count]) count++;
  return count;
}
