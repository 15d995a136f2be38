import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CancellationTokenSource,
  type CodeAction,
  type CodeLens,
  type CompletionItem,
  type Hover,
  type InlayHint,
  type Location,
  type MarkupContent,
  type Position,
  type TextEdit,
  type WorkspaceEdit,
} from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { readSettings } from '../../server/policy/config.ts';
import type { Finding, Range } from '../../server/policy/result.ts';
import { PRESETS } from '../../server/policy/settings.ts';
import type { Fix } from '../../server/rules/rule.ts';
import { Client, type ClientOptions, uriOf } from './client.ts';
import { FakeChecker, finding, result } from './fake-checker.ts';

const RELEASED = `syntax = "proto3";
package demo;
message Request {
  // The full name.
  string name = 1;
  int32 age = 2;
}
service Greeter {
  rpc Greet(Request) returns (Request);
}
`;
const EDITED = RELEASED.replace('int32 age = 2', 'int32 age = 3');

let root: string;
let path: string;
let client: Client;
beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'proto-compat-lsp-')));
  path = join(root, 'a.proto');
});
afterEach(async () => {
  await client.stop();
  await rm(root, { recursive: true });
});

async function open(text: string, findings: readonly Finding[], options?: ClientOptions): Promise<void> {
  const checker = new FakeChecker(root, () => result(findings));
  checker.released.set('a.proto', RELEASED);
  client = await Client.inside(() => Promise.resolve(checker), options);
  client.open(path, text);
}

function rangeOf(text: string, piece: string): Range {
  const document = TextDocument.create('', '', 0, text);
  const start = text.indexOf(piece);
  return { start: document.positionAt(start), end: document.positionAt(start + piece.length) };
}

function spanOf(text: string, piece: string): { start: number; end: number } {
  const start = text.indexOf(piece);
  return { start, end: start + piece.length };
}

const NUMBER = rangeOf(EDITED, '3;').start;
const AGE: Range = { start: NUMBER, end: { ...NUMBER, character: NUMBER.character + 1 } };
const RENUMBERED = finding('a.proto', AGE, {
  rule: 'field-renumbered',
  element: 'demo.Request.age',
  baseline: { file: 'a.proto', range: AGE },
  message: 'age is 3, it was 2.',
  fixes: () => [
    {
      title: 'Give age its number 2 back',
      safe: true,
      edits: [{ file: 'a.proto', span: spanOf(EDITED, '3;'), text: '2;' }],
    },
    { title: 'Reserve it', safe: false, edits: [{ file: 'other.proto', span: { start: 0, end: 0 }, text: '// ' }] },
  ],
});

const OTHER_WITNESS = { sent: 'this kata-runtime sends {}', read: 'kata-agent 1.0.0 reads {"age":0}' };
const WITNESS = { sent: 'kata-runtime 1.0.0 sends {"age":7}', read: 'this kata-agent reads {}' };

