import { createHash } from 'node:crypto';
import path from 'node:path';
import { commonDirectoryOf, gitDirectoryIn } from '../git/directories.ts';
import { type NotRead, readInside, whyNotRead } from '../git/file.ts';

export { commonDirectoryOf, gitDirectoryIn };

export type Text =
  { readonly text: string; readonly problem?: string } | { readonly text?: undefined; readonly problem: string };

/**
 * Follows a Git LFS pointer. UTF-16 and invalid UTF-8 also give a text.
 * @param gitDirectory absolute; Git LFS stores its objects there.
 */
export function decodeText(content: Buffer, gitDirectory: string): Text {
  const pointer = pointerIn(content);
  if (pointer !== undefined) {
    const real = readLfsObject(pointer, gitDirectory);
    return typeof real === 'string' ? { problem: real } : decodeContent(real);
  }
  return decodeContent(content);
}

export function substituteId(why: NotRead): string {
  return `unreadable: ${whyNotRead(why)}`;
}

/** @param root absolute; a file outside is not read. */
export function readText(root: string, file: string): string | undefined {
  const content = readInside(root, path.join(root, file));
  if (!Buffer.isBuffer(content)) return undefined;
  return decodeText(content, commonDirectoryOf(gitDirectoryIn(root) ?? root)).text;
}

function decodeContent(content: Buffer): Text {
  const utf16 = UTF_16.get(content.toString('latin1', 0, 2));
  if (utf16 !== undefined) {
    return { text: utf16.decode(content), problem: 'This file is UTF-16, but protobuf requires UTF-8.' };
  }
  // A disk that lost power can leave zero bytes. UTF-16 also contains them.
  if (content.includes(0) && content.filter((byte) => byte === 0).length * 10 > content.length) {
    return { problem: 'This file contains too many zero bytes to be text, so it is not compared.' };
  }
  try {
    return { text: STRICT.decode(content) };
  } catch {
    const text = LENIENT.decode(content);
    // protoc accepts invalid UTF-8 in comments.
    if (!withoutComments(text).includes('\ufffd')) return { text };
    return {
      text,
      problem: 'This file is not valid UTF-8, which protobuf requires. Invalid characters were replaced.',
    };
  }
}

function withoutComments(text: string): string {
  return text.replaceAll(/("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|\/\/[^\n]*|\/\*(?:[^*]|\*(?!\/))*\*\//g, '$1');
}

export const TOO_LARGE = 'This file is larger than 20 MB, so it is not checked.';

const LFS_POINTER = /^version https:\/\/git-lfs\.github\.com\/spec\/v1\n(?:.*\n)*?oid sha256:([0-9a-f]{64})\n/;
/** With `ignoreBOM`, offsets are those of the file. */
const STRICT = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const LENIENT = new TextDecoder('utf-8', { ignoreBOM: true });
/** By byte order mark. */
const UTF_16 = new Map([
  ['\xff\xfe', new TextDecoder('utf-16le', { ignoreBOM: true })],
  ['\xfe\xff', new TextDecoder('utf-16be', { ignoreBOM: true })],
]);

/** See https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md. */
function pointerIn(content: Buffer): string | undefined {
  return content.length < 1024 ? LFS_POINTER.exec(content.toString('latin1'))?.[1] : undefined;
}

function readLfsObject(id: string, gitDirectory: string): Buffer | string {
  const file = path.join(gitDirectory, 'lfs', 'objects', id.slice(0, 2), id.slice(2, 4), id);
  const content = readInside(gitDirectory, file);
  if (content === undefined)
    return 'This file is stored in Git LFS, and its content is not on this machine. Run `git lfs fetch --all`.';
  if (!Buffer.isBuffer(content)) {
    if (content.reason === 'outside')
      return `The Git LFS object of this file is a link that points outside the repository, so it is not read. ${REPAIR}`;
    const why = whyNotRead(content, 'The Git LFS object of this file');
    return content.reason === 'not-a-file' ? `${why} ${REPAIR}` : why;
  }
  if (createHash('sha256').update(content).digest('hex') !== id)
    return `The Git LFS object of this file is damaged: its hash does not match. ${REPAIR}`;
  if (pointerIn(content) !== undefined)
    return 'The Git LFS object of this file is a pointer to another object, which is not followed.';
  return content;
}

const REPAIR = 'Run `git lfs fsck`, then `git lfs fetch --all`.';
