import { releasesToCompare } from '../check/release-range.ts';
import type { Project } from '../check/project.ts';
import { CannotRun } from './command.ts';

/**
 * The prefix ends with a slash, or is empty for the repository's own module, which `--module` writes as ".".
 * @throws CannotRun if there is no such module
 */
export function prefixNamed(module: string, prefixes: readonly string[]): string {
  const prefix = /^[./]*$/.test(module) ? '' : module.replace(/(?<!\/)\/*$/, '/');
  if (!prefixes.includes(prefix))
    throw new CannotRun(
      prefixes.length === 1 && prefixes[0] === ''
        ? `there is no module ${module}: all files are released together.`
        : `there is no module ${module}; the modules are ${namesOf(prefixes)}.`,
    );
  return prefix;
}

export async function modulesWithReleases(project: Project): Promise<string[]> {
  return [...new Set((await releasesToCompare(project)).map(({ module }) => module))];
}

/** "api/, ." */
export function namesOf(prefixes: readonly string[]): string {
  return prefixes.map((prefix) => prefix || '.').join(', ');
}
