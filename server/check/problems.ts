import type { FileProblem } from '../policy/result.ts';
import { rangeOf, START_OF_FILE } from '../proto/position.ts';
import type { Span } from '../proto/tree.ts';
import { list, quote } from '../rules/words.ts';
import { groupBy } from '../schema/group-by.ts';
import { isPathOf } from '../schema/linker/fill.ts';
import type { EnumValue, Field, File, LinkProblem, Schema } from '../schema/model.ts';
import type { Linked } from './comparison.ts';
import type { Plan, PlannedModule } from './plan.ts';
import type { Side } from './side.ts';
import { touches } from './typed-word.ts';

export function problemsOf(
  linked: Linked,
  { isolated, hasDependencies }: Plan,
  module: PlannedModule,
  open: readonly string[],
): FileProblem[] {
  const { old, edited, plan } = linked;
  const files = new Set([...plan.changed].filter(plan.reports));
  const problems = textProblems(files, edited, module);
  if (isolated) return problems;
  const found = linkProblems(linked, files).filter((each) => !isTyped(each, module));
  const others = otherPlaces(found.filter(isRepeated), new Set(open));
  // If the release found all its imports, one that was not found is a mistake.
  const isSelfContained = old !== undefined && !hasDependencies && !plan.importsElsewhere;
  const advice = submoduleAdvice(module.edited);
  const shown = found.flatMap((problem) => {
    if (isOfItself(problem)) return { ...problem, kind: 'missing-import' as const };
    if (!isRepeated(problem)) return { ...problem, ...blamed(problem, old) };
    const count = others.get(problem);
    if (count === undefined) return [];
    if (problem.kind === 'unresolved-type')
      return {
        ...problem,
        message: [problem.message, ...alsoAt(count, 'place uses this name', 'places use this name')].join(' '),
      };
    const kind = isSelfContained ? ('missing-import' as const) : problem.kind;
    const sentences = [
      whyNotFound(problem, linked, isSelfContained),
      ...advice,
      ...alsoAt(count, 'file imports it', 'files import it'),
    ];
    return { ...problem, kind, message: sentences.join(' ') };
  });
  const rangeIn = (file: string, span: Span) => rangeOf(edited.files.get(file)?.node ?? NO_LINES, span);
  return [
    ...problems,
    ...shown.map(({ file, kind, span, message }) => ({ kind, file, range: rangeIn(file, span), message })),
  ];
}

function textProblems(files: Iterable<string>, edited: Schema, module: PlannedModule): FileProblem[] {
  const inRelease = [...(module.old?.problems() ?? [])].map(([file, why]) => [file, `In the release: ${why}`] as const);
  const unreadable = new Map([...inRelease, ...module.edited.problems()]);
  const problems: FileProblem[] = [];
  for (const file of files) {
    const why = unreadable.get(file);
    if (why !== undefined) problems.push({ kind: 'unreadable', file, range: START_OF_FILE, message: why });
    const node = edited.files.get(file)?.node;
    if (node === undefined) continue;
    for (const { span, message } of node.problems)
      problems.push({ kind: 'syntax', file, range: rangeOf(node, span), message });
  }
  return problems;
}

/** The problems of the given files, and the imports and names that a change of these files removed from others. */
function linkProblems({ old, edited, plan }: Linked, files: ReadonlySet<string>): readonly LinkProblem[] {
  const known = new Set(old?.problems.map(keyOf));
  const isNewlyMissing = (problem: LinkProblem): boolean =>
    old !== undefined &&
    plan.reports(problem.file) &&
    (problem.kind === 'unresolved-import' || problem.kind === 'undeclared-type') &&
    !known.has(keyOf(problem));
  return withUnreadableNames(edited).filter((each) => files.has(each.file) || isNewlyMissing(each));
}

/** Text that was not parsed may declare any name. */
function withUnreadableNames({ files, problems }: Schema): readonly LinkProblem[] {
  if ([...files.values()].every(({ node }) => node.problems.length === 0)) return problems;
  return problems.map((each) => (each.kind === 'undeclared-type' ? { ...each, kind: 'unresolved-type' } : each));
}

/** The same problem has the same key on both sides. */
function keyOf({ file, kind, name }: LinkProblem): string {
  return `${kind} ${name} ${file}`;
}

