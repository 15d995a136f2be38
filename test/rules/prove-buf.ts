import { compareWithBuf } from './buf-compare.ts';
import { inChunks } from './chunks.ts';
import { readFixtures } from './fixtures.ts';
import { randomEdits } from './random-edits.ts';

/* Compares our findings with buf's. Exits with 1 if we miss something. */

const released = readFixtures().map(({ before }) => before);
const explained = new Map<string, number>();
const ours = new Map<string, number>();
const totals = { edits: 0, found: 0, missed: 0 };
await inChunks(10_000, 250, (seed, count) => {
  const result = compareWithBuf(randomEdits(seed, count, released));
  for (const each of result.missed) console.log(each);
  totals.edits += result.compared;
  totals.found += result.foundByBuf;
  totals.missed += result.missed.length;
  add(explained, result.explained);
  add(ours, result.ours);
});
console.log(
  `${totals.edits} edits that buf compiles, in which it finds ${totals.found} breaks; ${totals.missed} of them are missed. Reported differently:`,
);
print(explained);
console.log('Regressions that buf does not report:');
print(ours);
if (totals.missed > 0) process.exitCode = 1;

function add(sums: Map<string, number>, more: ReadonlyMap<string, number>): void {
  for (const [what, count] of more) sums.set(what, (sums.get(what) ?? 0) + count);
}

function print(counts: ReadonlyMap<string, number>): void {
  for (const [what, count] of [...counts].sort(([, a], [, b]) => b - a)) console.log(`  ${count}: ${what}`);
}
