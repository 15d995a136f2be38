import { createHash } from 'node:crypto';
import path from 'node:path';
import { readInside, readRegular } from '../git/file.ts';

/** A file's text, or in one sentence why it has none that could be compared. */
export type Text =
  { readonly text: string; readonly problem?: string } | { readonly text?: undefined; readonly problem: string };

/**
 * Decodes a `.proto` file. Bytes that are no UTF-8 become U+FFFD, text of two bytes is read, and the result says so. A Git LFS pointer is followed where the
 * large file is on this machine.
 * @param gitDirectory absolute, where LFS keeps its files.
 */
export function decode(content: Buffer, gitDirectory: string): Text {
  const pointer = pointerIn(content);
  if (pointer !== undefined) {
    const real = readLargeFile(pointer, gitDirectory);
    return typeof real === 'string' ? { problem: real } : decodeContent(real);
  }
  return decodeContent(content);
}

/** The text of a file on disk that is in this folder; undefined where it has none that could be shown. */
export function readText(root: string, file: string): string | undefined {
  const content = readInside(root, path.join(root, file));
  return Buffer.isBuffer(content) ? decode(content, path.join(root, '.git')).text : undefined;
}

/** A file of git itself that holds a path; empty where it cannot be read. */
export function readGitFile(absolute: string): string {
  const content = readRegular(absolute, 100_000);
  return Buffer.isBuffer(content) ? content.toString() : '';
}

function decodeContent(content: Buffer): Text {
  const wide = WIDE.get(content.toString('latin1', 0, 2));
  if (wide !== undefined) {
    return { text: wide.decode(content), problem: 'This file is UTF-16, and protobuf asks for UTF-8.' };
  }
  // Disks that lost power leave zeros, and text of two bytes without a mark has them, too.
  if (content.includes(0) && content.filter((byte) => byte === 0).length * 10 > content.length) {
    return { problem: 'This file is no text, but mostly zeros, and is not compared.' };
  }
  try {
    return { text: STRICT.decode(content) };
  } catch {
    const text = LENIENT.decode(content);
    // What cannot be read in comments says nothing, and protoc accepts it.
    if (!withoutComments(text).includes('\ufffd')) return { text };
    return {
      text,
      problem: 'This file is not UTF-8, as protobuf asks for; characters that could not be read are replaced.',
    };
  }
}

function withoutComments(text: string): string {
  return text.replaceAll(/("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|\/\/[^\n]*|\/\*(?:[^*]|\*(?!\/))*\*\//g, '$1');
}

export const TOO_LARGE = 'This file is larger than 20 MB and is not checked.';

const LFS_POINTER = /^version https:\/\/git-lfs\.github\.com\/spec\/v1\n(?:.*\n)*?oid sha256:([0-9a-f]{64})\n/;
/** A byte order mark stays, so that offsets are those of the file. */
const STRICT = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const LENIENT = new TextDecoder('utf-8', { ignoreBOM: true });
/** By the byte order mark, which editors go by as well. */
const WIDE = new Map([
  ['\xff\xfe', new TextDecoder('utf-16le', { ignoreBOM: true })],
  ['\xfe\xff', new TextDecoder('utf-16be', { ignoreBOM: true })],
]);

/** The hash in a Git LFS pointer. See https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md. */
function pointerIn(content: Buffer): string | undefined {
  return content.length < 1024 ? LFS_POINTER.exec(content.toString('latin1'))?.[1] : undefined;
}

/** The repository's own copy of a large file, which may have been put there by anybody; or in one sentence why it is not used. */
function readLargeFile(id: string, gitDirectory: string): Buffer | string {
  const file = path.join(gitDirectory, 'lfs', 'objects', id.slice(0, 2), id.slice(2, 4), id);
  const content = readInside(gitDirectory, file);
  if (content === undefined)
    return 'This file is kept in Git LFS and its content is not on this machine: run `git lfs fetch --all`.';
  if (content === 'too-large') return TOO_LARGE;
  if (content === 'outside')
    return `The Git LFS object of this file is a link out of the repository and is not read: ${REPAIR}`;
  if (!Buffer.isBuffer(content)) return `The Git LFS object of this file cannot be read: ${REPAIR}`;
  if (createHash('sha256').update(content).digest('hex') !== id)
    return `The Git LFS object of this file is damaged, because its hash is another one: ${REPAIR}`;
  if (pointerIn(content) !== undefined)
    return 'The Git LFS object of this file is a pointer itself, which is not followed.';
  return content;
}

const REPAIR = 'run `git lfs fsck`, then `git lfs fetch --all`.';
