import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { audit, type AuditEntry } from '../../server/check/audit.ts';
import { Project } from '../../server/check/project.ts';
import { type CheckResult, isChange } from '../../server/check/result.ts';
import { execute, type BreakingFinding } from './execute.ts';
import { type Line, type AuditedRepository, readSteps, type Step } from './step.ts';
import { inClones, Tree } from './tree.ts';

/*
 * `npm run census -- DIR…` audits clones, and writes one line for each step from a release to the next. Clones may be bare, and are only
 * read. A clone in a folder `OWNER+NAME` has that name.
 *
 * --output FILE    writes to another file
 * --findings FILE  also writes every finding that breaks a promise
 * --again          also audits repositories that are already in the output
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    output: { type: 'string', default: 'docs/census/steps.jsonl' },
    findings: { type: 'string' },
    again: { type: 'boolean', default: false },
  },
});
/** At most this many breaks of a step are executed, until one shows a difference. */
const MAX_EXECUTED = 12;
const NOTHING: Notes = { breaks: {}, broken: [] };
const importsElsewhere = inClones(positionals);
mkdirSync(path.dirname(values.output), { recursive: true });

for (const [index, directory] of positionals.entries()) {
  const repository = nameOf(directory);
  const known = existsSync(values.output) ? readSteps(readFileSync(values.output, 'utf8')) : [];
  const isKnown = known.some((line) => line.repository === repository && !('error' in line));
  process.stderr.write(`${index + 1} of ${positionals.length} ${repository}: `);
  if (isKnown && !values.again) process.stderr.write('known\n');
  else write([...known.filter((line) => line.repository !== repository), ...(await auditClone(directory, repository))]);
}

/** Sorts the lines by repository. */
function write(lines: Line[]): void {
  const order = (line: Line): string => line.repository.toLowerCase();
  lines.sort((a, b) => (order(a) < order(b) ? -1 : order(a) > order(b) ? 1 : 0));
  writeFileSync(values.output, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
}

/** One line about the repository, then its steps, oldest first. */
async function auditClone(directory: string, repository: string): Promise<readonly Line[]> {
  const started = performance.now();
  let head = '';
  let project: Project | undefined;
  try {
    head = execFileSync('git', ['-C', directory, 'rev-parse', 'HEAD'], { encoding: 'utf8', stdio: 'pipe' }).trim();
    project = await Project.open(directory);
    const { entries, notes } = await auditProject(project);
    const steps = entries.toReversed().flatMap((entry) => stepOf(entry, notes, directory, repository) ?? []);
    const seconds = ((performance.now() - started) / 1000).toFixed(0);
    const breaking = steps.filter((step) => step.breaks !== undefined).length;
    process.stderr.write(` ${steps.length} steps, ${breaking} break something, ${seconds} s\n`);
    return [{ repository, head, releases: entries.length }, ...steps];
  } catch (error) {
    const failed: AuditedRepository = { repository, head, releases: 0, error: String(error).split('\n')[0] ?? '' };
    process.stderr.write(`failed: ${failed.error ?? ''}\n`);
    return [failed];
  } finally {
    project?.close();
  }
}

/** Keeps only notes on each result, because a result holds its texts in memory. */
async function auditProject(project: Project) {
  const notes = new Map<string, Notes>();
  const { entries } = await audit(
    {
      releases: () => project.releases(),
      moduleOf: (release) => project.moduleOf(release),
      async check(options) {
        const result = await project.check(options);
        notes.set(keyOf(options?.module, options?.to), notesOn(result, options?.module));
        if (notes.size % 20 === 0) process.stderr.write('.');
        return result;
      },
    },
    {},
  );
  return { entries, notes };
}

/** Undefined for the first release. */
function stepOf(
  { prefix, ref, baseline, declared, required, sufficient, findings }: AuditEntry,
  notes: ReadonlyMap<string, Notes>,
  directory: string,
  repository: string,
): Step | undefined {
  if (baseline === null || declared === undefined || required === undefined) return undefined;
  const { breaks, forcedBy, broken } = notes.get(keyOf(prefix, ref)) ?? NOTHING;
  const witness = broken.length === 0 ? undefined : witnessed(directory, baseline.ref, ref, broken);
  if (values.findings !== undefined)
    for (const finding of broken)
      appendFileSync(values.findings, `${JSON.stringify({ repository, from: baseline.ref, to: ref, ...finding })}\n`);
  return {
    repository,
    ...(prefix !== '' && { module: prefix }),
    from: baseline.ref,
    to: ref,
    declared,
    required,
    ...(sufficient === false && { tooLow: true }),
    ...(findings > 0 && { findings }),
    ...(Object.keys(breaks).length > 0 && { breaks }),
    ...(forcedBy && { forcedBy }),
    ...(witness && { witness }),
  };
}

/** How one of the breaks can be shown. Undefined if none can. */
function witnessed(directory: string, from: string, to: string, findings: readonly NotedFinding[]): Step['witness'] {
  const [old, edited] = [new Tree(directory, from, importsElsewhere), new Tree(directory, to, importsElsewhere)];
  try {
    for (const each of findings.slice(0, MAX_EXECUTED)) {
      const shown = execute(old, edited, each);
      if (shown !== undefined) return shown;
    }
    return findings.some(({ shown }) => shown) ? 'own' : undefined;
  } finally {
    old.remove();
    edited.remove();
  }
}

interface Notes extends Pick<Step, 'forcedBy'> {
  readonly breaks: Readonly<Record<string, number>>;
  /** The findings that break a promise, the one that forces the step first. */
  readonly broken: readonly NotedFinding[];
}

interface NotedFinding extends BreakingFinding {
  /** Whether the finding has an example message. False if it is not executed. */
  readonly shown: boolean;
}

function notesOn({ modules }: CheckResult, prefix = ''): Notes {
  const module = modules.find((each) => each.prefix === prefix);
  if (module === undefined) return NOTHING;
  const broken = module.findings
    .filter(isChange)
    .filter((each) => each.broken.oldClientNewServer || each.broken.newClientOldServer);
  const counted = new Map<string, number>();
  for (const { rule } of broken) counted.set(rule, (counted.get(rule) ?? 0) + 1);
  const { forcedBy } = module;
  const ordered = [...broken].sort((a, b) => Number(b === forcedBy) - Number(a === forcedBy));
  return {
    breaks: Object.fromEntries([...counted].sort()),
    ...(forcedBy && { forcedBy: { rule: forcedBy.rule, element: forcedBy.element, class: forcedBy.class } }),
    broken: ordered.map(({ rule, element, file, range, effects, message, baseline, witness }, index) => ({
      ...{ rule, element, file, line: range.start.line + 1, old: baseline?.file, effects: effects.binary, message },
      shown: index < MAX_EXECUTED && witness() !== null,
    })),
  };
}

function keyOf(module = '', to = ''): string {
  return `${module} ${to}`;
}

function nameOf(directory: string): string {
  const parts = path.resolve(directory).split(path.sep);
  const pair = parts.findLast((part) => /^[^+]+\+[^+]+$/.test(part));
  return pair?.replace('+', '/') ?? parts.at(-1) ?? '';
}
