import { moduleOf } from '../check/result.ts';
import { notes } from '../report/notes.ts';
import { because, declaration, moduleName, pairingNames, remarks, versionStep } from '../report/words.ts';
import type { Report } from './protocol.ts';
import type { RepositorySession } from './repository-session.ts';
import type { State } from './session-state.ts';
import { summaryOf } from './status.ts';

export function reportOf(state: State, repository: RepositorySession, path: string): Report {
  const summary = summaryOf(state, repository, path);
  if (state.kind === 'failed') {
    const words = { client: 'the client', server: 'the server', baseline: 'the release', edited: undefined };
    const modules = [{ name: '', step: 'The check failed', because: '', remarks: [] }];
    return { summary, roles: words, pairings: pairingNames(words), modules, witnesses: [], notes: '' };
  }
  const { result } = state;
  const { words } = moduleOf(result, path);
  return {
    summary,
    roles: { client: words.client, server: words.server },
    pairings: pairingNames(words),
    modules: result.modules.map((module) => ({
      name: moduleName(module, result),
      step: versionStep(module),
      because: because(module, result) ?? '',
      remarks: [declaration(module) ?? [], remarks(module, result)].flat(),
    })),
    witnesses: result.findings.map((finding) => finding.witness()),
    notes: notes(result),
  };
}
