import type { CheckResult } from '../check/result.ts';
import type { Finding } from '../policy/result.ts';
import { newPeer, oldPeer } from '../rules/words.ts';
import { wordsFor } from './words.ts';

/** "kata-runtime 1.0.0 with this kata-agent", or "data of 1.0.0" for stored data. Accepted findings do not count. */
export function brokenPairings(findings: readonly Finding[], result: CheckResult): string[] {
  const named = findings
    .filter(({ accepted }) => !accepted)
    .flatMap((finding) => {
      const words = wordsFor(result, finding);
      if (finding.stored)
        return [
          ...(finding.broken.oldClientNewServer ? [`data of ${words.baseline}`] : []),
          ...(finding.broken.newClientOldServer ? [`code of ${words.baseline} that reads newer data`] : []),
        ];
      return [
        ...(finding.broken.oldClientNewServer ? [`${oldPeer('client', words)} with ${newPeer('server', words)}`] : []),
        ...(finding.broken.newClientOldServer ? [`${oldPeer('server', words)} with ${newPeer('client', words)}`] : []),
      ];
    });
  return [...new Set(named)];
}
