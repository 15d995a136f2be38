import { existsSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import type { Project } from '../check/project.ts';
import { type CheckResult, isBaseline, moduleOf } from '../check/result.ts';
import { version } from '../../package.json';
import type { Finding } from '../policy/result.ts';
import { failing } from '../report/failing.ts';
import { allRemarks, declaration } from '../report/words.ts';
import { RULES } from '../rules/index.ts';
import type { Evidence } from '../uses/evidence.ts';
import { CannotRun, type Input } from './command.ts';
import { compare, pathsIn, wantsColor, withProject } from './project.ts';

/**
 * Exits with 1 if a finding is at or above `--fail-on`, if a problem may hide a change (except with `--fail-on never`),
 * or if the version of `--declared` is too low.
 */
export function check(input: Input): Promise<number> {
  return withProject(input, async (project, directory) => {
    const paths = pathsIn(project, directory, input.positionals);
    const result = await compare(project, input, paths);
    await refuseUnknown(paths, project, result);
    const failOn = input.value('fail-on') ?? 'error';
    const evidence = input.has('uses') ? await (await import('./uses.ts')).evidence(project, input, result) : undefined;
    const format = input.value('format') ?? 'text';
    if (input.has('quiet')) {
      if (format !== 'text') throw new CannotRun(`--quiet only works with --format text, not ${format}.`);
      const { quietText } = await import('../report/text.ts');
      const shown = failing(result, failOn === 'never' ? 'error' : failOn);
      process.stdout.write(quietText(shown, { color: wantsColor(process.stdout) }));
    } else {
      process.stdout.write(await render(format, project, result, failOn, evidence));
    }
    // GitLab's format has no place for remarks.
    if (format === 'gitlab') for (const remark of allRemarks(result)) console.error(`proto-compat: ${remark}`);
    const tooLow = result.modules.find(({ declaredVersion }) => declaredVersion?.sufficient === false);
    if (input.has('declared') && tooLow !== undefined) {
      console.error(`proto-compat: ${declaration(tooLow) ?? ''}`);
      return 1;
    }
    const { findings, problems } = failing(result, failOn);
    return findings.length + problems.length > 0 ? 1 : 0;
  });
}

async function render(
  format: string,
  project: Project,
  result: CheckResult,
  failOn: string,
  evidence: ReadonlyMap<Finding, Evidence> | undefined,
): Promise<string> {
  switch (format) {
    case 'json':
      return (await import('../report/json.ts')).json(result, evidence);
    case 'sarif':
      return (await import('../report/sarif.ts')).sarif(result, RULES, version);
    case 'github':
      return (await import('../report/github.ts')).github(result);
    case 'gitlab':
      return (await import('../report/gitlab.ts')).gitlab(result);
    case 'junit':
      return (await import('../report/junit.ts')).junit(result, { failOn, now: new Date() });
    case 'comment':
      return (await import('../report/comment.ts')).comment(result);
    case 'markdown':
      return (await import('../report/markdown.ts')).markdown(result, evidence);
    default: {
      const [{ text }, { sourcesOf }] = await Promise.all([import('../report/text.ts'), import('./sources.ts')]);
      return text(result, await sourcesOf(project, result), { color: wantsColor(process.stdout), evidence });
    }
  }
}

/**
 * A misspelt path would look like a file without findings.
 * @throws CannotRun for the first path that exists nowhere
 */
async function refuseUnknown(paths: readonly string[], project: Project, result: CheckResult): Promise<void> {
  for (const given of paths) {
    if (given === '' || existsSync(path.join(project.root, given))) continue;
    if (result.findings.some(({ file }) => file === given || file.startsWith(`${given}/`))) continue;
    const { baseline } = moduleOf(result, given);
    const searched = [
      ...(isBaseline(baseline) ? [{ name: baseline.ref, commit: baseline.commit }] : []),
      ...(result.target.ref === null ? [] : [{ name: result.target.ref, commit: result.target.ref }]),
    ];
    const found = await Promise.all(searched.map(({ commit }) => project.existsAt(commit, given)));
    if (!found.includes(true)) {
      const places = ['the working tree', ...searched.map(({ name }) => name)];
      throw new CannotRun(`there is no file or folder ${given} in ${places.join(', nor in ')}; check its spelling.`);
    }
  }
}
