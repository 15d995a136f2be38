import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { SourceLanguage } from '../../server/effects/effect.ts';
import { DEFAULT_SETTINGS } from '../../server/policy/settings.ts';
import { expectTable } from '../docs-table.ts';
import type { Texts } from '../protoc.ts';
import { judgeTexts } from '../rules/fixtures.ts';
import { compilePairs, missingPackages, type Compiled } from './compile.ts';
import { SOURCE_PAIRS, type SourcePair } from './pairs.ts';
import { GENERATORS, RUST_GENERATORS, type Generator, type RustGenerator } from './programs.ts';
import { CRATES } from './rust.ts';

/* Compares the verdicts about generated code with compilers: programs for the released code are compiled with the edited code. */

const NAMES = Object.keys(GENERATORS) as Generator[];
const SERVICE_GENERATORS: readonly Generator[] = ['protoc-gen-go-grpc', 'go-ttrpc'];

function pairsFor(generator: Generator): readonly SourcePair[] {
  return SOURCE_PAIRS.filter(({ rule }) => !SERVICE_GENERATORS.includes(generator) || isAboutServices(rule));
}

function isAboutServices(rule: string): boolean {
  return /^(?:service|method)-/.test(rule);
}

/** The recorded results of the Rust compiler, by the title of the pair. `edit` is a digest of the compiled texts. */
type RustResults = Readonly<
  Record<string, { readonly edit: string } & Readonly<Partial<Record<RustGenerator, string>>>>
>;
const RUST_RESULTS = 'test/source/rust-results.json';

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

/** By our verdict. */
function brokenLanguages(pair: SourcePair): ReadonlySet<SourceLanguage> {
  return new Set(findingsOf(pair).flatMap(({ sourceBreaks }) => sourceBreaks));
}

const title = ({ rule, what }: SourcePair): string => (what === '' ? rule : `${rule}: ${what}`);

test.each(SOURCE_PAIRS.map((pair) => [title(pair), pair] as const))('%s is reported', (_, pair) => {
  expect(findingsOf(pair).map(({ rule }) => rule)).toContain(pair.rule);
});

describe.each(NAMES)('%s', (generator) => {
  const missing = missingPackages(generator);
  const reason = missing === undefined ? '' : ` (skipped: ${missing} is not installed)`;

  test.skipIf(reason !== '')(`every failure to compile was reported${reason}`, { timeout: 600_000 }, () => {
    const results = [...compiledBy(generator)].map(([pair, { old, new: edited }]) => ({
      pair: title(pair),
      errorsBefore: old,
      missed: brokenLanguages(pair).has(GENERATORS[generator]) ? [] : edited,
    }));
    expect(results).toEqual(results.map(({ pair }) => ({ pair, errorsBefore: [], missed: [] })));
  });
});

describe('Rust', () => {
  // Debian packages no generator for services in Rust.
  const pairs = SOURCE_PAIRS.filter(({ rule }) => !isAboutServices(rule));
  const reason = CRATES === undefined ? ' (skipped: RUST_CRATES is not set, see docs/generated-code.md)' : '';

  test.skipIf(reason !== '')(`the recorded results are those of the compiler${reason}`, { timeout: 1_200_000 }, () => {
    const results = compileRust(pairs);
    if (process.env['UPDATE']) writeFileSync(RUST_RESULTS, `${JSON.stringify(results, null, 2)}\n`);
    else expect(results).toEqual(readRustResults());
  });

  test('the verdicts about Rust match the recorded results', () => {
    expect(pairs.map((pair) => [title(pair), digestOf(pair), brokenLanguages(pair).has('rust')])).toEqual(
      Object.entries(readRustResults()).map(([name, { edit, ...results }]) => [
        name,
        edit,
        Object.values(results).includes('breaks'),
      ]),
    );
  });
});

describe('a message moved to a file with another', () => {
  test.each([
    ['go_package', ['go', 'python', 'rust', 'ts']],
    ['java_package', ['java', 'python', 'rust', 'ts']],
    ['csharp_namespace', ['csharp', 'python', 'rust', 'ts']],
  ])('%s changes code in %j', (option, languages) => {
    const [head, moved] = ['syntax = "proto3"; package k;', 'message M {}'];
    const pair: SourcePair = {
      rule: 'message-moved',
      what: '',
      old: { 'a.proto': `${head} option ${option} = "a"; message N {} ${moved}`, 'b.proto': `${head} message B {}` },
      new: { 'a.proto': `${head} option ${option} = "a"; message N {}`, 'b.proto': `${head} message B {} ${moved}` },
    };
    expect(findingsOf(pair).map(({ rule }) => rule)).toEqual([pair.rule]);
    expect([...brokenLanguages(pair)].sort()).toEqual(languages);
  });
});

