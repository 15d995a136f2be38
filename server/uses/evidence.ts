import type { CodeBase } from '../check/project.ts';
import type { CheckResult } from '../check/result.ts';
import type { Finding } from '../policy/result.ts';
import type { Element } from './element.ts';
import { GeneratedFiles } from './generated-files.ts';
import { type Change, changeOf, type CommitReader, type Subject, subjectsOf } from './subject.ts';
import type { Usage, Version } from './usage.ts';
import type { Uses } from './uses.ts';

export interface Evidence {
  /** In the baseline. Undefined if that doesn't have the element. */
  readonly released: Usage | undefined;
  /** In the edited version. Undefined if the edit neither adds nor removes the element. */
  readonly pending: Usage | undefined;
  readonly change: Change;
  /**
   * For each program, the last release that used the element. Empty if `released` has uses, or if not all releases
   * were searched.
   */
  readonly lastUsed: readonly { readonly name: string; readonly version: string }[];
  /** Generated files that are older than the edit. */
  readonly stale: readonly string[];
}

export interface EvidenceOptions {
  readonly signal?: AbortSignal | undefined;
  /** Searches all releases if the element has no uses in `released`. */
  readonly lastUsed?: boolean;
  /** Caches searches between calls. */
  readonly generated?: GeneratedFiles;
}

/**
 * Searches each release once for all findings.
 * @param textOf the edited text of a file
 * @returns no entry for a finding that has no subject; see `subjectsOf`
 * @throws GitError, and the signal's reason
 */
export async function evidenceOf(
  uses: Uses,
  project: CommitReader,
  base: CodeBase,
  result: CheckResult,
  findings: readonly Finding[],
  textOf: (file: string) => Promise<string | undefined>,
  options: EvidenceOptions,
): Promise<ReadonlyMap<Finding, Evidence>> {
  const { signal } = options;
  const subjects = await subjectsOf(project, result, findings, textOf);
  // Git searches one version while this process analyses the other.
  const [released, pending] = await Promise.all([
    releasedUses(uses, subjects, signal),
    targetOf(result, base).then((target) => pendingUses(uses, subjects, target, signal)),
  ]);
  const lastUsed = options.lastUsed === true ? await lastUses(uses, subjects, released, signal) : undefined;
  const generated = options.generated ?? new GeneratedFiles(base.repository.workingTree);
  const stale = result.target.ref === null ? await generated.staleAfter(subjects, signal) : undefined;
  return new Map(
    subjects.map((subject): [Finding, Evidence] => [
      subject.finding,
      {
        released: released(subject),
        pending: pending.get((subject.edited ?? subject.old)?.fullName ?? ''),
        change: changeOf(subject),
        lastUsed: lastUsed?.get(subject.old?.fullName ?? '') ?? [],
        stale: stale?.get(subject.finding) ?? [],
      },
    ]),
  );
}

/** Uses in tests don't count. */
export function isUsed(usage: Usage | undefined): boolean {
  return usage?.by.some(({ places }) => places.length > 0) ?? false;
}

async function releasedUses(
  uses: Uses,
  subjects: readonly Subject[],
  signal: AbortSignal | undefined,
): Promise<(subject: Subject) => Usage | undefined> {
  const byCommit = new Map<string, { readonly version: Version; readonly elements: Element[] }>();
  for (const { old, version } of subjects) {
    if (old === undefined || version === null) continue;
    const known = byCommit.get(version.commit);
    if (known === undefined) byCommit.set(version.commit, { version, elements: [old] });
    else known.elements.push(old);
  }
  const found = new Map<string, Usage>();
  for (const [commit, { version, elements }] of byCommit) {
    for (const usage of await uses.at(distinct(elements), version, { signal }))
      found.set(`${commit} ${usage.element}`, usage);
  }
  return ({ old, version }) => (old && version ? found.get(`${version.commit} ${old.fullName}`) : undefined);
}

async function pendingUses(
  uses: Uses,
  subjects: readonly Subject[],
  target: Version,
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, Usage>> {
  const oneSided = subjects.flatMap(({ old, edited }) => (old && edited ? [] : (edited ?? old ?? [])));
  if (oneSided.length === 0) return new Map();
  return new Map((await uses.at(distinct(oneSided), target, { signal })).map((usage) => [usage.element, usage]));
}

async function targetOf({ target: { ref } }: CheckResult, { repository, releases }: CodeBase): Promise<Version> {
  if (ref === null) return null;
  const commit = await repository.resolve(ref);
  const release = (await releases.all()).find((each) => each.commit === commit);
  return { ref, version: release?.version ?? ref, commit };
}

async function lastUses(
  uses: Uses,
  subjects: readonly Subject[],
  released: (subject: Subject) => Usage | undefined,
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, Evidence['lastUsed']>> {
  const unused = subjects.flatMap((subject) =>
    subject.old !== undefined && subject.version !== null && !isUsed(released(subject)) ? [subject.old] : [],
  );
  if (unused.length === 0) return new Map();
  const found = new Map<string, Map<string, string>>();
  for (const { element, at, by } of (await uses.inReleases(distinct(unused), { signal })).flat()) {
    const last = found.get(element) ?? new Map<string, string>();
    found.set(element, last);
    for (const { name, places } of by) if (at !== null && places.length > 0) last.set(name, at.version);
  }
  return new Map(
    [...found].map(([element, last]) => [element, [...last].map(([name, version]) => ({ name, version }))]),
  );
}

function distinct(elements: readonly Element[]): Element[] {
  return [...new Map(elements.map((element) => [element.fullName, element])).values()];
}
