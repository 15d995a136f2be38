import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {
  createFileRegistry,
  type DescEnum,
  type DescField,
  type DescMessage,
  type FileRegistry,
  fromBinary,
  ScalarType,
} from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { protoc, protocInclude } from '../protoc.ts';
import type { Tree } from './tree.ts';

export interface BreakingFinding {
  readonly rule: string;
  readonly element: string;
  readonly file: string;
  /** The file of the released element. */
  readonly old: string | undefined;
}

/**
 * How protoc alone shows a break. `protoc`: the other release decodes another value. `name`: the newer text has lost a name on the wire.
 * @returns undefined if protoc cannot show the break
 */
export function execute(old: Tree, edited: Tree, finding: BreakingFinding): 'protoc' | 'name' | undefined {
  const before = compile(old, finding.old ?? finding.file);
  if (before === undefined) return undefined;
  if (NAMES.test(finding.rule)) return losesName(before, edited, finding) ? 'name' : undefined;
  const after = compile(edited, finding.file);
  if (after === undefined) return undefined;
  for (const place of places(before, after, finding.element)) {
    const a = { compiled: before, message: place.old };
    const b = { compiled: after, message: place.edited };
    if (isReadDifferently(a, b, place.numbers) || isReadDifferently(b, a, place.numbers)) return 'protoc';
  }
  return undefined;
}

/** Rules about names on the wire: the path of a call, the type of a message in an `Any`. */
const NAMES =
  /^(?:method-(?:removed|renamed)|service-.*|file-removed|package-changed|message-(?:removed|moved|renamed))$/;

function losesName(before: Compiled, edited: Tree, { rule, element }: BreakingFinding): boolean {
  const words = new Set([...before.own].map((name) => name.slice(name.lastIndexOf('.') + 1)));
  // Compiling every file would take too long.
  const candidates = [...edited.names].filter(([, [name = '']]) => {
    const text = readFileSync(path.join(edited.folder, name), 'utf8');
    return text.match(/\w+/g)?.some((word) => words.has(word)) === true;
  });
  const now = new Set(candidates.flatMap(([file]) => [...(compile(edited, file)?.names ?? [])]));
  if (rule === 'method-removed') return before.names.has(element) && !now.has(element);
  return [...before.own].some((name) => !now.has(name));
}

interface Compiled {
  readonly tree: Tree;
  readonly name: string;
  readonly registry: FileRegistry;
  /** Full names of the file's messages and methods. */
  readonly own: ReadonlySet<string>;
  /** Also those of its imports. */
  readonly names: ReadonlySet<string>;
}

interface Side {
  readonly compiled: Compiled;
  readonly message: DescMessage;
}

const COMPILED = new WeakMap<Tree, Map<string, Compiled | undefined>>();

/** Compiles a file under the first of its names that protoc accepts. */
function compile(tree: Tree, file: string): Compiled | undefined {
  const known = COMPILED.get(tree) ?? new Map<string, Compiled | undefined>();
  COMPILED.set(tree, known);
  if (!known.has(file)) {
    let accepted: Compiled | undefined;
    for (const name of tree.names.get(file) ?? []) accepted ??= compileAs(tree, name);
    known.set(file, accepted);
  }
  return known.get(file);
}

function compileAs(tree: Tree, name: string): Compiled | undefined {
  const output = mkdtempSync(path.join(os.tmpdir(), 'proto-compat-census-'));
  try {
    const set = path.join(output, 'set.binpb');
    execFileSync(protoc, [...roots(tree), '--include_imports', `--descriptor_set_out=${set}`, name], { stdio: 'pipe' });
    const files = fromBinary(FileDescriptorSetSchema, readFileSync(set));
    const registry = createFileRegistry(files);
    const own = new Set<string>();
    const names = new Set<string>();
    for (const type of registry) {
      const found =
        type.kind === 'message'
          ? [type.typeName]
          : type.kind === 'service'
            ? type.methods.map((method) => `${type.typeName}.${method.name}`)
            : [];
      for (const each of found) {
        names.add(each);
        if (`${type.file.name}.proto` === name) own.add(each);
      }
    }
    return { tree, name, registry, own, names };
  } catch {
    // protoc rejects the text.
    return undefined;
  } finally {
    rmSync(output, { recursive: true });
  }
}

function roots(tree: Tree): string[] {
  return [`-I${tree.folder}`, `-I${protocInclude}`];
}

/** A message of both sides that contains the element or uses its enum, with the numbers of the fields to execute. */
interface Place {
  readonly old: DescMessage;
  readonly edited: DescMessage;
  readonly numbers: ReadonlySet<number>;
}

