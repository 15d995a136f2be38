import { inChunks } from './chunks.ts';
import { applyFixes, randomBrokenEdits } from './random-fixes.ts';

/* Applies all fixes of random edits. Exits with 1 if a result is wrong. */

const totals = { edits: 0, fixes: 0, together: 0, wrong: 0 };
await inChunks(2_000, 100, async (seed, count) => {
  const { edits, fixes, together, wrong } = await applyFixes(randomBrokenEdits(seed, count));
  for (const each of wrong) console.log(each);
  totals.edits += edits;
  totals.fixes += fixes;
  totals.together += together;
  totals.wrong += wrong.length;
});
console.log(
  `${totals.edits} edits that protoc accepts, ${totals.fixes} single fixes, ${totals.together} times all safe fixes together; ${totals.wrong} are wrong`,
);
if (totals.wrong > 0) process.exitCode = 1;
