import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { EDITED_FILE, makeDemoRepository } from '../../scripts/demo-repository.mjs';
import { buildCli, type Cli } from './run.ts';

let cli: Cli;
const scratch = mkdtempSync(path.join(os.tmpdir(), 'proto-compat-readme-'));
beforeAll(async () => {
  cli = await buildCli();
});
afterAll(() => {
  cli.remove();
  rmSync(scratch, { recursive: true, force: true });
});

/** Replaces the findings that the page leaves out. */
const GAP = '\n\n…\n\n';
/** The page shows the finding that forces the version, and the one in its picture. */
const SHOWN = [/^.*`ReseedRandomDev`.*\[method-removed\]$/m, /^.*`sandbox_id`.*\[field-renumbered\]$/m];

/** UPDATE=1 updates the page. */
it('the example in README.md is what the command prints in the demo', async () => {
  const repository = path.join(scratch, 'agent');
  makeDemoRepository(repository);
  const { stdout } = await cli.run(repository, ['check']);
  const blocks = stdout.trim().split('\n\n');
  const shown = SHOWN.map((first) => blocks.find((block) => first.test(block)));
  const example = [...shown, blocks.at(-1)].join(GAP);
  expect(example).toContain(EDITED_FILE);
  expect(shown).not.toContain(undefined);
  expect(example).toContain('1.0.0 → 2.0.0 (major)');

  const page = readFileSync('README.md', 'utf8');
  const fresh = page.replace(
    /(<!-- check -->\n+```\n)[^]*?(\n```\n+<!-- \/check -->)/,
    (_, start: string, end: string) => `${start}${example}${end}`,
  );
  if (process.env['UPDATE']) writeFileSync('README.md', fresh);
  else expect(page).toBe(fresh);
  expect(fresh).toContain(example);
});

it('the commands in README.md are those in the help', async () => {
  const { stdout } = await cli.run(scratch, ['--help']);
  const help = [...stdout.matchAll(/^ {2}(\w+) +(.+)$/gm)].map(([, name = '', what = '']) => `${name} ${what}`);
  const page = readFileSync('README.md', 'utf8');
  const listed = [...page.matchAll(/^proto-compat (\w+) +([^#\n-].*)$/gm)].map(
    ([, name = '', what = '']) => `${name} ${what}`,
  );
  expect(help.length).toBeGreaterThan(5);
  expect(listed).toEqual(help);
});

it('README.md has no HTML', () => {
  const page = readFileSync('README.md', 'utf8').replace(/^```[^]*?^```$|`[^`\n]+`|<!--.*?-->/gm, '');
  // The Marketplace removes HTML.
  expect(page.match(/<\/?[a-z][^>]*>/g)).toBeNull();
});

it('the pages about editors, uses and CI include every picture with a description', () => {
  const page = ['docs/editors.md', 'docs/uses.md', 'docs/ci.md'].map((file) => readFileSync(file, 'utf8')).join('\n');
  const pictures = [...page.matchAll(/!\[([^\]]*)\]\(images\/([^)]+)\)/g)].map(([, words = '', name]) => ({
    words,
    name,
  }));
  expect(pictures.filter(({ words }) => words.length < 20)).toEqual([]);
  const files = readdirSync('docs/images').filter((name) => name.endsWith('.png'));
  expect(pictures.map(({ name }) => name).sort()).toEqual(files.sort());
});
