import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { type Change, measure, noAlarms } from './measure.ts';

const HISTORY = join(import.meta.dirname, 'history');

const changes: Change[] = readdirSync(HISTORY)
  .sort()
  .map((name) => readFileSync(join(HISTORY, name), 'utf8'))
  .flatMap((after, at, texts) => {
    const before = texts[at - 1];
    return before === undefined ? [] : [{ name: `change ${at}`, file: 'agent.proto', before, after, others: {} }];
  });

// `npm run replay -- --repo DIR` does the same with the history of a real repository.
describe.each([
  ['closes brackets', true],
  ['leaves brackets open', false],
] as const)('typing a change in an editor that %s', (_, closesBrackets) => {
  it('almost never shows an error elsewhere or a false break', { timeout: 120_000 }, async () => {
    const count = noAlarms();
    for (const change of changes) await measure(change, closesBrackets, count);
    const examples = count.examples.slice(0, 20).map(({ change, what }) => `${change}, line ${what}`);
    expect(count.states).toBeGreaterThan(1000);
    expect(count.elsewhere / count.states, examples.join('\n')).toBeLessThanOrEqual(0.02);
    expect(count.breaks / count.states, examples.join('\n')).toBeLessThanOrEqual(0.0002);
  });
});
