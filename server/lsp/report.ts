import { notes } from '../report/notes.ts';
import { because, pairingNames, versionStep } from '../report/words.ts';
import type { Report } from './protocol.ts';
import type { Repository, State } from './repository.ts';
import { summaryOf } from './status.ts';

/** What the report panel shows of a state. */
export function reportOf(state: State, repository: Repository, path: string): Report {
  const summary = summaryOf(state, repository, path);
  if (state.kind === 'failed') {
    const words = { client: 'the client', server: 'the server', baseline: 'the release', edited: undefined };
    const step = 'The check failed';
    return { summary, roles: words, pairings: pairingNames(words), step, because: '', witnesses: [], notes: '' };
  }
  const { findings, words } = state.result;
  return {
    summary,
    roles: { client: words.client, server: words.server },
    pairings: pairingNames(words),
    step: versionStep(state.result),
    because: because(state.result),
    witnesses: findings.map((finding) => finding.witness()),
    notes: notes(state.result),
  };
}
