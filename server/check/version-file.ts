import { findNodeAtLocation, parseTree } from 'jsonc-parser';
import parseVersion from 'semver/functions/parse.js';
import type { Range } from '../policy/result.ts';
import { lineStartsOf, rangeOf } from '../proto/position.ts';

export interface Declared {
  readonly version: string;
  readonly range: Range;
}

/** The top-level `version` in JSON, the first `version` key in TOML, the first version in other files. */
export function declaredVersion(file: string, text: string): Declared | undefined {
  if (file.endsWith('.json')) {
    const written = versionMember(text);
    return written && declared(text, written.start, written.end);
  }
  const found = (file.endsWith('.toml') ? TOML_VERSION : VERSION).exec(text);
  const [, before = '', written = ''] = found ?? [];
  if (found === null) return undefined;
  const start = found.index + before.length;
  return declared(text, start, start + written.length);
}

/** @param text undefined if the file does not exist. */
export function whyUndeclared(file: string, text: string | undefined): string | undefined {
  const name = JSON.stringify(file);
  if (text === undefined) {
    const missing = `The repository has no file ${name}, so no version is declared.`;
    return /[*?[\]{}]/.test(file)
      ? `${missing} Name one file by its path from the top folder: patterns are not supported here.`
      : `${missing} Create it, or name another one by its path from the top folder.`;
  }
  if (declaredVersion(file, text) !== undefined) return undefined;
  const [, kind] = /\.(json|toml)$/.exec(file) ?? [];
  const wanted =
    kind === 'json' ? '`"version": "1.2.0"`' : kind === 'toml' ? '`version = "1.2.0"`' : 'version such as 1.2.0';
  return `${name} contains no ${wanted}, so no version is declared. Write the next version there, or name another file.`;
}

/** Without the quotes. */
function versionMember(text: string): { readonly start: number; readonly end: number } | undefined {
  try {
    const root = parseTree(text);
    const node = root && findNodeAtLocation(root, ['version']);
    return node?.type === 'string' ? { start: node.offset + 1, end: node.offset + node.length - 1 } : undefined;
  } catch (error) {
    // Extremely nested text overflows the stack.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Leading zeros are accepted, as in tags that are dates. */
function declared(text: string, start: number, end: number): Declared | undefined {
  const version = parseVersion(text.slice(start, end).trim().replace(/^v/, ''), { loose: true });
  return version === null
    ? undefined
    : { version: version.version, range: rangeOf({ lineStarts: lineStartsOf(text) }, { start, end }) };
}

/** Within one line: a quantifier that also matches line ends could take quadratic time. */
const TOML_VERSION = /^([ \t]*version[ \t]*=[ \t]*["'])([^"'\n]+)["']/m;
const VERSION = /(^|[^\w.-])(v?\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?)(?![\w.-])/m;
