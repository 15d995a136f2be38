import { symlinkSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Project } from '../../server/check/project.ts';
import { type CheckResult, isBaseline } from '../../server/check/result.ts';
import { makeRepository, type TestRepository } from '../git/repository.ts';
import { bundle } from '../lsp/bundle.ts';
import { Client, uriOf } from '../lsp/client.ts';
import { only } from '../check/results.ts';

let made: TestRepository;
let project: Project | undefined;
beforeEach(() => {
  made = makeRepository();
});
afterEach(() => {
  project?.close();
  project = undefined;
  made.remove();
});

/** Also computes fixes and witnesses, which can fail, too. */
async function checked(released: string, edited: string, configuration?: string): Promise<CheckResult> {
  made.commit({ 'a.proto': released, 'proto-compat.json': configuration ?? null });
  made.tag('1.0.0');
  project = await Project.open(made.directory);
  project.openText('a.proto', edited);
  const result = await project.check();
  for (const finding of result.findings) {
    finding.fixes();
    finding.witness();
  }
  return result;
}

const rulesOf = ({ findings }: CheckResult): string[] => findings.map(({ rule, element }) => `${rule} ${element}`);

const INHERITED = [
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'valueOf',
  'prototype',
  '__defineGetter__',
];

describe('names of JavaScript object properties are plain names', () => {
  const file = (body: string) => `syntax = "proto3";\n${body}`;
  it('of fields', async () => {
    const fields = INHERITED.map((name, n) => `  string ${name} = ${n + 1};\n`);
    const result = await checked(file(`message M {\n${fields.join('')}}\n`), file('message M {\n}\n'));
    expect(rulesOf(result).sort()).toEqual(INHERITED.map((name) => `field-removed M.${name}`).sort());
  });

  it('of messages, and as types', async () => {
    const body = (number: number) =>
      INHERITED.map((name) => `message ${name} {\n  string a = ${number};\n}\n`).join('') +
      `message User {\n${INHERITED.map((name, n) => `  ${name} f${n} = ${n + 1};\n`).join('')}}\n`;
    const result = await checked(file(body(1)), file(body(2)));
    expect(result.problems).toEqual([]);
    expect(rulesOf(result).sort()).toEqual(INHERITED.map((name) => `field-renumbered ${name}.a`).sort());
  });

  it('of enums, their values, services, methods, packages and options', async () => {
    const names = ['__proto__', 'constructor'];
    const body = (tail: string) =>
      `package ${names.join('.')};\n` +
      names
        .map(
          (name) =>
            `enum E${name} {\n  ${name} = 0;\n}\nmessage M${name} {\n  option (x).${name} = 1;\n  map<string, E${name}> toString = 1 [(${name}) = "a"];\n${tail}}\n`,
        )
        .join('') +
      `service toString {\n${names.map((name) => `  rpc ${name}(M${name}) returns (M${name});\n`).join('')}}\n`;
    const result = await checked(file(body('  string gone = 2;\n')), file(body('')));
    expect(rulesOf(result).sort()).toEqual(
      names.map((name) => `field-removed __proto__.constructor.M${name}.gone`).sort(),
    );
  });

  it('of files and folders', async () => {
    const files = INHERITED.map((name) => `${name}/${name}.proto`);
    const text = (name: string, number: number) =>
      `syntax = "proto3";\npackage p${name};\nmessage M {\n  string a = ${number};\n}\n`;
    made.commit(Object.fromEntries(files.map((at, n) => [at, text(String(n), 1)])));
    made.tag('1.0.0');
    project = await Project.open(made.directory);
    for (const [n, at] of files.entries()) project.openText(at, text(String(n), 2));
    const { findings } = await project.check();
    expect(findings.map(({ file: at }) => at).sort()).toEqual([...files].sort());
  });

  it('in the configuration', async () => {
    const configuration =
      '{ "__proto__": { "rules": { "field-removed": "off" } }, "rules": { "constructor": "off", "__proto__": "off" }, "accept": [{ "rule": "toString", "element": "__proto__", "since": "1.0", "reason": "x" }] }';
    const result = await checked(file('message M {\n  string a = 1;\n}\n'), file('message M {\n}\n'), configuration);
    expect(rulesOf(result)).toEqual(['field-removed M.a']);
    expect(result.problems.length).toBeGreaterThan(0);
  });
});

