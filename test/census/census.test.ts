import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { censusPage } from './page.ts';
import { EXAMPLES } from './prose.ts';
import { isStep, readReadings, readSteps } from './step.ts';

const lines = readSteps(readFileSync('docs/census/steps.jsonl', 'utf8'));
const readings = readReadings(readFileSync('docs/census/readings.jsonl', 'utf8'));
const nameOf = ({ repository, from, to }: { repository: string; from: string; to: string }): string =>
  `${repository} ${from} ${to}`;
const breaking = lines.filter(isStep).filter(({ breaks }) => breaks !== undefined);

test('docs/census.md is up to date', async () => {
  await expect(censusPage(lines, readings)).toMatchFileSnapshot('../../docs/census.md');
});

test('no step is listed twice', () => {
  const names = lines.filter(isStep).map((step) => `${nameOf(step)} ${step.module ?? ''}`);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});

test('the steps whose version is too low are exactly those with a reading that is not `wrong`', () => {
  const low = breaking.filter(({ tooLow }) => tooLow === true).map(nameOf);
  const confirmed = readings.filter(({ verdict }) => verdict !== 'wrong').map(nameOf);
  expect(new Set(low)).toEqual(new Set(confirmed));
  const wrong = readings.filter(({ verdict }) => verdict === 'wrong').map(nameOf);
  expect(low.filter((name) => wrong.includes(name))).toEqual([]);
});

test('the examples are breaking steps', () => {
  const names = new Set(breaking.map(nameOf));
  expect(EXAMPLES.filter((one) => !names.has(nameOf(one)))).toEqual([]);
});

test('README.md has the share of breaking releases with a too low version', () => {
  const low = breaking.filter(({ tooLow }) => tooLow === true).length;
  expect(readFileSync('README.md', 'utf8').split('\n').slice(0, 60).join('\n')).toContain(
    `${low} of ${breaking.length} releases that broke their protocol`,
  );
});
