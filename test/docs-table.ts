import { readFileSync, writeFileSync } from 'node:fs';
import { expect } from 'vitest';

/** Expects these rows between `<!-- NAME -->` and `<!-- /NAME -->` of a page. UPDATE=1 writes them into the page. */
export function expectTable(file: string, name: string, rows: readonly string[]): void {
  const page = readFileSync(file, 'utf8');
  const fresh = page.replace(
    new RegExp(`(<!-- ${name} -->\\n)[^]*(<!-- /${name} -->)`),
    (_, start: string, end: string) => `${start}\n${rows.join('\n')}\n\n${end}`,
  );
  expect(page).toContain(`<!-- ${name} -->`);
  if (process.env['UPDATE']) writeFileSync(file, fresh);
  else expect(page).toBe(fresh);
}
