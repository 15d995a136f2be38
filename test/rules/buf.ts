import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { elementsOf } from '../../server/proto/elements.ts';
import { parse } from '../../server/proto/parse.ts';
import { offsetAt } from '../../server/proto/position.ts';
import type { FileNode } from '../../server/proto/tree.ts';

/** The files of a release and of an edit, by path. */
export interface Versions {
  readonly before: ReadonlyMap<string, string>;
  readonly after: ReadonlyMap<string, string>;
}

export interface BufFinding {
  readonly rule: string;
  readonly message: string;
  /** The full name of the declaration or package, or the path of the file. */
  readonly element: string;
}

/**
 * What `buf breaking` finds in each edit with all its rules. Undefined if buf cannot compile a side. One run checks all edits, each in a
 * folder and package of its own.
 */
export function breaking(edits: readonly Versions[]): (readonly BufFinding[] | undefined)[] {
  const root = mkdtempSync(join(tmpdir(), 'proto-compat-buf-'));
  try {
    const isolated = edits.map(({ before, after }, index) => ({
      before: isolate(before, `c${String(index)}`),
      after: isolate(after, `c${String(index)}`),
    }));
    for (const { before, after } of isolated) {
      for (const [path, text] of before) write(join(root, 'before', path), text);
      for (const [path, text] of after) write(join(root, 'after', path), text);
    }
    const refused = new Set<number>();
    for (;;) {
      const found = run(root);
      const wrong = found.filter(({ type }) => type === 'COMPILE').map(caseOf);
      if (wrong.length === 0) return groupByEdit(found, isolated, refused);
      for (const index of wrong) {
        refused.add(index);
        for (const side of ['before', 'after'])
          rmSync(join(root, side, `c${String(index)}`), { recursive: true, force: true });
      }
    }
  } finally {
    rmSync(root, { recursive: true });
  }
}

/** The ids of buf's rules in a category, such as `WIRE`. */
export function rulesOf(category: string): readonly string[] {
  return breakingRules('v2').flatMap(({ id, categories }) => (categories.includes(category) ? [id] : []));
}

/** buf's rules in a version of buf.yaml, including deprecated ones. */
export function breakingRules(version: string): readonly {
  readonly id: string;
  readonly categories: readonly string[];
  readonly deprecated: boolean;
  readonly replacements: readonly string[] | null;
}[] {
  const args = ['config', 'ls-breaking-rules', `--version=${version}`, '--include-deprecated', '--format=json'];
  const { stdout } = spawnSync(COMMAND, [...FIRST, ...args], { encoding: 'utf8' });
  return lines(stdout).map((line) => JSON.parse(line) as ReturnType<typeof breakingRules>[number]);
}

/** One line of buf's output. Lines and columns count from 1. */
interface Line {
  readonly path?: string;
  readonly start_line: number;
  readonly start_column: number;
  readonly type: string;
  readonly message: string;
}

const CONFIG = JSON.stringify({ version: 'v2', breaking: { use: ['FILE', 'PACKAGE', 'WIRE_JSON', 'WIRE'] } });

