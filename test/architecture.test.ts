import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import manifest from '../package.json' with { type: 'json' };
import { clientSettings } from '../server/lsp/settings.ts';
import { PROJECT, SCHEMA } from '../server/report/address.ts';
import { RULES } from '../server/rules/index.ts';

const ROOT = path.join(import.meta.dirname, '..');

/** What a folder may import in addition to itself. */
interface Allowance {
  /** Folders whose values it may import. */
  readonly values: readonly string[];
  /** Folders of which it may import only types. */
  readonly types?: readonly string[];
  /** Whether it may import modules of Node.js. */
  readonly node: boolean;
  readonly packages: readonly string[];
}

const CORE = ['proto', 'schema', 'diff', 'effects', 'rules', 'policy'];

const FOLDERS: Readonly<Record<string, Allowance>> = {
  proto: { values: [], node: false, packages: [] },
  schema: { values: ['proto'], node: false, packages: [] },
  effects: { values: ['schema'], node: false, packages: ['protobufjs'] },
  diff: { values: ['effects', 'schema'], types: ['proto'], node: false, packages: [] },
  rules: { values: ['diff', 'effects', 'schema', 'proto'], node: false, packages: [] },
  policy: {
    values: ['rules', 'diff', 'effects', 'schema', 'proto'],
    node: false,
    packages: ['js-yaml', 'jsonc-parser', 'semver'],
  },
  git: { values: [], node: true, packages: [] },
  release: { values: ['git'], node: true, packages: ['semver'] },
  sources: { values: ['policy', 'proto', 'release', 'schema'], node: false, packages: [] },
  check: {
    values: [...CORE, 'git', 'release', 'sources'],
    node: true,
    packages: ['jsonc-parser', 'semver'],
  },
  uses: { values: ['check', 'git', 'policy', 'proto', 'release'], node: true, packages: [] },
  report: {
    values: ['check', 'policy', 'rules', 'effects'],
    types: ['release', 'uses'],
    node: false,
    packages: ['sarif'],
  },
  lsp: {
    values: [...CORE, 'release', 'check', 'uses', 'report', 'tools'],
    node: true,
    packages: ['jsonc-parser', 'vscode-languageserver', 'vscode-languageserver-textdocument'],
  },
  tools: { values: ['check', 'policy', 'report', 'rules', 'uses', 'mcp'], node: true, packages: [] },
  mcp: { values: [], types: ['tools'], node: true, packages: ['@modelcontextprotocol'] },
  cli: { values: [...CORE, 'git', 'release', 'check', 'uses', 'report', 'tools'], node: true, packages: ['semver'] },
};

/** Further imports of the bundles' entry points. */
const STARTS: Readonly<Record<string, readonly string[]>> = {
  'server/main.ts': ['server/lsp/start.ts', 'server/tools/start.ts'],
  'server/cli.ts': ['server/cli/main.ts'],
  'server/cli/lsp.ts': ['server/lsp/start.ts'],
};

interface Import {
  readonly from: string;
  /** Relative to the top folder, or a module's name. */
  readonly to: string;
  readonly typesOnly: boolean;
}

