import process from 'node:process';
import { type Audit, audit as examine } from '../check/audit.ts';
import { auditJson, auditMarkdown, auditText } from '../report/audit.ts';
import { CannotRun, type Input } from './command.ts';
import { modulesWithReleases, prefixNamed } from './modules.ts';
import { progressBar } from './progress.ts';
import { pathsIn, wantsColor, withoutReleases, withProject } from './project.ts';

/** Past releases cannot be fixed, so the exit code is 0 even if a release declared too little. */
export function audit(input: Input): Promise<number> {
  return withProject(input, async (project, directory) => {
    const paths = pathsIn(project, directory, input.positionals);
    const named = input.value('module');
    const module = named === undefined ? undefined : prefixNamed(named, await modulesWithReleases(project));
    const bar = progressBar('releases');
    const found = await examine(project, {
      policy: input.value('policy'),
      paths,
      module,
      from: input.value('from'),
      to: input.value('to'),
      progress: bar.show,
    }).finally(bar.clear);
    if (found.entries.length === 0) throw new CannotRun(await withoutReleases(project, paths));
    process.stdout.write(render(input.value('format') ?? 'text', found));
    return 0;
  });
}

function render(format: string, found: Audit): string {
  switch (format) {
    case 'json':
      return auditJson(found);
    case 'markdown':
      return auditMarkdown(found);
    default:
      return auditText(found, { color: wantsColor(process.stdout) });
  }
}
