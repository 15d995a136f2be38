import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { elementsOf } from '../../server/proto/elements.ts';
import { parse } from '../../server/proto/parse.ts';
import { offsetAt } from '../../server/proto/position.ts';
import type { FileNode } from '../../server/proto/tree.ts';

/** A release and an edit of it, by path. */
export interface Versions {
  readonly before: ReadonlyMap<string, string>;
  readonly after: ReadonlyMap<string, string>;
}

/** What buf says is broken, and about which declaration. */
export interface BufFinding {
  readonly rule: string;
  readonly message: string;
  /** Full name as findings have it; a path where it is about a file or a package as a whole. */
  readonly element: string;
}

/**
 * What `buf breaking` finds in each of many edits, with all that it looks for; undefined where buf cannot compile one of the sides.
 * One process judges all of them, each in a folder and a package of its own.
 */
export function breaking(edits: readonly Versions[]): (readonly BufFinding[] | undefined)[] {
  const root = mkdtempSync(join(tmpdir(), 'proto-compat-buf-'));
  try {
    const housed = edits.map(({ before, after }, index) => ({
      before: house(before, `c${String(index)}`),
      after: house(after, `c${String(index)}`),
    }));
    for (const { before, after } of housed) {
      for (const [path, text] of before) write(join(root, 'before', path), text);
      for (const [path, text] of after) write(join(root, 'after', path), text);
    }
    const refused = new Set<number>();
    for (;;) {
      const found = run(root);
      const wrong = found.filter(({ type }) => type === 'COMPILE').map(caseOf);
      if (wrong.length === 0) return sort(found, housed, refused);
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

/** The ids of buf's rules of a category, such as `WIRE`. */
export function rulesOf(category: string): readonly string[] {
  const args = ['config', 'ls-breaking-rules', '--version=v2', '--format=json'];
  const { stdout } = spawnSync(COMMAND, [...FIRST, ...args], { encoding: 'utf8' });
  // What buf prints about each of its rules, one object in each line.
  const rules = lines(stdout).map(
    (line) => JSON.parse(line) as { readonly id: string; readonly categories: readonly string[] },
  );
  return rules.filter(({ categories }) => categories.includes(category)).map(({ id }) => id);
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
  // Some of what it cannot compile it notices late, and says so in words.
  if (stderr.includes('Failure')) return [{ start_line: 1, start_column: 1, type: 'COMPILE', message: stderr }];
  // The format that was asked for. What comes with buf may come and go with the imports, and is of no edit.
  const found = lines(stdout).map((line) => JSON.parse(line) as Line);
  return found.filter(({ path, message }) => path !== undefined || !/"google[./]protobuf/.test(message));
}

function lines(output: string): string[] {
  return output.split('\n').filter((line) => line !== '');
}

const [COMMAND, ...FIRST] = findBuf();

/** The program itself where it can be found: the script around it takes longer to start than the comparison. */
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

/** The same files in a folder and below a package of that name. Lines stay where they are. */
function house(files: ReadonlyMap<string, string>, folder: string): Map<string, string> {
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

function sort(
  found: readonly Line[],
  housed: readonly Versions[],
  refused: ReadonlySet<number>,
): (BufFinding[] | undefined)[] {
  const sorted = housed.map((_, index): BufFinding[] | undefined => (refused.has(index) ? undefined : []));
  for (const line of found) {
    const index = caseOf(line);
    const versions = housed[index];
    if (versions === undefined) throw new Error(`Whose is this? ${line.message}`);
    const folder = new RegExp(`\\bc${String(index)}(?:$|[./])`, 'g');
    const element = elementOf(line, versions);
    sorted[index]?.push({
      rule: line.type,
      message: line.message.replace(folder, ''),
      element: element.replace(folder, ''),
    });
  }
  return sorted;
}

/** Files and packages that are gone have no path, but a name. */
function caseOf({ path, message }: Line): number {
  const found = /[\\/](?:before|after)[\\/]c(\d+)[\\/]/.exec(path ?? '') ?? /"c(\d+)[./"]/.exec(message);
  if (found === null) throw new Error(`Whose is this? ${message}`);
  return Number(found[1]);
}

function elementOf({ path, start_line, start_column, type, message }: Line, { before, after }: Versions): string {
  const [, kind = '', name = '', rest = ''] = /^Previously present ([a-z ]+|RPC) "(.*?)"(.*)/i.exec(message) ?? [];
  const file = /[\\/]after[\\/](c\d+[\\/].*)$/.exec(path ?? '')?.[1]?.replaceAll('\\', '/') ?? '';
  const text = after.get(file) ?? '';
  const node = parse(text);
  const start = { line: start_line - 1, character: start_column - 1 };
  const offset = offsetAt(node.lineStarts, text.length, start);
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

/** The full name of the innermost declaration around an offset. A group is a field and a message at once. */
export function elementAt(file: FileNode, offset: number, group: 'field' | 'message' = 'field'): string | undefined {
  const found = elementsOf(file).findLast(({ node: { span } }) => span.start <= offset && offset < span.end);
  if (found?.node.kind !== 'field' || found.node.group === undefined || group === 'message') return found?.fullName;
  // The field of a group has its message's name in lower case.
  return found.fullName.replace(/[^.]*$/, (name) => name.toLowerCase());
}

/** A released value by its number; values are siblings of their enum. */
function valueOf(files: ReadonlyMap<string, string>, enumName: string, number: number): string | undefined {
  return [...files.values()]
    .flatMap((text) => elementsOf(parse(text)))
    .find(
      ({ node, parent }) => node.kind === 'enumValue' && node.number?.value === number && parent?.fullName === enumName,
    )?.fullName;
}