describe('hover', () => {
  const ask = (position: Position): Promise<Hover | null> =>
    client.connection.sendRequest('textDocument/hover', { textDocument: { uri: uriOf(path) }, position });
  const text = async (position: Position): Promise<string> => ((await ask(position))?.contents as MarkupContent).value;

  it('shows the advice, the examples of both pairings and the released line', async () => {
    await open(EDITED, [
      { ...RENUMBERED, witness: (pairing) => (pairing === 'oldClientNewServer' ? WITNESS : OTHER_WITNESS) },
    ]);
    expect((await text(AGE.start)).split('\n\n')).toEqual([
      'age is 3, it was 2.',
      expect.stringMatching(/^Restore the released number\./) as string,
      `| kata-runtime 1.0.0 + this kata-agent | this kata-runtime + kata-agent 1.0.0 |
|:--|:--|
| **dropped**: silently ignored | **absent**: seen as unset |
| kata-runtime 1.0.0 sends {"age":7} | this kata-runtime sends {} |
| this kata-agent reads {} | kata-agent 1.0.0 reads {"age":0} |`,
      'Go, Python, Rust and TypeScript code that uses the generated names must change.',
      'As released in 1.0.0: `int32 age = 2;`',
      'This change was committed after 1.0.0. [field-renumbered](https://github.com/proto-compat/proto-compat/blob/main/docs/rules.md#field-renumbered)',
    ]);
  });

  it('omits the message for a client that shows diagnostics in the same box', async () => {
    const accepted = { ...RENUMBERED, accepted: { reason: 'agreed' } };
    await open(EDITED, [accepted], { options: { diagnosticsInHovers: true } });
    const shown = await text(AGE.start);
    expect(shown).toMatch(/^Restore the released number\./);
    expect(shown).not.toContain('[field-renumbered]');
    expect(shown).toContain('As released in 1.0.0: `int32 age = 2;`');
    expect(shown).not.toContain('it was 2');
    expect(shown).not.toContain('agreed');
  });

  it('names the element of each finding if several messages share a box', async () => {
    await open(EDITED, [RENUMBERED, { ...RENUMBERED, element: 'demo.Request.other' }], {
      options: { diagnosticsInHovers: true },
    });
    expect((await text(AGE.start)).match(/^\*\*.*\*\*$/gm)).toEqual(['**demo.Request.age**', '**demo.Request.other**']);
  });

  it('names the older release that a finding compares with', async () => {
    await open(EDITED, [{ ...RENUMBERED, older: { version: '0.9.0', commit: 'b'.repeat(40) } }]);
    const shown = await text(AGE.start);
    expect(shown).toContain('As released in 0.9.0: ');
    expect(shown).toContain('| kata-runtime 0.9.0 + this kata-agent |');
  });

  it('on a version that is too low names the change that requires a higher one', async () => {
    const version = { start: { line: 0, character: 0 }, end: { line: 0, character: 5 } };
    await open(EDITED, [
      RENUMBERED,
      finding('VERSION', version, { rule: 'version-too-low', element: 'VERSION', baseline: null }),
    ]);
    const uri = uriOf(join(root, 'VERSION'));
    client.openUri(uri, '1.0.1\n', 'plaintext');
    const hover = await client.connection.sendRequest<Hover>('textDocument/hover', {
      textDocument: { uri },
      position: { line: 0, character: 2 },
    });
    const shown = (hover.contents as MarkupContent).value;
    expect(shown).toContain('Because of a.proto:6:15: age is 3, it was 2.');
    expect(shown).not.toContain('kata-runtime');
  });

  it('shows nothing outside of a finding', async () => {
    await open(EDITED, [RENUMBERED]);
    expect(await ask({ line: 0, character: 0 })).toBeNull();
  });

  it('escapes Markdown and HTML in messages, reasons and witnesses', async () => {
    const message = '<img src=x onerror=alert(1)> [a](command:x) ![b](http://x) `c` **d** https://evil.example\n# e';
    const reason = '</code>```\n[x](y)';
    await open(EDITED, [
      { ...RENUMBERED, message, accepted: { reason }, witness: () => ({ sent: '```\n<b>', read: '</b>' }) },
    ]);
    const hover = await text(AGE.start);
    expect(hover).toContain(
      '\\<img src=x onerror=alert(1)\\> \\[a\\](command:x) \\!\\[b\\](http:\\//x) `c` \\*\\*d\\*\\* https:\\//evil.example \\# e',
    );
    expect(hover).toContain('Accepted: \\</code\\>\\`\\`\\` \\[x\\](y)');
    expect(hover).toContain(`| ${String.raw`\`\`\` \<b\>`} | ${String.raw`\`\`\` \<b\>`} |`);
  });
});

describe('code actions', () => {
  const askAll = (range: Range, only?: string[]): Promise<CodeAction[]> =>
    client.connection.sendRequest('textDocument/codeAction', {
      textDocument: { uri: uriOf(path) },
      range,
      context: { diagnostics: [], ...(only !== undefined && { only }) },
    });
  /** Without the action that disables the rule. */
  const ask = async (range: Range, only?: string[]): Promise<CodeAction[]> =>
    (await askAll(range, only)).filter(({ title }) => !title.startsWith(DISABLE));
  const DISABLE = 'Disable this rule here';
  const applied = (action: CodeAction | undefined, text: string): string => {
    const [change] = action?.edit?.documentChanges ?? [];
    if (change === undefined || !('textDocument' in change)) return text;
    expect(change.textDocument).toEqual({ uri: uriOf(path), version: 1 });
    return TextDocument.applyEdits(TextDocument.create('', '', 0, text), change.edits as TextEdit[]);
  };

  it('are the fixes of the finding, with the safe one preferred', async () => {
    await writeFile(join(root, 'other.proto'), 'syntax = "proto3";\n');
    await open(EDITED, [RENUMBERED]);
    const actions = await ask(AGE);
    // Reverting would do the same as the first action.
    expect(actions.map(({ title, kind, isPreferred }) => [title, kind, isPreferred])).toEqual([
      ['Give age its number 2 back', 'quickfix', true],
      ['Reserve it', 'quickfix', undefined],
    ]);
    expect(actions[0]?.diagnostics).toMatchObject([{ code: 'field-renumbered', range: AGE }]);
    expect(applied(actions[0], EDITED)).toBe(RELEASED);
    expect(actions[1]?.edit?.documentChanges).toMatchObject([
      { textDocument: { uri: uriOf(join(root, 'other.proto')), version: null } },
    ]);
  });

  it('do not revert only one of two elements that swapped their numbers', async () => {
    const text = RELEASED.replace('name = 1', 'name = 2').replace('age = 2', 'age = 1');
    const edits = [
      { file: 'a.proto', span: spanOf(text, '2;'), text: '1;' },
      { file: 'a.proto', span: spanOf(text, '1;'), text: '2;' },
    ];
    const fixes = () => [{ title: 'Put both back', safe: true, edits }];
    await open(text, [{ ...RENUMBERED, range: rangeOf(text, '1;'), fixes }]);
    const actions = await ask(rangeOf(text, '1;'));
    expect(actions.map(({ title }) => title)).toEqual(['Put both back']);
    expect(applied(actions[0], text)).toBe(RELEASED);
  });

  it('offer no fix with overlapping edits, as in text without a closing brace', async () => {
    const edits = [
      { file: 'a.proto', span: spanOf(EDITED, 'int32 age = 3;'), text: '' },
      { file: 'a.proto', span: spanOf(EDITED, ' = 3;'), text: ' = 2;' },
    ];
    const fixes = () => [{ title: 'Put it back', safe: true, edits }];
    await open(EDITED, [{ ...RENUMBERED, element: 'demo.Request.gone', baseline: null, fixes }]);
    expect(await ask(AGE)).toEqual([]);
    expect(client.logged).toEqual([]);
  });

  it('revert the whole element, not only the change that the finding reports', async () => {
    const text = EDITED.replace('age = 3;', 'age = 3 [deprecated = true];');
    await open(text, [{ ...RENUMBERED, fixes: () => [] }]);
    const [revert] = await ask(AGE);
    expect(revert?.title).toBe('Revert demo.Request.age to 1.0.0');
    expect(applied(revert, text)).toBe(RELEASED);
  });

  it('work for clients without versioned edits', async () => {
    await open(EDITED, [RENUMBERED], { capabilities: {} });
    const [action] = await ask(AGE);
    expect(Object.keys(action?.edit?.changes ?? {})).toEqual([uriOf(path)]);
  });

  it('put an insertion before a replacement at the same place', async () => {
    const start = RELEASED.indexOf('age');
    const edits = [
      { file: 'a.proto', span: { start, end: start + 3 }, text: 'years' },
      { file: 'a.proto', span: { start, end: start }, text: '/* in years */ ' },
    ];
    await open(RELEASED, [{ ...RENUMBERED, fixes: () => [{ title: 'Both', safe: false, edits }] }]);
    const [both] = await ask(AGE);
    expect(applied(both, RELEASED)).toBe(RELEASED.replace('age', '/* in years */ years'));
  });

  it('of a deletion are offered only on the lines around its place', async () => {
    const text = RELEASED.replace('  int32 age = 2;\n', '\n');
    const { start } = rangeOf(text, ';\n\n}');
    const put = { title: 'Restore field `age`', safe: true };
    const edits = [{ file: 'a.proto', span: spanOf(text, '\n}'), text: '\n  int32 age = 2;\n}' }];
    const range = { start, end: { ...start, character: start.character + 1 } };
    await open(text, [finding('a.proto', range, { isBeforeDeletion: true, fixes: () => [{ ...put, edits }] })]);
    const titles = async (line: number): Promise<string[]> => {
      const at = { line, character: 0 };
      return (await ask({ start: at, end: at })).map(({ title }) => title);
    };
    expect(await titles(start.line - 1)).toEqual([]);
    for (const line of [0, 1, 2]) expect(await titles(start.line + line)).toContain('Restore field `age`');
    expect(await titles(start.line + 3)).toEqual([]);
  });

  it('select the text to replace, if the editor supports snippets', async () => {
    const edits = [
      { file: 'a.proto', span: { start: 0, end: 0 }, text: '// ${a} $b \\ -- why?\n', placeholder: 'why?' },
    ];
    const accept = { ...RENUMBERED, fixes: () => [{ title: 'Accept it, with a reason', safe: false, edits }] };
    const made = async (snippetEditSupport: boolean): Promise<unknown> => {
      await open(EDITED, [accept], {
        capabilities: { workspace: { workspaceEdit: { documentChanges: true, snippetEditSupport } } },
      });
      const [action] = await ask(AGE);
      const [change] = action?.edit?.documentChanges ?? [];
      return change !== undefined && 'edits' in change && change.edits[0];
    };
    const range = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
    expect(await made(true)).toEqual({
      range,
      snippet: { kind: 'snippet', value: '// \\${a\\} \\$b \\\\ -- ${1:why?}\n' },
    });
    await client.stop();
    expect(await made(false)).toEqual({ range, newText: '// ${a} $b \\ -- why?\n' });
  });

  describe('with many findings or edits', () => {
    const shared = {
      title: 'Give all their numbers back',
      safe: true,
      edits: [{ file: 'a.proto', span: spanOf(EDITED, '3;'), text: '2;' }],
    };
    const OWN = 'Say why';
    const own = (index: number): Fix => {
      const edit = { file: 'a.proto', span: { start: 0, end: 0 }, text: `// Reason ${index}\n` };
      return { title: OWN, safe: false, edits: [edit] };
    };
    const many = Array.from({ length: 20 }, (_, index) => ({ ...RENUMBERED, fixes: () => [shared, own(index)] }));
    const LATE: ClientOptions = {
      capabilities: {
        textDocument: { codeAction: { dataSupport: true, resolveSupport: { properties: ['edit'] } } },
        workspace: { workspaceEdit: { documentChanges: true } },
      },
    };
    const resolve = (action: CodeAction | undefined): Promise<CodeAction> =>
      client.connection.sendRequest('codeAction/resolve', action);

    it('list a shared fix once, and have no edits until one is chosen', async () => {
      await open(EDITED, many, LATE);
      const actions = await ask(AGE);
      expect(actions.map(({ title }) => title)).toEqual([shared.title, ...many.map(() => OWN)]);
      expect(actions[0]?.diagnostics).toHaveLength(many.length);
      expect(actions.filter(({ edit }) => edit !== undefined)).toEqual([]);
      expect(applied(await resolve(actions[0]), EDITED)).toBe(RELEASED);
    });

    it('leave out a large edit until the fix is chosen', async () => {
      const reason = { file: 'a.proto', span: { start: 0, end: 0 }, text: '// Why\n' };
      const large = { ...shared, edits: [...shared.edits, ...many.map(() => reason)] };
      const one = { ...RENUMBERED, fixes: () => [large, own(0)] };
      await open(EDITED, [one], LATE);
      const actions = await ask(AGE);
      expect(actions.map(({ title, edit }) => [title, edit !== undefined])).toEqual([
        [large.title, false],
        [OWN, true],
        ['Revert demo.Request.age to 1.0.0', true],
      ]);
      expect(actions[0]?.isPreferred).toBe(true);
      expect(applied(await resolve(actions[0]), EDITED)).toContain('// Why');
      await client.stop();
      await open(EDITED, [one]);
      expect((await ask(AGE)).filter(({ edit }) => edit === undefined)).toEqual([]);
    });

    it('revert an element that has no safe fix', async () => {
      await open(
        EDITED,
        many.map((one) => ({ ...one, fixes: () => [] })),
        LATE,
      );
      const [revert] = await ask(AGE);
      expect(revert?.title).toBe('Revert demo.Request.age to 1.0.0');
      expect(applied(await resolve(revert), EDITED)).toBe(RELEASED);
    });

    it('are rejected if the text has changed since', async () => {
      await open(EDITED, many, LATE);
      const [action] = await ask(AGE);
      client.change(path, `${EDITED}\n`);
      await expect(resolve(action)).rejects.toThrow('This action is no longer available.');
    });

    it('include their edits if the client cannot resolve them', async () => {
      await open(EDITED, many);
      const actions = await ask(AGE);
      expect(actions.map(({ title }) => title)).toEqual([shared.title, ...many.map(() => OWN)]);
      expect(applied(actions[0], EDITED)).toBe(RELEASED);
    });

    it('are no longer computed once the request is cancelled', async () => {
      const cancellation = new CancellationTokenSource();
      let made = 0;
      const fixes = (): readonly Fix[] => {
        made++;
        cancellation.cancel();
        // After this time, the server handles other messages before it continues.
        for (const began = performance.now(); performance.now() - began < 50;);
        return [shared];
      };
      await open(
        EDITED,
        many.map((one) => ({ ...one, fixes })),
        LATE,
      );
      const params = { textDocument: { uri: uriOf(path) }, range: AGE, context: { diagnostics: [] } };
      const answer = client.connection.sendRequest('textDocument/codeAction', params, cancellation.token);
      expect(await answer.catch(() => [])).toEqual([]);
      expect(made).toBeLessThan(many.length);
    });
  });

  it('are empty outside of a finding', async () => {
    await open(EDITED, [RENUMBERED]);
    expect(await ask({ start: { line: 0, character: 0 }, end: { line: 0, character: 3 } })).toEqual([]);
  });

  it('for all fixes apply every safe fix and no other', async () => {
    const unsafe = finding('a.proto', AGE, {
      fixes: () => [
        { title: 'Reserve it', safe: false, edits: [{ file: 'a.proto', span: { start: 0, end: 0 }, text: '// ' }] },
      ],
    });
    await open(EDITED, [RENUMBERED, unsafe, { ...RENUMBERED, element: 'demo.Request.other' }]);
    const actions = await ask({ start: { line: 0, character: 0 }, end: { line: 0, character: 0 } }, ['source.fixAll']);
    expect(actions.map(({ kind }) => kind)).toEqual(['source.fixAll.protoCompat']);
    expect(applied(actions[0], EDITED)).toBe(RELEASED);
  });

  it('for all fixes restore every field that was deleted at one place', async () => {
    const text = RELEASED.replace(/ {2}string name = 1;\n/, '').replace(/ {2}int32 age = 2;\n/, '');
    const start = text.indexOf('{') + 1;
    const put = (line: string) =>
      finding('a.proto', AGE, {
        fixes: () => [
          { title: line, safe: true, edits: [{ file: 'a.proto', span: { start, end: start }, text: `\n  ${line}` }] },
        ],
      });
    await open(text, [put('string name = 1;'), put('int32 age = 2;')]);
    const [action] = await ask({ start: { line: 0, character: 0 }, end: { line: 0, character: 0 } }, ['source.fixAll']);
    expect(applied(action, text)).toContain('{\n  string name = 1;\n  int32 age = 2;');
  });

  it('disable the rule only for this file, in the configuration', async () => {
    const configuration = join(root, 'proto-compat.json');
    const disabled = async (before: string | undefined): Promise<string | undefined> => {
      if (before !== undefined) await writeFile(configuration, before);
      await open(EDITED, [RENUMBERED]);
      const actions = await askAll(AGE);
      await client.stop();
      const action = actions.at(-1);
      if (action?.title !== `${DISABLE} (field-renumbered in a.proto)`) return undefined;
      const changes = [...(action.edit?.documentChanges ?? [])];
      const created = { kind: 'create', uri: uriOf(configuration) };
      if (before === undefined) expect(changes.shift()).toEqual(created);
      const [change] = changes;
      if (change === undefined || !('textDocument' in change)) return undefined;
      expect(change.textDocument).toEqual({ uri: uriOf(configuration), version: null });
      const document = TextDocument.create('', '', 0, before ?? '');
      return TextDocument.applyEdits(document, change.edits as TextEdit[]);
    };
    const off = { files: ['a.proto'], rules: { 'field-renumbered': 'off' } };
    const overridesIn = (text: string | undefined): unknown => {
      const { settings, problems } = readSettings(text ?? '', 'proto-compat.json');
      expect(problems).toEqual([]);
      return settings.overrides;
    };
    expect(overridesIn(await disabled(undefined))).toEqual([off]);
    const commented = await disabled('{\n  // Ours.\n  "policy": "lockstep",\n}\n');
    expect(commented).toContain('// Ours.\n  "policy": "lockstep"');
    expect(overridesIn(commented)).toEqual([off]);
    const other = { files: ['b.proto'], rules: { 'field-removed': 'off' } };
    expect(overridesIn(await disabled(JSON.stringify({ overrides: [other] })))).toEqual([other, off]);
    const same = { files: ['a.proto'], rules: { 'field-removed': 'warning' } };
    expect(overridesIn(await disabled(JSON.stringify({ overrides: [other, same] })))).toEqual([
      other,
      { files: ['a.proto'], rules: { 'field-removed': 'warning', 'field-renumbered': 'off' } },
    ]);
    expect(await disabled('{ "policy"')).toBeUndefined();
    await open(EDITED, [RENUMBERED]);
  });

  it('of an unused acceptance only remove it', async () => {
    const comment = '// proto-compat: accept field-removed gone since 1.0 -- why';
    const text = EDITED.replace('  int32 age = 3;', `  ${comment}\n  int32 age = 3;`);
    const problem = { kind: 'unused-acceptance', file: 'a.proto', range: rangeOf(text, comment), message: '' } as const;
    const checker = new FakeChecker(root, () => result([], { problems: [problem] }));
    client = await Client.inside(() => Promise.resolve(checker));
    client.open(path, text);
    const actions = await ask(problem.range);
    expect(actions.map(({ title }) => title)).toEqual(['Remove this acceptance']);
    expect(applied(actions[0], text)).toBe(EDITED);
  });

  it('revert the file', async () => {
    const text = EDITED.replace('The full name', 'The first name');
    await open(text, [RENUMBERED]);
    const actions = await ask(AGE, ['source.revert']);
    expect(actions.map(({ title }) => title)).toEqual(['Revert this file to 1.0.0']);
    expect(applied(actions[0], text)).toBe(RELEASED);
  });

  it('revert an addition by removing it with its comments', async () => {
    const text = RELEASED.replace('}\nservice', '  // New.\n  // Really.\n  bool fresh = 4; // yes\n}\nservice');
    const range = rangeOf(text, 'fresh');
    await open(text, [
      finding('a.proto', range, {
        rule: 'field-added',
        element: 'demo.Request.fresh',
        baseline: null,
        severity: 'information',
      }),
    ]);
    const actions = await ask(range);
    expect(actions.map(({ title }) => title)).toEqual(['Revert demo.Request.fresh to 1.0.0']);
    expect(applied(actions[0], text)).toBe(RELEASED);
  });

  const DECLARED = { start: { line: 0, character: 0 }, end: { line: 0, character: 5 } };
  const TOO_LOW = finding('VERSION', DECLARED, { rule: 'version-too-low', element: 'VERSION', baseline: null });

  it('write the required version into the version file', async () => {
    await writeFile(join(root, 'VERSION'), '1.0.1\n');
    await open(EDITED, [RENUMBERED, TOO_LOW]);
    const write = (await ask(AGE)).find(({ title }) => title === 'Write 2.0.0 into VERSION');
    expect(write?.edit?.documentChanges).toEqual([
      {
        textDocument: { uri: uriOf(join(root, 'VERSION')), version: null },
        edits: [{ range: DECLARED, newText: '2.0.0' }],
      },
    ]);
  });

  it('in the version file only write the version', async () => {
    await open(EDITED, [RENUMBERED, TOO_LOW]);
    const uri = uriOf(join(root, 'VERSION'));
    client.openUri(uri, '1.0.1\n', 'plaintext');
    for (const only of [undefined, ['quickfix'], ['source']]) {
      const actions = await client.connection.sendRequest<CodeAction[]>('textDocument/codeAction', {
        textDocument: { uri },
        range: DECLARED,
        context: { diagnostics: [], ...(only !== undefined && { only }) },
      });
      const expected = only?.[0] === 'source' ? [] : [['Write 2.0.0 into VERSION', true]];
      expect(actions.map(({ title, isPreferred }) => [title, isPreferred])).toEqual(expected);
      if (expected.length > 0) {
        expect(actions[0]?.edit?.documentChanges).toEqual([
          { textDocument: { uri, version: 1 }, edits: [{ range: DECLARED, newText: '2.0.0' }] },
        ]);
      }
    }
    const lenses = await client.connection.sendRequest<CodeLens[]>('textDocument/codeLens', { textDocument: { uri } });
    expect(lenses).toEqual([]);
  });
});

