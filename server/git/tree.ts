import type { ObjectReader } from './objects.ts';
import { PromiseCache } from './promise-cache.ts';
import { GitError } from './trouble.ts';

export interface TreeEntry {
  readonly id: string;
  /** The blob then contains its target. */
  readonly symlink: boolean;
}

/** By path relative to the top folder, without paths that are not UTF-8. */
export interface Tree {
  /** Regular `.proto` files and symbolic links with such names. */
  readonly files: ReadonlyMap<string, TreeEntry>;
  /** Recorded commits of git submodules, by folder. */
  readonly submodules: ReadonlyMap<string, string>;
}

/** Keeps subfolders by tree id, because releases share most of them. */
export class TreeReader {
  readonly #objects: ObjectReader;
  readonly #below = new PromiseCache<readonly Found[]>();
  #entries = 0;

  constructor(objects: ObjectReader) {
    this.#objects = objects;
  }

  /** @throws GitError */
  async list(commit: string): Promise<Tree> {
    if (this.#below.size + this.#entries > MAX_CACHED_ENTRIES) {
      this.#below.clear();
      this.#entries = 0;
    }
    const files = new Map<string, TreeEntry>();
    const submodules = new Map<string, string>();
    for (const { path, entry } of await this.#read(`${commit}^{tree}`)) {
      if (typeof entry === 'string') submodules.set(path, entry);
      else files.set(path, entry);
    }
    return { files, submodules };
  }

  async #read(name: string): Promise<readonly Found[]> {
    const parts = (await listFolder(this.#objects, name, '.proto')).map(
      async ({ mode, path, id }): Promise<readonly Found[]> => {
        if (mode === FOLDER) {
          const below = await this.#below.get(id, async () => {
            const read = await this.#read(id);
            this.#entries += read.length;
            return read;
          });
          return below.length === 0 ? below : below.map((found) => ({ ...found, path: `${path}/${found.path}` }));
        }
        if (mode === SUBMODULE) return [{ path, entry: id }];
        const isFile = mode.startsWith('100');
        const symlink = mode === SYMLINK;
        return (isFile || symlink) && path.endsWith('.proto') ? [{ path, entry: { id, symlink } }] : [];
      },
    );
    return (await Promise.all(parts)).flat();
  }
}

interface Found {
  readonly path: string;
  /** Or the commit of a submodule. */
  readonly entry: TreeEntry | string;
}

export interface CommittedFile {
  readonly path: string;
  readonly id: string;
}

/** Without links, submodules and paths that are not UTF-8. Commits share the objects of equal subfolders. */
export interface Folder {
  readonly files: readonly CommittedFile[];
  readonly folders: readonly Folder[];
}

export class FolderReader {
  readonly #objects: ObjectReader;
  readonly #folders = new PromiseCache<Folder>();

  constructor(objects: ObjectReader) {
    this.#objects = objects;
  }

  /** @throws GitError */
  async read(commit: string): Promise<Folder> {
    if (this.#folders.size > MAX_CACHED_FOLDERS) this.#folders.clear();
    return await this.#read(`${commit}^{tree}`, '');
  }

  async #read(name: string, prefix: string): Promise<Folder> {
    const files: CommittedFile[] = [];
    const folders: Promise<Folder>[] = [];
    for (const { mode, path, id } of await listFolder(this.#objects, name, '')) {
      const full = prefix + path;
      if (mode === FOLDER) folders.push(this.#folders.get(`${id} ${full}`, () => this.#read(id, `${full}/`)));
      else if (mode.startsWith('100')) files.push({ path: full, id });
    }
    return { files, folders: await Promise.all(folders) };
  }
}

const MAX_CACHED_ENTRIES = 1_000_000;
const MAX_CACHED_FOLDERS = 50_000;
const FOLDER = '40000';
export const SUBMODULE = '160000';
export const SYMLINK = '120000';

interface Member {
  readonly mode: string;
  readonly path: string;
  readonly id: string;
}

/** Includes all subfolders and submodules. */
async function listFolder(objects: ObjectReader, name: string, ending: string): Promise<readonly Member[]> {
  const tree = await objects.read(name);
  if (tree?.type === 'tree' && tree.content !== undefined) return parseTree(tree.content, tree.id.length / 2, ending);
  throw new GitError({
    reason: 'git-failed',
    message: `Git cannot read the folder listing ${name.slice(0, 12)}: the object is missing or damaged.`,
    advice: 'Run `git fsck`; fetching again or a fresh clone restores missing objects.',
  });
}

/** Undefined if there is no such folder, or it cannot be read. */
export async function namesIn(objects: ObjectReader, name: string): Promise<ReadonlySet<string> | undefined> {
  const tree = await objects.read(name);
  if (tree?.type !== 'tree' || tree.content === undefined) return undefined;
  return new Set(parseTree(tree.content, tree.id.length / 2, '').map(({ path }) => path));
}

/** Entries of `mode SPACE name NUL id`, with the id in `width` raw bytes. */
function parseTree(content: Buffer, width: number, ending: string): readonly Member[] {
  const found: Member[] = [];
  for (let at = 0; at < content.length;) {
    const space = content.indexOf(0x20, at);
    const end = content.indexOf(0, space);
    if (space < 0 || end < 0) break;
    const mode = content.toString('latin1', at, space);
    at = end + 1 + width;
    const isWanted = content.toString('latin1', Math.max(space, end - ending.length), end) === ending;
    if (mode !== FOLDER && mode !== SUBMODULE && !isWanted) continue;
    const path = content.toString('utf8', space + 1, end);
    if (!path.includes('\ufffd')) found.push({ mode, path, id: content.toString('hex', end + 1, at) });
  }
  return found;
}
