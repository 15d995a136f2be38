import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { CodeBase, Project } from '../check/project.ts';
import { baselineOf, type CheckResult, isBaseline } from '../check/result.ts';
import type { Finding } from '../policy/result.ts';
import { parse } from '../proto/parse.ts';
import { lineStartsOf, offsetAt } from '../proto/position.ts';
import { isGenerated } from './code-files.ts';
import { describe, type Element, nameAt } from './element.ts';
import { ENDINGS } from './languages.ts';
import { isMadeFrom, isStale } from './stale.ts';
import type { Usage, Uses, Version } from './uses.ts';

/** Who uses what a finding is about. It changes neither class nor bump nor severity. */
export interface Evidence {
  /** In the release that the finding compares with; undefined where that does not have the element. */
  readonly released: Usage | undefined;
  /** In the edit's own code: of an element that was added or removed. */
  readonly pending: Usage | undefined;
  readonly change: 'added' | 'removed' | 'changed';
  /** By program, the last release before that used it: where `released` has no use. */
  readonly lastUsed: readonly { readonly name: string; readonly version: string }[];
  /** Generated files that were made before the edit. */
  readonly stale: readonly string[];
}

export interface EvidenceOptions {
  readonly signal?: AbortSignal | undefined;
  /** Looks through all releases for the last use of what the newest does not use. */
  readonly lastUsed?: boolean;
}

/** What evidence needs of a project. */
export type Reading = Pick<Project, 'textAt'>;

/**
 * Looks for the uses of everything that some findings are about, in one search for each release.
 * @param textOf the edited text of a file: of an editor, from disk or at the commit that is checked
 * @returns without entries for findings about versions, branches and whole files
 * @throws GitError, and the signal's reason
 */
export async function evidenceOf(
  uses: Uses,
  project: Reading,
  base: CodeBase,
  result: CheckResult,
  findings: readonly Finding[],
  textOf: (file: string) => Promise<string | undefined>,
  options: EvidenceOptions = {},
): Promise<ReadonlyMap<Finding, Evidence>> {
  const { signal } = options;
  const declared = new Declared(project, textOf);
  const subjects: Subject[] = [];
  for (const finding of findings) {
    const subject = await subjectOf(finding, result, declared);
    if (subject !== undefined) subjects.push(subject);
  }
  const released = new Map<string, { readonly version: Version; readonly elements: Map<string, Element> }>();
  for (const { old, version } of subjects) {
    if (old === undefined || version === null) continue;
    const group = released.get(version.commit) ?? { version, elements: new Map<string, Element>() };
    group.elements.set(old.fullName, old);
    released.set(version.commit, group);
  }
  const found = new Map<string, Usage>();
  for (const [commit, { version, elements }] of released) {
    for (const usage of await uses.at([...elements.values()], version, { signal }))
      found.set(`${commit} ${usage.element}`, usage);
  }
  const pending = new Map<string, Usage>();
  const oneSided = unique(subjects.flatMap(({ old, edited }) => (old && edited ? [] : (edited ?? old ?? []))));
  if (oneSided.length > 0) {
    const at = await targetOf(result, base);
    for (const usage of await uses.at(oneSided, at, { signal })) pending.set(usage.element, usage);
  }
  const lastUsed = options.lastUsed === true ? await lastUses(uses, subjects, found, signal) : new Map<string, never>();
  const stale = result.target.ref === null ? await staleFiles(subjects, base, signal) : new Map<string, string[]>();
  return new Map(
    subjects.map((subject): [Finding, Evidence] => {
      const { finding, old, edited, version } = subject;
      return [
        finding,
        {
          released: old && version ? found.get(`${version.commit} ${old.fullName}`) : undefined,
          pending: old && edited ? undefined : pending.get((edited ?? old)?.fullName ?? ''),
          change: changeOf(subject),
          lastUsed: lastUsed.get(old?.fullName ?? '') ?? [],
          stale: stale.get((edited ?? old)?.fullName ?? '') ?? [],
        },
      ];
    }),
  );
}

/** Whether some program uses an element in what was searched; tests do not count. */
export function isUsed(usage: Usage | undefined): boolean {
  return usage?.by.some(({ places }) => places.length > 0) ?? false;
}

/** What a finding is about, on both sides. */
interface Subject {
  readonly finding: Finding;
  readonly old: Element | undefined;
  readonly edited: Element | undefined;
  readonly version: Version;
  /** Elements of the same kind and parent that both sides have. */
  readonly neighbours: readonly Element[];
}

function changeOf({ old, edited }: Subject): Evidence['change'] {
  if (old === undefined) return 'added';
  return edited === undefined ? 'removed' : 'changed';
}

