import path from 'node:path';
import { readInside, whyNotRead } from '../git/file.ts';
import type { Repository } from '../git/repository.ts';
import { CONFIGURATION_FILE, readSettings } from '../policy/config.ts';
import type { FileProblem, Range } from '../policy/result.ts';
import { DEFAULT_SETTINGS, type Settings } from '../policy/settings.ts';
import { START_OF_FILE } from '../proto/position.ts';
import { RULES } from '../rules/index.ts';

export interface Configuration {
  readonly settings: Settings;
  /** Set even if nothing in the file is used. */
  readonly file: string | undefined;
  readonly problems: readonly FileProblem[];
  /** By entry of `accept` and by option name. */
  readonly places: ReadonlyMap<object | string, Range>;
  /** Whether files of other repositories may be imported, according to buf.yaml or buf.lock. */
  readonly hasDependencies: boolean;
  /** Of the last version of `proto-compat.json` without problems. */
  readonly sound: Settings | undefined;
}

/**
 * From `proto-compat.json` or else the `breaking` section of `buf.yaml`. The modules of `buf.yaml` and `buf.work.yaml`
 * are always import roots.
 * @param commit undefined for the disk.
 * @param open texts in editors, which replace the files on disk.
 * @param before the previous `sound`. It applies while an open `proto-compat.json` has problems.
 */
export async function readConfiguration(
  repository: Repository,
  commit: string | undefined,
  open: ReadonlyMap<string, string>,
  before: Settings | undefined,
): Promise<Configuration> {
  const read = (file: string): Promise<RootFile | undefined> => rootFile(repository, file, commit, open);
  const [own, ...bufs] = await Promise.all([CONFIGURATION_FILE, ...BUF_FILES].map(read));
  const previous = open.has(CONFIGURATION_FILE) ? before : undefined;
  const given =
    own && (unread(CONFIGURATION_FILE, own, previous) ?? readSettings(own.text ?? '', CONFIGURATION_FILE, previous));
  const { breaking, roots, problems: rootProblems } = await readBuf(bufs);
  const { settings, problems } = given ?? breaking ?? DEFAULTS;
  // The settings from buf.yaml already have the problems of this file.
  const isReported = (problem: FileProblem): boolean =>
    given === undefined && breaking !== undefined && problem.file === BUF_FILE;
  return {
    settings: { ...settings, importRoots: [...settings.importRoots, ...roots] },
    file: given ? CONFIGURATION_FILE : breaking && BUF_FILE,
    problems: [...problems, ...rootProblems.filter((problem) => !isReported(problem))],
    places: given?.places ?? new Map(),
    hasDependencies: await haveDependencies(['', ...roots], read),
    sound: given?.problems.length === 0 ? given.settings : previous,
  };
}

interface BufSettings {
  readonly settings: Settings;
  readonly problems: readonly FileProblem[];
}

/** @param files `BUF_FILES`. */
async function readBuf(files: readonly (RootFile | undefined)[]): Promise<{
  readonly breaking?: BufSettings | undefined;
  readonly roots: readonly string[];
  readonly problems: readonly FileProblem[];
}> {
  if (files.every((file) => file === undefined)) return NO_ROOTS;
  // The YAML library is large.
  const { moduleRoots, readBufSettings } = await import('../policy/buf.ts');
  const [main] = files;
  const modules = files.map((file, index) => {
    const name = BUF_FILES[index] ?? '';
    if (file?.text !== undefined) return moduleRoots(file.text, name);
    return file === undefined ? NO_ROOTS : { roots: [], problems: unread(name, file)?.problems ?? [] };
  });
  return {
    breaking: main && (unread(BUF_FILE, main) ?? readBufSettings(main.text ?? '', BUF_FILE, RULES)),
    roots: modules.flatMap((each) => each.roots),
    problems: modules.flatMap((each) => each.problems),
  };
}

async function haveDependencies(
  folders: readonly string[],
  read: (file: string) => Promise<RootFile | undefined>,
): Promise<boolean> {
  const readAll = (name: string): Promise<(RootFile | undefined)[]> =>
    Promise.all(folders.map((folder) => read(path.posix.join(folder, name))));
  const [locks, modules] = await Promise.all([readAll('buf.lock'), readAll(BUF_FILE)]);
  return locks.some((file) => file !== undefined) || modules.some((file) => DEPENDS.test(file?.text ?? ''));
}

function unread(file: string, { problem }: RootFile, before: Settings = DEFAULT_SETTINGS) {
  if (problem === undefined) return undefined;
  const message = `${problem} ${before === DEFAULT_SETTINGS ? 'Nothing in it is used.' : 'The previous settings are kept.'}`;
  const problems: FileProblem[] = [{ kind: 'settings', file, range: START_OF_FILE, message }];
  return { settings: before, problems, places: new Map<object | string, Range>() };
}

const BUF_FILE = 'buf.yaml';
const DEPENDS = /^[ \t]*deps[ \t]*:/m;
const BUF_FILES = [BUF_FILE, 'buf.work.yaml'];
const DEFAULTS: BufSettings = { settings: DEFAULT_SETTINGS, problems: [] };
const NO_ROOTS = { roots: [], problems: [] };

/** `problem` says why the file was not read. */
export type RootFile =
  { readonly text: string; readonly problem?: undefined } | { readonly text?: undefined; readonly problem: string };

/** Bytes on disk, otherwise UTF-16 code units. Some parsers take quadratic time on larger files. */
export const MAXIMUM_CONFIGURATION_SIZE = 1024 * 1024;

/**
 * Follows symbolic links inside the repository.
 * @param commit undefined for an editor or the disk.
 * @returns undefined if the file does not exist.
 */
export async function rootFile(
  repository: Repository,
  file: string,
  commit: string | undefined,
  open: ReadonlyMap<string, string>,
): Promise<RootFile | undefined> {
  const text = commit === undefined ? open.get(file) : undefined;
  const content =
    text ??
    (commit === undefined
      ? readInside(repository.root, path.join(repository.root, file), MAXIMUM_CONFIGURATION_SIZE)
      : await repository.readFile(commit, file));
  if (content === undefined) return undefined;
  if (typeof content !== 'string' && !Buffer.isBuffer(content)) return { problem: whyNotRead(content) };
  return content.length > MAXIMUM_CONFIGURATION_SIZE
    ? { problem: whyNotRead({ reason: 'too-large', maximum: MAXIMUM_CONFIGURATION_SIZE }) }
    : { text: content.toString() };
}
