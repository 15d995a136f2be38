import type { Evidence } from '../uses/evidence.ts';
import type { Place, UsedBy, UseHistory, VersionUsage } from '../uses/usage.ts';
import { count, list } from '../rules/words.ts';
import { code, codeCell, plain } from './plain.ts';
import { printable, printableJson } from './printable.ts';
import { type Paint, painter, width } from './terminal.ts';

const MOST_PLACES = 20;
const MOST_IN_JSON = 1000;

/**
 * "kata-runtime 3.28.0 sets it in 3 places", "No use found in kata-runtime 3.28.0 (src/runtime/**; Go, Rust)" or "No
 * code of kata-runtime was searched"
 */
function usedSentence(used: UsedBy, adverb: 'still ' | 'already ' | '' = ''): string {
  const { acts, tests, nameOnly, languages } = used;
  const who = programAt(used.name, used.version ?? used.ref);
  const aside = [
    ...(tests.length === 0 ? [] : [`${String(tests.length)} in tests`]),
    ...(nameOnly.length === 0 ? [] : [`${count(nameOnly.length, 'line')} with the name only`]),
  ];
  const rest = aside.length === 0 ? '' : `, ${list(aside)}`;
  const done = acts.map(({ does, places }) => `${does} it in ${count(places, 'place')}`);
  if (done.length > 0) return `${who} ${adverb}${list(done)}${rest}`;
  if (used.files === 0) return `No code of ${used.ref === null ? used.name : who} was searched`;
  const where = [used.code.length === 0 ? 'all code' : used.code.join(', '), languages.join(', ')];
  return `No use found in ${who} (${where.join('; ')})${rest}`;
}

function programAt(name: string, version: string | null): string {
  if (version === null) return `${name} in the working tree`;
  const isProper = !/^(?:the|this|other) /.test(name) && /^\d/.test(version);
  return isProper ? `${name} ${version}` : `${name} at ${version}`;
}

/** A sentence, with the places that prove it. */
export interface EvidencePart {
  readonly sentence: string;
  readonly places: readonly Place[];
  /** The program whose uses the sentence counts; undefined for other sentences. */
  readonly used: UsedBy | undefined;
}

export function evidenceParts({ released, pending, change, lastUsed, stale }: Evidence): readonly EvidencePart[] {
  const parts: EvidencePart[] = [];
  const add = (sentence: string, used?: UsedBy): number => parts.push({ sentence, places: used?.places ?? [], used });
  for (const used of released?.by ?? []) add(`${usedSentence(used)}.`, used);
  for (const { name, version } of lastUsed)
    add(
      `The last use was found in ${programAt(name, version)}. Removing it is safe once no peer of that or an older version runs.`,
    );
  for (const used of pending?.by ?? []) {
    if (used.places.length === 0) continue;
    const [adverb, then] =
      change === 'removed'
        ? (['still ', ''] as const)
        : ([
            'already ',
            ' Old peers do not know it, so ask a peer for its version or its capabilities first.',
          ] as const);
    add(`${usedSentence(used, adverb)}.${then}`, used);
  }
  if (stale.length > 0) add(staleSentence(stale));
  const notes = new Set([...(released?.by ?? []), ...(pending?.by ?? [])].flatMap((used) => used.notes));
  for (const note of notes) add(note);
  return parts;
}

export function staleSentence(files: readonly string[]): string {
  const more = files.length - MOST_STALE;
  const shown = files.slice(0, MOST_STALE).map((file) => `\`${file}\``);
  const named = list([...shown, ...(more > 0 ? [count(more, 'other file')] : [])]);
  return `${named} ${files.length === 1 ? 'was' : 'were'} generated before this edit.`;
}

const MOST_STALE = 3;

export function evidenceJson({ released, pending, lastUsed, stale }: Evidence): object {
  return {
    released: released?.by.map(usedJson) ?? null,
    pending: pending?.by.map(usedJson) ?? null,
    lastUsed,
    stale,
  };
}

export function usePlace({ file, start }: Place): string {
  return `${file}:${start.line + 1}`;
}

export function usesText(histories: readonly UseHistory[], options: { readonly color: boolean }): string {
  const paint = painter(options.color);
  return `${histories.map((history) => historyLines(history, paint).join('\n')).join('\n\n')}\n`;
}

function historyLines(history: UseHistory, paint: Paint): string[] {
  const { element, versions } = history;
  const lines = [`${paint('bold', element.fullName)} ${paint('dim', `(${element.kind})`)}`, ''];
  const names = programs(versions);
  const rows = ranges(versions, names);
  const columns = ['', ...names].map((name, column) =>
    Math.max(width(name), ...rows.map(({ label, cells }) => width(column === 0 ? label : (cells[column - 1] ?? '')))),
  );
  const row = (cells: readonly string[]): string =>
    `  ${cells.map((cell, column) => cell + ' '.repeat(Math.max(0, (columns[column] ?? 0) - width(cell)))).join('  ')}`.trimEnd();
  lines.push(
    paint('dim', printable(row(['', ...names]))),
    ...rows.map(({ label, cells }) => printable(row([label, ...cells]))),
  );
  lines.push('', ...spans(versions, names).map((sentence) => `  ${printable(sentence)}`));
  const shown = newestUsed(versions);
  if (shown !== undefined) {
    for (const used of shown.by) {
      if (used.places.length + used.tests.length === 0) continue;
      lines.push('', `  ${paint('bold', printable(`${usedSentence(used)}:`))}`);
      lines.push(...placeLines(used.places, paint, '    '), ...placeLines(used.tests, paint, '    ', 'test'));
    }
  }
  const notes = new Set((versions.at(-1)?.by ?? []).flatMap((used) => used.notes));
  if (notes.size > 0) lines.push('', ...[...notes].map((note) => paint('dim', `  ${printable(note)}`)));
  return lines;
}

