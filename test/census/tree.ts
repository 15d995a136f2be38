import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** The `.proto` files of a commit in a temporary folder, under the names by which other files import them. */
export class Tree {
  readonly folder = mkdtempSync(path.join(os.tmpdir(), 'proto-compat-census-'));
  /** By the file's path in the repository. */
  readonly names: ReadonlyMap<string, readonly string[]>;

  /** @param elsewhere finds the text of an import that the repository does not contain */
  constructor(directory: string, ref: string, elsewhere: (name: string) => string | undefined) {
    const texts = protosOf(directory, ref);
    const imports = new Set([...texts.values()].flatMap(importsOf));
    const names = new Map<string, readonly string[]>();
    const taken = new Set<string>();
    // Of several files that match an import, the one with the shortest path is the repository's own.
    for (const file of [...texts.keys()].sort((a, b) => a.length - b.length)) {
      const wanted = [...imports].filter((each) => `/${file}`.endsWith(`/${each}`) || each.endsWith(`/${file}`));
      const free = [...(wanted.length === 0 ? [file] : wanted)].filter((name) => !taken.has(name));
      for (const name of free) {
        taken.add(name);
        this.#write(name, texts.get(file) ?? '');
      }
      if (free.length > 0) names.set(file, free);
    }
    this.names = names;
    for (const name of imports) {
      const text = taken.has(name) || name.startsWith('google/protobuf/') ? undefined : elsewhere(name);
      if (text === undefined) continue;
      taken.add(name);
      this.#write(name, text);
      for (const each of importsOf(text)) imports.add(each);
    }
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #write(name: string, text: string): void {
    const file = path.join(this.folder, name);
    // An import path can point outside of the folder.
    if (path.relative(this.folder, file).startsWith('..')) return;
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}

/** Finds the text of an import in the newest commits of clones. */
export function inClones(directories: readonly string[]): (name: string) => string | undefined {
  const listed = new Map<string, readonly string[]>();
  const known = new Map<string, string | undefined>();
  const find = (name: string): string | undefined => {
    for (const directory of directories) {
      let files = listed.get(directory);
      if (files === undefined) listed.set(directory, (files = protosOrNone(directory)));
      for (const file of files.filter((each) => `/${each}`.endsWith(`/${name}`))) {
        const text = git(directory, 'show', `HEAD:${file}`);
        // `validate/validate.proto` does not mean `buf/validate/validate.proto`.
        const folders = path.posix.dirname(name).replaceAll('/', '.');
        const declared = /^\s*package\s+([\w.]+)/m.exec(text)?.[1];
        if (declared === undefined || `.${folders}`.endsWith(`.${declared}`)) return text;
      }
    }
    return undefined;
  };
  return (name) => {
    if (!known.has(name)) known.set(name, find(name));
    return known.get(name);
  };
}

/** None if git cannot read the clone, which its own audit reports. */
function protosOrNone(directory: string): readonly string[] {
  try {
    return listProtos(directory, 'HEAD');
  } catch {
    return [];
  }
}

function protosOf(directory: string, ref: string): ReadonlyMap<string, string> {
  const files = listProtos(directory, ref);
  const input = files.map((file) => `${ref}:${file}\n`).join('');
  const output = execFileSync('git', ['-C', directory, 'cat-file', '--batch'], { input, maxBuffer: 1 << 29 });
  const texts = new Map<string, string>();
  let at = 0;
  for (const file of files) {
    const end = output.indexOf('\n', at);
    const size = Number(/ blob (\d+)$/.exec(output.toString('utf8', at, end))?.[1]);
    at = end + 1;
    if (Number.isNaN(size)) continue;
    texts.set(file, output.toString('utf8', at, at + size));
    at += size + 1;
  }
  return texts;
}

function listProtos(directory: string, ref: string): readonly string[] {
  return git(directory, 'ls-tree', '-r', '-z', '--name-only', ref)
    .split('\0')
    .filter((file) => file.endsWith('.proto'));
}

function git(directory: string, ...args: string[]): string {
  return execFileSync('git', ['-C', directory, ...args], { encoding: 'utf8', maxBuffer: 1 << 28, stdio: 'pipe' });
}

function importsOf(text: string): string[] {
  return [...text.matchAll(/^\s*import\s+(?:public\s+|weak\s+)?"([^"]+)"\s*;/gm)].map(([, name]) => name ?? '');
}
