import { expect, test } from 'vitest';
import { type Module, moduleOfFinding } from '../../server/check/result.ts';
import type { Finding } from '../../server/policy/result.ts';

test('the modules of many findings are found without a search for each finding', () => {
  let reads = 0;
  const moduleWith = (findings: readonly Finding[]): Module =>
    ({
      get findings() {
        reads++;
        return findings;
      },
    }) as Module;
  const findings = Array.from({ length: 1000 }, () => ({}) as Finding);
  const modules = [moduleWith(findings.slice(0, 500)), moduleWith(findings.slice(500))];
  expect(findings.map((finding) => modules.indexOf(moduleOfFinding({ modules }, finding)))).toEqual(
    findings.map((_, index) => (index < 500 ? 0 : 1)),
  );
  expect(reads).toBe(modules.length);
});
