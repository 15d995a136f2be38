import { describe, expect, test } from 'vitest';
import { readBufSettings } from '../../server/policy/buf.ts';
import { CATEGORIES, DEPRECATED } from '../../server/policy/buf-categories.ts';
import { RULES as ALL } from '../../server/rules/index.ts';
import { DEFAULT_SETTINGS } from '../../server/policy/settings.ts';
import { breakingRules } from '../rules/buf.ts';

const RULES = [
  { id: 'field-removed', buf: ['FIELD_NO_DELETE', 'FIELD_NO_DELETE_UNLESS_NUMBER_RESERVED'] },
  { id: 'field-renamed', buf: ['FIELD_SAME_NAME'] },
  { id: 'message-moved', buf: ['MESSAGE_NO_DELETE'] },
  { id: 'method-removed', buf: ['RPC_NO_DELETE'] },
  { id: 'field-added', buf: [] },
];
const read = (text: string, file = 'buf.yaml') => readBufSettings(text, file, RULES);

test('the table of categories is the same as in buf', () => {
  const rules = breakingRules('v2');
  const inBuf = [...new Set(rules.flatMap(({ categories }) => categories))].map((category): [string, string[]] => [
    category,
    rules.flatMap(({ id, categories }) => (categories.includes(category) ? [id] : [])).sort(),
  ]);
  expect(new Map([...CATEGORIES].map(([category, ids]) => [category, [...ids].sort()]))).toEqual(new Map(inBuf));
});

test('the table of deprecated rules is the same as in buf', () => {
  const deprecated = ['v1beta1', 'v1', 'v2'].flatMap(breakingRules).filter((rule) => rule.deprecated);
  expect(DEPRECATED).toEqual(new Map(deprecated.map(({ id, replacements }) => [id, replacements ?? []])));
});

test.each(['v1beta1', 'v1', 'v2'])('`use` accepts all rules and categories of buf.yaml %s', (version) => {
  const names = breakingRules(version).flatMap(({ id, categories }) => [id, ...categories]);
  expect(read(JSON.stringify({ version, breaking: { use: names } })).problems).toEqual([]);
});

describe('settings from the breaking section', () => {
  test('are the defaults if there is no section', () => {
    expect(read('version: v2\n')).toEqual({ settings: DEFAULT_SETTINGS, problems: [] });
  });

  test('WIRE promises the binary encoding', () => {
    const { settings } = read('version: v2\nbreaking:\n  use: [WIRE]\n');
    expect(settings).toEqual(DEFAULT_SETTINGS);
  });

  test('WIRE_JSON also promises JSON', () => {
    expect(read('breaking:\n  use:\n    - WIRE_JSON\n').settings).toEqual({
      ...DEFAULT_SETTINGS,
      encodings: ['binary', 'json'],
    });
  });

  test('with FILE, a rule reports errors if WIRE and WIRE_JSON have none of its buf rules', () => {
    const { settings, problems } = read('breaking: {}\n');
    expect(problems).toEqual([]);
    expect(settings.encodings).toEqual(['binary', 'json']);
    expect(settings.rules).toEqual({ 'message-moved': 'error', 'method-removed': 'error' });
  });

  test('a rule becomes a hint if `except` has all its used buf rules', () => {
    const { settings } = read('breaking:\n  use: [FILE]\n  except: [RPC_NO_DELETE, FIELD_SAME_NAME]\n');
    expect(settings.rules).toEqual({ 'field-renamed': 'hint', 'message-moved': 'error', 'method-removed': 'hint' });
  });

  test('`ignore` and `ignore_unstable_packages` become patterns in `unstable`', () => {
    const text = 'breaking:\n  use: [WIRE]\n  ignore: [old, ./new/one.proto]\n  ignore_unstable_packages: true\n';
    expect(read(text, 'proto/buf.yaml').settings.unstable).toEqual([
      'proto/old/**',
      'proto/new/one.proto',
      'v[1-9]*alpha*',
      'v[1-9]*beta*',
      'v[1-9]*test*',
    ]);
  });

  test.each([
    ['yes', true],
    ['On', true],
    ['"Y"', true],
    ['True', true],
    ['no', false],
    ['OFF', false],
    ['n', false],
    ['~', false],
    ['', false],
  ])('`ignore_unstable_packages: %s` is read as %s', (written, expected) => {
    const { settings, problems } = read(`breaking:\n  use: [WIRE]\n  ignore_unstable_packages: ${written}\n`);
    expect(problems).toEqual([]);
    expect(settings.unstable.length > 0).toBe(expected);
  });

  test('a deprecated rule counts as the rules that replace it', () => {
    const { settings } = readBufSettings('breaking:\n  use: [FILE]\n  except: [FIELD_SAME_LABEL]\n', 'buf.yaml', [
      { id: 'field-cardinality-changed', buf: ['FIELD_SAME_CARDINALITY'] },
    ]);
    expect(settings.rules).toEqual({ 'field-cardinality-changed': 'hint' });
  });

  test('ignore_only switches rules off in some files', () => {
    const { settings } = read(
      'breaking:\n  use: [WIRE]\n  ignore_only:\n    FIELD_SAME_NAME: [a, b/c.proto]\n    ENUM_NO_DELETE: [x]\n',
    );
    expect(settings.overrides).toEqual([{ files: ['a/**', 'b/c.proto'], rules: { 'field-renamed': 'off' } }]);
  });

  test('RPC_NO_DELETE in `except` affects only its equivalents', () => {
    const { settings } = readBufSettings('breaking:\n  use: [FILE]\n  except: [RPC_NO_DELETE]\n', 'buf.yaml', ALL);
    expect(settings.rules).toMatchObject({ 'method-removed': 'hint', 'file-option-changed': 'error' });
    expect(settings.rules).not.toHaveProperty('field-removed');
  });

  test('a category in `except` means all its rules', () => {
    const { settings } = read('breaking:\n  use: [FILE]\n  except: [PACKAGE]\n');
    expect(settings.rules).toMatchObject({
      'field-removed': 'hint',
      'field-renamed': 'hint',
      'method-removed': 'hint',
    });
    expect(settings.rules).toHaveProperty('message-moved', 'error');
  });

  test('are read from a list whose closing bracket is not indented', () => {
    expect(read('breaking:\n  use: [\n    WIRE\n  ]\n')).toEqual({ settings: DEFAULT_SETTINGS, problems: [] });
  });

  test('rules of plugins are ignored without a problem', () => {
    const { settings, problems } = read(
      'plugins:\n  - plugin: ours\nbreaking:\n  use: [WIRE, OURS]\n  except: [OURS_TOO]\n',
    );
    expect(problems).toEqual([]);
    expect(settings).toEqual(DEFAULT_SETTINGS);
  });

  test('the section of a module is used, too', () => {
    const text =
      'version: v2\nmodules:\n  - path: a\n  - path: b\n    breaking:\n      use: [WIRE]\n      ignore: [b/old]\n';
    expect(read(text).settings.unstable).toEqual(['b/old/**']);
  });
});

