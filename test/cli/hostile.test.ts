import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeRepository, type TestRepository } from '../git/repository.ts';
import { buildCli, type Cli, type Outcome } from './run.ts';

/** A terminal, an editor or a CI runner would interpret these texts. */
const ESCAPES = ['\u001b]0;title\u0007', '\u001b[8m', '\u009b2J', '\u0008\u0008', '\u007f'];
const INVISIBLE = [
  '\u202e',
  '\u2066',
  '\u061c',
  '\u200e',
  '\u200f',
  '\u200b',
  '\u2060',
  '\ufeff',
  '\u2028',
  '\u{e0041}',
];
const COMMANDS = [
  '\n::stop-commands::x',
  '\n  ::add-mask::x',
  '\r::error::x',
  '##[group]x',
  '##[set-env name=A]b',
  '##vso[task.setvariable variable=a]b',
  "##teamcity[buildStop comment='x']",
];
const HOSTILE = [...ESCAPES, ...INVISIBLE, ...COMMANDS].join(' ');
/** Each name has no slash and at most 255 bytes. */
const NAMES = [
  'x\n::stop-commands::y.proto',
  '::error::z.proto',
  `${ESCAPES.join('')}a.proto`,
  `${INVISIBLE.join('')}b.proto`,
  '##[group]c.proto',
  '##vso[task.x]d.proto',
  '[e](command:evil)`|<img src=x>.proto',
];

const RELEASED = 'syntax = "proto3";\nservice S {\n  rpc Do(M) returns (M);\n}\nmessage M {\n  string a = 1;\n';
const file = (index: number, body: string) =>
  `${RELEASED.replaceAll('M', `M${index}`).replaceAll(' S ', ` S${index} `)}${body}}\n`;

let cli: Cli;
let made: TestRepository;
beforeAll(async () => {
  cli = await buildCli();
  made = makeRepository();
  const quoted = HOSTILE.replaceAll(/[\r\n]/g, ' ');
  const before = (index: number) => file(index, `  /* ${quoted} */ string gone = 2; /* ${quoted} */\n`);
  const after = (index: number) => file(index, `  /* ${quoted} */ int64 gone = 3; /* ${quoted} */ string new = 4;\n`);
  made.commit({ ...Object.fromEntries(NAMES.map((name, index) => [name, before(index)])), 'own.proto': before(99) });
  made.tag('1.0.0');
  made.commit({
    ...Object.fromEntries(NAMES.map((name, index) => [name, after(index)])),
    'own.proto': after(99),
    ...Object.fromEntries(NAMES.map((name) => [`${name}.go`, `package x\nvar _ = m.GetGone() // ${quoted}\n`])),
    'wrong.proto': `syntax = "proto3";\nimport "${quoted}";\nmessage M {\n  option (x) = "${quoted}";\n  ${quoted}\n`,
    VERSION: '1.0.1\n',
    'proto-compat.json': JSON.stringify({
      roles: { client: { name: HOSTILE, code: ['**'] }, server: { name: `::error::${HOSTILE}`, code: ['**'] } },
      [HOSTILE]: HOSTILE,
      policy: HOSTILE,
      encodings: ['binary', 'json'],
      accept: [{ rule: 'field-added', element: 'M99.new', since: '1.0', reason: HOSTILE }],
      versionFile: 'VERSION',
    }),
  });
  made.tag('1.1.0');
}, 60_000);
afterAll(() => {
  cli.remove();
  made.remove();
});

