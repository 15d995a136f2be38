import fc from 'fast-check';
import { DIFFERENCES } from './implementations/differences.ts';
import { IMPLEMENTATIONS, isInstalled, PACKAGES, start } from './implementations/implementation.ts';
import { noMasks, proveMasks } from './implementations/prove-masks.ts';
import { provePair, proveTexts, type PairTotals } from './implementations/prove-pair.ts';
import { typePairs, wellKnownPairs } from './implementations/types.ts';
import { proveOne, type Totals } from './execute.ts';

/*
 * The complete proof. `--runs N` is the number of random cases (100,000 by default), and `--pairs N` the number of random pairs of schemas
 * for other implementations of protobuf (5,000 by default). These implementations also read fixed
 * pairs of schemas in which the type of a field changes (implementations/types.ts); `--types 0` skips them. `--seed N` repeats a run.
 * If a case fails, it is printed, and the program exits with 1.
 */

const CHUNK = 250;

const runs = option('runs') ?? 100_000;
const pairs = option('pairs') ?? 5_000;
const hasTypes = option('types') !== 0;
const seed = option('seed') ?? Date.now() % 2 ** 31;
const started = Date.now();
const totals: Totals = { cases: 0, messages: 0, verdicts: new Map() };
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
process.stdout.write(`\n${totals.cases} cases and ${totals.messages} messages from seed ${seed}; verdicts:\n`);
for (const [effect, count] of [...totals.verdicts].sort(([a], [b]) => a.localeCompare(b)))
  process.stdout.write(`  ${effect}: ${count}\n`);
if (process.exitCode === undefined) await proveWithImplementations();

async function proveWithImplementations(): Promise<void> {
  if (pairs === 0) return;
  for (const name of IMPLEMENTATIONS.filter((each) => !isInstalled(each)))
    process.stdout.write(`skipped ${name}: ${PACKAGES[name]} is not installed\n`);
  const implementations = await Promise.all(IMPLEMENTATIONS.filter(isInstalled).map(start));
  const totals: PairTotals = { pairs: 0, messages: 0, differences: new Map() };
  const masks = noMasks();
  const names = implementations.map(({ name, version }) => `${name} ${version}`).join(', ');
  process.stdout.write(
    `\n${pairs} pairs of schemas; messages are exchanged between ${names} and the proof's own encoders and decoders\n`,
  );
  for (let done = 0; done < pairs; done += CHUNK) {
    const result = await fc.check(
      fc.asyncProperty(fc.gen(), async (draw) => {
        await provePair(draw, implementations, totals);
        await proveMasks(draw, implementations, masks);
      }),
      { numRuns: Math.min(CHUNK, pairs - done), seed: (seed + done) % 2 ** 31 },
    );
    if (result.failed) {
      process.stdout.write(`\n${String(result.errorInstance)}\n--runs 0 --seed ${result.seed} fails at once\n`);
      process.exitCode = 1;
      break;
    }
    process.stdout.write(`\r${Math.min(done + CHUNK, pairs)} of ${pairs} pairs, ${totals.messages} messages `);
  }
  const fixed = hasTypes && process.exitCode === undefined ? [...typePairs(), ...wellKnownPairs()] : [];
  for (const texts of fixed) {
    try {
      await proveTexts(texts, implementations, totals);
    } catch (error) {
      process.stdout.write(`\n${String(error)}\n`);
      process.exitCode = 1;
    }
  }
  process.stdout.write(
    `\n${totals.pairs} pairs, ${fixed.length} of them fixed pairs of types, and ${totals.messages} messages from seed ${seed}\n`,
  );
  process.stdout.write(
    `field masks: the other version rejected ${masks.rejected} of ${masks.paths} paths; ${masks.altered} released paths selected another field; ${masks.examples} paths from examples of findings had the stated effect\n`,
  );
  process.stdout.write('known differences:\n');
  for (const difference of DIFFERENCES) {
    const count = totals.differences.get(difference);
    const seen =
      difference.schema === undefined
        ? String(count ?? 0)
        : 'not counted, because the verdict is computed for the schema as this implementation reads it';
    process.stdout.write(`  ${difference.implementation}, ${difference.what}: ${seen}\n`);
  }
  for (const each of implementations) each.stop();
}

function option(name: string): number | undefined {
  const at = process.argv.indexOf(`--${name}`);
  const value = at < 0 ? undefined : Number(process.argv[at + 1]);
  if (value !== undefined && !Number.isSafeInteger(value)) throw new Error(`--${name} takes a whole number`);
  return value;
}
