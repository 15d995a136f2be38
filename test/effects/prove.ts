import fc, { type GeneratorValue } from 'fast-check';
import { proveOne, type Totals } from './execute.ts';
import { DIFFERENCES } from './implementations/differences.ts';
import { IMPLEMENTATIONS, isInstalled, PACKAGES, start } from './implementations/implementation.ts';
import { noMasks, proveMasks, type MaskTotals } from './implementations/prove-masks.ts';
import { provePair, proveTexts, type PairTotals } from './implementations/prove-pair.ts';
import { typePairs, wellKnownPairs } from './implementations/types.ts';

/*
 * The complete proof. Prints the first case that fails, and exits with 1.
 *
 * --runs N   random cases with the proof's own decoders (100,000)
 * --pairs N  random pairs of schemas with other implementations of protobuf (5,000)
 * --types 0  leaves out the fixed pairs of schemas for these implementations
 * --seed N   repeats a run
 */

const CHUNK = 250;

const runs = option('runs') ?? 100_000;
const pairs = option('pairs') ?? 5_000;
const fixed = option('types') === 0 ? [] : [...typePairs(), ...wellKnownPairs()];
const seed = option('seed') ?? Date.now() % 2 ** 31;

const isProved = (await proveCases()) && (pairs === 0 || (await proveWithImplementations()));
if (!isProved) process.exitCode = 1;

async function proveCases(): Promise<boolean> {
  const totals: Totals = { cases: 0, messages: 0, verdicts: new Map() };
  print(`seed ${seed}, ${runs} cases`);
  const isProved = await check(runs, 'cases', totals, (draw) => proveOne(draw, totals));
  print(`\n${totals.cases} cases and ${totals.messages} messages from seed ${seed}; verdicts:`);
  for (const [effect, count] of [...totals.verdicts].sort(([a], [b]) => a.localeCompare(b)))
    print(`  ${effect}: ${count}`);
  return isProved;
}

async function proveWithImplementations(): Promise<boolean> {
  for (const name of IMPLEMENTATIONS.filter((each) => !isInstalled(each)))
    print(`skipped ${name}: ${PACKAGES[name]} is not installed`);
  const implementations = await Promise.all(IMPLEMENTATIONS.filter(isInstalled).map(start));
  const names = implementations.map(({ name, version }) => `${name} ${version}`).join(', ');
  print(
    `\n${pairs} pairs of schemas; messages are exchanged between ${names} and the proof's own encoders and decoders`,
  );
  const totals: PairTotals = { pairs: 0, messages: 0, differences: new Map() };
  const masks = noMasks();
  let isProved = await check(pairs, 'pairs', totals, async (draw) => {
    await provePair(draw, implementations, totals);
    await proveMasks(draw, implementations, masks);
  });
  for (const texts of isProved ? fixed : []) {
    try {
      await proveTexts(texts, implementations, totals);
    } catch (error) {
      print(`\n${String(error)}`);
      isProved = false;
    }
  }
  report(totals, masks);
  for (const each of implementations) each.stop();
  return isProved;
}

/** Checks random cases in chunks, and prints the progress. False if one fails. */
async function check(
  count: number,
  what: string,
  totals: { readonly messages: number },
  prove: (draw: GeneratorValue) => unknown,
): Promise<boolean> {
  for (let done = 0; done < count; done += CHUNK) {
    const result = await fc.check(
      fc.asyncProperty(fc.gen(), async (draw) => {
        await prove(draw);
      }),
      { numRuns: Math.min(CHUNK, count - done), seed: (seed + done) % 2 ** 31 },
    );
    if (result.failed) {
      print(`\n${String(result.errorInstance)}`);
      print(`failed after ${done + result.numRuns} ${what}, --seed ${result.seed} fails at once`);
      return false;
    }
    process.stdout.write(`\r${Math.min(done + CHUNK, count)} of ${count} ${what}, ${totals.messages} messages `);
  }
  return true;
}

function report(totals: PairTotals, masks: MaskTotals): void {
  print(
    `\n${totals.pairs} pairs (the ${fixed.length} fixed ones last) and ${totals.messages} messages from seed ${seed}`,
  );
  print(
    `field masks: the other version rejected ${masks.rejected} of ${masks.paths} paths; ${masks.altered} paths selected another field; ${masks.examples} paths from examples of findings had the stated effect`,
  );
  print('known differences:');
  for (const difference of DIFFERENCES) {
    const { implementation, what, schema } = difference;
    const seen =
      schema === undefined
        ? String(totals.differences.get(difference) ?? 0)
        : 'not counted, because the verdict is computed for the schema as this implementation reads it';
    print(`  ${implementation}, ${what}: ${seen}`);
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function option(name: string): number | undefined {
  const at = process.argv.indexOf(`--${name}`);
  const value = at < 0 ? undefined : Number(process.argv[at + 1]);
  if (value !== undefined && !Number.isSafeInteger(value)) throw new Error(`--${name} takes a whole number`);
  return value;
}
