import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { createFileRegistry } from '@bufbuild/protobuf';
import type { FileDescriptorSet } from '@bufbuild/protobuf/wkt';
import { parse } from '../../server/proto/parse.ts';
import type { FileNode } from '../../server/proto/tree.ts';
import { PathIndex, resolveImport } from '../../server/schema/imports.ts';
import { link } from '../../server/schema/link.ts';
import { describeFiles } from '../protoc.ts';
import { factsOfRegistry, factsOfSchema, type Facts } from '../schema/facts.ts';
import { spanDifferences } from './oracle.ts';

/*
 * Compares the parser, the spans, the imports and the resolved schema with protoc for every `.proto` file of a folder: `--corpus DIR`.
 * Prints each difference, the files that protoc rejects, and the totals. Exits with 1 if there is a difference, or if no file was compared.
 */

const BATCH = 50;

const { corpus } = parseArgs({ options: { corpus: { type: 'string' } } }).values;
if (corpus === undefined) throw new Error('--corpus DIR is missing.');
const folder = corpus;
const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.proto'))
  .sort();
const index = new PathIndex(paths);
const totals = { files: 0, declarations: 0, differences: 0, skipped: 0 };
for (let start = 0; start < paths.length; start += BATCH) {
  compareAll(paths.slice(start, start + BATCH));
  if (process.stderr.isTTY)
    process.stderr.write(`\r${String(Math.min(start + BATCH, paths.length))} of ${String(paths.length)} files `);
}
console.log(
  `${String(totals.files)} files with ${String(totals.declarations)} declarations: ${String(totals.differences)} differences; ` +
    `${String(totals.skipped)} files that protoc rejects`,
);
if (totals.differences > 0 || totals.files === 0) process.exitCode = 1;

/** Finds a rejected file by bisection, and compiles it with each folder above it as the root until protoc accepts it. */
function compareAll(some: readonly string[]): void {
  try {
    compare('.', some, describeFiles(folder, some));
  } catch (error) {
    const [only] = some;
    if (some.length > 1) {
      compareAll(some.slice(0, some.length / 2));
      compareAll(some.slice(some.length / 2));
    } else if (only !== undefined) {
      compareBelow(only, error);
    }
  }
}

function compareBelow(path: string, refusal: unknown): void {
  for (let root = dirname(path); root !== '.'; root = dirname(root)) {
    const name = path.slice(root.length + 1);
    let set: FileDescriptorSet;
    try {
      set = describeFiles(join(folder, root), [name]);
    } catch {
      continue;
    }
    compare(root, [name], set);
    return;
  }
  totals.skipped++;
  // execFileSync adds the process's output to the error that it throws.
  console.log(`skipped ${path}: ${String((refusal as { stderr?: unknown }).stderr ?? refusal).split('\n')[0] ?? ''}`);
}

/** @param root the folder to which the names and the imports are relative. */
function compare(root: string, names: readonly string[], set: FileDescriptorSet): void {
  const files = new Map<string, FileNode>();
  for (const { name } of set.file) {
    const path = join(root, name);
    if (index.has(path)) files.set(name, parse(readFileSync(join(folder, path), 'utf8')));
  }
  const schema = link(files);
  const differences = schema.problems.map(({ file, message }) => `${file}: ${message}`);
  for (const { name, dependency, ...descriptor } of set.file) {
    const node = files.get(name);
    if (node === undefined || !names.includes(name)) continue;
    const imports = node.imports.filter(({ modifier }) => modifier !== 'option');
    for (const [position, imported] of dependency.entries()) {
      const theirs = join(root, imported);
      const text = imports[position]?.path.text ?? '';
      const ours = resolveImport(text, join(root, name), index, []);
      // Several files can end with the imported path. The project's `-I` folders, which are unknown, choose one of them.
      if (index.has(theirs) && ours !== theirs && ours?.endsWith(`/${text}`) !== true)
        differences.push(`${name}: import "${text}" is ${String(ours)} here`);
    }
    differences.push(...node.problems.map(({ message }) => `${name}: ${message}`));
    differences.push(...spanDifferences(node, { name, dependency, ...descriptor }).map((each) => `${name}: ${each}`));
  }
  const ours = factsOfSchema(schema, names);
  const theirs = factsOfRegistry(createFileRegistry(set), names);
  differences.push(...factDifferences(ours, theirs));
  for (const each of differences) console.log(join(root, each));
  totals.files += names.length;
  totals.declarations += Object.keys(theirs).length;
  totals.differences += differences.length;
}

function factDifferences(ours: Facts, theirs: Facts): string[] {
  const names = new Set([...Object.keys(ours), ...Object.keys(theirs)]);
  return [...names]
    .filter((name) => !isDeepStrictEqual(ours[name], theirs[name]))
    .map((name) => `${name} is ${JSON.stringify(ours[name])} here, and ${JSON.stringify(theirs[name])} to protoc`);
}
