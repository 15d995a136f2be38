import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { regressions } from '../../bench/compare.mjs';
import { summarize } from '../../bench/figure.mjs';
import { markdown, withExcerpt } from '../../bench/report.mjs';

const root = path.join(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');

test.runIf(existsSync(path.join(root, 'bench/results.json')))('docs/speed.md and results.md are up to date', () => {
  const results = JSON.parse(read('bench/results.json')) as Parameters<typeof markdown>[0];
  expect(read('bench/results.md')).toBe(markdown(results));
  const page = read('docs/speed.md');
  expect(withExcerpt(page, results)).toBe(page);
  expect(withExcerpt(page, { ...results, figures: [] })).not.toBe(page);
});

describe('regressions', () => {
  const figure = (own: number, peer?: number, unit: 'ms' | 'MB' = 'ms') =>
    summarize({ name: 'a', what: 'work', unit, values: [own], ...(peer && { peer: { name: 'b', values: [peer] } }) });

  test.each([
    ['none if this project and its peer are twice as slow', figure(10, 100), figure(20, 200), 0],
    ['none if this project is 30 % slower', figure(10, 100), figure(13, 100), 0],
    ['one if this project is 40 % slower', figure(10, 100), figure(14, 100), 1],
    ['one if the peer is 30 % faster', figure(10, 100), figure(10, 70), 1],
    ['none for a time without a peer', figure(10), figure(100), 0],
    ['one if memory without a peer grows by 40 %', figure(100, undefined, 'MB'), figure(140, undefined, 'MB'), 1],
    ['none if memory without a peer shrinks by 40 %', figure(100, undefined, 'MB'), figure(60, undefined, 'MB'), 0],
  ])('%s', (_, before, now, losses) => {
    expect(regressions([now], [before])).toHaveLength(losses);
  });
});
