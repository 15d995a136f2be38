import { type ChildProcessWithoutNullStreams, execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  createProtocolConnection,
  type ProtocolConnection,
  StreamMessageReader,
  StreamMessageWriter,
  type PublishDiagnosticsParams,
} from 'vscode-languageserver/node';
import { makeRepository, type TestRepository } from '../git/repository.ts';
import type { StatusOfDocuments, Status } from '../../server/lsp/protocol.ts';
import { bundle } from '../lsp/bundle.ts';
import { FAULTS } from './git-faults.ts';

const RELEASED = 'syntax = "proto3";\npackage agent;\nmessage Start {\n  string name = 1;\n  string host = 2;\n}\n';
const EDITED = RELEASED.replace('  string host = 2;\n', '');

let server: Awaited<ReturnType<typeof bundle>>;
let command: Awaited<ReturnType<typeof bundle>>;
let made: TestRepository;
/** The server's own folder for temporary files. */
let temporary: string;
beforeAll(async () => {
  [server, command] = await Promise.all([bundle('server/main.ts'), bundle('server/cli.ts')]);
});
afterAll(() => {
  server.remove();
  command.remove();
});
beforeEach(() => {
  made = makeRepository();
  made.commit({ 'a.proto': RELEASED });
  made.tag('1.0.0');
  temporary = mkdtempSync(path.join(tmpdir(), 'proto-compat-faults-'));
});
afterEach(() => {
  made.remove();
  rmSync(temporary, { recursive: true });
});

/** A server with one open document. */
class Session {
  readonly child: ChildProcessWithoutNullStreams;
  readonly connection: ProtocolConnection;
  readonly uri = pathToFileURL(path.join(made.directory, 'a.proto')).href;
  readonly ended: Promise<unknown>;
  logged = '';
  status: Status | undefined;
  readonly publishedFor = new Set<string>();
  #version = 0;
  #published: PublishDiagnosticsParams | undefined;
  #waiting: (() => void)[] = [];

  /** @param before a command that starts the server, such as `strace`. */
  constructor(before: readonly string[] = []) {
    const line: readonly string[] = [...before, process.execPath, server.path, '--stdio'];
    this.child = spawn(line[0] ?? '', line.slice(1), {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, TMPDIR: temporary },
    });
    this.child.stderr.on('data', (chunk: Buffer) => (this.logged += chunk.toString()));
    this.ended = new Promise((resolve) => {
      this.child.once('exit', resolve);
    });
    this.connection = createProtocolConnection(
      new StreamMessageReader(this.child.stdout),
      new StreamMessageWriter(this.child.stdin),
    );
    this.connection.onNotification('textDocument/publishDiagnostics', (params: PublishDiagnosticsParams) => {
      this.#published = params;
      this.publishedFor.add(params.uri);
      for (const resolve of this.#waiting.splice(0)) resolve();
    });
    this.connection.onNotification('protoCompat/status', ({ status }: StatusOfDocuments) => {
      this.status = status;
    });
    this.connection.onNotification('window/logMessage', ({ message }: { message: string }) => {
      this.logged += message;
    });
    this.connection.listen();
  }

  async open(): Promise<void> {
    await this.connection.sendRequest('initialize', {
      processId: process.pid,
      rootUri: null,
      capabilities: {},
      initializationOptions: { views: true },
    });
    await this.connection.sendNotification('initialized', {});
    this.#version = 1;
    await this.connection.sendNotification('textDocument/didOpen', {
      textDocument: { uri: this.uri, languageId: 'proto', version: 1, text: RELEASED },
    });
  }

