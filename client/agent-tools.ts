import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { ask } from './language-client.ts';

interface ContributedTool {
  readonly name: string;
  readonly displayName: string;
}

/** Only in newer versions of VS Code: https://code.visualstudio.com/api/extension-guides/ai/mcp */
interface McpApi {
  readonly McpStdioServerDefinition?: new (
    label: string,
    command: string,
    args: readonly string[],
    env: Readonly<Record<string, string>>,
    version: string,
  ) => McpServer;
  readonly lm?: {
    readonly registerMcpServerDefinitionProvider?: (
      id: string,
      provider: {
        readonly onDidChangeMcpServerDefinitions: vscode.Event<void>;
        readonly provideMcpServerDefinitions: () => readonly McpServer[];
      },
    ) => vscode.Disposable;
  };
}

export interface McpServer {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | number | null>>;
}

const PREFIX = 'protoCompat_';
const MCP_ID = 'protoCompat.tools';

/** The tools for coding agents: as language model tools, which see unsaved text, and as an MCP server. */
export class AgentTools {
  readonly #context: vscode.ExtensionContext;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #disposables: { dispose(): unknown }[] = [this.#changed];

  /** @param client resolves when the client was created; to undefined if there is none */
  constructor(context: vscode.ExtensionContext, client: () => Promise<LanguageClient | undefined>) {
    this.#context = context;
    this.#registerTools(client);
    this.#registerServer();
  }

  mcpServers(): readonly McpServer[] {
    const { McpStdioServerDefinition } = vscode as McpApi;
    const folders = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
    const isEnabled = vscode.workspace.getConfiguration('protoCompat').get<boolean>('enable', true);
    if (McpStdioServerDefinition === undefined || !vscode.workspace.isTrusted || !isEnabled || folders.length === 0)
      return [];
    const server = this.#context.asAbsolutePath('dist/server.cjs');
    const { version } = this.#context.extension.packageJSON as { readonly version: string };
    return [
      new McpStdioServerDefinition(
        'Proto Compat',
        process.execPath,
        [server, 'mcp', ...folders.map(({ uri }) => uri.fsPath)],
        // With this variable, VS Code's own executable runs as Node.
        { ELECTRON_RUN_AS_NODE: '1' },
        version,
      ),
    ];
  }

  /** To call when the folders, their trust or the setting `enable` changed. */
  changed(): void {
    this.#changed.fire();
  }

  dispose(): void {
    for (const one of this.#disposables) one.dispose();
  }

  #registerTools(client: () => Promise<LanguageClient | undefined>): void {
    const { contributes } = this.#context.extension.packageJSON as {
      readonly contributes: { readonly languageModelTools: readonly ContributedTool[] };
    };
    // Some editors based on VS Code don't have this API.
    const { lm } = vscode as { readonly lm?: Partial<typeof vscode.lm> };
    if (lm?.registerTool === undefined) return;
    for (const { name, displayName } of contributes.languageModelTools) {
      this.#disposables.push(
        lm.registerTool<object>(name, {
          prepareInvocation: () => ({ invocationMessage: displayName }),
          invoke: async ({ input }, token) => {
            const running = await client();
            if (running === undefined) throw new Error('Proto Compat is not running here. Its status item says why.');
            const tool = name.slice(PREFIX.length);
            const { text, refused } = await ask(running, 'protoCompat/tool', { name: tool, input }, token);
            if (refused) throw new Error(text);
            return new vscode.LanguageModelToolResult([new vscode.LanguageModelTextPart(text)]);
          },
        }),
      );
    }
  }

  #registerServer(): void {
    const registered = (vscode as McpApi).lm?.registerMcpServerDefinitionProvider?.(MCP_ID, {
      onDidChangeMcpServerDefinitions: this.#changed.event,
      provideMcpServerDefinitions: () => this.mcpServers(),
    });
    if (registered !== undefined) this.#disposables.push(registered);
  }
}
