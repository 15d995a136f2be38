import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { MAXIMUM_CONFIGURATION_SIZE } from '../check/configuration.ts';
import { mayExist, readInside, whyNotRead } from '../git/file.ts';
import { Repository } from '../git/repository.ts';
import type { WorkingTree } from '../git/working-tree.ts';
import { readBufSettings } from '../policy/buf.ts';
import { CONFIGURATION_FILE } from '../policy/config.ts';
import { unstableMatcher } from '../policy/patterns.ts';
import { DEFAULT_SETTINGS, type Settings } from '../policy/settings.ts';
import { configurationText } from '../report/configuration.ts';
import { printable } from '../report/printable.ts';
import { readText } from '../release/text.ts';
import { RULES } from '../rules/index.ts';
import { CannotRun, type Input } from './command.ts';
import { startDirectory } from './project.ts';

/** Writes a configuration that is based on buf.yaml or else on the .proto files. */
export async function init(input: Input): Promise<number> {
  const directory = startDirectory(input);
  const repository = await Repository.open(directory);
  if (!(repository instanceof Repository)) throw new CannotRun(`${repository.message} ${repository.advice}`);
  try {
    const { workingTree } = repository;
    if (workingTree === undefined)
      throw new CannotRun('this repository is bare, so there is no folder to write to; run init in a clone.');
    const file = path.join(workingTree.root, CONFIGURATION_FILE);
    if (mayExist(file)) throw new CannotRun(`${file} already exists; edit it, or remove it first.`);
    const { settings, source } = fromBuf(workingTree.root) ?? (await fromFiles(workingTree));
    write(file, configurationText(settings));
    process.stdout.write(`Wrote ${CONFIGURATION_FILE} from ${source}. \`proto-compat check\` uses it from now on.\n`);
    return 0;
  } finally {
    repository.close();
  }
}

const BUF_FILE = 'buf.yaml';

interface Found {
  readonly settings: Settings;
  /** "buf.yaml", "3 .proto files" */
  readonly source: string;
}

function fromBuf(root: string): Found | undefined {
  const file = path.join(root, BUF_FILE);
  const content = readInside(root, file, MAXIMUM_CONFIGURATION_SIZE);
  if (content === undefined) return undefined;
  if (!Buffer.isBuffer(content)) throw new CannotRun(`${BUF_FILE}: ${whyNotRead(content)} Remove it, or replace it.`);
  const { settings, problems } = readBufSettings(content.toString(), BUF_FILE, RULES);
  for (const { range, message } of problems)
    console.error(`${BUF_FILE}:${range.start.line + 1}: ${printable(message)}`);
  return { settings, source: BUF_FILE };
}

async function fromFiles(workingTree: WorkingTree): Promise<Found> {
  const files = [...(await workingTree.index()).keys()];
  const isUnstable = unstableMatcher({ unstable: UNSTABLE });
  let [unstable, json] = [false, false];
  for (const file of files) {
    const text = readText(workingTree.root, file) ?? '';
    unstable ||= isUnstable(file, /^[ \t]*package[ \t]+([\w.]+)/m.exec(text)?.[1] ?? '');
    json ||= text.includes('google/api/annotations.proto');
  }
  return {
    settings: {
      ...DEFAULT_SETTINGS,
      // Gateways generated from these annotations use JSON.
      ...(json && { encodings: ['binary', 'json'] }),
      ...(unstable && { unstable: UNSTABLE }),
    },
    source: files.length === 1 ? 'one .proto file' : `${files.length} .proto files`,
  };
}

const UNSTABLE: readonly string[] = ['v[1-9]*alpha*', 'v[1-9]*beta*'];

function write(file: string, text: string): void {
  try {
    writeFileSync(file, text, { flag: 'wx' });
  } catch (error) {
    // On a full disk, a partial file would remain.
    if (errorCode(error) !== 'EEXIST') rmSync(file, { force: true });
    throw new CannotRun(`${file} cannot be written (${error instanceof Error ? error.message : String(error)}).`);
  }
}

function errorCode(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