it.each([
  '../outside.proto',
  '../../../../../../etc/passwd',
  '/etc/passwd',
  '/dev/zero',
  '/dev/stdin',
  'file:///etc/passwd',
  'http://127.0.0.1:1/a.proto',
  '\\\\\\\\server\\\\share\\\\a.proto',
  'C:\\\\Windows\\\\win.ini',
  'CON',
  'link/secret.proto',
  'a\\0b.proto',
])('an import of %s does not resolve', async (imported) => {
  made.write({ '../outside.proto': 'message Secret {}\n', '../outside/secret.proto': 'message Secret {}\n' });
  symlinkSync(path.join(made.temporary, 'outside'), path.join(made.directory, 'link'));
  const result = await checked(
    'syntax = "proto3";\n',
    `syntax = "proto3";\nimport "${imported}";\nmessage M {\n  Secret s = 1;\n}\n`,
    '{ "importRoots": ["..", "/", "/etc", "/dev"] }',
  );
  expect(result.problems.map(({ kind }) => kind)).toEqual(
    expect.arrayContaining(['missing-import', 'unresolved-type']),
  );
});

it('circular links, and links to the root folder and to devices, are not followed', async () => {
  const links = {
    'loop.proto': 'loop.proto',
    'one.proto': 'two.proto',
    'two.proto': 'one.proto',
    'zero.proto': '/dev/zero',
    self: '.',
    root: '/',
    up: '..',
  };
  for (const [name, target] of Object.entries(links)) symlinkSync(target, path.join(made.directory, name));
  const result = await checked(
    'syntax = "proto3";\nmessage M {\n  string a = 1;\n}\n',
    'syntax = "proto3";\nmessage M {\n}\n',
  );
  expect(rulesOf(result)).toEqual(['field-removed M.a']);
});

it.each([
  ['tagPattern', '"^(a+)+$(?<version>x)"'],
  ['tagPattern', '"^(?<version>(([a-z0-9.-])+.)+)!$"'],
  ['files', `["${'**/'.repeat(30)}*.proto", "**/${'*a'.repeat(40)}.proto"]`],
  ['files', '["**", "!*a*a*a*a*a*ab"]'],
  ['unstable', `["${'*a'.repeat(60)}b", "+(+(a|b)|+(a|c))x.proto"]`],
  ['frozenBranches', `["${'*a*'.repeat(40)}", "+(+(a)+)b"]`],
  ['overrides', `[{ "files": ["${'{a,b}'.repeat(14)}*.proto"], "rules": { "field-removed": "hint" } }]`],
])('in %s, a pattern that backtracks for ever does not hang: %s', async (option, value) => {
  const long = 'a'.repeat(120);
  made.commit({ [`${long}/${long}.proto`]: 'syntax = "proto3";\n' });
  made.git('update-ref', `refs/tags/${long}`, 'HEAD');
  made.git('checkout', '--quiet', '-b', long);
  const result = await checked(
    'syntax = "proto3";\nmessage M {\n  string a = 1;\n}\n',
    'syntax = "proto3";\nmessage M {\n}\n',
    `{ "${option}": ${value} }`,
  );
  const { baseline } = only(result);
  expect(isBaseline(baseline) ? baseline.ref : baseline.reason).toBe(
    option === 'tagPattern' ? 'bad-tag-pattern' : '1.0.0',
  );
});

it.each([
  ['messages', (depth: number, inner: string) => `${'message A {\n'.repeat(depth)}${inner}${'}\n'.repeat(depth)}`],
  [
    'groups',
    (depth: number, inner: string) =>
      `message M {\n${'optional group A = 1 {\n'.repeat(depth)}${inner}${'}\n'.repeat(depth)}}\n`,
  ],
  [
    'options',
    (depth: number, inner: string) =>
      `option (x) = ${'{ a '.repeat(depth)}${'}'.repeat(depth)};\nmessage M {\n${inner}}\n`,
  ],
  [
    'types',
    (depth: number, inner: string) =>
      `${Array.from({ length: depth }, (_, n) => `message M${n} {\n  optional M${n + 1} next = 1;\n}\n`).join('')}message M${depth} {\n${inner}}\nservice S {\n  rpc Go(M0) returns (M0);\n}\n`,
  ],
] as const)('ten thousand levels of %s do not crash', async (_, nested) => {
  const text = (inner: string) => `syntax = "proto2";\n${nested(10_000, inner)}`;
  const result = await checked(text('  optional string a = 1;\n'), text(''));
  expect(isBaseline(only(result).baseline)).toBe(true);
});

