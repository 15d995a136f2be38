import process from 'node:process';
import { matrix as compareAll, type Matrix, releasesToCompare } from '../check/history.ts';
import type { Project } from '../check/project.ts';
import { matrixJson, matrixMarkdown, matrixSvg, matrixText } from '../report/matrix.ts';
import { CannotRun, type Input } from './command.ts';
import { namesOf, prefixNamed } from './modules.ts';
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

function render(format: string, found: Matrix): string {
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

async function prefixOf(project: Project, module: string | undefined): Promise<string> {
  const prefixes = [...new Set((await releasesToCompare(project)).map((each) => each.module))];
  if (module !== undefined) return prefixNamed(module, prefixes);
  const [first] = prefixes;
  if (first === undefined) throw new CannotRun(await withoutReleases(project));
  if (prefixes.includes('')) return '';
  if (prefixes.length === 1) return first;
  throw new CannotRun(`the modules have different releases; choose one with --module: ${namesOf(prefixes)}.`);
}