const absent = NAMES.filter((generator) => missingPackages(generator) !== undefined);
const reason = absent.length === 0 ? '' : ` (skipped: ${absent.join(', ')} cannot be run here)`;

describe.skipIf(reason !== '')(`with all generators${reason}`, () => {
  test('the reported languages are those in which a program fails to compile', () => {
    const compiledLanguages = new Set<SourceLanguage>(Object.values(GENERATORS));
    const all = SOURCE_PAIRS.map((pair) => {
      const broken = NAMES.filter((generator) => (compiledBy(generator).get(pair)?.new.length ?? 0) > 0);
      return {
        pair: title(pair),
        verdict: [...brokenLanguages(pair)].filter((language) => compiledLanguages.has(language)).sort(),
        seen: [...new Set(broken.map((generator): SourceLanguage => GENERATORS[generator]))].sort(),
      };
    });
    expect(all.map(({ pair, verdict }) => [pair, ...verdict])).toEqual(all.map(({ pair, seen }) => [pair, ...seen]));
  });

  test('docs/generated-code.md contains the results', () => {
    const rustResults = readRustResults();
    const rows = SOURCE_PAIRS.map((pair) => {
      const results = NAMES.map((generator) => {
        const result = compiledBy(generator).get(pair);
        return result === undefined ? '' : result.new.length > 0 ? 'breaks' : 'same';
      });
      const rust = RUST_GENERATORS.map((generator) => rustResults[title(pair)]?.[generator] ?? '');
      const verdict = brokenLanguages(pair).has('rust') ? 'breaks' : 'same';
      const [first, ...rest] = title(pair).split(': ');
      return {
        name: [`\`${first ?? ''}\``, ...rest].join(': '),
        results: [...results, ...rust, isAboutServices(pair.rule) ? verdict : ''],
      };
    });
    const differing = rows.filter(({ results }) => results.includes('breaks') && results.includes('same'));
    const agreeing = (result: string): string =>
      rows
        .filter((row) => row.results.includes(result) && !differing.includes(row))
        .map(({ name }) => name)
        .join('; ');
    expectTable('docs/generated-code.md', 'compiled', [
      `**Breaks with every generator:** ${agreeing('breaks')}.`,
      '',
      `**Compiles with every generator:** ${agreeing('same')}.`,
      '',
      `| change | ${[...NAMES, ...RUST_GENERATORS].join(' | ')} | services in Rust, not compiled |`,
      `|---|${[...NAMES, ...RUST_GENERATORS].map(() => '---|').join('')}---|`,
      ...differing.map(({ name, results }) => `| ${[name, ...results].join(' | ')} |`),
    ]);
  });
});

function readRustResults(): RustResults {
  return JSON.parse(readFileSync(RUST_RESULTS, 'utf8')) as RustResults;
}

function digestOf(pair: SourcePair): string {
  return createHash('sha256')
    .update(JSON.stringify([pair.old, pair.new]))
    .digest('hex')
    .slice(0, 12);
}

function compileRust(pairs: readonly SourcePair[]): RustResults {
  const results = new Map(pairs.map((pair) => [title(pair), { edit: digestOf(pair) }]));
  for (const generator of RUST_GENERATORS) {
    const possible = generator === 'prost' ? pairs : pairs.flatMap((pair) => withoutOptional(pair) ?? []);
    for (const [index, { old, new: edited }] of compilePairs(possible, generator).entries()) {
      const name = title(possible[index] ?? expect.unreachable());
      expect([generator, name, ...old]).toEqual([generator, name]);
      Object.assign(results.get(name) ?? {}, { [generator]: edited.length > 0 ? 'breaks' : 'same' });
    }
  }
  return Object.fromEntries(results);
}

/** Without `optional` in proto3, which rust-protobuf 2 does not support. Undefined if nothing is left of the edit. */
function withoutOptional(pair: SourcePair): SourcePair | undefined {
  const plain = (texts: Texts): Texts =>
    Object.fromEntries(
      Object.entries(texts).map(([path, text]) => [
        path,
        text.includes('proto3') ? text.replaceAll('optional ', '') : text,
      ]),
    );
  const [old, edited] = [plain(pair.old), plain(pair.new)];
  return JSON.stringify(old) === JSON.stringify(edited) ? undefined : { ...pair, old, new: edited };
}
