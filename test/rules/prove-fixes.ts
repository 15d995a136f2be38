import { parseArgs } from 'node:util';
import { applyFixes, randomBrokenEdits } from './random-fixes.ts';

/* Applies all fixes of `--runs N` random edits (2,000) from `--seed N`. Exits with 1 if a result is wrong. */

const CHUNK = 100;

const { values } = parseArgs({ options: { runs: { type: 'string' }, seed: { type: 'string' } } });
const runs = Number(values.runs ?? 2_000);
const seed = Number(values.seed ?? Date.now() % 2 ** 31);
const totals = { edits: 0, fixes: 0, together: 0, wrong: 0 };
console.log(`seed ${String(seed)}, ${String(runs)} edits`);
for (let done = 0; done < runs; done += CHUNK) {
  const { edits, fixes, together, wrong } = await applyFixes(
    randomBrokenEdits((seed + done) % 2 ** 31, Math.min(CHUNK, runs - done)),
  );
  for (const each of wrong) console.log(each);
  totals.edits += edits;
  totals.fixes += fixes;
  totals.together += together;
  totals.wrong += wrong.length;
  if (process.stderr.isTTY) process.stderr.write(`\r${String(Math.min(done + CHUNK, runs))} of ${String(runs)} edits `);
}
console.log(
  `${String(totals.edits)} edits that protoc accepts, ${String(totals.fixes)} single fixes, ${String(totals.together)} times all safe fixes together; ${String(totals.wrong)} are wrong`,
);
if (totals.wrong > 0) process.exitCode = 1;
