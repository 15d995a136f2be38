import process from 'node:process';
import { matrix as compareAll, type Matrix } from '../check/matrix.ts';
import type { Project } from '../check/project.ts';
import { matrixJson, matrixMarkdown, matrixSvg, matrixText } from '../report/matrix.ts';
import { prefixOf } from '../release/model.ts';
import { CannotRun, type Input } from './command.ts';
import { modulesWithReleases, namesOf, prefixNamed } from './modules.ts';
import { progressBar } from './progress.ts';
import { pathsIn, wantsColor, withoutReleases, withProject } from './project.ts';

export function matrix(input: Input): Promise<number> {
  return withProject(input, async (project, directory) => {
    const paths = pathsIn(project, directory, input.positionals);
    const prefix = await selectedModule(project, input.value('module'), paths);
    const bar = progressBar('comparisons');
    const found = await compareAll(project, {
      policy: input.value('policy'),
      prefix,
      paths,
      from: input.value('from'),
      to: input.value('to'),
      pending: input.has('pending'),
      progress: bar.show,
    }).finally(bar.clear);
    if (found.versions.length === 0) throw new CannotRun(await withoutReleases(project, paths));
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
      // `columns` is undefined for a pipe.
      return matrixText(found, { color: wantsColor(process.stdout), columns: process.stdout.columns });
  }
}

async function selectedModule(project: Project, module: string | undefined, paths: readonly string[]): Promise<string> {
  const all = await modulesWithReleases(project);
  if (module !== undefined) return prefixNamed(module, all);
  const prefixes =
    paths.length === 0 ? all : [...new Set(paths.map((path) => prefixOf(`${path}/`, new Set(['', ...all]))))];
  const [first] = prefixes;
  if (first === undefined || all.length === 0) throw new CannotRun(await withoutReleases(project, paths));
  if (prefixes.includes('')) return '';
  if (prefixes.length === 1) return first;
  throw new CannotRun(`the modules have different releases; choose one with --module: ${namesOf(prefixes)}.`);
}