describe('inlay hints', () => {
  const ask = (): Promise<InlayHint[]> =>
    client.connection.sendRequest('textDocument/inlayHint', {
      textDocument: { uri: uriOf(path) },
      range: { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } },
    });

  it('show the old text', async () => {
    await open(EDITED, [RENUMBERED]);
    expect((await ask()).map(({ label, position }) => [label, position])).toEqual([
      ['was 2', { line: AGE.end.line, character: AGE.end.character + 1 }],
    ]);
  });

  it('show deletions in their place, and count those that do not fit', async () => {
    const text = RELEASED.replace('  int32 age = 2;\n', '');
    const gap = rangeOf(text, ';\n}');
    const at = { start: gap.start, end: { line: gap.start.line, character: gap.start.character + 1 } };
    const deletion = (element: string): Finding =>
      finding('a.proto', at, {
        element,
        isBeforeDeletion: true,
        baseline: { file: 'a.proto', range: rangeOf(RELEASED, 'age') },
      });
    await open(text, [deletion('demo.Request.age')]);
    expect((await ask()).map(({ label, position }) => [label, position])).toEqual([['deleted: field age', at.end]]);
    await open(
      text,
      ['a', 'b', 'c', 'd', 'e'].map((name) => deletion(`demo.Request.${name}`)),
    );
    expect((await ask()).map(({ label }) => label)).toEqual(['deleted: field a, field b, field c, 2 more']);
  });

  it('are absent if old and new text are equal, and if disabled', async () => {
    await open(RELEASED, [finding('a.proto', rangeOf(RELEASED, 'age = 2'), { rule: 'field-type-renamed' })]);
    expect(await ask()).toEqual([]);
    await client.stop();
    await open(EDITED, [RENUMBERED], { settings: { inlayHints: { enabled: false } } });
    expect(await ask()).toEqual([]);
  });
});

