import type * as vscode from 'vscode';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { activate } from '../../client/extension.ts';
import type * as languageClient from '../../client/language-client.ts';
import { createLanguageClient } from '../../client/language-client.ts';
import manifest from '../../package.json' with { type: 'json' };

const { anything, workspace } = vi.hoisted(() => {
  /** Every property and call returns this stub again. */
  const anything: unknown = new Proxy(function () {}, {
    get: (_, name) => (name === 'then' || typeof name === 'symbol' ? undefined : anything),
    set: () => true,
    apply: () => anything,
    construct: () => anything as object,
  });
  const workspace = {
    isTrusted: false,
    grant: (): Promise<void> => Promise.resolve(),
    onDidGrantWorkspaceTrust: (heard: () => Promise<void>) => {
      workspace.grant = heard;
    },
    getConfiguration: () => ({ get: () => true }),
    onDidChangeConfiguration: () => undefined,
    onDidCloseTextDocument: () => undefined,
    onDidChangeWorkspaceFolders: () => undefined,
    workspaceFolders: [],
    textDocuments: [],
  };
  return { anything, workspace };
});

// The in-editor tests open only trusted folders.
vi.mock('vscode', () => ({
  ...{ window: anything, commands: anything, env: anything, extensions: anything, Uri: anything },
  ...{ EventEmitter: anything, CancellationTokenSource: anything, MarkdownString: anything, Range: anything },
  ...{ TreeItem: anything, TreeItemCollapsibleState: anything, ThemeIcon: anything, ThemeColor: anything },
  ...{ Disposable: anything, QuickPickItemKind: anything, StatusBarAlignment: anything, ViewColumn: anything },
  languages: { match: () => 0, onDidChangeDiagnostics: () => undefined },
  lm: anything,
  workspace,
}));
vi.mock('vscode-languageclient/node', () => ({
  ...{ LanguageClient: anything, TransportKind: anything, ProgressType: anything, State: anything },
}));
vi.mock('../../client/language-client.ts', async (original) => ({
  ...(await original<typeof languageClient>()),
  createLanguageClient: vi.fn(() => anything),
}));

beforeEach(() => {
  vi.mocked(createLanguageClient).mockClear();
});

describe('an untrusted folder', () => {
  it('starts no server until it is trusted', async () => {
    workspace.isTrusted = false;
    const context = {
      subscriptions: [],
      workspaceState: anything,
      extensionUri: anything,
      extension: { packageJSON: manifest },
    } as unknown;
    activate(context as vscode.ExtensionContext);
    expect(createLanguageClient).not.toHaveBeenCalled();
    workspace.isTrusted = true;
    await workspace.grant();
    expect(createLanguageClient).toHaveBeenCalledOnce();
  });

  it('has only highlighting, like a virtual workspace', () => {
    const { untrustedWorkspaces, virtualWorkspaces } = manifest.capabilities;
    for (const { supported, description } of [untrustedWorkspaces, virtualWorkspaces]) {
      expect(supported).toBe('limited');
      expect(description).toMatch(/^Highlighting only: /);
    }
  });

  it('cannot make the extension run a program through a setting', () => {
    const settings: Readonly<Record<string, { readonly type: string; readonly enum?: readonly string[] }>> =
      manifest.contributes.configuration.properties;
    const free = Object.entries(settings).filter(([, { type, enum: values }]) =>
      type === 'string' ? values === undefined : type !== 'boolean' && type !== 'number',
    );
    // A workspace cannot set these.
    expect(free.map(([name]) => name)).toEqual(['protoCompat.code.client', 'protoCompat.code.server']);
    expect(free.every(([, setting]) => 'scope' in setting && setting.scope === 'machine')).toBe(true);
  });
});