function* places(before: Compiled, after: Compiled, element: string): Iterable<Place> {
  const last = element.slice(element.lastIndexOf('.') + 1);
  const outer = element.slice(0, element.lastIndexOf('.'));
  const [old, edited] = [messageNamed(before, outer), messageNamed(after, outer)];
  if (old !== undefined && edited !== undefined) {
    const named = [...old.fields, ...edited.fields].filter(({ name }) => name === last);
    yield { old, edited, numbers: new Set(named.map(({ number }) => number)) };
  }
  for (const user of before.registry) {
    if (user.kind !== 'message') continue;
    const now = after.registry.getMessage(user.typeName);
    const fields = user.fields.filter((field) => field.enum?.values.some(({ name }) => name === last) === true);
    if (now === undefined || fields.length === 0) continue;
    yield { old: user, edited: now, numbers: new Set(fields.map(({ number }) => number)) };
  }
}

/** By its full name or, if the package was renamed, by its last part. */
function messageNamed({ registry }: Compiled, name: string): DescMessage | undefined {
  const found = registry.getMessage(name);
  if (found !== undefined) return found;
  const end = name.slice(name.lastIndexOf('.'));
  return [...registry].find((type): type is DescMessage => type.kind === 'message' && type.typeName.endsWith(end));
}

function isReadDifferently(writer: Side, reader: Side, numbers: ReadonlySet<number>): boolean {
  return writer.message.fields.some((field) => numbers.has(field.number) && differs(writer, reader, field));
}

function differs(writer: Side, reader: Side, field: DescField): boolean {
  return samples(field, 3).some((text) => {
    const bytes = run(writer, '--encode', text);
    if (bytes === undefined) return false;
    const [sent, read] = [run(writer, '--decode', bytes.output), run(reader, '--decode', bytes.output)];
    if (sent === undefined) return false;
    return read?.output.toString() !== sent.output.toString() || read.missing !== sent.missing;
  });
}

function run({ compiled: { tree, name }, message }: Side, flag: string, input: string | Buffer) {
  const { status, stdout, stderr } = spawnSync(protoc, [...roots(tree), `${flag}=${message.typeName}`, name], {
    input,
  });
  if (status !== 0) return undefined;
  return { output: stdout, missing: stderr.toString().includes('missing required') };
}

/** Fields with some values, in protobuf's text format. */
function samples(field: DescField, depth: number): string[] {
  const { name } = field;
  switch (field.fieldKind) {
    case 'scalar':
      return scalarTexts(field.scalar).map((text) => `${name}: ${text}`);
    case 'enum':
      return enumTexts(field.enum).map((text) => `${name}: ${text}`);
    case 'list': {
      const each = elementTexts(field, depth).map((text) => `${name}: ${text}`);
      return [...each, each.slice(0, 2).join(' ')];
    }
    case 'map': {
      const key = scalarTexts(field.mapKey)[0] ?? '';
      return elementTexts(field, depth).map((value) => `${name} { key: ${key} value: ${value} }`);
    }
    case 'message':
      return messageTexts(field.message, depth).map((text) => `${name}: ${text}`);
  }
}

/** Some elements of a list, or values of a map. */
function elementTexts({ scalar, enum: type, message }: DescField, depth: number): string[] {
  if (scalar !== undefined) return scalarTexts(scalar);
  return type === undefined ? messageTexts(message, depth) : enumTexts(type);
}

function messageTexts(message: DescMessage, depth: number): string[] {
  if (depth === 0) return ['{}'];
  return [
    '{}',
    ...message.fields.slice(0, 12).flatMap((field) =>
      samples(field, depth - 1)
        .slice(0, 2)
        .map((text) => `{ ${text} }`),
    ),
  ];
}

function enumTexts({ values }: DescEnum): string[] {
  return values.slice(0, 60).map(({ name }) => name);
}

function scalarTexts(scalar: ScalarType): string[] {
  switch (scalar) {
    case ScalarType.STRING:
      return ['"a1"', '"\\010\\001"', '""'];
    case ScalarType.BYTES:
      return ['"a1"', '"\\377"', '"\\010\\001"', '""'];
    case ScalarType.BOOL:
      return ['true', 'false'];
    case ScalarType.FLOAT:
    case ScalarType.DOUBLE:
      return ['1.5', '-1', '0'];
    case ScalarType.UINT32:
    case ScalarType.FIXED32:
      return ['1', '4294967295', '0'];
    case ScalarType.UINT64:
    case ScalarType.FIXED64:
      return ['1', '18446744073709551615', '0'];
    case ScalarType.INT32:
    case ScalarType.SINT32:
    case ScalarType.SFIXED32:
      return ['1', '-1', '2147483647', '0'];
    default:
      return ['1', '-1', '9223372036854775807', '0'];
  }
}
