import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fromBinary } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema, type FileDescriptorSet } from '@bufbuild/protobuf/wkt';

/** Node.js finds the package, because this file may be bundled into any folder. */
const folder = dirname(createRequire(import.meta.url).resolve('protoc/package.json'));

/** The protoc program. The package's own command starts it through node, which takes ten times longer. */
export const protoc = join(folder, 'bin', executable());

/** The folder with `google/protobuf/*.proto`. */
export const protocInclude = join(folder, 'include');

/** Texts by path. */
export type Texts = Readonly<Record<string, string>>;

/**
 * The descriptors of files and their imports, with source info.
 * @param roots the `-I` folders, relative to `folder`
 * @throws with protoc's messages if it rejects the files
 */
export function describeFiles(
  folder: string,
  names: readonly string[],
  roots: readonly string[] = ['.'],
): FileDescriptorSet {
  const output = mkdtempSync(join(tmpdir(), 'proto-compat-'));
  try {
    const set = join(output, 'set.binpb');
    const args = [...roots, protocInclude].map((root) => `-I${root}`);
    args.push('--include_imports', '--include_source_info', `--descriptor_set_out=${set}`);
    execFileSync(protoc, [...args, ...names], { cwd: folder, stdio: 'pipe' });
    return fromBinary(FileDescriptorSetSchema, readFileSync(set));
  } finally {
    rmSync(output, { recursive: true });
  }
}

/** `describeFiles` for texts that are not on disk. */
export function describeTexts(texts: Texts, roots?: readonly string[]): FileDescriptorSet {
  const folder = mkdtempSync(join(tmpdir(), 'proto-compat-'));
  try {
    for (const [path, text] of Object.entries(texts)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    return describeFiles(folder, Object.keys(texts), roots);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function executable(): string {
  const assets: unknown = JSON.parse(readFileSync(join(folder, 'assets.json'), 'utf8'));
  if (!Array.isArray(assets)) throw new Error('protoc/assets.json is not a list');
  for (const asset of assets as unknown[]) {
    const { arch, platform, executable: file } = asset as { arch?: unknown; platform?: unknown; executable?: unknown };
    if (arch === process.arch && platform === process.platform && typeof file === 'string') return file;
  }
  throw new Error(`The package protoc has no program for ${process.platform} ${process.arch}`);
}
