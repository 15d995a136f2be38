import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const modules = join(import.meta.dirname, '../node_modules');

/** The protoc program itself: starting node in front of it, as the package's own command does, takes ten times longer. */
export const protoc = join(modules, 'protoc/bin', executable());

/** Where protoc finds `google/protobuf/*.proto`. */
export const protocInclude = join(modules, 'protoc/include');

function executable(): string {
  const assets: unknown = JSON.parse(readFileSync(join(modules, 'protoc/assets.json'), 'utf8'));
  if (!Array.isArray(assets)) throw new Error('protoc/assets.json is no list');
  for (const asset of assets as unknown[]) {
    // The package's own list of its programs: only strings are read from it, and they are compared.
    const { arch, platform, executable: file } = asset as { arch?: unknown; platform?: unknown; executable?: unknown };
    if (arch === process.arch && platform === process.platform && typeof file === 'string') return file;
  }
  throw new Error(`The package protoc has no program for ${process.platform} ${process.arch}`);
}
