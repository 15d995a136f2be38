import { readFileSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { MAXIMUM_FILE_SIZE, type Repository } from '../git/repository.ts';
import { CONFIGURATION_FILE, readSettings } from '../policy/config.ts';
import type { FileProblem, Range } from '../policy/result.ts';
import { DEFAULT_SETTINGS, type Settings } from '../policy/settings.ts';
import { RULES } from '../rules/index.ts';

export interface Configuration {
  readonly settings: Settings;
  /** The file that says so; undefined where all is as it comes. */
  readonly file: string | undefined;
  readonly problems: readonly FileProblem[];
  /** Where an entry of `accept`, or the value of an option by its name, stands in the configuration. */
  readonly places: ReadonlyMap<object | string, Range>;
  /** The repository is known to import files of other repositories: by `deps` in buf.yaml, or by a buf.lock. */
  readonly knowsOthers: boolean;
  /** What `proto-compat.json` alone said when it was last without problems; undefined where that is not known. */
  readonly sound: Settings | undefined;
}

/**
 * What a repository is configured to: by `proto-compat.json`, else by the `breaking` section of `buf.yaml`, else by nothing.
 * Modules of `buf.yaml` and `buf.work.yaml` are import roots in any case.
 * @param commit where the files are read from; undefined for those on disk.
 * @param open texts in editors, which count instead of what is on disk.
 * @param before `sound` of the last time: while an editor's text is half typed, severities must not jump.
 */
export async function readConfiguration(
  repository: Repository,
  commit: string | undefined,
  open: ReadonlyMap<string, string>,
  before: Settings | undefined,
): Promise<Configuration> {
  const read = (file: string): Promise<string | undefined> => rootFile(repository, file, commit, open);
  const [own, ...bufs] = await Promise.all([CONFIGURATION_FILE, ...BUF_FILES].map(read));
  const importsElsewhere = async (folders: readonly string[]): Promise<boolean> => {
    const texts = folders.flatMap((folder) => [read(`${folder}buf.lock`), read(`${folder}${BUF_FILE}`)]);
    const [locks, modules] = [0, 1]
      .map((rest) => texts.filter((_, index) => index % 2 === rest))
      .map((each) => Promise.all(each));
    return (
      (await locks)?.some((text) => text !== undefined) === true ||
      (await modules)?.some((text) => text !== undefined && DEPENDS.test(text)) === true
    );
  };
  const kept = open.has(CONFIGURATION_FILE) ? before : undefined;
  const given = own === undefined ? undefined : readSettings(own, CONFIGURATION_FILE, kept);
  // The YAML library is loaded only where it is needed.
  const buf = bufs.every((text) => text === undefined) ? undefined : await import('../policy/buf.ts');
  const [bufText] = bufs;
  const fromBuf = bufText === undefined ? undefined : buf?.readBufSettings(bufText, BUF_FILE, RULES);
  const { settings, problems } = given ?? fromBuf ?? DEFAULTS;
  const roots = bufs.flatMap((text) => (text === undefined ? [] : (buf?.moduleRoots(text) ?? [])));
  return {
    settings: { ...settings, importRoots: [...settings.importRoots, ...roots] },
    file: given ? CONFIGURATION_FILE : fromBuf && BUF_FILE,
    problems,
    places: given?.places ?? new Map(),
    knowsOthers: await importsElsewhere(['', ...roots.map((root) => `${root.replace(/^\.\/+|\/+$/g, '')}/`)]),
    sound: given?.problems.length === 0 ? given.settings : kept,
  };
}

const BUF_FILE = 'buf.yaml';
const DEPENDS = /^\s*deps\s*:/m;
const BUF_FILES = [BUF_FILE, 'buf.work.yaml'];
const DEFAULTS = { settings: DEFAULT_SETTINGS, problems: [] };

/**
 * A file that is no `.proto`: of a commit, or from an editor, else from disk. Nothing is read through a link that leaves the repository.
 * @param file relative to the top folder, with forward slashes.
 */
export async function rootFile(
  repository: Repository,
  file: string,
  commit: string | undefined,
  open: ReadonlyMap<string, string>,
): Promise<string | undefined> {
  if (commit !== undefined) return await repository.readFile(commit, file);
  const text = open.get(file);
  if (text !== undefined) return text;
  try {
    const real = realpathSync.native(path.join(repository.root, file));
    const found = statSync(real);
    if (repository.relative(real) === undefined || !found.isFile() || found.size > MAXIMUM_FILE_SIZE) return undefined;
    return readFileSync(real, 'utf8');
  } catch {
    return undefined;
  }
}
