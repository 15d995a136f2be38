import process from 'node:process';
import { matrix as compareAll } from '../check/history.ts';
import type { Project } from '../check/project.ts';
import { matrixJson, matrixMarkdown, matrixSvg, matrixText } from '../report/matrix.ts';
import { CannotRun, type Input } from './command.ts';
import { progressBar } from './progress.ts';
import { wantsColor, withoutReleases, withProject } from './project.ts';

/** Prints how every release's client fares with every release's server. */
export function matrix(input: Input): Promise<number> {
  return withProject(input, async (project) => {
    const prefix = await prefixOf(project, input.value('module'));
    const bar = progressBar('comparisons');
    const found = await compareAll(project, {
      policy: input.value('policy'),
      prefix,
      pending: input.has('pending'),
      progress: bar.show,
    }).finally(bar.clear);
    process.stdout.write(render(input.value('format') ?? 'text', found));
    return 0;
  });
}

function render(format: string, found: Awaited<ReturnType<typeof compareAll>>): string {
  switch (format) {
    case 'json':
      return matrixJson(found);
    case 'markdown':
      return matrixMarkdown(found);
    case 'svg':
      return matrixSvg(found);
    default:
      return matrixText(found, { color: wantsColor(process.stdout) });
  }
}

/** The module's prefix as its tags have it: with a slash, or empty. */
async function prefixOf(project: Project, module: string | undefined): Promise<string> {
  const prefixes = [...new Set((await project.releases()).map(({ prefix }) => prefix))];
  const names = prefixes.map((prefix) => prefix || '.').join(', ');
  if (module === undefined) {
    const [only] = prefixes;
    if (only === undefined) throw new CannotRun(await withoutReleases(project));
    if (prefixes.length === 1 || prefixes.includes('')) return prefixes.includes('') ? '' : only;
    throw new CannotRun(`the modules have different releases; choose one with --module: ${names}.`);
  }
  const prefix = /^[./]*$/.test(module) ? '' : module.replace(/\/*$/, '/');
  if (!prefixes.includes(prefix)) throw new CannotRun(`there is no module ${module}; there is ${names}.`);
  return prefix;
}
