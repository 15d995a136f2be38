import { expect, test } from 'vitest';
import type { CheckResult } from '../../server/check/result.ts';
import { Capabilities } from '../../server/lsp/capabilities.ts';
import { diagnosticsByFile } from '../../server/lsp/diagnostics.ts';
import type { RepositorySession } from '../../server/lsp/repository-session.ts';
import { START_OF_FILE } from '../../server/proto/position.ts';

const problem = (kind: 'syntax' | 'unresolved-type', file: string) => ({
  kind,
  file,
  range: START_OF_FILE,
  message: 'x',
});
const files = Array.from({ length: 1200 }, (_, index) => `${String(index).padStart(4, '0')}.proto`);

test('files that are not open have at most the thousand most severe diagnostics', () => {
  const problems = files.map((file) => problem('unresolved-type', file));
  const result = { problems: [...problems, problem('syntax', 'z.proto')], findings: [] } as unknown as CheckResult;
  const repository = { documents: new Map([['1199.proto', {}]]) } as unknown as RepositorySession;
  const shown = [...diagnosticsByFile(result, repository, new Capabilities({})).keys()];
  expect(shown).toHaveLength(1001);
  expect(shown).toContain('1199.proto');
  expect(shown).toContain('z.proto');
  expect(shown).not.toContain('1198.proto');
});
