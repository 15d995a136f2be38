import { CannotRun, type Input } from './command.ts';

/** Returns once the server is started. The process runs until the client ends it. */
export async function lsp(input: Input): Promise<number> {
  if (!input.has('stdio')) {
    throw new CannotRun(
      'the language server communicates over standard input and output; start it with `proto-compat lsp --stdio`.',
    );
  }
  const { start } = await import('../lsp/start.ts');
  // The server reads `--stdio` from the arguments of the process.
  start();
  return 0;
}
