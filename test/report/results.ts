import type { CheckResult } from '../../server/check/result.ts';
import { type Given, resultWith } from '../check/results.ts';
import type { Finding } from '../../server/policy/result.ts';

/** A gap. */
export const METHOD_ADDED = finding({
  rule: 'method-added',
  element: 'grpc.AgentService.PauseContainer',
  range: { start: { line: 2, character: 6 }, end: { line: 2, character: 20 } },
  effects: {
    binary: { oldClientNewServer: 'exact', newClientOldServer: 'rejected' },
    json: { oldClientNewServer: 'exact', newClientOldServer: 'rejected' },
    source: 'same',
  },
  severity: 'information',
  class: 'gap',
  broken: { oldClientNewServer: false, newClientOldServer: false },
  bump: 'minor',
  message: 'kata-agent 1.0.0 answers UNIMPLEMENTED to PauseContainer.',
  witness: () => ({ sent: '/grpc.AgentService/PauseContainer', read: 'UNIMPLEMENTED' }),
});

/** A break. */
export const FIELD_RENUMBERED = finding({
  rule: 'field-renumbered',
  element: 'grpc.Process.id',
  range: { start: { line: 6, character: 14 }, end: { line: 6, character: 15 } },
  baseline: {
    file: 'protocols/agent.proto',
    range: { start: { line: 5, character: 14 }, end: { line: 5, character: 15 } },
  },
  message: 'The number of id was 1 and is now 2.',
});

export function finding(given: Partial<Finding>): Finding {
  return {
    rule: 'field-removed',
    element: 'grpc.Process.id',
    file: 'protocols/agent.proto',
    range: { start: { line: 0, character: 0 }, end: { line: 0, character: 1 } },
    baseline: null,
    severity: 'error',
    class: 'regression',
    broken: { oldClientNewServer: true, newClientOldServer: true },
    bump: 'major',
    effects: {
      binary: { oldClientNewServer: 'dropped', newClientOldServer: 'dropped' },
      json: { oldClientNewServer: 'exact', newClientOldServer: 'exact' },
      source: 'same',
    },
    sourceBreaks: [],
    witness: () => null,
    message: 'Removed.',
    accepted: null,
    fixes: () => [],
    ...given,
  };
}

/** Bump and next version follow from the first major finding, or from the first finding. */
export function result(given: Given = {}): CheckResult {
  const commit = '1234567890123456789012345678901234567890';
  const findings = given.findings ?? [];
  const forcedBy = findings.find(({ bump }) => bump === 'major') ?? findings[0];
  const bump = forcedBy?.bump ?? 'none';
  return resultWith({
    baseline: { ref: '1.0.0', version: '1.0.0', commit, prefix: '', note: undefined },
    bump,
    nextVersion: { major: '2.0.0', minor: '1.1.0', patch: '1.0.1', none: '1.0.0' }[bump],
    forcedBy,
    ...given,
  });
}
