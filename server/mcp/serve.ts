import { fileURLToPath } from 'node:url';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { CallToolRequestSchema, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import type { Answer } from '../tools/tool.ts';

/** What is served. It comes from the bundle that starts the server, so that this one holds the protocol alone. */
export interface Offer {
  readonly version: string;
  readonly tools: readonly {
    readonly name: string;
    readonly title: string;
    readonly description: string;
    readonly input: object;
  }[];
  /** Folders that may be looked into; empty to take those of the client, or the working directory where it names none. */
  readonly roots: readonly string[];
  /** @throws an error whose message is for the agent, where `isRefusal` says so */
  readonly run: (name: string, input: unknown, roots: readonly string[], signal: AbortSignal) => Promise<Answer>;
  readonly isRefusal: (error: unknown) => error is Error;
}

/** Serves the tools over standard input and output. Goes on until the client closes them. */
export async function serve({ version, tools, roots, run, isRefusal }: Offer): Promise<void> {
  // `McpServer` takes schemas as code of a further library, which more than doubles this bundle. Ours are plain data.
  // eslint-disable-next-line @typescript-eslint/no-deprecated
  const server = new Server({ name: 'proto-compat', title: 'Proto Compat', version }, { capabilities: { tools: {} } });
  const rootsOfClient = async (): Promise<readonly string[]> => {
    if (server.getClientCapabilities()?.roots === undefined) return [];
    const { roots: listed } = await server.listRoots();
    return listed.flatMap(({ uri }) => (uri.startsWith('file:') ? [fileURLToPath(uri)] : []));
  };
  server.setRequestHandler(ListToolsRequestSchema, () => ({
    tools: tools.map(({ name, title, description, input }) => ({
      name,
      title,
      description,
      inputSchema: { ...input, type: 'object' as const },
      annotations: { title, readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
    })),
  }));
  server.setRequestHandler(CallToolRequestSchema, async ({ params }, { signal }) => {
    try {
      const allowed = roots.length > 0 ? roots : await rootsOfClient();
      const { text, data } = await run(params.name, params.arguments ?? {}, allowed, signal);
      return { content: [{ type: 'text' as const, text }], structuredContent: { ...data } };
    } catch (error) {
      if (!isRefusal(error)) throw error;
      return { content: [{ type: 'text' as const, text: error.message }], isError: true };
    }
  });
  await server.connect(new StdioServerTransport());
}
