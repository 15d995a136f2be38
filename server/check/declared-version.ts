import type { Repository } from '../git/repository.ts';
import { CONFIGURATION_FILE } from '../policy/config.ts';
import type { FileProblem } from '../policy/result.ts';
import type { Settings } from '../policy/settings.ts';
import { START_OF_FILE } from '../proto/position.ts';
import { type Configuration, rootFile } from './configuration.ts';
import type { PlannedModule } from './plan.ts';
import { declaredVersion, whyUndeclared } from './version-file.ts';

/** Used instead of a version file's name if the version was given on the command line. */
export const PLANNED = '--declared';

/** The version that a module's version file declares. */
export async function declaredAt(
  repository: Repository,
  settings: Settings,
  prefix: string,
  target: string | undefined,
  open: ReadonlyMap<string, string>,
): Promise<PlannedModule['declared']> {
  const file = settings.versionFile ?? `${prefix}VERSION`;
  const { text } = (await rootFile(repository, file, target, open)) ?? {};
  const found = text === undefined ? undefined : declaredVersion(file, text);
  return found && { file, ...found };
}

/** Problems of the configured version file. The default one is not checked, because a file of that name may contain anything. */
export async function undeclaredAt(
  repository: Repository,
  { versionFile: file }: Settings,
  places: Configuration['places'],
  target: string | undefined,
  open: ReadonlyMap<string, string>,
): Promise<FileProblem[]> {
  if (file === undefined) return [];
  const { text, problem } = (await rootFile(repository, file, target, open)) ?? {};
  const message =
    problem === undefined ? whyUndeclared(file, text) : `${JSON.stringify(file)} declares no version: ${problem}`;
  const range = places.get('versionFile') ?? START_OF_FILE;
  return message === undefined ? [] : [{ kind: 'settings', file: CONFIGURATION_FILE, range, message }];
}
