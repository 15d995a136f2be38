import { releasesToCompare } from '../check/history.ts';
import type { Project } from '../check/project.ts';
import { CannotRun } from './command.ts';

/**
 * The module that `--module` names, among those that there are: its prefix as its tags have it, with a slash, or empty for the
 * repository's own, which is written as ".".
 * @throws CannotRun where there is none of that name
 */
export function prefixNamed(module: string, prefixes: readonly string[]): string {
  const prefix = /^[./]*$/.test(module) ? '' : module.replace(/(?<!\/)\/*$/, '/');
  if (!prefixes.includes(prefix)) throw new CannotRun(`there is no module ${module}; there is ${namesOf(prefixes)}.`);
  return prefix;
}

/** The prefixes of the modules that have releases. */
export async function modulesWithReleases(project: Project): Promise<string[]> {
  return [...new Set((await releasesToCompare(project)).map(({ module }) => module))];
}

/** Modules as `--module` takes them: "api/, .". */
export function namesOf(prefixes: readonly string[]): string {
  return prefixes.map((prefix) => prefix || '.').join(', ');
}
