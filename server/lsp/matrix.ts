import { type CancellationToken, type Connection, ProgressType } from 'vscode-languageserver/node';

import { matrix } from '../check/history.ts';
import { matrixSvg } from '../report/matrix.ts';
import type { MatrixPart, MatrixResult, Requests } from './protocol.ts';
import { type Repository, signalOf } from './repository.ts';

const PART = new ProgressType<MatrixPart>();

/** The version skew matrix of a file's module, told bit by bit where the client wants that. */
export async function matrixOf(
  connection: Connection,
  repository: Repository,
  prefix: string,
  { workDoneToken, partialResultToken }: Requests['protoCompat/matrix']['params'],
  token: CancellationToken,
): Promise<MatrixResult> {
  const progress = workDoneToken === undefined ? undefined : connection.window.attachWorkDoneProgress(workDoneToken);
  progress?.begin('Version skew matrix', 0);
  try {
    const found = await matrix(repository.checker, {
      prefix,
      pending: true,
      signal: signalOf(token),
      progress: (done, total) => progress?.report(Math.round((100 * done) / Math.max(1, total)), `${done} of ${total}`),
      ...(partialResultToken !== undefined && {
        // A client that is gone misses nothing.
        found: (cells, versions) =>
          void connection.sendProgress(PART, partialResultToken, { versions, cells }).catch(() => undefined),
      }),
    });
    return { ...found, svg: matrixSvg(found) };
  } finally {
    progress?.done();
  }
}
