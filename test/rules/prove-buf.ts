import { parseArgs } from 'node:util';
import { compareWithBuf } from './buf-compare.ts';
import { randomEdits } from './random-edits.ts';
import { readFixtures } from './fixtures.ts';

/* Compares our findings with buf's in `--runs N` random edits (10,000) from `--seed N`. Exits with 1 if we miss something. */

const CHUNK = 250;

const { values } = parseArgs({ options: { runs: { type: 'string' }, seed: { type: 'string' } } });
const runs = Number(values.runs ?? 10_000);
const seed = Number(values.seed ?? Date.now() % 2 ** 31);
const released = readFixtures().map(({ before }) => before);
const explained = new Map<string, number>();
const ours = new Map<string, number>();
const totals = { edits: 0, found: 0, missed: 0 };
console.log(`seed ${String(seed)}, ${String(runs)} edits`);
for (let done = 0; done < runs; done += CHUNK) {
  const edits = randomEdits((seed + done) % 2 ** 31, Math.min(CHUNK, runs - done), released);
  const result = compareWithBuf(edits);
  for (const each of result.missed) console.log(each);
  totals.edits += result.compared;
  totals.found += result.foundByBuf;
  totals.missed += result.missed.length;
  add(explained, result.explained);
  add(ours, result.ours);
  if (process.stderr.isTTY) process.stderr.write(`\r${String(done + edits.length)} of ${String(runs)} edits `);
}
console.log(
  `${String(totals.edits)} edits that buf compiles, in which it finds ${String(totals.found)} breaks; ${String(totals.missed)} of them are missed. Reported differently:`,
);
print(explained);
console.log('Regressions that buf does not report:');
print(ours);
if (totals.missed > 0) process.exitCode = 1;

function add(sums: Map<string, number>, more: ReadonlyMap<string, number>): void {
  for (const [what, count] of more) sums.set(what, (sums.get(what) ?? 0) + count);
}

function print(counts: ReadonlyMap<string, number>): void {
  for (const [what, count] of [...counts].sort(([, a], [, b]) => b - a)) console.log(`  ${String(count)}: ${what}`);
}
