import { afterAll, beforeAll, expect, it } from 'vitest';
import { bundle } from '../lsp/bundle.ts';
import { fuzzProject } from './project-fuzz.ts';
import { fuzzReleased } from './released-fuzz.ts';
import { fuzzServer } from './server-fuzz.ts';

/** What `npm run fuzz` does for as long as it is told, for a moment and the same in every run. */
const ENOUGH = { seed: 20180618, until: Number.POSITIVE_INFINITY };

let server: Awaited<ReturnType<typeof bundle>>;
beforeAll(async () => {
  server = await bundle('server/main.ts');
});
afterAll(() => {
  server.remove();
});

it('a project says after any edits what a check from scratch says', async () => {
  const { edits, comparisons } = await fuzzProject({ ...ENOUGH, edits: 1000 });
  expect(edits).toBe(1000);
  expect(comparisons).toBeGreaterThan(1);
});

it('of a release that was damaged, everything can be asked that a finding offers', async () => {
  const { edits, findings } = await fuzzReleased({ ...ENOUGH, edits: 1000 });
  expect(edits).toBeGreaterThanOrEqual(1000);
  expect(findings).toBeGreaterThan(100);
});

// Memory and children are read from /proc.
it.skipIf(process.platform !== 'linux')(
  'a server answers everything and shows in the end what a fresh one shows',
  async () => {
    const { requests, comparisons } = await fuzzServer({ ...ENOUGH, server: server.path, edits: 200 });
    expect(requests).toBeGreaterThan(50);
    expect(comparisons).toBe(2);
  },
);
