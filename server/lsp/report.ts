import { notes } from '../report/notes.ts';
import type { Report } from './protocol.ts';
import type { Repository, State } from './repository.ts';
import { summaryOf } from './status.ts';

/** What the report panel shows of a state. */
export function reportOf(state: State, repository: Repository, path: string): Report {
  const summary = summaryOf(state, repository, path);
  if (state.kind === 'failed') {
    return { summary, roles: { client: 'the client', server: 'the server' }, witnesses: [], notes: '' };
  }
  const { findings, words } = state.result;
  return {
    summary,
    roles: { client: words.client, server: words.server },
    witnesses: findings.map((finding) => finding.witness()),
    notes: notes(state.result),
  };
}
