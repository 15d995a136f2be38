import { writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { judgeTexts, readFixtures, render } from './fixtures.ts';

describe.each(readFixtures())('$name', (fixture) => {
  test('finds exactly what is written in the edited file', () => {
    const rendered = render(
      fixture.after,
      judgeTexts(fixture.before, fixture.after, fixture.settings),
      fixture.settings,
    );
    if (process.env['UPDATE'] === '1') {
      for (const [path, { file }] of fixture.expected) writeFileSync(file, rendered.get(path) ?? '');
      return;
    }
    expect(rendered).toEqual(new Map([...fixture.expected].map(([path, { text }]) => [path, text])));
  });

  test.each(['before', 'after'] as const)('%s against itself is silent', (side) => {
    const judgement = judgeTexts(fixture[side], fixture[side], fixture.settings);
    expect(judgement).toMatchObject({ bump: 'none', nextVersion: '1.4.0', findings: [] });
  });
});
