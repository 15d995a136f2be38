import process from 'node:process';
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';

import { Project } from '../check/project.ts';
import { endWithClient } from './client-guard.ts';
import { serve } from './server.ts';

/** Runs the language server on what the command line names: `--node-ipc`, `--stdio`, `--pipe=…` or `--socket=…`. */
export function start(): void {
  const connection = createConnection(ProposedFeatures.all);
  // The editor's work goes on without the part that failed, and the log says what it was.
  process.on('uncaughtException', (error) => {
    connection.console.error(`Unexpected: ${error.stack ?? error.message}`);
  });
  process.on('unhandledRejection', (reason) => {
    connection.console.error(
      `Unexpected: ${reason instanceof Error ? (reason.stack ?? reason.message) : String(reason)}`,
    );
  });
  serve(connection, (directory) => Project.open(directory), endWithClient);
}
