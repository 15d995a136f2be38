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
import type { RepositorySession } from './repository-session.ts';

const BUF_FILE = 'buf.yaml';

/** The text of `proto-compat.json` in the editor, or else on disk. */
export async function configurationOf(repository: RepositorySession): Promise<string | undefined> {
  return textOf(repository, CONFIGURATION_FILE);
}

/** The name of the file that the settings come from. */
export async function configuredBy(repository: RepositorySession): Promise<string | undefined> {
  for (const file of [CONFIGURATION_FILE, BUF_FILE]) {
    if ((await textOf(repository, file)) !== undefined) return file;
  }
  return undefined;
}

/**
 * A new file gets the settings of `buf.yaml`, whose `breaking` section is ignored once `proto-compat.json` exists.
 * @throws ResponseError with a message for the user if the policy is unknown or the file is invalid.
 */
export async function policyEdits(
  repository: RepositorySession,
  configuration: string | undefined,
  policy: string,
): Promise<readonly TextEdit[]> {
  const name = preset(policy);
  if (configuration === undefined) return newFile({ ...(await settingsOfBuf(repository)), policy: name });
  parsed(configuration);
  // At the top, because people look for the policy first.
  const getInsertionIndex = (names: string[]): number => (names[0] === '$schema' ? 1 : 0);
  return editsOf(configuration, ['policy'], name, { getInsertionIndex });
}

/** @throws ResponseError if `proto-compat.json` is invalid. */
export async function ruleOffEdits(
  repository: RepositorySession,
  configuration: string | undefined,
  rule: string,
  file: string,
): Promise<readonly TextEdit[]> {
  const override = { files: [literalGlob(file)], rules: { [rule]: 'off' } } as const;
  if (configuration === undefined) {
    const settings = await settingsOfBuf(repository);
    return newFile({ ...settings, overrides: [...settings.overrides, override] });
  }
  const root = parsed(configuration);
  const overrides = root && findNodeAtLocation(root, ['overrides'])?.children;
  const index = overrides?.length ?? 0;
  const last = overrides?.at(-1);
  // Later entries override earlier ones, so only the last one can be extended.
  const isSame = last !== undefined && JSON.stringify(valueAt(last, 'files')) === JSON.stringify(override.files);
  return isSame
    ? editsOf(configuration, ['overrides', index - 1, 'rules', rule], 'off')
    : editsOf(configuration, ['overrides', index], override, { isArrayInsertion: overrides !== undefined });
}

function valueAt(node: Node, name: string): unknown {
  const found = findNodeAtLocation(node, [name]);
  return found && getNodeValue(found);
}

function newFile(settings: Settings): readonly TextEdit[] {
  const start = { line: 0, character: 0 };
  return [{ range: { start, end: start }, newText: configurationText(settings) }];
}

function parsed(text: string): Node | undefined {
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true });
  if (errors.length > 0 || (root !== undefined && root.type !== 'object'))
    throw failed(`${CONFIGURATION_FILE} is invalid. Fix it first.`);
  return root;
}

function editsOf(text: string, path: JSONPath, value: unknown, options: ModificationOptions = {}): TextEdit[] {
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
    throw error instanceof RangeError ? failed(error.message) : error;
  }
}

function failed(message: string): ResponseError {
  return new ResponseError(LSPErrorCodes.RequestFailed, message);
}

async function settingsOfBuf(repository: RepositorySession): Promise<Settings> {
  const text = await textOf(repository, BUF_FILE);
  if (text === undefined) return DEFAULT_SETTINGS;
  const { readBufSettings } = await import('../policy/buf.ts');
  return readBufSettings(text, BUF_FILE, RULES).settings;
}

function textOf({ documents, root }: RepositorySession, file: string): Promise<string | undefined> {
  return Promise.resolve(documents.get(file)?.getText() ?? readText(root, file));
}
