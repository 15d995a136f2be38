import type { Project } from '../check/project.ts';
import { baselineOf, type CheckResult, isBaseline } from '../check/result.ts';
import { isAboutElement } from '../policy/about-element.ts';
import type { Finding } from '../policy/result.ts';
import { elementsOf } from '../proto/elements.ts';
import { parse } from '../proto/parse.ts';
import { lineStartsOf, offsetAt, type Position } from '../proto/position.ts';
import { type Element, elementsIn } from './element.ts';
import type { Version } from './usage.ts';

/** The element of a finding. */
export interface Subject {
  readonly finding: Finding;
  /** Undefined if the edit adds the element. */
  readonly old: Element | undefined;
  /** Undefined if the edit removes the element. */
  readonly edited: Element | undefined;
  /** What the finding compares with. Null if there is no baseline. */
  readonly version: Version;
  /** Other elements of the same kind that both versions declare: siblings or, if there are none, all of the file. */
  readonly kept: () => readonly Element[];
}

export type Change = 'added' | 'removed' | 'changed';

export function changeOf({ old, edited }: Subject): Change {
  if (old === undefined) return 'added';
  return edited === undefined ? 'removed' : 'changed';
}

export type CommitReader = Pick<Project, 'textAt'>;

/**
 * None for a whole file, the branch or the version.
 * @param textOf the edited text of a file
 */
export async function subjectsOf(
  project: CommitReader,
  result: CheckResult,
  findings: readonly Finding[],
  textOf: (file: string) => Promise<string | undefined>,
): Promise<readonly Subject[]> {
  const files = new DeclaringFiles(project, textOf);
  const found: Subject[] = [];
  for (const finding of findings.filter(isAboutElement)) {
    const subject = await subjectOf(finding, result, files);
    if (subject !== undefined) found.push(subject);
  }
  return found;
}

async function subjectOf(finding: Finding, result: CheckResult, files: DeclaringFiles): Promise<Subject | undefined> {
  const version = versionOf(finding, result);
  const edited = await files.edited(finding.file);
  const released =
    finding.baseline === null || version === null ? undefined : await files.at(version.commit, finding.baseline.file);
  const old = released && finding.baseline ? released.elementAt(finding.baseline.range.start) : undefined;
  const now = edited?.elementNamed(finding.element);
  // A finding about a file can be placed at a declaration. Its element is the file's path or package.
  const isDeclared = now !== undefined || (old !== undefined && released?.elementNamed(finding.element) === old);
  const known = isDeclared ? (old ?? now) : undefined;
  if (known === undefined) return undefined;
  // An added element has no place in the release, but its file may be there.
  const before = released ?? (version === null ? undefined : await files.at(version.commit, finding.file));
  const kept = (): readonly Element[] => {
    const onBothSides = [...(before?.elements.values() ?? [])].filter(
      (each) =>
        each.kind === known.kind && each.fullName !== known.fullName && edited?.elements.has(each.fullName) === true,
    );
    const siblings = onBothSides.filter((each) => parentOf(each) === parentOf(known));
    return siblings.length > 0 ? siblings : onBothSides;
  };
  return { finding, old, edited: now, version, kept };
}

function versionOf(finding: Finding, result: CheckResult): Version {
  if (finding.older) return { ref: finding.older.version, ...finding.older };
  const baseline = baselineOf(result, finding.file);
  if (!isBaseline(baseline)) return null;
  return { ref: baseline.ref, version: baseline.version ?? baseline.ref, commit: baseline.commit };
}

function parentOf({ fullName, name }: Element): string {
  return fullName.slice(0, -name.length);
}

interface DeclaringFile {
  readonly elements: ReadonlyMap<string, Element>;
  /** @param fullName as in findings, where the field of a group is in lower case */
  elementNamed(fullName: string): Element | undefined;
  /** The innermost element around a position. */
  elementAt(position: Position): Element | undefined;
}

class DeclaringFiles {
  readonly #project: CommitReader;
  readonly #textOf: (file: string) => Promise<string | undefined>;
  readonly #files = new Map<string, Promise<DeclaringFile | undefined>>();

  constructor(project: CommitReader, textOf: (file: string) => Promise<string | undefined>) {
    this.#project = project;
    this.#textOf = textOf;
  }

  at(commit: string, file: string): Promise<DeclaringFile | undefined> {
    return this.#get(`${commit}:${file}`, () => this.#project.textAt(commit, file));
  }

  edited(file: string): Promise<DeclaringFile | undefined> {
    return this.#get(`:${file}`, () => this.#textOf(file));
  }

  #get(key: string, read: () => Promise<string | undefined>): Promise<DeclaringFile | undefined> {
    let found = this.#files.get(key);
    if (found === undefined) {
      found = read().then((text) => (text === undefined ? undefined : declaringFile(text)));
      this.#files.set(key, found);
    }
    return found;
  }
}

function declaringFile(text: string): DeclaringFile {
  const tree = parse(text);
  const elements = elementsIn(tree);
  const declared = elementsOf(tree);
  const groups = new Map(
    declared.flatMap(({ node, name, fullName }) =>
      node.kind === 'field' && node.group !== undefined
        ? [[fullName.slice(0, -name.text.length) + name.text.toLowerCase(), fullName] as const]
        : [],
    ),
  );
  const lines = lineStartsOf(text);
  return {
    elements,
    elementNamed: (fullName) => elements.get(groups.get(fullName) ?? fullName),
    elementAt: (position) => {
      const offset = offsetAt(lines, text, position);
      const innermost = declared.findLast(({ node }) => node.span.start <= offset && offset <= node.span.end);
      return innermost && elements.get(innermost.fullName);
    },
  };
}
