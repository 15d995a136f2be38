import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import type { RepositoryChanged } from '../server/lsp/protocol.ts';
import { AgentTools } from './agent-tools.ts';
import { ChangesView } from './changes-view.ts';
import { BaselineStore, registerCommands } from './commands.ts';
import { ConfigurationDiagnostics } from './configuration-diagnostics.ts';
import { createLanguageClient } from './language-client.ts';
import { StatusItem } from './status.ts';
import { MatrixPanel } from './matrix-panel.ts';
import { ReportPanel } from './report-panel.ts';
import type { StatusText } from './status-text.ts';

/** The result of `activate`, for the in-editor tests. */
export interface Api {
  /** Undefined while it is hidden. */
  readonly statusItem: () => StatusText | undefined;
  readonly isRunning: () => boolean;
  readonly changes: ChangesView;
  readonly report: ReportPanel;
  readonly matrix: MatrixPanel;
  readonly tools: AgentTools;
}

export function activate(context: vscode.ExtensionContext): Api {
  const output = vscode.window.createOutputChannel('Proto Compat', { log: true });
  const baselines = new BaselineStore(context.workspaceState);
  const status = new StatusItem(context.workspaceState);
  const configuration = new ConfigurationDiagnostics();
  let client: LanguageClient | undefined;
  let started: Promise<LanguageClient> | undefined;
  const changes = new ChangesView(() => client);
  const report = new ReportPanel(context.extensionUri, () => client);
  const matrix = new MatrixPanel(context.extensionUri, () => client);

  const tools = new AgentTools(context, async () => {
    await started;
    return client;
  });

  const start = async (): Promise<void> => {
    tools.changed();
    if (!vscode.workspace.getConfiguration('protoCompat').get<boolean>('enable', true)) return;
    // A repository can make git run programs.
    if (!vscode.workspace.isTrusted) {
      status.showRestricted();
      return;
    }
    const starting = (started = createLanguageClient(context, output, baselines.all(), configuration));
    const created = await starting;
    // The extension was disabled or restarted meanwhile.
    if (started !== starting) return;
    client = created;
    status.follow(client);
    client.onNotification('protoCompat/changed', (changed: RepositoryChanged) => {
      changes.update(changed);
      matrix.edited(changed.repository);
      report.refresh().catch((error: unknown) => {
        output.error(`Updating the report failed: ${String(error)}`);
      });
    });
    await client.start();
  };
  const stop = async (): Promise<void> => {
    const running = client;
    client = undefined;
    started = undefined;
    status.clear();
    changes.clear();
    await running?.dispose();
  };

  context.subscriptions.push(
    output,
    status,
    configuration,
    changes,
    report,
    matrix,
    tools,
    { dispose: stop },
    ...registerCommands({
      client: () => client,
      baselines,
      output,
      showChanges: () => changes.show(),
      showReport: (uri) => {
        report.show(uri);
      },
      showMatrix: (uri) => {
        matrix.show(uri);
      },
      restart: async () => {
        await stop();
        await start();
      },
    }),
    // Another extension may provide the language features now.
    vscode.extensions.onDidChange(() =>
      client?.sendNotification('workspace/didChangeConfiguration', { settings: null }),
    ),
    vscode.workspace.onDidGrantWorkspaceTrust(start),
    vscode.workspace.onDidChangeConfiguration(async (event) => {
      if (!event.affectsConfiguration('protoCompat.enable')) return;
      await stop();
      await start();
    }),
    vscode.workspace.onDidChangeWorkspaceFolders(() => {
      tools.changed();
    }),
  );
  // Activation must not wait for the server to start.
  start().catch((error: unknown) => {
    output.error(`Starting the language server failed: ${String(error)}`);
  });
  return {
    statusItem: () => status.text,
    isRunning: () => client?.isRunning() ?? false,
    changes,
    report,
    matrix,
    tools,
  };
}
