import { fileURLToPath } from 'node:url';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { CallToolRequestSchema, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import type { Answer } from '../tools/tool.ts';

/** The caller passes the tools, so that the bundle of this module contains only the protocol. */
interface Offer {
  readonly version: string;
  readonly tools: readonly {
    readonly name: string;
    readonly title: string;
    readonly description: string;
    readonly input: object;
  }[];
  /** If empty, `run` gets those of the client. */
  readonly roots: readonly string[];
  /** @param roots empty if the client names no folders either. */
  readonly run: (name: string, input: unknown, roots: readonly string[], signal: AbortSignal) => Promise<Answer>;
  /** Whether the error's message is the answer to the agent. */
  readonly isRefusal: (error: unknown) => error is Error;
}

/** Resolves once it listens on standard input and output. */
export async function serve({ version, tools, roots, run, isRefusal }: Offer): Promise<void> {
  // `McpServer` requires Zod schemas. Ours are JSON schemas.
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
