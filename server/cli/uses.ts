import path from 'node:path';
import process from 'node:process';
import type { Project } from '../check/project.ts';
import type { CheckResult } from '../check/result.ts';
import type { Finding } from '../policy/result.ts';
import { readText } from '../release/text.ts';
import { usesJson, usesMarkdown, usesText } from '../report/uses.ts';
import { type Evidence, evidenceOf } from '../uses/evidence.ts';
import type { Element, UseHistory, VersionUsage } from '../uses/usage.ts';
import { type OtherCode, Uses } from '../uses/uses.ts';
import { CannotRun, type Input } from './command.ts';
import { progressBar } from './progress.ts';
import { startDirectory, wantsColor, withoutReleases, withProject } from './project.ts';

export function uses(input: Input): Promise<number> {
  return withProject(input, async (project) => {
    if (input.positionals.length === 0)
      throw new CannotRun('no element given; name one, for instance `proto-compat uses AgentService.AddSwapPath`.');
    const found = await withUses(project, input, (search) => historiesOf(search, project, input));
    process.stdout.write(render(input.value('format') ?? 'text', found));
    return 0;
  });
}

/** Opens this repository's code and that of `--code` during `work`. */
async function withUses<T>(project: Project, input: Input, work: (search: Uses) => Promise<T>): Promise<T> {
  const base = await project.codeBase();
  if (base === undefined) throw new CannotRun(await withoutReleases(project));
  const search = await Uses.open(base, otherCode(input)).catch((error: unknown) => {
    if (error instanceof RangeError) throw new CannotRun(`${error.message} --code takes ROLE=DIR, a git repository.`);
    throw error;
  });
  try {
    return await work(search);
  } finally {
    search.close();
  }
}

async function historiesOf(search: Uses, project: Project, input: Input): Promise<readonly UseHistory[]> {
  const ref = input.value('at');
  const base = ref === undefined ? undefined : await project.codeBase();
  const at = ref === undefined ? undefined : await base?.repository.resolve(ref);
  const elements: Element[] = [];
  for (const name of input.positionals) {
    const matching = await search.elementsNamed(name, { at });
    if (matching.length === 0) {
      throw new CannotRun(
        `there is no element ${name}, neither in the working tree nor in a release; give a full name such as grpc.AgentService.AddSwapPath, or its last parts.`,
      );
    }
    elements.push(...matching.filter(({ fullName }) => !elements.some((known) => known.fullName === fullName)));
  }
  if (ref !== undefined && at !== undefined) return await atCommit(search, project, elements, ref, at);
  const bar = progressBar('versions');
  return await search.history(elements, { progress: bar.show }).finally(bar.clear);
}

async function atCommit(
  search: Uses,
  project: Project,
  elements: readonly Element[],
  ref: string,
  commit: string,
): Promise<UseHistory[]> {
  const version = (await project.releases()).find((release) => release.commit === commit)?.version ?? ref;
  const found = await search.at(elements, { ref, version, commit });
  return elements.map((element, index) => {
    const usage = found[index];
    const versions: VersionUsage[] = usage === undefined ? [] : [{ ...usage, declared: true }];
    return { element, versions };
  });
}

export async function evidence(
  project: Project,
  input: Input,
  result: CheckResult,
): Promise<ReadonlyMap<Finding, Evidence>> {
  const base = await project.codeBase();
  if (base === undefined) return new Map();
  const { ref } = result.target;
  const textOf = (file: string): Promise<string | undefined> =>
    ref === null ? Promise.resolve(readText(project.root, file)) : project.textAt(ref, file);
  return await withUses(project, input, (search) =>
    evidenceOf(search, project, base, result, result.findings, textOf, { lastUsed: true }),
  );
}

/** @throws CannotRun if a flag doesn't have a form such as `--code client=../runtime` */
function otherCode(input: Input): OtherCode {
  const given = new Map<string, string>();
  for (const value of input.values('code')) {
    const [, role, directory] = /^(client|server)=(.+)$/.exec(value) ?? [];
    if (role === undefined || directory === undefined)
      throw new CannotRun(`--code takes client=DIR or server=DIR, not ${value}.`);
    given.set(role, path.resolve(startDirectory(input), directory));
  }
  const [client, server] = [given.get('client'), given.get('server')];
  return { ...(client !== undefined && { client }), ...(server !== undefined && { server }) };
}

function render(format: string, found: readonly UseHistory[]): string {
  switch (format) {
    case 'json':
      return usesJson(found);
    case 'markdown':
      return usesMarkdown(found);
    default:
      return usesText(found, { color: wantsColor(process.stdout) });
  }
}