describe('completion of acceptances', () => {
  const ask = async (line: string): Promise<string[]> => {
    const text = EDITED.replace('  int32 age', `${line}\n  int32 age`);
    await open(text, [RENUMBERED, finding('a.proto', AGE, { severity: 'information' })]);
    const position = { line: 5, character: line.length };
    const items = await client.connection.sendRequest<CompletionItem[]>('textDocument/completion', {
      textDocument: { uri: uriOf(path) },
      position,
      context: { triggerKind: 2, triggerCharacter: ' ' },
    });
    return items.map(
      ({ textEdit }) =>
        TextDocument.applyEdits(TextDocument.create('', '', 0, text), [textEdit as TextEdit]).split('\n')[5] ?? '',
    );
  };

  it.each(['  // ', '  // proto', '  // proto-compat: ', '  // proto-compat: accept '])(
    'offers the findings that can be accepted after "%s"',
    async (line) => {
      expect(await ask(line)).toEqual(['  // proto-compat: accept field-renumbered age since 1.0 -- ']);
    },
  );

  it('offers the nearest finding first', async () => {
    const far = finding('a.proto', rangeOf(EDITED, 'Greeter'), { rule: 'a-first', element: 'demo.Greeter' });
    await open(EDITED.replace('  int32 age', '  // proto\n  int32 age'), [far, RENUMBERED]);
    const items = await client.connection.sendRequest<CompletionItem[]>('textDocument/completion', {
      textDocument: { uri: uriOf(path) },
      position: { line: 5, character: 10 },
    });
    const sorted = items.sort((a, b) => (a.sortText ?? '').localeCompare(b.sortText ?? ''));
    expect(sorted.map(({ label }) => label)).toEqual(['accept field-renumbered age', 'accept a-first Greeter']);
  });

  it.each(['  // please', '  // proto-compat: refuse ', '  '])('offers nothing after "%s"', async (line) => {
    expect(await ask(line)).toEqual([]);
  });
});

