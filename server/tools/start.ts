import process from 'node:process';
import { CannotRun } from '../check/cannot-run.ts';
import { runTool, TOOLS } from './index.ts';
import { withRepositoryIn } from './roots.ts';

/**
 * Serves https://modelcontextprotocol.io over standard input and output. Resolves once it listens.
 * @param roots absolute folders that tools may read. If empty, the folders that the client names; if it names none, the
 * working directory
 */
export async function serveTools(roots: readonly string[], version: string): Promise<void> {
  // The MCP library becomes a separate part of the bundle.
  const { serve } = await import('../mcp/serve.ts');
  await serve({
    version,
    tools: TOOLS,
    roots,
    run: (name, input, given, signal) => {
      const allowed = given.length > 0 ? given : [process.cwd()];
      return runTool(name, input, {
        signal,
        withRepository: (repository, work) => withRepositoryIn(allowed, repository, work),
      });
    },
    isRefusal: (error) => error instanceof CannotRun,
  });
}