describe('problems have their position in the file', () => {
  test.each([
    ['breaking:\n  use: [WIRES]\n', '1:8 buf has no category or rule WIRES; it is ignored.'],
    [
      'breaking:\n  except: [RPC_NO_DELETE, RPC_DELETE]\n',
      '1:26 buf has no category or rule RPC_DELETE; it is ignored.',
    ],
    [
      'breaking:\n  ignore_only:\n    # old\n    RPC_DELETE: [a]\n',
      '3:4 buf has no category or rule RPC_DELETE; it is ignored.',
    ],
    [
      'breaking:\n  ignore_only:\n    constructor:\n      - a\n',
      '2:4 buf has no category or rule constructor; it is ignored.',
    ],
    ['breaking: 3\n', '0:10 breaking must be a mapping; it is ignored.'],
    ['modules:\n  - breaking: [WIRE]\n', '1:14 modules.0.breaking must be a mapping; it is ignored.'],
    ['breaking:\n  ignore_only: [a]\n', '1:15 breaking.ignore_only must be a mapping; it is ignored.'],
    ['breaking:\n  use: WIRE\n', '1:7 breaking.use must be a list of strings; it is ignored.'],
    [
      'breaking:\n  use: [WIRE]\n  ignore_unstable_packages: 3\n',
      '2:28 breaking.ignore_unstable_packages must be true or false; it is ignored.',
    ],
    [
      'modules:\n  - {path: a, x: [1, {y: 2}]}\n  - path: b\n    breaking: {use: [WIRE, "NONE"]}\n',
      '3:27 buf has no category or rule NONE; it is ignored.',
    ],
    [
      'x: &x {a: 1}\nbreaking:\n  __proto__: {use: 1}\n  use: *x\n',
      '3:7 breaking.use must be a list of strings; it is ignored.',
    ],
    [
      'breaking:\n  use: [WIRE\n',
      '2:0 This is not valid YAML (unexpected end of the stream within a flow collection); nothing in it is used.',
    ],
    [
      'a: 1\n---\nb: 2\n',
      '0:0 This is not valid YAML (expected a single document in the stream, but found more); nothing in it is used.',
    ],
  ])('%j', (text, expected) => {
    const found = read(text).problems.map(
      ({ range, message }) => `${range.start.line}:${range.start.character} ${message}`,
    );
    expect(found).toEqual([expected]);
  });
});

test.each([
  'breaking: [',
  'constructor: 1\n',
  'a: &a [*a, *a]\nbreaking: *a\n',
  '- 1\n- 2\n',
  '"',
  'breaking: 3',
  'breaking:\n  ignore_only: [3]\n',
  'modules: {a: 1}',
  '',
])('%j is read without an exception', (text) => {
  expect(read(text).settings.files).toEqual(DEFAULT_SETTINGS.files);
});
