import fc from 'fast-check';
import { proveOne, type Totals } from './execute.ts';

/**
 * The proof in the large: `--runs N` cases (100,000 unless told) from `--seed N` (the clock's unless told). Prints the seed
 * first, a line of progress, then the totals. Exits with 1 after the first chunk that fails, with the smallest case found.
 */
const CHUNK = 250;

const runs = option('runs') ?? 100_000;
const seed = option('seed') ?? Date.now() % 2 ** 31;
const started = Date.now();
const totals: Totals = { cases: 0, messages: 0, said: new Map() };
process.stdout.write(`seed ${seed}, ${runs} cases\n`);
for (let done = 0; done < runs; done += CHUNK) {
  const result = fc.check(
    fc.property(fc.gen(), (draw) => {
      proveOne(draw, totals);
    }),
    { numRuns: Math.min(CHUNK, runs - done), seed: (seed + done) % 2 ** 31 },
  );
  if (result.failed) {
    process.stdout.write(
      `\n${String(result.errorInstance)}\nfailed after ${done + result.numRuns} cases, --seed ${result.seed} fails at once\n`,
    );
    process.exitCode = 1;
    break;
  }
  const seconds = (Date.now() - started) / 1000;
  process.stdout.write(
    `\r${Math.min(done + CHUNK, runs)} of ${runs} cases, ${totals.messages} messages, ${seconds.toFixed(0)} s `,
  );
}
process.stdout.write(`\n${totals.cases} cases and ${totals.messages} messages from seed ${seed}; said:\n`);
for (const [effect, count] of [...totals.said].sort(([a], [b]) => a.localeCompare(b)))
  process.stdout.write(`  ${effect}: ${count}\n`);

function option(name: string): number | undefined {
  const at = process.argv.indexOf(`--${name}`);
  const value = at < 0 ? undefined : Number(process.argv[at + 1]);
  if (value !== undefined && !Number.isSafeInteger(value)) throw new Error(`--${name} takes a whole number`);
  return value;
}