function run(root: string): Line[] {
  const args = [
    'breaking',
    join(root, 'after'),
    '--against',
    join(root, 'before'),
    '--config',
    CONFIG,
    '--error-format=json',
  ];
  const { stdout, stderr } = spawnSync(COMMAND, [...FIRST, ...args], { encoding: 'utf8', maxBuffer: 2 ** 30 });
  // Some compile errors are only printed as text, at the end.
  if (stderr.includes('Failure')) return [{ start_line: 1, start_column: 1, type: 'COMPILE', message: stderr }];
  // Findings about the files that buf includes belong to no edit.
  const found = lines(stdout).map((line) => JSON.parse(line) as Line);
  return found.filter(({ path, message }) => path !== undefined || !/"google[./]protobuf/.test(message));
}

function lines(output: string): string[] {
  return output.split('\n').filter((line) => line !== '');
}

const [COMMAND, ...FIRST] = findBuf();

/** buf's native program if it is installed, because the script around it starts slowly. */
function findBuf(): readonly [string, ...string[]] {
  const { resolve } = createRequire(import.meta.url);
  try {
    return [resolve(`@bufbuild/buf-${process.platform}-${process.arch}/bin/buf`)];
  } catch {
    return [process.execPath, resolve('@bufbuild/buf/bin/buf')];
  }
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/** The same files in a folder and in a parent package with that name. Line numbers do not change. */
function isolate(files: ReadonlyMap<string, string>, folder: string): Map<string, string> {
  return new Map(
    [...files].map(([path, text]) => {
      const node = parse(text);
      const inserted: { at: number; text: string }[] = node.imports
        .filter((each) => files.has(each.path.text))
        .map((each) => ({ at: each.path.span.start + 1, text: `${folder}/` }));
      inserted.push(
        node.package === undefined
          ? { at: node.edition?.span.end ?? 0, text: `package ${folder};` }
          : { at: node.package.name.span.start, text: `${folder}.` },
      );
      const moved = inserted
        .sort((a, b) => b.at - a.at)
        .reduce((so, each) => so.slice(0, each.at) + each.text + so.slice(each.at), text);
      return [`${folder}/${path}`, moved.replace(/(?<=[\s<(,])\.(?=[A-Za-z_])(?!google\.protobuf\.)/g, `.${folder}.`)];
    }),
  );
}

function groupByEdit(
  found: readonly Line[],
  isolated: readonly Versions[],
  refused: ReadonlySet<number>,
): (BufFinding[] | undefined)[] {
  const grouped = isolated.map((_, index): BufFinding[] | undefined => (refused.has(index) ? undefined : []));
  for (const line of found) {
    const index = caseOf(line);
    const versions = isolated[index];
    if (versions === undefined) throw new Error(`This finding belongs to no edit: ${line.message}`);
    const folder = new RegExp(`\\bc${String(index)}(?:$|[./])`, 'g');
    const element = elementOf(line, versions);
    grouped[index]?.push({
      rule: line.type,
      message: line.message.replace(folder, ''),
      element: element.replace(folder, ''),
    });
  }
  return grouped;
}

/** The index of the edit that a finding belongs to. Findings about removed files and packages have a name instead of a path. */
function caseOf({ path, message }: Line): number {
  const found = /[\\/](?:before|after)[\\/]c(\d+)[\\/]/.exec(path ?? '') ?? /"c(\d+)[./"]/.exec(message);
  if (found === null) throw new Error(`This finding belongs to no edit: ${message}`);
  return Number(found[1]);
}

function elementOf({ path, start_line, start_column, type, message }: Line, { before, after }: Versions): string {
  const [, kind = '', name = '', rest = ''] = /^Previously present ([a-z ]+|RPC) "(.*?)"(.*)/i.exec(message) ?? [];
  const file = /[\\/]after[\\/](c\d+[\\/].*)$/.exec(path ?? '')?.[1]?.replaceAll('\\', '/') ?? '';
  const text = after.get(file) ?? '';
  const node = parse(text);
  const start = { line: start_line - 1, character: start_column - 1 };
  const offset = offsetAt(node.lineStarts, text, start);
  const place = elementAt(node, offset, /^FIELD_(SAME|WIRE)/.test(type) ? 'field' : 'message');
  const scope = / from package "(.*?)"/.exec(rest)?.[1] ?? parse(before.get(file) ?? text).package?.name.text ?? '';
  switch (kind) {
    case 'file':
    case 'package':
      return name;
    case 'message':
    case 'enum':
    case 'service':
    case 'extension':
      return `${scope}.${name}`;
    case 'field':
      return `${place ?? ''}.${/ with name "(.*?)"/.exec(rest)?.[1] ?? ''}`;
    case 'RPC':
    case 'oneof':
      return `${place ?? ''}.${name}`;
    case 'enum value':
      return valueOf(before, `${scope}.${/ on enum "(.*?)"/.exec(rest)?.[1] ?? ''}`, Number(name)) ?? '';
    default:
      return place ?? file;
  }
}

/** The full name of the innermost declaration around an offset. A group is both a field and a message; `group` selects one. */
export function elementAt(file: FileNode, offset: number, group: 'field' | 'message' = 'field'): string | undefined {
  const found = elementsOf(file).findLast(({ node: { span } }) => span.start <= offset && offset < span.end);
  if (found?.node.kind !== 'field' || found.node.group === undefined || group === 'message') return found?.fullName;
  // The field of a group has the message's name in lower case.
  return found.fullName.replace(/[^.]*$/, (name) => name.toLowerCase());
}

/** The full name of the first value with this number in an enum. */
function valueOf(files: ReadonlyMap<string, string>, enumName: string, number: number): string | undefined {
  return [...files.values()]
    .flatMap((text) => elementsOf(parse(text)))
    .find(
      ({ node, parent }) => node.kind === 'enumValue' && node.number?.value === number && parent?.fullName === enumName,
    )?.fullName;
}
