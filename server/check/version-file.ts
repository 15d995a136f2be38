import { findNodeAtLocation, parseTree } from 'jsonc-parser';
import semver from 'semver';
import type { Range } from '../policy/result.ts';
import { lineStartsOf, rangeOf } from '../proto/position.ts';

/** The version that a file declares, normalised by semver, and where it stands. */
export interface Declared {
  readonly version: string;
  readonly range: Range;
}

/**
 * Finds the version in a version file: the `version` of a JSON file such as package.json, of the `[package]` of a Cargo.toml (or
 * of any other TOML table that comes first), else the first version in the text.
 * @param file its name decides how it is read.
 */
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

/**
 * What is wrong with a version file that somebody named, and what to do; undefined where it declares a version.
 * @param text undefined where there is no such file.
 */
export function whyUndeclared(file: string, text: string | undefined): string | undefined {
  const name = JSON.stringify(file);
  if (text === undefined) {
    const missing = `The repository has no file ${name}, so no version is declared.`;
    return /[*?[\]{}]/.test(file)
      ? `${missing} Name one file by its path from the top folder: a pattern is not understood here.`
      : `${missing} Create it, or name another one by its path from the top folder.`;
  }
  if (declaredVersion(file, text) !== undefined) return undefined;
  const [, kind] = /\.(json|toml)$/.exec(file) ?? [];
  const wanted =
    kind === 'json' ? '`"version": "1.2.0"`' : kind === 'toml' ? '`version = "1.2.0"`' : 'version such as 1.2.0';
  return `${name} holds no ${wanted}, so none is declared. Write the next version there, or name another file.`;
}

/** Where the `version` of the outermost object of a JSON text is, without its quotes. */
function versionMember(text: string): { readonly start: number; readonly end: number } | undefined {
  try {
    const root = parseTree(text);
    const node = root && findNodeAtLocation(root, ['version']);
    return node?.type === 'string' ? { start: node.offset + 1, end: node.offset + node.length - 1 } : undefined;
  } catch (error) {
    // The parser recurses, so absurdly nested text exhausts the stack. It declares nothing.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function declared(text: string, start: number, end: number): Declared | undefined {
  const version = semver.parse(text.slice(start, end).trim().replace(/^v/, ''));
  return version === null
    ? undefined
    : { version: version.version, range: rangeOf({ lineStarts: lineStartsOf(text) }, { start, end }) };
}

/** Each line is looked at on its own: a quantifier that runs on over line ends makes a long file take for hours. */
const TOML_VERSION = /^([ \t]*version[ \t]*=[ \t]*["'])([^"'\n]+)["']/m;
const VERSION = /(^|[^\w.-])(v?\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?)(?![\w.-])/m;