describe('what may import what', () => {
  const imports = [...sources('server'), ...sources('client')].flatMap(importsOf);

  it('the table has every folder of the server', () => {
    const folders = readdirSync(path.join(ROOT, 'server'), { withFileTypes: true });
    expect(folders.filter((each) => each.isDirectory()).map(({ name }) => name)).toEqual(Object.keys(FOLDERS).sort());
  });

  it.each(Object.entries(FOLDERS))('server/%s imports only what the table allows', (folder, allowed) => {
    const own = imports.filter(({ from }) => from.startsWith(`server/${folder}/`));
    expect(own.length).toBeGreaterThan(0);
    expect(own.filter((each) => !isAllowed(each, folder, allowed)).map(shown)).toEqual([]);
  });

  it('the table has no unused entry', () => {
    const unused = Object.entries(FOLDERS).flatMap(([folder, { values, types = [], packages }]) => {
      const own = imports.filter(({ from }) => from.startsWith(`server/${folder}/`));
      return [
        ...[...values, ...types].filter((other) => !own.some(({ to }) => to.startsWith(`server/${other}/`))),
        ...packages.filter((name) => !own.some(({ to }) => packageOf(to) === name)),
      ].map((name) => `${folder}: ${name}`);
    });
    // The server and the command may import more than they use.
    expect(unused.filter((each) => !/^(?:lsp|cli): /.test(each))).toEqual([]);
  });

  it('the client imports only protocol.ts from the server', () => {
    const reached = imports.filter(({ from, to }) => from.startsWith('client/') && to.startsWith('server/'));
    expect(reached.length).toBeGreaterThan(0);
    expect(reached.filter(({ to }) => to !== 'server/lsp/protocol.ts').map(shown)).toEqual([]);
  });

  it('the server imports neither VS Code nor the client', () => {
    const wrong = imports.filter(
      ({ from, to }) => from.startsWith('server/') && (to === 'vscode' || to.startsWith('client/')),
    );
    expect(wrong.map(shown)).toEqual([]);
  });

  it('only server/git starts processes', () => {
    const starting = imports.filter(({ to }) => to === 'node:child_process' || to === 'node:worker_threads');
    expect(starting.length).toBeGreaterThan(0);
    const others = starting.filter(({ from }) => !from.startsWith('server/git/'));
    // This thread only ends a server whose client has died.
    expect(others.map(shown)).toEqual(['server/lsp/client-watchdog.ts imports node:worker_threads']);
  });

  it.each([
    ['server/effects/outcome.ts', ['read', 'binary', 'json', 'json-values']],
    [
      'test/effects/observe.ts',
      [
        'read',
        'binary',
        'json',
        'json-values',
        'json-forms',
        'json-special',
        'field-matching',
        'defaults',
        'enums',
        'outcome',
      ],
    ],
  ])('%s, which checks verdicts, does not use the code that makes them', (file, makers) => {
    const used = new Set([file]);
    // The loop also visits what is added to the set meanwhile.
    for (const each of used)
      for (const { to, typesOnly } of importsOf(each)) if (!typesOnly && to.endsWith('.ts')) used.add(to);
    expect(used.size).toBeGreaterThan(3);
    const files = makers.map((name) => `server/effects/${name}.ts`);
    expect(files.filter((each) => !existsSync(path.join(ROOT, each)))).toEqual([]);
    expect(files.filter((each) => used.has(each))).toEqual([]);
  });

  it('no file of the program has more than 400 lines', () => {
    const files = [...sources('server'), ...sources('client')];
    expect(files.filter((file) => read(file).split('\n').length > 401)).toEqual([]);
  });

  it('folders have no circular imports', () => {
    for (const [folder, { values }] of Object.entries(FOLDERS)) {
      const reached = new Set(values);
      for (const each of reached) for (const other of FOLDERS[each]?.values ?? []) reached.add(other);
      expect([...reached]).not.toContain(folder);
    }
  });
});

