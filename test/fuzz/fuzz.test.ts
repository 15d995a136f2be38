import { afterAll, beforeAll, expect, it } from 'vitest';
import { bundle } from '../lsp/bundle.ts';
import { fuzzProject } from './project-fuzz.ts';
import { fuzzReleased } from './released-fuzz.ts';
import { fuzzServer } from './server-fuzz.ts';

const OPTIONS = { seed: 20180618, until: Number.POSITIVE_INFINITY };

let server: Awaited<ReturnType<typeof bundle>>;
beforeAll(async () => {
  server = await bundle('server/main.ts');
});
afterAll(() => {
  server.remove();
});

it('a project reports the same as a check from scratch', async () => {
  const { edits, comparisons } = await fuzzProject({ ...OPTIONS, edits: 1000 });
  expect(edits).toBe(1000);
  expect(comparisons).toBeGreaterThan(1);
});

it('fixes and examples can be computed for a damaged release', async () => {
  const { edits, findings } = await fuzzReleased({ ...OPTIONS, edits: 1000 });
  expect(edits).toBeGreaterThanOrEqual(1000);
  expect(findings).toBeGreaterThan(100);
});

// Memory and child processes are read from /proc.
it.skipIf(process.platform !== 'linux')(
  'a server answers every request, and shows the same as a new server',
  async () => {
    const { requests, comparisons } = await fuzzServer({ ...OPTIONS, server: server.path, edits: 200 });
    expect(requests).toBeGreaterThan(50);
    expect(comparisons).toBe(2);
  },
);
