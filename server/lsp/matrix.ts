import { type CancellationToken, type Connection, ProgressType } from 'vscode-languageserver/node';

import { matrix } from '../check/matrix.ts';
import { baselineOf, isBaseline, isChange } from '../check/result.ts';
import { matrixSvg } from '../report/matrix.ts';
import { factOf } from '../report/words.ts';
import type { CellFinding, MatrixPart, MatrixResult, Requests } from './protocol.ts';
import { signalOf } from './cancellation.ts';
import type { RepositorySession } from './repository-session.ts';
import type { State } from './session-state.ts';
import { summaryOf } from './status.ts';
import { releaseUri } from './uris.ts';

const PART = new ProgressType<MatrixPart>();

export async function matrixOf(
  connection: Connection,
  repository: RepositorySession,
  prefix: string,
  { workDoneToken, partialResultToken }: Requests['protoCompat/matrix']['params'],
  token: CancellationToken,
): Promise<MatrixResult> {
  const progress = workDoneToken === undefined ? undefined : connection.window.attachWorkDoneProgress(workDoneToken);
  progress?.begin('Version skew matrix', 0);
  let reported = 0;
  try {
    const found = await matrix(repository.checker, {
      prefix,
      pending: true,
      signal: signalOf(token),
      progress: (done, total) => {
        // A page with thousands of cells shows each report slowly.
        const percentage = Math.floor((100 * done) / Math.max(1, total));
        if (percentage === reported) return;
        reported = percentage;
        progress?.report(percentage, `${done} of ${total}`);
      },
      ...(partialResultToken !== undefined && {
        // The client may have exited.
        found: (cells, versions, roles) =>
          void connection
            .sendProgress(PART, partialResultToken, { repository: repository.uri, versions, roles, cells })
            .catch(() => undefined),
      }),
    });
    return { ...found, svg: matrixSvg(found) };
  } finally {
    progress?.done();
  }
}

export async function cellOf(
  repository: RepositorySession,
  prefix: string,
  path: string,
  { from, to, pairing }: Requests['protoCompat/compare']['params'],
  token: CancellationToken,
): Promise<readonly CellFinding[]> {
  const { checker, root } = repository;
  const result = await checker.check({
    from,
    ...(to !== null && { to }),
    skew: 1,
    module: prefix,
    signal: signalOf(token),
  });
  const state: State = { kind: 'checked', result, documents: new Map() };
  const commit = (await checker.releases()).find(({ ref }) => ref === to)?.commit;
  const { findings: items } =
    to === null || commit === undefined
      ? summaryOf(state, repository, path)
      : // The edited side is a release, so the findings' files are read from it.
        summaryOf(state, repository, path, (file) => releaseUri({ root, commit, file }, to));
  return items.flatMap((item, index) => {
    const finding = result.findings[index];
    if (finding === undefined || !isChange(finding) || item.worstEffects[pairing].effect === 'exact') return [];
    return [{ item, fact: factOf(finding.message), witness: finding.witness(pairing) }];
  });
}

/** The prefix of the module that a file belongs to; empty if the module has no baseline. */
export async function prefixOf(repository: RepositorySession, path: string, token: CancellationToken): Promise<string> {
  const state = await repository.settled(token);
  const baseline = state.kind === 'checked' ? baselineOf(state.result, path) : undefined;
  return baseline !== undefined && isBaseline(baseline) ? baseline.prefix : '';
}
