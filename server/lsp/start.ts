import process from 'node:process';
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';

import { exitWithClient } from './client-watchdog.ts';
import { Lifecycle } from './lifecycle.ts';
import { openNearest } from './nearest-project.ts';
import { serve } from './server.ts';
import { stdio } from './stdio.ts';

/** The command line has the transport: `--node-ipc`, `--stdio`, `--pipe=…` or `--socket=…`. */
export function start(): void {
  const lifecycle = new Lifecycle();
  const options = { messageStrategy: lifecycle };
  const connection = process.argv.includes('--stdio')
    ? createConnection(ProposedFeatures.all, ...stdio(), options)
    : createConnection(ProposedFeatures.all, options);
  lifecycle.listen(connection);
  process.on('uncaughtException', (error) => {
    connection.console.error(`Unexpected error: ${error.stack ?? error.message}`);
  });
  process.on('unhandledRejection', (reason) => {
    connection.console.error(
      `Unexpected error: ${reason instanceof Error ? (reason.stack ?? reason.message) : String(reason)}`,
    );
  });
  serve(connection, openNearest, exitWithClient);
}