export function isTyped({ file, kind, span }: LinkProblem, { edited }: PlannedModule): boolean {
  const word = kind === 'duplicate-number' ? undefined : edited.typedWord(file);
  return word !== undefined && touches(span, word.at);
}

/** A single missing file can cause hundreds of these. */
function isRepeated(problem: LinkProblem): boolean {
  return problem.kind === 'unresolved-type' || (problem.kind === 'unresolved-import' && !isOfItself(problem));
}

/** protoc rejects it, even if the repository has dependencies elsewhere. */
function isOfItself({ kind, file, name }: LinkProblem): boolean {
  return kind === 'unresolved-import' && isPathOf(file, name);
}

/**
 * How many other places have the same problem: files for an import, else uses of the name, which can mean different types.
 * Editors show it at each place in an open file, without this number. Of the others, the result has only the first.
 */
function otherPlaces(problems: readonly LinkProblem[], open: ReadonlySet<string>): ReadonlyMap<LinkProblem, number> {
  const others = new Map<LinkProblem, number>();
  for (const same of groupBy(problems, ({ kind, name }) => `${kind} ${name}`).values()) {
    for (const each of same) if (open.has(each.file)) others.set(each, 0);
    const first = same.find(({ file }) => !open.has(file));
    if (first === undefined) continue;
    const places = first.kind === 'unresolved-import' ? new Set(same.map(({ file }) => file)).size : same.length;
    others.set(first, places - 1);
  }
  return others;
}

function whyNotFound(
  { file: importer, name, message }: LinkProblem,
  { old, edited }: Linked,
  isSelfContained: boolean,
): string {
  const imports = [...(old?.files.values() ?? [])].flatMap((file) => file.imports);
  const released = imports.find(({ file, node }) => file !== undefined && node.path.text === name)?.file;
  if (released !== undefined)
    return `"${name}" was not found, but the release has it. ${whatToImport(released, importer, edited, isSelfContained)}`;
  return isSelfContained
    ? `"${name}" was not found, but all imports of the release were found. Check its spelling. If it is in another repository, add that repository to \`deps\` in buf.yaml, or add the folder of its files to importRoots.`
    : message;
}

function whatToImport({ messages, enums }: File, importer: string, edited: Schema, isSelfContained: boolean): string {
  const paths = new Set([...messages, ...enums].flatMap(({ fullName }) => edited.types.get(fullName)?.file.path ?? []));
  const imported = edited.files.get(importer)?.imports.map(({ file }) => file?.path);
  const isImported = [...paths].every((path) => path === importer || imported?.includes(path));
  if (paths.size > 0)
    return `What it declared is in ${list([...paths].map(quote))} now, so ${isImported ? 'remove this import' : 'import that instead'}.`;
  return isSelfContained
    ? 'If it was moved, import its new path. Otherwise restore it, or remove this import.'
    : 'Unless a dependency has it now, import its new path, restore it, or remove this import.';
}

function submoduleAdvice(edited: Side): string[] {
  const folders = [...edited.submodules()].flatMap(([folder, isFetched]) => (isFetched ? [] : [folder]));
  if (folders.length === 0) return [];
  const names = folders.map(quote).join(', ');
  const [noun, verb] = folders.length === 1 ? ['git submodule', 'is'] : ['git submodules', 'are'];
  const command = quote(`git submodule update --init ${folders.join(' ')}`);
  return [`It may be in the ${noun} ${names}, which ${verb} not fetched: run ${command}.`];
}

function alsoAt(others: number, one: string, many: string): string[] {
  if (others === 0) return [];
  return [others === 1 ? `Another ${one}, too.` : `${String(others)} other ${many}, too.`];
}

/** If only the first of two clashing members is new, it is the edited one. */
function blamed(problem: LinkProblem, old: Schema | undefined): Pick<LinkProblem, 'span' | 'message'> {
  const { clash } = problem;
  if (clash === undefined || old === undefined) return problem;
  return isIn(old, clash.second) && !isIn(old, clash.first) ? clash.atFirst : problem;
}

function isIn(old: Schema, member: Field | EnumValue): boolean {
  const scope = old.types.get((member.kind === 'field' ? member.message : member.enum)?.fullName ?? '');
  const same = scope?.kind === 'enum' ? scope.valuesByName.get(member.name) : scope?.fieldsByName.get(member.name);
  return same !== undefined && same.number === member.number;
}

const NO_LINES = { lineStarts: [0] };
