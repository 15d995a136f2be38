import { posix } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { TextDocument } from 'vscode-languageserver-textdocument';

import { RELEASE_SCHEME } from './protocol.ts';

/** Undefined if the URI isn't a local file. */
export function pathOf(uri: string): string | undefined {
  if (!uri.startsWith('file:')) return undefined;
  try {
    return fileURLToPath(uri);
  } catch {
    return undefined;
  }
}

export function uriOf(path: string): string {
  return pathToFileURL(path).href;
}

/** Editors use different language ids for `.proto` files, or none. */
export function isProto({ uri, languageId }: Pick<TextDocument, 'uri' | 'languageId'>): boolean {
  return uri.endsWith('.proto') || languageId.startsWith('proto');
}

export interface ReleasedFile {
  /** Absolute. */
  readonly root: string;
  readonly commit: string;
  /** Relative to `root`, with forward slashes. */
  readonly file: string;
}

/**
 * The path (`/1.0.0/api/a.proto`) is for people and for the choice of the language. The query identifies the document.
 * It is JSON, because clients encode the parts of a query differently.
 */
export function releaseUri(released: ReleasedFile, label: string): string {
  const path = posix.join('/', label, released.file).split('/').map(encodeURIComponent).join('/');
  const query = { repository: uriOf(released.root), commit: released.commit, file: released.file };
  return `${RELEASE_SCHEME}:${path}?${encodeURIComponent(JSON.stringify(query))}`;
}

/** "1.0.0" */
export function releaseLabel(uri: string, { file }: ReleasedFile): string {
  const path = uri.slice(RELEASE_SCHEME.length + 1).split('?')[0] ?? '';
  return decodeURIComponent(path).slice(1, -file.length - 1);
}

/** Undefined if the URI isn't a valid `proto-compat-release:` URI. */
export function releasedFile(uri: string): ReleasedFile | undefined {
  if (!uri.startsWith(`${RELEASE_SCHEME}:`)) return undefined;
  try {
    const encoded = uri.slice(uri.indexOf('?') + 1).split('#')[0] ?? '';
    const query: unknown = JSON.parse(decodeURIComponent(encoded));
    if (typeof query !== 'object' || query === null) return undefined;
    const { repository, commit, file } = { repository: '', commit: '', file: '', ...query };
    const root = pathOf(repository);
    // Git could read other text as an option or a revision expression.
    if (root === undefined || !/^[0-9a-f]{40,64}$/.test(commit) || file === '') return undefined;
    return { root, commit, file };
  } catch {
    return undefined;
  }
}
