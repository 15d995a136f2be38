import {
  findNodeAtLocation,
  getNodeValue,
  type JSONPath,
  type ModificationOptions,
  modify,
  type Node,
  type ParseError,
  parseTree,
} from 'jsonc-parser';
import { LSPErrorCodes, ResponseError, type TextEdit } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';

import { presetNamed } from '../check/plan.ts';
import { CONFIGURATION_FILE } from '../policy/config.ts';
import { literalGlob } from '../policy/glob.ts';
import { DEFAULT_SETTINGS, type PresetName, type Settings } from '../policy/settings.ts';
import { readText } from '../release/text.ts';
import { configurationText } from '../report/configuration.ts';
import { RULES } from '../rules/index.ts';
import type { Repository } from './repository.ts';

const BUF_FILE = 'buf.yaml';

/** The configuration as it is edited: the open document, or what is on disk; undefined where there is none. */
export async function configurationOf(repository: Repository): Promise<string | undefined> {
  return textOf(repository, CONFIGURATION_FILE);
}

/** The file that a repository's settings come from, relative to it; undefined where all are at their defaults. */
export async function configuredBy(repository: Repository): Promise<string | undefined> {
  for (const file of [CONFIGURATION_FILE, BUF_FILE]) {
    if ((await textOf(repository, file)) !== undefined) return file;
  }
  return undefined;
}

/**
 * The edits that choose a policy in `proto-compat.json`; all else, comments included, stays. A new file takes over what `buf.yaml`
 * says, for that no longer counts beside it.
 * @param text of the file; undefined where there is none.
 * @throws ResponseError in words where the policy is unknown or the file cannot be understood.
 */
export async function policyEdits(
  repository: Repository,
  text: string | undefined,
  policy: string,
): Promise<readonly TextEdit[]> {
  const name = preset(policy);
  if (text === undefined) return newFile({ ...(await settingsOfBuf(repository)), policy: name });
  understood(text);
  // To the top, below the schema: it is what is looked for first.
  const getInsertionIndex = (names: string[]): number => (names[0] === '$schema' ? 1 : 0);
  return changed(text, ['policy'], name, { getInsertionIndex });
}

/**
 * The edits that switch a rule off in one file, in `overrides` of `proto-compat.json`. As for `policyEdits`.
 * @param file relative to the repository.
 */
export async function ruleOffEdits(
  repository: Repository,
  text: string | undefined,
  rule: string,
  file: string,
): Promise<readonly TextEdit[]> {
  const override = { files: [literalGlob(file)], rules: { [rule]: 'off' } } as const;
  if (text === undefined) {
    const settings = await settingsOfBuf(repository);
    return newFile({ ...settings, overrides: [...settings.overrides, override] });
  }
  const root = understood(text);
  const overrides = root && findNodeAtLocation(root, ['overrides'])?.children;
  const index = overrides?.length ?? 0;
  const last = overrides?.at(-1);
  // The last entry that matches counts, so only that one can be added to.
  const isSame = last !== undefined && JSON.stringify(valueAt(last, 'files')) === JSON.stringify(override.files);
  return isSame
    ? changed(text, ['overrides', index - 1, 'rules', rule], 'off')
    : changed(text, ['overrides', index], override, { isArrayInsertion: overrides !== undefined });
}

function valueAt(node: Node, name: string): unknown {
  const found = findNodeAtLocation(node, [name]);
  return found && getNodeValue(found);
}

function newFile(settings: Settings): readonly TextEdit[] {
  const start = { line: 0, character: 0 };
  return [{ range: { start, end: start }, newText: configurationText(settings) }];
}

function understood(text: string): Node | undefined {
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true });
  if (errors.length > 0 || (root !== undefined && root.type !== 'object'))
    throw refused(`${CONFIGURATION_FILE} cannot be understood as it is: mend it first.`);
  return root;
}

function changed(text: string, path: JSONPath, value: unknown, options: ModificationOptions = {}): TextEdit[] {
  const document = TextDocument.create('', 'jsonc', 0, text);
  const formattingOptions = {
    insertSpaces: !/^\t/m.test(text),
    tabSize: 2,
    eol: text.includes('\r\n') ? '\r\n' : '\n',
  };
  return modify(text, path, value, { formattingOptions, ...options }).map(({ offset, length, content }) => ({
    range: { start: document.positionAt(offset), end: document.positionAt(offset + length) },
    newText: content,
  }));
}

function preset(name: string): PresetName {
  try {
    return presetNamed(name);
  } catch (error) {
    throw error instanceof RangeError ? refused(error.message) : error;
  }
}

function refused(message: string): ResponseError {
  return new ResponseError(LSPErrorCodes.RequestFailed, message);
}

async function settingsOfBuf(repository: Repository): Promise<Settings> {
  const text = await textOf(repository, BUF_FILE);
  if (text === undefined) return DEFAULT_SETTINGS;
  // The YAML library is loaded only where it is needed.
  const { readBufSettings } = await import('../policy/buf.ts');
  return readBufSettings(text, BUF_FILE, RULES).settings;
}

function textOf({ documents, root }: Repository, file: string): Promise<string | undefined> {
  return Promise.resolve(documents.get(file)?.getText() ?? readText(root, file));
}
