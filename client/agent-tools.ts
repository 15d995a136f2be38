import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { ask } from './language-client.ts';

/** As package.json describes a tool to VS Code. Its words are those of `proto-compat mcp`. */
interface ContributedTool {
  readonly name: string;
  readonly displayName: string;
}

/** What newer VS Codes have, as far as it is used here: https://code.visualstudio.com/api/extension-guides/ai/mcp */
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

/** How a server of tools is started. */
export interface McpServer {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | number | null>>;
}

const PREFIX = 'protoCompat_';
const MCP_ID = 'protoCompat.tools';

/**
 * The tools for coding agents, for the assistants in VS Code: as language model tools, which see text that is not saved yet, and as a
 * server of the Model Context Protocol, for assistants that take their tools from such servers.
 */
export class AgentTools {
  readonly #context: vscode.ExtensionContext;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #disposables: { dispose(): unknown }[] = [this.#changed];

  /** @param client the running one, once it has started; undefined where there is none */
  constructor(context: vscode.ExtensionContext, client: () => Promise<LanguageClient | undefined>) {
    this.#context = context;
    this.#registerTools(client);
    this.#registerServer();
  }

  /** The servers that VS Code is offered: none where nothing may run. */
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
        // VS Code's own program is Node only if it is told so.
        { ELECTRON_RUN_AS_NODE: '1' },
        version,
      ),
    ];
  }

  /** Folders, trust or settings are others than before. */
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
    // Editors that are made from VS Code may lack it.
    const { lm } = vscode as { readonly lm?: Partial<typeof vscode.lm> };
    if (lm?.registerTool === undefined) return;
    for (const { name, displayName } of contributes.languageModelTools) {
      this.#disposables.push(
        lm.registerTool<object>(name, {
          prepareInvocation: () => ({ invocationMessage: displayName }),
          invoke: async ({ input }, token) => {
            const running = await client();
            if (running === undefined) throw new Error('Proto Compat does not run here: see its status item.');
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
    // The oldest VS Code that is promised knows no such servers.
    const registered = (vscode as McpApi).lm?.registerMcpServerDefinitionProvider?.(MCP_ID, {
      onDidChangeMcpServerDefinitions: this.#changed.event,
      provideMcpServerDefinitions: () => this.mcpServers(),
    });
    if (registered !== undefined) this.#disposables.push(registered);
  }
}