it('package.json declares exactly the settings that client and server read', () => {
  const declared = Object.keys(manifest.contributes.configuration.properties).sort();
  const client = sources('client').map(read).join('\n');
  const known = [
    // `protoCompat.idleDelay` and so on: read by the server.
    ...paths(clientSettings({})).map((name) => `protoCompat.${name}`),
    // Read by the client: getConfiguration('protoCompat').get('enable').
    ...[...client.matchAll(/getConfiguration\('protoCompat'\)\s*\.get(?:<\w+>)?\('([\w.]+)'/g)].map(
      ([, name = '']) => `protoCompat.${name}`,
    ),
    // Read by vscode-languageclient, under the client's id.
    'protoCompat.trace.server',
  ];
  expect(declared).toEqual([...new Set(known)].sort());
  expect(client).toContain("new LanguageClient('protoCompat',");
});

describe('links in the documentation resolve', () => {
  const pages = [
    ...readdirSync(ROOT),
    ...readdirSync(path.join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' }).map(
      (name) => `docs/${name.replaceAll('\\', '/')}`,
    ),
  ].filter((name) => name.endsWith('.md'));

  it.each(pages)('%s', (page) => {
    const broken = links(read(page)).filter((link) => {
      if (/^[a-z]+:/.test(link)) return false;
      const [file = '', anchor] = link.split('#');
      const target = file === '' ? page : path.posix.join(path.posix.dirname(page), file);
      if (!existsSync(path.join(ROOT, target))) return true;
      return anchor !== undefined && !anchors(read(target)).has(anchor);
    });
    expect(broken).toEqual([]);
  });
});

it('ARCHITECTURE.md has a row for every folder of the server', () => {
  const text = read('ARCHITECTURE.md');
  expect(Object.keys(FOLDERS).filter((folder) => !text.includes(`| \`server/${folder}/\``))).toEqual([]);
});

it('ARCHITECTURE.md says in which files to change what', () => {
  const [, section = ''] = /^## Where do I change …\n([^]*?)^## /m.exec(read('ARCHITECTURE.md')) ?? [];
  const rows = [...section.matchAll(/^\| [^|]+ \| ([^|]+) \|/gm)];
  expect(rows.length).toBeGreaterThan(5);
  const missing = rows.flatMap(([, where = '']) => {
    const named = [...where.matchAll(/`([^`]+)`/g)].map(([, each = '']) => each);
    const texts = named.filter((each) => /^(?:server|action)\/.*\.(?:ts|mjs)$/.test(each)).map(read);
    return named.filter((each) => /^#?\w+$/.test(each) && !texts.some((text) => text.includes(each)));
  });
  expect(missing).toEqual([]);
});

it('links to the documentation use the address in package.json', () => {
  expect(`${PROJECT}.git`).toBe(manifest.repository.url);
  expect(SCHEMA).toBe(
    `${PROJECT.replace('//github.com/', '//raw.githubusercontent.com/')}/main/schemas/proto-compat.schema.json`,
  );
});

it('docs/comparison.md has the right number of rules', () => {
  const [, count] = /\| \*\*Proto Compat\*\* \|[^|]*\|[^|]*\| (\d+) \|/.exec(read('docs/comparison.md')) ?? [];
  expect(Number(count)).toBe(RULES.length);
});

it('README.md installs the packages that `npm run package` makes', () => {
  const named = [...read('README.md').matchAll(/proto-compat-[\w.]+?\.(?:vsix|tgz)\b/g)].map(([file]) => file);
  const { name, version } = manifest;
  expect(named).toEqual([`${name}-${version}.vsix`, `${name}-${version}.tgz`]);
});

function isAllowed({ from, to, typesOnly }: Import, folder: string, allowed: Allowance): boolean {
  if (to.startsWith('node:')) return allowed.node;
  if (to === 'package.json') return folder === 'cli';
  if (!to.startsWith('server/')) return allowed.packages.includes(packageOf(to));
  if (STARTS[from]?.includes(to) === true) return true;
  const other = to.split('/')[1] ?? '';
  return other === folder || allowed.values.includes(other) || (typesOnly && allowed.types?.includes(other) === true);
}

function shown({ from, to }: Import): string {
  return `${from} imports ${to}`;
}

function packageOf(module: string): string {
  return module.split('/')[0] ?? module;
}

/** TypeScript files in a folder and its subfolders, relative to the top folder. */
function sources(folder: string): string[] {
  return readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
    .filter((name) => name.endsWith('.ts'));
}

function read(file: string): string {
  return readFileSync(path.join(ROOT, file), 'utf8');
}

function importsOf(file: string): Import[] {
  const text = read(file);
  const statements = [
    ...text.matchAll(/^(?:import|export) (type )?(?:[^'";]*? from )?'([^']+)'/gm),
    // `import('…')` in a type would count as a value here, but no file has one.
    ...text.matchAll(/\b()import\('([^']+)'\)/g),
  ];
  return statements.map(([, type, module = '']) => ({
    from: file,
    to: module.startsWith('.') ? path.posix.join(path.posix.dirname(file), module) : module,
    typesOnly: type !== undefined && type !== '',
  }));
}

/** The paths of an object's leaves: `inlayHints.enabled`. */
function paths(value: object): string[] {
  return Object.entries(value).flatMap(([name, inner]: [string, unknown]) =>
    typeof inner === 'object' && inner !== null ? paths(inner).map((rest) => `${name}.${rest}`) : [name],
  );
}

/** The targets of links and images, except in code and comments. */
function links(markdown: string): string[] {
  const text = markdown
    .replace(/^```[^]*?^```/gm, '')
    .replace(/`[^`\n]*`/g, '')
    .replace(/<!--[^]*?-->/g, '');
  return [
    ...[...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, to = '']) => to),
    ...[...text.matchAll(/\b(?:src|srcset|href)="([^"]+)"/g)].map(([, to = '']) => to),
  ];
}

/** The anchors of headings, as GitHub generates them. */
function anchors(markdown: string): Set<string> {
  const text = markdown.replace(/^```[^]*?^```/gm, '');
  return new Set(
    [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

it('docs/README.md lists every page', () => {
  const listed = links(read('docs/README.md')).filter((link) => !link.startsWith('../'));
  const pages = readdirSync(path.join(ROOT, 'docs')).filter((name) => name.endsWith('.md') && name !== 'README.md');
  expect(listed.sort()).toEqual(pages.sort());
});

describe('the tour in CONTRIBUTING.md', () => {
  const steps = [...read('CONTRIBUTING.md').matchAll(/^\d+\. \[`([^`]+)`\]\(\1\) `(#?\w+)`/gm)].map(
    ([, file = '', name = '']) => [file, name] as const,
  );
  const texts = new Map(sources('server').map((file) => [file, read(file)]));

  it('has ten steps', () => {
    expect(steps).toHaveLength(10);
  });

  it.each(steps)('%s defines %s, and something calls it', (file, name) => {
    const own = texts.get(file) ?? '';
    const definition = new RegExp(
      `^(?:export (?:async )?function |  (?:async )?)${name}(?:<[^>]*>)?\\(.*(?:\\{|\\()?$`,
      'm',
    );
    expect(own).toMatch(definition);
    const rest = own.replace(definition, '');
    // A private function is called in its own file, the others from outside.
    const callers = name.startsWith('#')
      ? [rest]
      : [...texts].flatMap(([other, text]) => (other === file ? [] : [text]));
    expect(callers.some((text) => new RegExp(`(?<!function )${name}\\(`).test(text))).toBe(true);
  });
});
