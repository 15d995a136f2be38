import { spawn, spawnSync, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import type { Encoding } from '../../../server/effects/effect.ts';
import type { Message } from '../../../server/schema/model.ts';
import { buildGo, hasGoPackage } from '../../golang.ts';
import type { Syntax } from '../plan.ts';
import { startEs } from './es.ts';
import { fromNeutral, toNeutral } from './neutral.ts';
import type { MessageValue } from '../wire.ts';

/** An implementation of protobuf that writes and reads messages of two schemas. */
export interface Implementation {
  readonly name: ImplementationName;
  readonly version: string;
  readonly syntaxes: readonly Syntax[];
  /** @param sides serialized FileDescriptorSets */
  load(sides: Readonly<Record<Side, Uint8Array>>): Promise<void>;
  /** @returns the bytes of each message, or undefined if this implementation cannot write it. */
  write(side: Side, type: Message, encoding: Encoding, messages: readonly MessageValue[]): Promise<Written[]>;
  /** @returns each message, or undefined if this implementation rejects it. */
  read(side: Side, type: Message, encoding: Encoding, bytes: readonly string[]): Promise<(MessageValue | undefined)[]>;
  /** Whether each path is valid in a `google.protobuf.FieldMask` for the type. */
  mask?(side: Side, type: Message, paths: readonly string[]): Promise<boolean[]>;
  stop(): void;
}

export type Side = 'old' | 'new';
/** Hexadecimal. */
type Written = string | undefined;

export const IMPLEMENTATIONS = ['python', 'go', 'protobuf-es'] as const;
export type ImplementationName = (typeof IMPLEMENTATIONS)[number];

/** The Debian packages to install. */
export const PACKAGES: Readonly<Record<ImplementationName, string>> = {
  python: 'python3-protobuf',
  go: 'golang-go and golang-google-protobuf-dev',
  'protobuf-es': '',
};

const ROOT = rootFrom(import.meta.dirname);
const FOLDER = path.join(ROOT, 'test/effects/implementations');
/** Another Python would not find Debian's packages. */
const PYTHON = '/usr/bin/python3';

export function isInstalled(name: ImplementationName): boolean {
  if (name === 'protobuf-es') return true;
  if (name === 'python')
    return spawnSync(PYTHON, ['-c', 'import google.protobuf.json_format'], { stdio: 'ignore' }).status === 0;
  return hasGoPackage('google.golang.org/protobuf');
}

export async function start(name: ImplementationName): Promise<Implementation> {
  if (name === 'protobuf-es') return startEs(installedVersion('@bufbuild/protobuf'));
  const worker =
    name === 'python' ? new Worker(PYTHON, [path.join(FOLDER, 'python/worker.py')]) : new Worker(goWorker());
  const { version } = await worker.ask({ version: true });
  return {
    name,
    version: String(version),
    syntaxes: ['proto2', 'proto3'],
    async load(sides) {
      const hex = Object.entries(sides).map(([side, set]) => [side, Buffer.from(set).toString('hex')]);
      await worker.ask({ load: Object.fromEntries(hex) as unknown });
    },
    async write(side, type, encoding, messages) {
      const items = messages.map((message) => toNeutral(type, message));
      const answer = await worker.ask({ write: side, type: type.fullName, encoding, items });
      return itemsOf(answer).map((item) => (typeof item === 'string' ? item : undefined));
    },
    async read(side, type, encoding, bytes) {
      const answer = await worker.ask({ read: side, type: type.fullName, encoding, items: bytes });
      return itemsOf(answer).map((item) => (item === null ? undefined : fromNeutral(type, item)));
    },
    async mask(side, type, paths) {
      const answer = await worker.ask({ mask: side, type: type.fullName, items: paths });
      return itemsOf(answer).map((item) => item === true);
    },
    stop: () => worker.stop(),
  };
}

function installedVersion(name: string): string {
  const found: unknown = JSON.parse(readFileSync(path.join(ROOT, 'node_modules', name, 'package.json'), 'utf8'));
  return typeof found === 'object' && found !== null && 'version' in found ? String(found.version) : '';
}

function itemsOf({ items }: Answer): readonly unknown[] {
  if (!Array.isArray(items)) throw new Error('an answer without items');
  return items;
}

type Answer = Readonly<Record<string, unknown>>;

/** A process with one request and one answer per line. If the process ends, pending requests fail with its stderr. */
class Worker {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #lines: Interface;
  readonly #waiting: { resolve: (answer: Answer) => void; reject: (error: Error) => void }[] = [];
  #errors = '';
  #end: Error | undefined;

  constructor(command: string, args: readonly string[] = []) {
    this.#process = spawn(command, args, { stdio: 'pipe' });
    this.#process.stderr.on('data', (text: Buffer) => {
      this.#errors = (this.#errors + text.toString()).slice(-2000);
    });
    // The handler of `close` rejects the request.
    this.#process.stdin.on('error', () => undefined);
    this.#process.on('close', () => {
      const end = new Error(`${command} ended: ${this.#errors}`);
      this.#end = end;
      for (const { reject } of this.#waiting.splice(0)) reject(end);
    });
    this.#lines = createInterface(this.#process.stdout);
    this.#lines.on('line', (line) => this.#waiting.shift()?.resolve(JSON.parse(line) as Answer));
  }

  ask(question: unknown): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (this.#end !== undefined) {
        reject(this.#end);
        return;
      }
      this.#waiting.push({ resolve, reject });
      this.#process.stdin.write(`${JSON.stringify(question)}\n`);
    });
  }

  stop(): void {
    this.#process.stdin.end();
  }
}

/** The checkout's folder. This file may be bundled in a folder below. */
function rootFrom(folder: string): string {
  return existsSync(path.join(folder, 'package.json')) ? folder : rootFrom(path.dirname(folder));
}

function goWorker(): string {
  const program = path.join(ROOT, '.cache/implementations/go-worker');
  buildGo(program, [path.join(FOLDER, 'go/worker.go')]);
  return program;
}
