import { describe, expect, test } from 'vitest';
import type { SourceLanguage } from '../../server/effects/effect.ts';
import { DEFAULT_SETTINGS } from '../../server/policy/settings.ts';
import { expectTable } from '../docs-table.ts';
import type { Texts } from '../protoc.ts';
import { judgeTexts } from '../rules/fixtures.ts';
import { compilePairs, missingPackages, type Compiled } from './compile.ts';
import { SOURCE_PAIRS, type SourcePair } from './pairs.ts';
import { GENERATORS, type Generator } from './programs.ts';

/*
 * Compares what findings say about generated code with compilers: a program that uses everything generated from the released file is
 * compiled with the code generated from the edited file.
 */

const NAMES = Object.keys(GENERATORS) as Generator[];
/** These generators generate code only for services. */
const SERVICES: readonly Generator[] = ['protoc-gen-go-grpc', 'go-ttrpc'];

/** The pairs that affect a generator's code. */
function pairsFor(generator: Generator): readonly SourcePair[] {
  return SOURCE_PAIRS.filter(({ rule }) => !SERVICES.includes(generator) || /^(?:service|method)-/.test(rule));
}

const compiled = new Map<Generator, ReadonlyMap<SourcePair, Compiled>>();

function compiledBy(generator: Generator): ReadonlyMap<SourcePair, Compiled> {
  const known = compiled.get(generator);
  if (known !== undefined) return known;
  const pairs = pairsFor(generator);
  const results = compilePairs(pairs, generator);
  const made = new Map(
    pairs.map((pair, index): [SourcePair, Compiled] => [pair, results[index] ?? { old: [], new: [] }]),
  );
  compiled.set(generator, made);
  return made;
}

function findingsOf({ old, new: edited }: SourcePair) {
  const textsOf = (texts: Texts) =>
    new Map(
      Object.entries(texts).map(([path, text]) => [
        path,
        text.replaceAll('PAIR/types', 'types').replaceAll('PAIR', 'pair'),
      ]),
    );
  return judgeTexts(textsOf(old), textsOf(edited), DEFAULT_SETTINGS).findings;
}

function saidOf(pair: SourcePair): ReadonlySet<SourceLanguage> {
  return new Set(findingsOf(pair).flatMap(({ sourceBreaks }) => sourceBreaks));
}

const title = ({ rule, what }: SourcePair): string => (what === '' ? rule : `${rule}: ${what}`);

test.each(SOURCE_PAIRS.map((pair) => ({ pair, name: title(pair) })))('$name is reported', ({ pair }) => {
  expect(findingsOf(pair).map(({ rule }) => rule)).toContain(pair.rule);
});

describe.each(NAMES)('%s', (generator) => {
  const missing = missingPackages(generator);
  const reason = missing === undefined ? '' : ` (skipped: ${missing} is not installed)`;

  test.skipIf(reason !== '')(`every failure to compile was reported${reason}`, { timeout: 600_000 }, () => {
    const results = [...compiledBy(generator)].map(([pair, { old, new: edited }]) => ({
      pair: title(pair),
      errorsBefore: old,
      missed: saidOf(pair).has(GENERATORS[generator]) ? [] : edited,
    }));
    expect(results).toEqual(results.map(({ pair }) => ({ pair, errorsBefore: [], missed: [] })));
  });
});

const absent = NAMES.filter((generator) => missingPackages(generator) !== undefined);
const reason = absent.length === 0 ? '' : ` (skipped: ${absent.join(', ')} cannot be run here)`;

describe.skipIf(reason !== '')(`with all generators${reason}`, () => {
  test('every reported failure occurs with one of them', () => {
    const compiledLanguages = new Set<SourceLanguage>(Object.values(GENERATORS));
    const all = SOURCE_PAIRS.map((pair) => {
      const broken = NAMES.filter((generator) => (compiledBy(generator).get(pair)?.new.length ?? 0) > 0);
      return {
        pair: title(pair),
        said: [...saidOf(pair)].filter((language) => compiledLanguages.has(language)).sort(),
        seen: [...new Set(broken.map((generator): SourceLanguage => GENERATORS[generator]))].sort(),
      };
    });
    expect(all.map(({ pair, said }) => [pair, ...said])).toEqual(all.map(({ pair, seen }) => [pair, ...seen]));
  });

  test('docs/proof.md contains the matrix', () => {
    expectTable('docs/proof.md', 'compiled', [
      `| change | ${NAMES.join(' | ')} | Rust, as ruled |`,
      `|---|${NAMES.map(() => '---|').join('')}---|`,
      ...SOURCE_PAIRS.map((pair) => {
        const cells = NAMES.map((generator) => {
          const result = compiledBy(generator).get(pair);
          return result === undefined ? '' : result.new.length > 0 ? 'breaks' : 'same';
        });
        const [first, ...rest] = title(pair).split(': ');
        const name = [`\`${first ?? ''}\``, ...rest].join(': ');
        return `| ${[name, ...cells, saidOf(pair).has('rust') ? 'breaks' : 'same'].join(' | ')} |`;
      }),
    ]);
  });
});
