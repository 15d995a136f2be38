import type { CancellationToken } from 'vscode-languageserver/node';

import { CannotRun } from '../check/cannot-run.ts';
import { runTool } from '../tools/index.ts';
import { insideOf } from '../tools/roots.ts';
import type { Requests } from './protocol.ts';
import { signalOf } from './cancellation.ts';
import { pathOf } from './uris.ts';
import type { Workspace } from './workspace.ts';

/**
 * Runs a tool for coding agents on the text in the editor.
 * @param folders URIs. The agent can only name paths inside them.
 */
export async function runEditorTool(
  { name, input }: Requests['protoCompat/tool']['params'],
  workspace: Workspace,
  folders: ReadonlySet<string>,
  token: CancellationToken,
): Promise<Requests['protoCompat/tool']['result']> {
  const roots = [...folders].flatMap((uri) => pathOf(uri) ?? []);
  try {
    const { text } = await runTool(name, input, {
      signal: signalOf(token),
      withRepository: async (given, work) => {
        const { repository } = await workspace.locate(insideOf(roots, given));
        repository.completeWords();
        return work(repository.checker);
      },
    });
    return { text, refused: false };
  } catch (error) {
    if (error instanceof CannotRun) return { text: error.message, refused: true };
    throw error;
  }
}