describe('definition in the release', () => {
  const MAIN = `syntax = "proto3";
package demo;
import "github.com/team/pkg/types/types.proto";
message Request {
  types.Storage storage = 1;
  map<string, Inner> inner = 2;
  message Inner { Kind kind = 1; }
  enum Kind { NONE = 0; }
}
service S { rpc Do(Request) returns (types.Storage); }
`;
  const TYPES = 'syntax = "proto3";\npackage types;\nmessage Storage {}\n';

  it.each([
    ['types.Storage s', 'pkg/types/types.proto', 'Storage'],
    ['Inner> inner', 'api/main.proto', 'Inner {'],
    ['Kind kind', 'api/main.proto', 'Kind {'],
    ['Request) returns', 'api/main.proto', 'Request'],
    ['"github.com', 'pkg/types/types.proto', ''],
  ])('of `%s` is in %s', async (from, file, at) => {
    const checker = new FakeChecker(root, () => result([]));
    const texts = new Map([
      ['api/main.proto', MAIN],
      ['pkg/types/types.proto', TYPES],
    ]);
    checker.released = texts;
    client = await Client.inside(() => Promise.resolve(checker));
    const release = await client.request('protoCompat/releaseOf', { uri: uriOf(join(root, 'api/main.proto')) });
    const location = await client.connection.sendRequest<Location>('textDocument/definition', {
      textDocument: { uri: release?.uri },
      position: rangeOf(MAIN, from).start,
    });
    const { text } = await client.connection.sendRequest<{ text: string }>('workspace/textDocumentContent', {
      uri: location.uri,
    });
    expect(location.uri).toMatch(new RegExp(`^proto-compat-release:/1\\.0\\.0/${file}\\?`));
    expect(location.range.start).toEqual(rangeOf(text, at).start);
  });
});

