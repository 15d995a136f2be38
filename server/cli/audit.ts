import process from 'node:process';
import { audit as examine } from '../check/history.ts';
import { auditJson, auditMarkdown, auditText } from '../report/audit.ts';
import { CannotRun, type Input } from './command.ts';
import { progressBar } from './progress.ts';
import { wantsColor, withoutReleases, withProject } from './project.ts';

/** Prints every release with the bump it declared and the one it needed. History cannot be mended, so this never fails. */
export function audit(input: Input): Promise<number> {
  return withProject(input, async (project) => {
    const bar = progressBar('releases');
    const found = await examine(project, { policy: input.value('policy'), progress: bar.show }).finally(bar.clear);
    if (found.entries.length === 0) throw new CannotRun(await withoutReleases(project));
    const format = input.value('format');
    if (format === 'json') process.stdout.write(auditJson(found));
    else if (format === 'markdown') process.stdout.write(auditMarkdown(found));
    else process.stdout.write(auditText(found, { color: wantsColor(process.stdout) }));
    return 0;
  });
}