/** Fails if a terminal, an editor or a CI runner would interpret the output. */
function expectHarmless(
  { code, stdout, stderr }: Outcome,
  options: { readonly github: boolean; readonly codes: readonly number[] },
): void {
  expect(options.codes).toContain(code);
  expect(stdout + stderr).not.toBe('');
  for (const text of [stdout, stderr]) {
    // Our own line breaks and colours are allowed.
    const rest = text.replaceAll('\n', '').replaceAll(OWN_COLORS, '');
    expect(rest.match(/(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\ufffd]/gu) ?? []).toEqual([]);
    expect(text).not.toMatch(/##[\w.]*\[/);
    const own = options.github ? /^::(?:error|warning|notice) (?:file|title)=/ : undefined;
    for (const line of text.split('\n'))
      if (own?.test(line) !== true) expect(line.replaceAll(OWN_COLORS, '')).not.toMatch(/^\s*::/);
  }
}

const OWN_COLORS = new RegExp(`${String.fromCharCode(27)}\\[(?:1|2|22|31|32|33|34|39)m`, 'g');

/** All formats that the help lists. */
async function formatsOf(command: string): Promise<readonly string[]> {
  const { stdout } = await cli.run(made.directory, [command, '--help']);
  const words = stdout.replaceAll(/\s+/g, ' ');
  return /--format F [^:]*: ([\w, ]+?)(?= --| *$)/.exec(words)?.[1]?.split(', ') ?? [];
}

describe('hostile text is only displayed', () => {
  test.each(['check', 'audit', 'matrix', 'uses'])(
    'by %s in every format, with and without colour',
    async (command) => {
      const formats = await formatsOf(command);
      const from = command === 'check' ? ['--from', '1.0.0', '--uses'] : command === 'uses' ? ['M99.gone'] : [];
      expect(formats.length).toBeGreaterThan(2);
      for (const format of formats) {
        for (const color of ['0', '1']) {
          const outcome = await cli.run(made.directory, [command, ...from, '--format', format], { FORCE_COLOR: color });
          expectHarmless(outcome, { github: format === 'github', codes: [0, 1] });
          if (format === 'json' || format === 'sarif' || format === 'gitlab') JSON.parse(outcome.stdout);
        }
      }
      if (command === 'check')
        expect(formats).toEqual(expect.arrayContaining(['text', 'json', 'sarif', 'github', 'markdown']));
    },
    120_000,
  );

  test('but JSON has the real names of files', async () => {
    const { stdout } = await cli.run(made.directory, ['check', '--from', '1.0.0', '--format', 'json']);
    const { findings } = JSON.parse(stdout) as { findings: { file: string; rule: string; message: string }[] };
    for (const name of NAMES) expect(findings.map((finding) => finding.file)).toContain(name);
  });

  test.each([
    [['notes', '--from', '1.0.0']],
    [['next', '--from', '1.0.0']],
    [['check', '--from', '1.0.0', '--format', 'text']],
    [['check', '--from', '1.0.0', '--format', 'github']],
    [['check', '--from', '1.0.0', '--format', 'markdown']],
    [['check', '--from', '1.0.0', '--format', 'sarif']],
    [['check', '--from', '1.0.0', ...NAMES.slice(0, 2), '--declared', '1.0.1']],
  ])('by %j', async (args) => {
    const outcome = await cli.run(made.directory, args);
    expectHarmless(outcome, { github: args.includes('github'), codes: [0, 1, 2] });
  });

  test.each([
    [[HOSTILE]],
    [['check', `--${HOSTILE}`]],
    [['check', HOSTILE]],
    [['check', '--format', HOSTILE]],
    [['check', '--policy', HOSTILE]],
    [['check', '--from', HOSTILE]],
    [['check', '--to', HOSTILE]],
    [['check', '--repo', HOSTILE]],
    [['check', '--declared', HOSTILE]],
    [['next', '--module', HOSTILE]],
    [['next', HOSTILE]],
    [['matrix', '--module', HOSTILE]],
    [['matrix', '--from', HOSTILE]],
    [['audit', '--to', HOSTILE]],
    [['uses', HOSTILE]],
    [['uses', 'gone', '--code', HOSTILE]],
    [['uses', 'gone', '--code', `client=${HOSTILE}`]],
    [['explain', HOSTILE]],
    [['help', HOSTILE]],
  ])('as an argument: %#', async (args) => {
    const outcome = await cli.run(made.directory, args);
    expectHarmless(outcome, { github: false, codes: [2] });
    expect(outcome.stderr.trimEnd().split('\n')).toHaveLength(1);
  });

  test('from a buf.yaml that init reads', async () => {
    const other = makeRepository();
    other.commit({ 'a.proto': file(1, ''), 'buf.yaml': `breaking:\n  use: [${JSON.stringify(HOSTILE)}]\n` });
    const outcome = await cli.run(other.directory, ['init']);
    expectHarmless(outcome, { github: false, codes: [0] });
    expect(outcome.stderr).toContain('buf has no category or rule');
    expectHarmless(
      { code: 0, stdout: readFileSync(`${other.directory}/proto-compat.json`, 'utf8'), stderr: '' },
      { github: false, codes: [0] },
    );
    other.remove();
  });
});