it('code lenses show counts above the file and each service', async () => {
  const added = finding('a.proto', rangeOf(EDITED, 'Greet('), {
    rule: 'method-added',
    element: 'demo.Greeter.Greet',
    severity: 'information',
  });
  await open(EDITED, [RENUMBERED, added], { options: { commands: { changes: 'my.changes', compare: 'my.compare' } } });
  const lenses = await client.connection.sendRequest<CodeLens[]>('textDocument/codeLens', {
    textDocument: { uri: uriOf(path) },
  });
  expect(lenses.map(({ range, command }) => [range.start.line, command?.title, command?.command])).toEqual([
    [0, 'since 1.0.0: 1 breaking · 1 added → 2.0.0', 'my.changes'],
    [0, 'compare with 1.0.0', 'my.compare'],
    [7, 'since 1.0.0: 1 added', 'my.changes'],
  ]);
});

it('code lenses name the next version only if this file requires it', async () => {
  const added = finding('a.proto', AGE, { rule: 'field-added', severity: 'information', bump: 'minor' });
  const elsewhere = finding('b.proto', AGE, { bump: 'major' });
  await open(EDITED, [added, elsewhere]);
  const [lens] = await client.connection.sendRequest<CodeLens[]>('textDocument/codeLens', {
    textDocument: { uri: uriOf(path) },
  });
  expect(lens?.command?.title).toBe('since 1.0.0: 1 added');
});

