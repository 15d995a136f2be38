import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createFileRegistry, fromBinary } from '@bufbuild/protobuf';
import type { FileRegistry } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { protoc, protocInclude } from '../protoc.ts';

export type Texts = Readonly<Record<string, string>>;

/** What protoc makes of these files, by path, with the given `-I` folders. Throws with its messages where it rejects them. */
export function compile(texts: Texts, roots: readonly string[] = ['.']): FileRegistry {
  return createFileRegistry(fromBinary(FileDescriptorSetSchema, descriptorSet(texts, roots)));
}

/** What protoc complains about; empty where it accepts the files. */
export function complaints(texts: Texts): string {
  try {
    descriptorSet(texts, ['.']);
    return '';
  } catch (error) {
    // execFileSync adds what the process wrote to the error that it throws.
    return String((error as { stderr?: unknown }).stderr);
  }
}

function descriptorSet(texts: Texts, roots: readonly string[]): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), 'proto-compat-'));
  try {
    for (const [path, text] of Object.entries(texts)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const options = [...roots, protocInclude].map((root) => `-I${root}`);
    options.push('--include_imports', '--descriptor_set_out=out.binpb');
    execFileSync(protoc, [...options, ...Object.keys(texts)], { cwd: folder, stdio: 'pipe' });
    return readFileSync(join(folder, 'out.binpb'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
