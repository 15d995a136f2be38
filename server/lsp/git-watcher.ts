import { type FSWatcher, watch } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';

import { commonDirectoryOf, gitDirectoryIn } from '../release/text.ts';

/** Git writes several files in a row. */
const SETTLE_MS = 30;

/** Branches with slashes may need thousands. */
const MAX_FOLDERS = 300;

const FILES = new Set(['HEAD', 'index', 'packed-refs', 'shallow', 'config']);

/**
 * Watches the folders to which git writes HEAD, branches, tags and the index. These may appear and disappear at any
 * time.
 */
export class GitWatcher {
  /** Resolves when the folders that exist at the start are watched, as far as the system allows. */
  readonly ready: Promise<void>;
  readonly #root: string;
  readonly #changed: () => void;
  readonly #watchers = new Map<string, { readonly inode: number; readonly watcher: FSWatcher }>();
  #timer: NodeJS.Timeout | undefined;
  #syncing = false;
  #closed = false;

  /**
   * @param root the top folder of a working tree, or a folder that may become one.
   * @param changed also called when `.git` appears.
   */
  constructor(root: string, changed: () => void) {
    this.#root = root;
    this.#changed = changed;
    this.ready = this.#sync();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    for (const { watcher } of this.#watchers.values()) watcher.close();
    this.#watchers.clear();
  }

  /** Also watches a root that was deleted and created again. */
  async refresh(): Promise<void> {
    if (!this.#closed && !this.#syncing) await this.#sync();
  }

  #schedule(): void {
    if (this.#closed) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      if (this.#syncing) {
        this.#schedule();
        return;
      }
      // New folders are watched before the callback, so that no later change is missed.
      void this.#sync().then(() => {
        if (!this.#closed) this.#changed();
      });
    }, SETTLE_MS);
  }

  async #sync(): Promise<void> {
    this.#syncing = true;
    const wanted = await foldersToWatch(this.#root);
    for (const [path, { inode, watcher }] of this.#watchers) {
      // A new folder with the same name needs a new watch.
      if (wanted.get(path)?.inode === inode) continue;
      watcher.close();
      this.#watchers.delete(path);
    }
    for (const [path, { inode, files }] of wanted) {
      if (this.#closed) break;
      if (!this.#watchers.has(path)) this.#watch(path, inode, files);
    }
    this.#syncing = false;
  }

  #watch(path: string, inode: number, files: ReadonlySet<string> | undefined): void {
    try {
      const watcher = watch(path, { persistent: false }, (_event, name) => {
        // If the folder itself is deleted, the event has the folder's name.
        const isIgnored = files === undefined ? name?.endsWith('.lock') === true : !files.has(name ?? '');
        if (name !== null && name !== basename(path) && isIgnored) return;
        this.#schedule();
      });
      watcher.on('error', () => {
        watcher.close();
        this.#watchers.delete(path);
      });
      this.#watchers.set(path, { inode, watcher });
    } catch {
      // The folder was deleted meanwhile, or the system allows no more watches.
    }
  }
}

interface Folder {
  readonly inode: number;
  /** Names of files to watch; undefined for all except `*.lock`. */
  readonly files: ReadonlySet<string> | undefined;
}

async function foldersToWatch(root: string): Promise<Map<string, Folder>> {
  const found = new Map<string, Folder>();
  const add = async (path: string, files: ReadonlySet<string> | undefined): Promise<boolean> => {
    const inode = await stat(path).then(
      (stats) => (stats.isDirectory() ? stats.ino : undefined),
      () => undefined,
    );
    if (inode === undefined) return false;
    found.set(path, { inode, files });
    return true;
  };
  const own = gitDirectoryIn(root);
  if (own === undefined) {
    await add(root, new Set(['.git']));
    return found;
  }
  const shared = commonDirectoryOf(own);
  for (const directory of new Set([own, shared])) {
    await add(directory, FILES);
    await add(join(directory, 'reftable'), undefined);
    const open = [join(directory, 'refs')];
    for (let path = open.pop(); path !== undefined && found.size < MAX_FOLDERS; path = open.pop()) {
      if (!(await add(path, undefined))) continue;
      const entries = await readdir(path, { withFileTypes: true }).catch(() => []);
      for (const entry of entries) if (entry.isDirectory()) open.push(join(path, entry.name));
    }
  }
  return found;
}