describe('commands', () => {
  it('revert an element through the client', async () => {
    await open(EDITED, [RENUMBERED]);
    const edits: unknown[] = [];
    client.connection.onRequest('workspace/applyEdit', ({ edit }: { edit: unknown }) => {
      edits.push(edit);
      return { applied: true };
    });
    const revert = { command: 'proto-compat.revert', arguments: [{ uri: uriOf(path), element: 'demo.Request.age' }] };
    expect(await client.connection.sendRequest('workspace/executeCommand', revert)).toBe(true);
    expect(edits).toMatchObject([{ documentChanges: [{ edits: [{ newText: 'int32 age = 2;' }] }] }]);
  });

  it('show the changes in a message', async () => {
    await open(EDITED, [RENUMBERED]);
    await client.connection.sendRequest('workspace/executeCommand', {
      command: 'proto-compat.changes',
      arguments: [uriOf(path)],
    });
    expect(client.shown).toEqual([
      `Since 1.0.0 → 2.0.0: major\na.proto:${AGE.start.line + 1}: error: age is 3, it was 2.`,
    ]);
  });

  describe('write a policy', () => {
    const written = async (policy: string, before: string | undefined): Promise<string> => {
      const file = join(root, 'proto-compat.json');
      if (before !== undefined) await writeFile(file, before);
      await open(EDITED, []);
      const changes: NonNullable<WorkspaceEdit['documentChanges']> = [];
      client.connection.onRequest('workspace/applyEdit', ({ edit }: { edit: WorkspaceEdit }) => {
        changes.push(...(edit.documentChanges ?? []));
        return { applied: true };
      });
      await client.connection.sendRequest('workspace/executeCommand', {
        command: 'proto-compat.policy',
        arguments: [{ uri: uriOf(path), policy }],
      });
      const [first] = changes;
      if (before === undefined) expect(changes.shift()).toEqual({ kind: 'create', uri: uriOf(file) });
      else expect(first).toMatchObject({ textDocument: { uri: uriOf(file) } });
      const edits = changes.flatMap((change) => ('edits' in change ? (change.edits as TextEdit[]) : []));
      return TextDocument.applyEdits(TextDocument.create('', '', 0, before ?? ''), edits);
    };

    it('into an existing configuration, keeping its comments and layout', async () => {
      const before =
        '// Ours.\r\n{\r\n  "policy": { "oldClientNewServer": "nothing" }, // why\r\n  "skew": 2,\r\n}\r\n';
      expect(await written('lockstep', before)).toBe(
        '// Ours.\r\n{\r\n  "policy": "lockstep", // why\r\n  "skew": 2,\r\n}\r\n',
      );
    });

    it('at the top of an existing configuration, below `$schema`', async () => {
      expect(await written('semver', '{\n\t"$schema": "x",\n\n\t// why\n\t"skew": 2\n}\n')).toBe(
        '{\n\t"$schema": "x",\n\t"policy": "semver",\n\n\t// why\n\t"skew": 2\n}\n',
      );
    });

    it('into a new file with the settings of buf.yaml', async () => {
      await writeFile(join(root, 'buf.yaml'), 'version: v2\nbreaking:\n  use:\n    - WIRE_JSON\n');
      const { settings, problems } = readSettings(await written('live-upgrade', undefined), 'proto-compat.json');
      expect(problems).toEqual([]);
      expect(settings).toMatchObject({ policy: 'live-upgrade', encodings: ['binary', 'json'] });
    });

    it('except if the policy is unknown or the file is invalid', async () => {
      await expect(written('strict', '{}')).rejects.toThrow('There is no policy "strict"; there are semver, lockstep,');
      await client.stop();
      await expect(written('semver', '{ "skew": 2')).rejects.toThrow('is invalid. Fix it first.');
    });
  });

  it('with invalid arguments are rejected, and the server keeps running', async () => {
    await open(EDITED, [RENUMBERED]);
    for (const params of [{ command: 'proto-compat.revert' }, { command: 'rm -rf', arguments: ['x'] }]) {
      await expect(client.connection.sendRequest('workspace/executeCommand', params)).rejects.toThrow(
        /needs the URI of a document|Unknown command/,
      );
    }
    await client.settled(path);
  });
});

it('a client can request the policies and where the current one is configured', async () => {
  await open(EDITED, []);
  const found = await client.request('protoCompat/configuration', { uri: uriOf(path) });
  expect(found).toMatchObject({ uri: uriOf(join(root, 'proto-compat.json')), from: null, policy: 'semver' });
  expect(found.policies.map(({ name }) => name)).toEqual(Object.keys(PRESETS));
  await writeFile(join(root, 'buf.yaml'), 'version: v2\n');
  const { from } = await client.request('protoCompat/configuration', { uri: uriOf(path) });
  expect(from).toBe(uriOf(join(root, 'buf.yaml')));
});