  async edit(text: string): Promise<void> {
    await this.connection.sendNotification('textDocument/didChange', {
      textDocument: { uri: this.uri, version: ++this.#version },
      contentChanges: [{ text }],
    });
  }

  async found(): Promise<unknown[]> {
    while (this.#published?.version !== this.#version)
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    return this.#published.diagnostics.map(({ code }) => code);
  }

  async stop(): Promise<void> {
    await this.connection.sendRequest('shutdown');
    await this.connection.sendNotification('exit');
    await this.ended;
    this.connection.dispose();
  }
}

/** Starts a program without root's right to read every file. */
const WITHOUT_RIGHTS =
  process.getuid?.() === 0 ? ['setpriv', '--bounding-set', '-dac_override,-dac_read_search', '--'] : [];
const onLinux = process.platform === 'linux';
// In a container, an installed program can be forbidden.
const CAN_TRACE = can('strace', '-f', '-o', '/dev/null', 'true');
const CAN_LOCK = process.platform !== 'win32' && (WITHOUT_RIGHTS.length === 0 || can(...WITHOUT_RIGHTS, 'true'));
const CAN_DISCONNECT = can('unshare', '-n', 'true');
// The mount exists only in the new namespace.
const CAN_MOUNT = can('unshare', '-m', 'sh', '-c', 'mount -t tmpfs -o size=1m none /mnt');

describe.skipIf(!onLinux)('a server', () => {
  it('that is killed leaves no git behind, and the next server has the same findings', async () => {
    const first = new Session();
    await first.open();
    await first.edit(EDITED);
    expect(await first.found()).toEqual(['field-removed']);
    const children = childrenOf(first.child.pid);
    expect(children.length).toBeGreaterThan(0);
    first.child.kill('SIGKILL');
    await first.ended;
    first.connection.dispose();
    await expect.poll(() => children.filter(isRunning)).toEqual([]);
    const second = new Session();
    await second.open();
    await second.edit(EDITED);
    expect(await second.found()).toEqual(['field-removed']);
    await second.stop();
    expect(readdirSync(temporary)).toEqual([]);
  });

  it('ends by itself, with its git, when the client disappears', async () => {
    const session = new Session();
    await session.open();
    await session.found();
    const children = childrenOf(session.child.pid);
    session.child.stdin.end();
    expect(await session.ended).toBe(1);
    session.connection.dispose();
    await expect.poll(() => children.filter(isRunning)).toEqual([]);
  });

  it('refuses requests before `initialize`, a second one, and requests after `shutdown`', async () => {
    const session = new Session();
    const position = { textDocument: { uri: session.uri }, position: { line: 0, character: 0 } };
    const hover = async (): Promise<unknown> => session.connection.sendRequest('textDocument/hover', position);
    await expect(hover()).rejects.toMatchObject({ code: -32002, message: 'The first request must be `initialize`.' });
    await expect(session.connection.sendRequest('shutdown')).rejects.toMatchObject({ code: -32002 });
    await session.open();
    expect(await hover()).toBeNull();
    await expect(session.connection.sendRequest('initialize', { capabilities: {} })).rejects.toMatchObject({
      code: -32600,
      message: '`initialize` can be sent only once.',
    });
    await session.connection.sendRequest('shutdown');
    const refused = { code: -32600, message: 'There can be no request after `shutdown`.' };
    await expect(hover()).rejects.toMatchObject(refused);
    await expect(session.connection.sendRequest('initialize', { capabilities: {} })).rejects.toMatchObject(refused);
    await session.connection.sendNotification('exit');
    expect(await session.ended).toBe(0);
  });

  it('ignores notifications before `initialize`, except for `exit`', async () => {
    const session = new Session();
    await session.connection.sendNotification('textDocument/didOpen', {
      textDocument: { uri: session.uri.replace('a.proto', 'b.proto'), languageId: 'proto', version: 1, text: '}' },
    });
    await session.open();
    await session.edit(EDITED);
    expect(await session.found()).toEqual(['field-removed']);
    expect(session.publishedFor).toEqual(new Set([session.uri]));
    await session.stop();
    const other = new Session();
    await other.connection.sendNotification('exit');
    expect(await other.ended).toBe(1);
    other.connection.dispose();
  });

  it('ends without an error if the client closes the connection after a shutdown', async () => {
    const session = new Session();
    await session.open();
    await session.connection.sendRequest('shutdown');
    session.child.stdin.end();
    expect(await session.ended).toBe(0);
    session.connection.dispose();
  });
});

describe.skipIf(!onLinux)('a command that gets a signal while git hangs', () => {
  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('ends together with git: %s', async (signal) => {
    const log = path.join(temporary, 'started');
    const stuck = `#!/bin/sh\necho $$ >> '${log}'\nexec sleep 60\n`;
    writeFileSync(path.join(temporary, 'git'), stuck, { mode: 0o755 });
    const child = spawn(process.execPath, [command.path, 'check', '--repo', made.directory], {
      env: { ...process.env, PATH: `${temporary}:${process.env['PATH'] ?? ''}` },
    });
    const ended = new Promise((resolve) => child.once('exit', (code, by) => resolve(code ?? by)));
    const started = (): number[] => (existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n').map(Number) : []);
    await expect.poll(() => started().length).toBeGreaterThan(0);
    child.kill(signal);
    expect(await ended).toBe({ SIGHUP: 129, SIGINT: 130, SIGTERM: 143 }[signal]);
    await expect.poll(() => started().filter(isRunning)).toEqual([]);
  });
});

describe.skipIf(!CAN_LOCK)(`an unreadable folder${CAN_LOCK ? '' : ' (skipped: cannot drop privileges)'}`, () => {
  it('is reported, and its files do not count as removed', () => {
    made.commit({ 'locked/b.proto': RELEASED.replace('agent', 'locked') });
    made.git('tag', '--force', '1.0.0');
    const locked = path.join(made.directory, 'locked');
    const check = (expected: number): string => {
      const line = [...WITHOUT_RIGHTS, process.execPath, command.path, 'check', '--repo', made.directory];
      const { status, stdout, stderr } = spawnSync(line[0] ?? '', line.slice(1), { encoding: 'utf8' });
      expect({ status, stderr }, stdout).toEqual({ status: expected, stderr: '' });
      return stdout;
    };
    chmodSync(locked, 0o000);
    try {
      const output = check(1);
      expect(output).toContain('locked/b.proto:1:1: problem: This file cannot be read: permission denied (EACCES).');
      expect(output).not.toContain('removed');
    } finally {
      chmodSync(locked, 0o755);
    }
    expect(check(0)).not.toContain('locked');
  });

  it('that git does not track is reported, until it can be read', () => {
    made.write({ "new's/deep/b.proto": RELEASED.replace('agent', 'fresh') });
    const check = (): { notCompared: unknown; findings: unknown[] } => {
      const line = [...WITHOUT_RIGHTS, process.execPath, command.path, 'check', '--repo', made.directory];
      const printed = spawnSync(line[0] ?? '', line.slice(1), { encoding: 'utf8' }).stdout;
      const { stdout } = spawnSync(line[0] ?? '', [...line.slice(1), '--format', 'json'], { encoding: 'utf8' });
      const { notCompared, findings } = JSON.parse(stdout) as { notCompared: { file: string }[]; findings: unknown[] };
      const sentence =
        "1 folder not searched for new files: new's/deep/. This folder cannot be read: permission denied";
      expect(printed.includes(sentence)).toBe(notCompared.length > 0);
      return { notCompared, findings };
    };
    const deep = path.join(made.directory, "new's/deep");
    chmodSync(deep, 0o000);
    try {
      const reason = 'This folder cannot be read: permission denied (EACCES). Check its permissions.';
      expect(check()).toEqual({
        notCompared: [{ kind: 'folder', file: "new's/deep", name: null, reason }],
        findings: [],
      });
    } finally {
      chmodSync(deep, 0o755);
    }
    const { notCompared, findings } = check();
    expect(notCompared).toEqual([]);
    expect(findings).not.toEqual([]);
  });
});

describe.each(FAULTS.map((fault) => [fault.what, fault] as const))(
  'a server while %s',
  (_what, { says, break: breakIt }) => {
    it('reports it or is not affected, and recovers without an edit or a save', async () => {
      const session = new Session();
      await session.open();
      await session.edit(EDITED);
      expect(await session.found()).toEqual(['field-removed']);
      const reason = (): string => {
        const { status } = session;
        return status?.kind === 'nothing'
          ? `${status.reason}: ${status.message} ${status.advice}`
          : (status?.kind ?? '');
      };
      await expect.poll(reason).toBe('compared');
      const repair = breakIt(made);
      await expect.poll(reason, { timeout: 10_000 }).toMatch(says);
      if (!says.test('compared')) await expect.poll(() => session.found(), { timeout: 10_000 }).toEqual([]);
      repair();
      await expect.poll(reason, { timeout: 10_000 }).toBe('compared');
      await expect.poll(() => session.found(), { timeout: 10_000 }).toEqual(['field-removed']);
      await session.stop();
      expect(session.logged).toBe('');
    });
  },
);

describe.skipIf(!onLinux)('a server that gets many edits', () => {
  it('accumulates neither handles nor processes nor memory, and leaves nothing behind', async () => {
    const session = new Session();
    await session.open();
    await session.found();
    const work = async (count: number): Promise<void> => {
      for (let n = 0; n < count; n++) {
        await session.edit(n % 2 === 0 ? EDITED : `${RELEASED}// ${n}\n`);
        if (n % 20 === 0) {
          await session.found();
          // After a save, git is queried again.
          await session.connection.sendNotification('textDocument/didSave', { textDocument: { uri: session.uri } });
          await session.connection.sendRequest('textDocument/hover', {
            textDocument: { uri: session.uri },
            position: { line: 2, character: 9 },
          });
        }
      }
      await session.found();
      await session.connection.sendRequest('protoCompat/summary', { uri: session.uri });
    };
    // EDITS=10000 runs a longer session.
    const edits = Number(process.env['EDITS'] ?? 300);
    await work(edits / 2);
    const before = { handles: handlesOf(session.child.pid), memory: memoryOf(session.child.pid) };
    await work(edits);
    const after = { handles: handlesOf(session.child.pid), memory: memoryOf(session.child.pid) };
    if (process.env['EDITS'] !== undefined) console.log(before, after, childrenOf(session.child.pid).length);
    // Six handles may belong to git processes that are starting or ending.
    expect(after.handles).toBeLessThanOrEqual(before.handles + 6);
    await expect.poll(() => childrenOf(session.child.pid).length).toBeLessThanOrEqual(1);
    expect(after.memory - before.memory).toBeLessThan(100_000_000);
    const children = childrenOf(session.child.pid);
    await session.stop();
    expect(session.logged).toBe('');
    await expect.poll(() => children.filter(isRunning)).toEqual([]);
    expect(readdirSync(temporary)).toEqual([]);
  }, 600_000);
});

describe('the network', () => {
  it('is not used by the shipped code, except for a local pipe or port', () => {
    for (const { path: bundled } of [server, command]) {
      const users = new Set<string>();
      let module = '';
      for (const line of readFileSync(bundled, 'utf8').split('\n')) {
        // The bundler writes each module's file name above it.
        module = /^\s*\/\/ ((?:node_modules|server)\/\S+)$/.exec(line)?.[1] ?? module;
        const used =
          /\bfetch\(|XMLHttpRequest|WebSocket\(|require\("(?:node:)?(?:net|http|https|http2|tls|dns|dgram|inspector)"\)/.exec(
            line,
          );
        if (used !== null) users.add(`${module} ${used[0]}`);
      }
      expect([...users].sort()).toEqual(['node_modules/vscode-jsonrpc/lib/node/main.js require("net")']);
      const ports = [...readFileSync(bundled, 'utf8').matchAll(/net_\d+\.createConnection\)\(\w+(?:, "([^"]*)")?\)/g)];
      expect(ports.map(([, host]) => host)).toEqual([undefined, '127.0.0.1']);
    }
  });

  it.skipIf(!CAN_TRACE)(
    `is not accessed by server, command or git${CAN_TRACE ? '' : ' (skipped: no strace)'}`,
    async () => {
      made.git('remote', 'add', 'origin', 'https://127.0.0.1:1/x.git');
      const log = path.join(temporary, 'log');
      const trace = (name: string) => [
        'strace',
        '-f',
        '-qq',
        '-e',
        'trace=socket,connect,bind,sendto,sendmsg',
        '-o',
        `${log}-${name}`,
      ];
      const session = new Session(trace('server'));
      await session.open();
      await session.edit(EDITED);
      expect(await session.found()).toEqual(['field-removed']);
      for (const method of ['protoCompat/report', 'protoCompat/releases', 'protoCompat/matrix'])
        await session.connection.sendRequest(method, { uri: session.uri });
      await session.stop();
      for (const name of ['check', 'next', 'notes', 'audit', 'matrix']) {
        const line: readonly string[] = [...trace(name), process.execPath, command.path, name];
        spawnSync(line[0] ?? '', line.slice(1), { cwd: made.directory });
      }
      const logs = readdirSync(temporary).map((name) => readFileSync(path.join(temporary, name), 'utf8'));
      expect(logs).toHaveLength(6);
      const lines = logs
        .flatMap((text) => text.split('\n'))
        .filter((line) => /AF_(?!UNIX)|connect\(|bind\(/.test(line));
      expect(lines).toEqual([]);
      for (const name of readdirSync(temporary)) rmSync(path.join(temporary, name));
    },
  );

  it.skipIf(!CAN_DISCONNECT)(`is not needed${CAN_DISCONNECT ? '' : ' (skipped: cannot disconnect it)'}`, async () => {
    const session = new Session(['unshare', '-n']);
    await session.open();
    await session.edit(EDITED);
    expect(await session.found()).toEqual(['field-removed']);
    await session.stop();
    expect(session.logged).toBe('');
  });
});

describe.skipIf(!CAN_MOUNT)(`a disk${CAN_MOUNT ? '' : ' (skipped: cannot mount one)'}`, () => {
  it('that is read-only does not matter', async () => {
    const script = 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && ! touch "$0/x" 2>/dev/null && exec "$@"';
    const session = new Session(['unshare', '-m', 'sh', '-c', script, made.directory]);
    await session.open();
    await session.edit(EDITED);
    expect(await session.found()).toEqual(['field-removed']);
    await session.stop();
    expect(session.logged).toBe('');
  });

  it('that is full does not matter', async () => {
    // It will contain the repository and all temporary files.
    const disk = path.join(temporary, 'disk');
    mkdirSync(disk);
    const script =
      'mount -t tmpfs -o size=2m none "$1" && cp -r "$0/." "$1" && mount --bind "$1" "$0" && { cat /dev/zero > "$0/full" 2>/dev/null; ! echo x > "$0/more"; } 2>/dev/null && export TMPDIR="$0" && shift && exec "$@"';
    const session = new Session(['unshare', '-m', 'sh', '-c', script, made.directory, disk]);
    await session.open();
    await session.edit(EDITED);
    expect(await session.found()).toEqual(['field-removed']);
    await session.stop();
    expect(session.logged).toBe('');
  });
});

function can(program = '', ...args: string[]): boolean {
  try {
    execFileSync(program, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function childrenOf(id: number | undefined): number[] {
  const tasks = `/proc/${id ?? 0}/task`;
  return readdirSync(tasks).flatMap((task) =>
    readFileSync(path.join(tasks, task, 'children'), 'utf8')
      .split(' ')
      .filter((child) => child !== '')
      .map(Number),
  );
}

/** Including pipes and watches. */
function handlesOf(id: number | undefined): number {
  const folder = `/proc/${id ?? 0}/fd`;
  return readdirSync(folder).filter((name) => {
    try {
      return readlinkSync(path.join(folder, name)) !== '';
    } catch {
      return false;
    }
  }).length;
}

/** In bytes. */
function memoryOf(id: number | undefined): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${id ?? 0}/status`, 'utf8'))?.[1] ?? 0) * 1024;
}

function isRunning(id: number): boolean {
  try {
    // A zombie still exists.
    return !/\) [ZX] /.test(readFileSync(`/proc/${id}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