it('numbers of any size are read or reported', async () => {
  const numbers = [
    '0',
    '-1',
    '536870911',
    '536870912',
    '2147483648',
    '18446744073709551616',
    '9'.repeat(400),
    '0x' + 'f'.repeat(300),
    '1e400',
    '007',
    '08',
  ];
  const text = (name: string) =>
    `syntax = "proto2";\nmessage M {\n${numbers.map((number, n) => `  optional int32 ${name}${n} = ${number} [default = ${number}];\n`).join('')}  reserved 5 to ${'9'.repeat(30)};\n  extensions 1000 to max, 0 to 536870911;\n}\nenum E {\n${numbers.map((number, n) => `  V${name}${n} = ${number};\n`).join('')}}\n`;
  const result = await checked(text('a'), text('b'));
  expect(isBaseline(only(result).baseline)).toBe(true);
});

it.each([
  '--help',
  '--output=/tmp/x',
  '-x',
  '--all',
  ';ls',
  '$(ls)',
  '`ls`',
  '..',
  'HEAD..1.0.0',
  '^HEAD',
  ':/a',
  '@{-1}',
  'a b',
  '',
])('a ref %j given as `from` or `to` is rejected', async (ref) => {
  made.commit({ 'a.proto': 'syntax = "proto3";\n' });
  made.tag('1.0.0');
  project = await Project.open(made.directory);
  for (const result of [await project.check({ from: ref }), await project.check({ to: ref })]) {
    expect(only(result).baseline).toMatchObject({ reason: 'bad-ref' });
  }
});

describe('in the language server', () => {
  let server: Awaited<ReturnType<typeof bundle>>;
  beforeAll(async () => {
    server = await bundle('server/main.ts');
  });
  afterAll(() => {
    server.remove();
  });

  it('untrusted text cannot become a link, an image, a command or HTML in a hover', async () => {
    const evil =
      '[x](command:evil) ![i](https://example.com/i.png) <img src=x onerror=alert(1)> <script>alert(1)</script> ``` `a` | *b* $(gear)';
    const released = `syntax = "proto3";\n// ${evil}\nmessage M {\n  // ${evil}\n  string a = 1 [json_name = ${JSON.stringify(evil)}];\n}\n`;
    const edited = `syntax = "proto3";\nmessage M {\n  // proto-compat: accept field-renumbered a since 1.0 -- ${evil}\n  string a = 2 [json_name = ${JSON.stringify(evil)}];\n}\n`;
    made.commit({
      'a.proto': released,
      'proto-compat.json': JSON.stringify({ roles: { client: evil, server: '<b>server</b>' } }),
    });
    made.tag('1.0.0');
    const client = await Client.process([server.path]);
    const file = path.join(made.directory, 'a.proto');
    client.open(file, edited);
    const [diagnostic] = await client.diagnostics(file, 1);
    const hover = await client.connection.sendRequest<{ contents: { kind: string; value: string } } | null>(
      'textDocument/hover',
      {
        textDocument: { uri: uriOf(file) },
        position: diagnostic?.range.start,
      },
    );
    const markdown = hover?.contents.value ?? '';
    expect(markdown).toContain('As released');
    // Code blocks are literal.
    const prose = markdown.replace(/^(`{3,})\w*\n[\s\S]*?\n\1$/gm, '');
    expect(prose).not.toMatch(/(?<!\\)<(img|script|b)\b/);
    expect(prose).not.toMatch(/(?<!\\)\]\(command:/);
    expect(prose).not.toMatch(/(?<!\\)!\[/);
    await client.stop();
  });

  it('requests for unknown documents are rejected, and the server continues', async () => {
    made.commit({ 'a.proto': 'syntax = "proto3";\n' });
    made.tag('1.0.0');
    const client = await Client.process([server.path]);
    const query = (value: unknown) => `proto-compat-release:/x?${encodeURIComponent(JSON.stringify(value))}`;
    const repository = uriOf(made.directory);
    for (const uri of [
      query({ repository, commit: '--output=/tmp/x', file: 'a.proto' }),
      query({ repository, commit: 'f'.repeat(40), file: '../../etc/passwd' }),
      query({ repository, commit: made.git('rev-parse', 'HEAD'), file: '/etc/passwd' }),
      query({ repository: 'http://127.0.0.1:1/', commit: 'f'.repeat(40), file: 'a' }),
      'proto-compat-release:/x?%7B',
      'file:///etc/passwd',
    ]) {
      await expect(client.connection.sendRequest('workspace/textDocumentContent', { uri })).rejects.toThrow();
    }
    client.open(path.join(made.directory, 'a.proto'), 'syntax = "proto3";\n');
    expect(await client.diagnostics(path.join(made.directory, 'a.proto'), 1)).toEqual([]);
    await client.stop();
  });
});
