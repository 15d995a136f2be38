import { CannotRun, type Input } from './command.ts';

/** Runs the language server until its client goes away. */
export async function lsp(input: Input): Promise<number> {
  if (!input.has('stdio')) {
    throw new CannotRun(
      'the language server talks over standard input and output; start it with `proto-compat lsp --stdio`.',
    );
  }
  const { start } = await import('../lsp/start.ts');
  // It finds `--stdio` in the arguments of the process by itself.
  start();
  return 0;
}
