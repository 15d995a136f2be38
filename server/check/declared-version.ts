import type { Repository } from '../git/repository.ts';
import { CONFIGURATION_FILE } from '../policy/config.ts';
import type { FileProblem } from '../policy/result.ts';
import type { Settings } from '../policy/settings.ts';
import { START_OF_FILE } from '../proto/position.ts';
import { type Configuration, rootFile } from './configuration.ts';
import type { PlannedModule } from './plan.ts';
import { declaredVersion, whyUndeclared } from './version-file.ts';

export const PLANNED = '--declared';

/** @param target undefined for the working tree. */
export async function declaredAt(
  repository: Repository,
  settings: Settings,
  prefix: string,
  target: string | undefined,
  open: ReadonlyMap<string, string>,
): Promise<{ readonly declared?: PlannedModule['declared']; readonly problems: readonly FileProblem[] }> {
  const file = settings.versionFile ?? `${prefix}VERSION`;
  const { text, problem } = (await rootFile(repository, file, target, open)) ?? {};
  // A configured file is reported once for all modules.
  if (problem !== undefined && settings.versionFile === undefined) {
    const message = `${problem} The version that it declares is not checked.`;
    return { problems: [{ kind: 'settings', file, range: START_OF_FILE, message }] };
  }
  const found = text === undefined ? undefined : declaredVersion(file, text);
  return { declared: found && { file, ...found }, problems: [] };
}

/** A default `VERSION` file may contain anything. */
export async function versionFileProblems(
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
