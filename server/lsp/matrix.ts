import { type CancellationToken, type Connection, ProgressType } from 'vscode-languageserver/node';

import type { CheckResult } from '../check/result.ts';
import { type Class, type Effect, EFFECTS, type Pairings } from '../effects/effect.ts';
import type { Matrix, MatrixCell, Requests } from './protocol.ts';
import { Cancelled, type Repository } from './repository.ts';

const CELLS = new ProgressType<readonly MatrixCell[]>();
const CLASSES: readonly Class[] = ['none', 'source', 'gap', 'regression'];

/**
 * Every release of the file's module against every later one, and against the pending edit. The newest come first, because they are
 * the ones deployed. One check of an older against a newer release is two cells: either may be the client.
 */
export async function matrix(
  connection: Connection,
  repository: Repository,
  path: string,
  { workDoneToken, partialResultToken }: Requests['protoCompat/matrix']['params'],
  token: CancellationToken,
): Promise<Matrix> {
  const all = await repository.checker.releases();
  const prefix = longestPrefix(all.map((release) => release.prefix), path);
  const releases = all.filter((release) => release.prefix === prefix).reverse();
  const versions = [
    ...releases.map(({ ref, version }) => ({ ref, label: version })),
    { ref: null, label: 'working tree' },
  ];
  const total = (versions.length * (versions.length - 1)) / 2;
  const progress =
    workDoneToken === undefined ? undefined : connection.window.attachWorkDoneProgress(workDoneToken);
  progress?.begin('Version skew matrix', 0, `${releases.length} releases`);
  const signal = new AbortController();
  token.onCancellationRequested(() => { signal.abort(new Cancelled()); });

  const cells: MatrixCell[] = [];
  let done = 0;
  try {
    for (let newer = versions.length - 1; newer >= 0; newer--) {
      const row: MatrixCell[] = [{ client: newer, server: newer, effect: 'exact', class: 'none', findings: 0 }];
      const to = versions[newer]?.ref ?? null;
      for (let older = newer - 1; older >= 0; older--) {
        if (token.isCancellationRequested) throw new Cancelled();
        const from = releases[older]?.ref;
        if (from === undefined) continue;
        const result = await repository.checker.check({ from, ...(to !== null && { to }), signal: signal.signal });
        row.push(
          { client: older, server: newer, ...worst(result, 'oldClientNewServer') },
          { client: newer, server: older, ...worst(result, 'newClientOldServer') },
        );
        done++;
      }
      progress?.report(Math.round((100 * done) / Math.max(1, total)), `${done} of ${total}`);
      if (partialResultToken === undefined) cells.push(...row);
      else await connection.sendProgress(CELLS, partialResultToken, row);
    }
  } finally {
    progress?.done();
  }
  return { versions, cells };
}

function worst(
  result: CheckResult,
  pairing: keyof Pairings<Effect>,
): { effect: Effect; class: Class; findings: number } {
  const suffered = result.findings.filter((finding) => finding.effects.binary[pairing] !== 'exact');
  return {
    effect: EFFECTS[Math.max(0, ...suffered.map((finding) => EFFECTS.indexOf(finding.effects.binary[pairing])))] ?? 'exact',
    class: CLASSES[Math.max(0, ...suffered.map((finding) => CLASSES.indexOf(finding.class)))] ?? 'none',
    findings: suffered.length,
  };
}

function longestPrefix(prefixes: readonly string[], path: string): string {
  return prefixes.filter((prefix) => path.startsWith(prefix)).sort((a, b) => b.length - a.length)[0] ?? '';
}