async function subjectOf(finding: Finding, result: CheckResult, declared: Declared): Promise<Subject | undefined> {
  const baseline = baselineOf(result, finding.file);
  const version: Version = finding.older
    ? { ref: finding.older.version, ...finding.older }
    : isBaseline(baseline)
      ? { ref: baseline.ref, version: baseline.version ?? baseline.ref, commit: baseline.commit }
      : null;
  const before =
    finding.baseline === null || version === null
      ? undefined
      : await declared.at(version.commit, finding.baseline.file);
  const after = await declared.edited(finding.file);
  const old = before && finding.baseline ? before.at(finding.baseline.range.start) : undefined;
  // A removed element's finding is at what is left around it.
  const isGone = old !== undefined && old.fullName === finding.element && after?.elements.has(finding.element) !== true;
  const edited = isGone ? undefined : after?.elements.get(finding.element);
  if (old === undefined && edited === undefined) return undefined;
  const known = old ?? edited;
  const others = [...((isGone ? before : after)?.elements.values() ?? [])];
  const kept = (isGone ? after : await sameFile(version, finding, declared))?.elements;
  const neighbours = others.filter(
    (each) =>
      each.kind === known?.kind &&
      each.fullName !== known.fullName &&
      parentOf(each) === parentOf(known) &&
      kept?.has(each.fullName) === true,
  );
  return { finding, old, edited, version, neighbours };
}

/** The released file where an added element was put. */
async function sameFile(version: Version, { file }: Finding, declared: Declared): Promise<File | undefined> {
  return version === null ? undefined : await declared.at(version.commit, file);
}

function parentOf({ fullName, name }: Element): string {
  return fullName.slice(0, -name.length);
}

interface File {
  readonly elements: ReadonlyMap<string, Element>;
  at(position: { readonly line: number; readonly character: number }): Element | undefined;
}

/** The declarations of files, each read and parsed once. */
class Declared {
  readonly #project: Reading;
  readonly #textOf: (file: string) => Promise<string | undefined>;
  readonly #files = new Map<string, Promise<File | undefined>>();

  constructor(project: Reading, textOf: (file: string) => Promise<string | undefined>) {
    this.#project = project;
    this.#textOf = textOf;
  }

  at(commit: string, file: string): Promise<File | undefined> {
    return this.#get(`${commit}:${file}`, () => this.#project.textAt(commit, file));
  }

  edited(file: string): Promise<File | undefined> {
    return this.#get(`:${file}`, () => this.#textOf(file));
  }

  #get(key: string, read: () => Promise<string | undefined>): Promise<File | undefined> {
    let found = this.#files.get(key);
    if (found === undefined) {
      found = read().then((text) => (text === undefined ? undefined : fileOf(text)));
      this.#files.set(key, found);
    }
    return found;
  }
}

function fileOf(text: string): File {
  const tree = parse(text);
  const elements = describe(tree);
  return {
    elements,
    at: (position) => {
      const name = nameAt(tree, offsetAt(lineStartsOf(text), text.length, position));
      return name === undefined ? undefined : elements.get(name);
    },
  };
}

async function targetOf({ target: { ref } }: CheckResult, { repository, releases }: CodeBase): Promise<Version> {
  if (ref === null) return null;
  const commit = await repository.resolve(ref);
  const release = (await releases.all()).find((each) => each.commit === commit);
  return { ref, version: release?.version ?? ref, commit };
}

function unique(elements: readonly Element[]): Element[] {
  return [...new Map(elements.map((element) => [element.fullName, element])).values()];
}

/** The last release that used each element which the one compared with does not use. */
async function lastUses(
  uses: Uses,
  subjects: readonly Subject[],
  found: ReadonlyMap<string, Usage>,
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, Evidence['lastUsed']>> {
  const unused = subjects.flatMap(({ old, version }) =>
    old !== undefined && version !== null && !isUsed(found.get(`${version.commit} ${old.fullName}`)) ? [old] : [],
  );
  if (unused.length === 0) return new Map();
  const histories = await uses.history(unique(unused), { signal });
  return new Map(
    histories.map(({ element, versions }) => {
      const last = new Map<string, string>();
      for (const { at, by } of versions)
        for (const used of by) if (at !== null && used.places.length > 0) last.set(used.name, at.version);
      return [element.fullName, [...last].map(([name, version]) => ({ name, version }))];
    }),
  );
}

/** Generated files of the working tree that an edit has overtaken, by element. */
async function staleFiles(
  subjects: readonly Subject[],
  { repository }: CodeBase,
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, string[]>> {
  const found = new Map<string, string[]>();
  const byProto = new Map<string, Subject[]>();
  for (const subject of subjects) {
    if (changeOf(subject) === 'changed') continue;
    const { file } = subject.finding;
    byProto.set(file, [...(byProto.get(file) ?? []), subject]);
  }
  for (const [proto, own] of byProto) {
    const files = await repository.filesWith([path.posix.basename(proto)], ENDINGS, signal);
    for (const file of files) {
      const text = await readFile(path.join(repository.root, file), 'utf8').catch(() => '');
      if (!isGenerated(text) || !isMadeFrom(text, proto)) continue;
      for (const subject of own) {
        const element = subject.edited ?? subject.old;
        const change = changeOf(subject);
        if (element === undefined || change === 'changed') continue;
        if (!isStale(text, file, element, change, subject.neighbours)) continue;
        found.set(element.fullName, [...(found.get(element.fullName) ?? []), file]);
      }
    }
  }
  return found;
}