export function placeLines(
  places: readonly Place[],
  paint: Paint,
  indent: string,
  kind = '',
  most = MOST_PLACES,
): string[] {
  const lines = places.slice(0, most).map((place) => {
    const how = [...(kind === '' ? [] : [kind]), place.does, place.certainty].join(', ');
    return `${indent}${printable(usePlace(place))}  ${paint('dim', how)}  ${printable(place.text)}`;
  });
  if (places.length > most) lines.push(`${indent}… and ${String(places.length - most)} more`);
  return lines;
}

function programs(versions: readonly VersionUsage[]): string[] {
  return [...new Set(versions.flatMap(({ by }) => by.map(({ name }) => name)))];
}

interface Row {
  readonly label: string;
  readonly cells: readonly string[];
}

/**
 * Adjacent releases with the same counts share a row: "2.0.0 – 2.0.4". The first releases are left out if they neither
 * declare nor use the element.
 */
function ranges(versions: readonly VersionUsage[], names: readonly string[]): Row[] {
  const rows: { first: string; last: string; cells: string[] }[] = [];
  for (const usage of versions) {
    const cells = names.map((name) => cell(usage, name));
    const label = usage.at?.version ?? 'working tree';
    if (rows.length === 0 && !usage.declared && cells.every((each) => each === UNUSED)) continue;
    if (!usage.declared) cells.push('not declared');
    const last = rows.at(-1);
    if (last !== undefined && usage.at !== null && JSON.stringify(last.cells) === JSON.stringify(cells))
      last.last = label;
    else rows.push({ first: label, last: label, cells });
  }
  return rows.map(({ first, last, cells }) => ({ label: first === last ? first : `${first} – ${last}`, cells }));
}

const UNUSED = '–';

function cell({ by }: VersionUsage, name: string): string {
  const used = by.find((each) => each.name === name);
  if (used === undefined || used.places.length === 0) return UNUSED;
  return used.acts.map(({ does, places }) => `${does} ${places}`).join(', ');
}

/** "kata-runtime uses it from 2.0.0 to 2.0.4." or "No use found in kata-runtime in 3 versions." */
function spans(versions: readonly VersionUsage[], names: readonly string[]): string[] {
  return names.map((name) => {
    const used = versions.filter(({ by }) => by.some((each) => each.name === name && each.places.length > 0));
    const [first, last] = [used[0], used.at(-1)];
    if (first === undefined || last === undefined)
      return `No use found in ${name} in ${count(versions.length, 'version')}.`;
    const from = first.at?.version ?? 'the working tree';
    if (first === last) return `${name} uses it only in ${from}.`;
    return last.at === null ? `${name} uses it since ${from}.` : `${name} uses it from ${from} to ${last.at.version}.`;
  });
}

function newestUsed(versions: readonly VersionUsage[]): VersionUsage | undefined {
  return versions.findLast(({ by }) => by.some(({ places, tests }) => places.length + tests.length > 0));
}

export function usesJson(histories: readonly UseHistory[]): string {
  const elements = histories.map(({ element, versions }) => ({
    element: element.fullName,
    kind: element.kind,
    versions: versions.map(({ at, declared, by }) => ({
      ref: at?.ref ?? null,
      version: at?.version ?? null,
      commit: at?.commit ?? null,
      declared,
      uses: by.map(usedJson),
    })),
  }));
  return `${printableJson({ elements })}\n`;
}

/** Lines and characters are zero-based, as in LSP. */
export function usedJson(used: UsedBy): object {
  const places = [...used.places, ...used.tests, ...used.nameOnly];
  return {
    role: used.role,
    name: used.name,
    repository: used.repository,
    ref: used.ref,
    version: used.version,
    commit: used.commit,
    code: used.code,
    languages: used.languages,
    files: used.files,
    counts: { uses: used.places.length, tests: used.tests.length, nameOnly: used.nameOnly.length },
    places: places.slice(0, MOST_IN_JSON).map(({ file, start, length, text, language, does, certainty, test }) => ({
      file,
      range: { start, end: { line: start.line, character: start.character + length } },
      text,
      language,
      does,
      certainty,
      test,
    })),
    truncated: places.length > MOST_IN_JSON,
    notes: used.notes,
  };
}

export function usesMarkdown(histories: readonly UseHistory[]): string {
  const lines = histories.flatMap(({ element, versions }) => {
    const names = programs(versions);
    const rows = ranges(versions, names);
    const shown = newestUsed(versions);
    return [
      `## ${code(element.fullName)}`,
      '',
      `| | ${names.map(plain).join(' | ')} | |`,
      `|---|${'---|'.repeat(names.length + 1)}`,
      ...rows.map(
        ({ label, cells }) =>
          `| ${plain(label)} | ${[...cells, ...(cells.length > names.length ? [] : [''])].map(plain).join(' | ')} |`,
      ),
      '',
      ...spans(versions, names).map((sentence) => `- ${plain(sentence)}`),
      ...(shown?.by ?? []).flatMap((used) => {
        const found = [...used.places, ...used.tests];
        if (found.length === 0) return [];
        return ['', `${plain(usedSentence(used))}:`, '', ...placeItems(found)];
      }),
      '',
    ];
  });
  return `${lines.join('\n').trimEnd()}\n`;
}

export function placeItems(places: readonly Place[], most = MOST_PLACES): string[] {
  const lines = places.slice(0, most).map((place) => {
    const how = [place.does, place.certainty, ...(place.test ? ['test'] : [])].join(', ');
    return `- ${codeCell(usePlace(place))} (${how}): ${codeCell(place.text)}`;
  });
  if (places.length > most) lines.push(`- … and ${String(places.length - most)} more`);
  return lines;
}
