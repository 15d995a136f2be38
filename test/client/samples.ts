import type { Compared, FindingItem, NothingToCompare } from '../../server/lsp/protocol.ts';

export const renumbered: FindingItem = {
  rule: 'field-renumbered',
  href: 'https://example.com/rules#field-renumbered',
  element: 'grpc.CreateSandboxRequest.sandbox_id',
  uri: 'file:///agent/agent.proto',
  file: 'agent.proto',
  range: { start: { line: 3, character: 2 }, end: { line: 3, character: 12 } },
  baseline: null,
  severity: 'error',
  class: 'regression',
  bump: 'major',
  effects: {
    binary: { oldClientNewServer: 'altered', newClientOldServer: 'altered' },
    json: { oldClientNewServer: 'exact', newClientOldServer: 'exact' },
    source: 'same',
  },
  worstEffects: {
    oldClientNewServer: { effect: 'altered', encoding: 'binary' },
    newClientOldServer: { effect: 'altered', encoding: 'binary' },
  },
  message: 'Number 2 became 1.',
  accepted: null,
};

export const compared: Compared = {
  kind: 'compared',
  repository: 'file:///agent',
  baseline: {
    ref: 'v1.0.0',
    version: '1.0.0',
    commit: '52b4d9a0123456789012345678901234567890ab',
    prefix: '',
    note: null,
    chosen: false,
  },
  bump: 'major',
  nextVersion: '2.0.0',
  policy: 'semver',
  declaredVersion: null,
  counts: { error: 1, warning: 0, information: 3, hint: 0, accepted: 0 },
  reasons: [renumbered],
  moreReasons: 0,
  unreadable: null,
};

export const noTags: NothingToCompare = {
  kind: 'nothing',
  repository: 'file:///agent',
  reason: 'no-tags',
  message: 'The repository has no tags.',
  advice: 'Fetch them.',
  action: 'fetch-tags',
};

export function finding(differing: Partial<FindingItem>): FindingItem {
  return { ...renumbered, ...differing };
}
