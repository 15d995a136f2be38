import { readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { ListRootsRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeDemoRepository } from '../../scripts/demo-repository.mjs';
import { makeRepository, type TestRepository } from '../git/repository.ts';
import { bundle } from '../lsp/bundle.ts';

/* The tools for coding agents, called by the official MCP client. */

let built: Awaited<ReturnType<typeof bundle>>;
let scratch: TestRepository;
/** The demo's repository: release 1.0.0 and an uncommitted edit. */
let agent: string;
beforeAll(async () => {
  built = await bundle('server/cli.ts');
  scratch = makeRepository();
  agent = path.join(scratch.temporary, 'agent');
  makeDemoRepository(agent);
});
afterAll(() => {
  built.remove();
  scratch.remove();
});

interface Answer {
  readonly content: readonly { readonly text: string }[];
  readonly structuredContent?: Record<string, unknown>;
  readonly isError?: boolean;
}

interface Session {
  readonly call: (name: string, input?: Record<string, unknown>) => Promise<Answer>;
  readonly client: Client;
}

async function withServer(
  options: { readonly roots?: readonly string[]; readonly clientRoots?: readonly string[]; readonly cwd?: string },
  work: (session: Session) => Promise<void>,
): Promise<void> {
  const { roots = [], clientRoots, cwd = agent } = options;
  const client = new Client(
    { name: 'test', version: '1' },
    { capabilities: clientRoots === undefined ? {} : { roots: {} } },
  );
  if (clientRoots !== undefined) {
    client.setRequestHandler(ListRootsRequestSchema, () => ({
      roots: clientRoots.map((root) => ({ uri: pathToFileURL(root).href })),
    }));
  }
  await client.connect(
    new StdioClientTransport({ command: process.execPath, args: [built.path, 'mcp', ...roots], cwd }),
  );
  try {
    await work({
      client,
      call: async (name, input = {}) => (await client.callTool({ name, arguments: input })) as Answer,
    });
  } finally {
    await client.close();
  }
}

const textOf = (answer: Answer): string => answer.content.map(({ text }) => text).join('\n');

test('rejects a parameter that does not exist, even if its name is constructor', async () => {
  await withServer({ roots: [agent] }, async ({ call }) => {
    const answer = await call('next', { constructor: 'x' });
    expect(answer.isError).toBe(true);
    expect(textOf(answer)).toContain('next has no parameter "constructor"');
  });
});

test('lists the tools, all read-only and with a schema', async () => {
  await withServer({ roots: [agent] }, async ({ client }) => {
    expect(client.getServerVersion()).toMatchObject({ name: 'proto-compat' });
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual(['check', 'explain', 'next', 'matrix', 'uses']);
    for (const { annotations, inputSchema, description } of tools) {
      expect(annotations).toMatchObject({ readOnlyHint: true, destructiveHint: false, openWorldHint: false });
      expect(inputSchema).toMatchObject({ type: 'object', additionalProperties: false });
      expect(description).toMatch(/^[A-Z].*\.$/);
    }
  });
});

describe('answers', () => {
  test('check first reports whom the edit breaks, in the words of the command', async () => {
    await withServer({ roots: [agent] }, async ({ call }) => {
      const answer = await call('check');
      const [verdict, step, declared, note, counted] = textOf(answer).split('\n');
      expect(verdict).toBe(
        'This breaks kata-runtime 1.0.0 with this kata-agent and kata-agent 1.0.0 with this kata-runtime.',
      );
      expect(step).toMatch(/^1\.0\.0 → 2\.0\.0 \(major\): because of method-removed /);
      expect(declared).toContain('VERSION declares 1.0.0');
      expect(note).toBe('HEAD is 1.0.0 itself, so only uncommitted changes are compared.');
      expect(counted).toBe('5 errors, 2 additions, 1 note; policy semver');
      expect(textOf(answer)).toContain(
        `information [method-added] protocols/grpc/agent.proto:19:7
Method \`PauseContainer\` is new: kata-agent 1.0.0 answers UNIMPLEMENTED when this kata-runtime calls it.
  kata-runtime 1.0.0 + this kata-agent  exact
  this kata-runtime + kata-agent 1.0.0  rejected: fails
`,
      );
      expect(answer.structuredContent).toMatchObject({
        breaks: ['kata-runtime 1.0.0 with this kata-agent', 'kata-agent 1.0.0 with this kata-runtime'],
        modules: [
          { module: '', step: '1.0.0 → 2.0.0 (major)', baseline: '1.0.0', bump: 'major', nextVersion: '2.0.0' },
        ],
        policy: 'semver',
        more: 0,
        problems: [],
      });
      const findings = answer.structuredContent?.['findings'] as {
        rule: string;
        severity: string;
        pairings: unknown;
      }[];
      expect(findings.map(({ severity }) => severity)).toEqual([
        ...Array<string>(5).fill('error'),
        ...Array<string>(3).fill('information'),
      ]);
      expect(findings.find(({ rule }) => rule === 'method-added')?.pairings).toEqual([
        { versions: 'kata-runtime 1.0.0 + this kata-agent', effect: 'exact' },
        { versions: 'this kata-runtime + kata-agent 1.0.0', effect: 'rejected' },
      ]);
    });
  });

  test('an edit between two calls is noticed, and a long answer is truncated', async () => {
    const fields = Array.from({ length: 40 }, (_, index) => `  string f${index + 1} = ${index + 1};\n`);
    const repository = makeRepository();
    try {
      const text = (some: readonly string[]) =>
        `syntax = "proto3";\npackage a;\nservice S {\n  rpc M(R) returns (R);\n}\nmessage R {\n${some.join('')}}\n`;
      repository.commit({ 'a.proto': text(fields) });
      repository.tag('1.0.0');
      await withServer({ roots: [repository.directory] }, async ({ call }) => {
        expect(textOf(await call('check'))).toMatch(
          /^This breaks nothing that the policy promises\.\n1\.0\.0 stays 1\.0\.0/,
        );
        repository.write({ 'a.proto': text([]) });
        const answer = await call('check');
        expect(textOf(answer)).toMatch(/^This breaks an old client \(1\.0\.0\)/);
        expect(textOf(answer)).toContain('… and 10 more.');
        expect(answer.structuredContent).toMatchObject({ more: 10 });
        expect(textOf(await call('check', { policy: 'lockstep' }))).toMatch(
          /^This breaks nothing that the policy promises\./,
        );
        expect(textOf(await call('check', { to: '1.0.0', from: '1.0.0' }))).toContain('1.0.0 stays 1.0.0');
      });
    } finally {
      repository.remove();
    }
  });

  test('explain, next and matrix answer with text and with data', async () => {
    await withServer({ roots: [agent] }, async ({ call }) => {
      const explained = await call('explain', { rule: 'field-renumbered' });
      expect(textOf(explained)).toContain('## field-renumbered');
      expect(explained.structuredContent).toMatchObject({ rule: 'field-renumbered', title: 'Field has a new number' });
      const next = await call('next', { policy: 'lockstep' });
      expect(textOf(next)).toMatch(/^1\.0\.0 → 1\.1\.0 \(minor\): because of /);
      expect(next.structuredContent).toMatchObject({ modules: [{ bump: 'minor', nextVersion: '1.1.0' }] });
      const matrix = await call('matrix');
      expect(textOf(matrix)).toContain('kata-runtime \\ kata-agent');
      expect(matrix.structuredContent).toMatchObject({
        versions: ['1.0.0', 'working tree'],
        affected: [
          { client: '1.0.0', server: 'working tree', effect: 'altered' },
          { client: 'working tree', server: '1.0.0', effect: 'altered' },
        ],
        leftOut: 0,
      });
    });
  });

  test('uses lists the code that uses an element, at each release and with locations', async () => {
    const repository = makeRepository();
    try {
      repository.commit({
        'agent.proto':
          'syntax = "proto3";\npackage grpc;\nservice Agent {\n  rpc Pause(Empty) returns (Empty);\n}\nmessage Empty {}\n',
        'runtime/main.go': 'package main\n\nfunc pause(c AgentClient) {\n\tc.Pause(ctx, &Empty{})\n}\n',
      });
      repository.tag('1.0.0');
      await withServer({ roots: [repository.directory] }, async ({ call }) => {
        const answer = await call('uses', { element: 'Agent.Pause' });
        expect(textOf(answer)).toContain('grpc.Agent.Pause (method)');
        expect(textOf(answer)).toContain('runtime/main.go:4');
        expect(answer.structuredContent).toMatchObject({
          elements: [{ element: 'grpc.Agent.Pause', usedAt: ['1.0.0', null] }],
        });
        const unknown = await call('uses', { element: 'Agent.Resume' });
        expect([unknown.isError, textOf(unknown)]).toEqual([
          true,
          expect.stringContaining('there is no element Agent.Resume'),
        ]);
      });
    } finally {
      repository.remove();
    }
  });

  test('an invalid call is answered with a sentence that helps', async () => {
    await withServer({ roots: [agent] }, async ({ call }) => {
      const refused = async (...given: Parameters<typeof call>) => {
        const answer = await call(...given);
        expect(answer.isError).toBe(true);
        return textOf(answer);
      };
      expect(await refused('explain', { rule: 'field-renumberd' })).toContain('(did you mean "field-renumbered"?)');
      expect(await refused('explain')).toBe('explain needs "rule".');
      expect(await refused('check', { path: ['a'] })).toContain('(did you mean "paths"?)');
      expect(await refused('check', { paths: 'a' })).toBe('paths must be a list of strings.');
      expect(await refused('check', { policy: 'none' })).toContain('policy must be semver, lockstep');
      expect(await refused('check', { from: 'no-such-tag' })).toContain('no-such-tag');
      expect(await refused('check', { from: '--upload-pack=x' })).toContain('is not the name of a tag');
      expect(await refused('check', { paths: ['../..'] })).toContain('is outside the repository');
      expect(await refused('chek')).toContain('the tools are check, explain, next, matrix and uses');
    });
  });
});

describe('access is limited to the roots', () => {
  let outside: string;
  beforeAll(() => {
    outside = path.join(scratch.temporary, 'secret');
    makeDemoRepository(outside);
    symlinkSync(outside, path.join(agent, 'link'));
  });

  test('for absolute paths, parent folders and links', async () => {
    await withServer({ roots: [agent] }, async ({ call }) => {
      for (const repository of [outside, '../secret', 'link', path.join(outside, 'no-such-file')]) {
        const answer = await call('check', { repository });
        expect(answer.isError).toBe(true);
        expect(textOf(answer)).toMatch(/^there is no /);
      }
      const inside = await call('check', { repository: 'protocols/grpc/agent.proto' });
      expect(textOf(inside)).toMatch(/^This breaks kata-runtime/);
    });
  });

  test('for a repository that contains the root', async () => {
    await withServer({ roots: [path.join(agent, 'protocols')] }, async ({ call }) => {
      expect(textOf(await call('check'))).toContain('is not inside');
    });
  });

  test('of the client if the command names none, and to the working directory if the client names none either', async () => {
    await withServer({ clientRoots: [agent], cwd: outside }, async ({ call }) => {
      expect((await call('check', { repository: outside })).isError).toBe(true);
      expect((await call('check')).structuredContent).toMatchObject({ repository: agent });
    });
    await withServer({ cwd: outside }, async ({ call }) => {
      expect((await call('check')).structuredContent).toMatchObject({ repository: outside });
    });
  });
});

test('check, next and matrix write nothing', async () => {
  const state = (folder: string): string[] =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .sort()
      .map((name) => {
        const file = path.join(folder, name);
        const stats = statSync(file);
        return `${name} ${stats.isFile() ? readFileSync(file).toString('hex') : ''}`;
      });
  const repository = makeRepository();
  try {
    repository.commit({ 'a.proto': 'syntax = "proto3";\nmessage A {\n  string a = 1;\n}\n' });
    repository.tag('1.0.0');
    repository.write({ 'a.proto': 'syntax = "proto3";\nmessage A {\n  string a = 2;\n}\n' });
    const before = state(repository.directory);
    await withServer({ roots: [repository.directory] }, async ({ call }) => {
      for (const name of ['check', 'next', 'matrix']) expect((await call(name)).isError).toBeUndefined();
    });
    expect(state(repository.directory)).toEqual(before);
  } finally {
    repository.remove();
  }
});

test('rejects a root that is not a folder', async () => {
  const file = path.join(scratch.temporary, 'file');
  writeFileSync(file, '');
  await expect(withServer({ roots: [file] }, () => Promise.resolve())).rejects.toThrow();
});
