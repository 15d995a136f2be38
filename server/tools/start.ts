import path from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { CannotRun } from '../check/cannot-run.ts';
import type { Offer } from '../mcp/serve.ts';
import { runTool, TOOLS } from './index.ts';
import { withRepositoryIn } from './roots.ts';

/**
 * Serves the tools to coding agents over standard input and output (https://modelcontextprotocol.io).
 * @param roots absolute folders that may be looked into; empty to take those of the client, or else the working directory
 */
export async function serveTools(roots: readonly string[], version: string): Promise<void> {
  // The protocol's library is in a bundle of its own beside this one, and nobody else loads it.
  const bundle = pathToFileURL(path.join(__dirname, 'mcp.cjs')).href;
  const { serve } = (await import(bundle)) as { readonly serve: (offer: Offer) => Promise<void> };
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
