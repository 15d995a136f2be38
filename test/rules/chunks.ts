import { parseArgs } from 'node:util';

/** Runs `check` for `--runs N` random edits from `--seed N`. Each seed selects `chunkSize` edits or, at the end, fewer. */
export async function inChunks(
  defaultRuns: number,
  chunkSize: number,
  check: (seed: number, count: number) => unknown,
): Promise<void> {
  const { values } = parseArgs({ options: { runs: { type: 'string' }, seed: { type: 'string' } } });
  const runs = Number(values.runs ?? defaultRuns);
  const seed = Number(values.seed ?? Date.now() % 2 ** 31);
  console.log(`seed ${seed}, ${runs} edits`);
  for (let done = 0; done < runs; done += chunkSize) {
    const count = Math.min(chunkSize, runs - done);
    await check((seed + done) % 2 ** 31, count);
    if (process.stderr.isTTY) process.stderr.write(`\r${done + count} of ${runs} edits `);
  }
}
