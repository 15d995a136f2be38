import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findGit } from '../../server/git/executable.ts';

const SERVER = path.resolve('server');
let folder: string;
let program: string;

/** Builds a program that starts like the server or the command, uses git, and then computes forever. */
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'busy-'));
  program = path.join(folder, 'busy.cjs');
  await build({
    stdin: {
      contents: `
        import { killGitOnExit, run } from './git/run.ts';
        import { exitWithClient } from './lsp/client-watchdog.ts';
        killGitOnExit();
        if (process.argv[3] !== undefined) exitWithClient(Number(process.argv[3]) || null);
        const git = { executable: process.argv[2], directory: ${JSON.stringify(SERVER)}, timeout: 60000 };
        run(git, ['version']).then(() => setTimeout(() => {
          process.stdout.write('computing\\n');
          for (;;);
        }, 1000));
      `,
      resolveDir: SERVER,
      loader: 'ts',
    },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    outfile: program,
    logLevel: 'error',
  });
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

async function computing(...args: string[]) {
  const child = spawn(process.execPath, [program, findGit() ?? '', ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  return child;
}

describe.skipIf(process.platform === 'win32')('a process that computes', () => {
  test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('ends at %s', async (signal) => {
    const child = await computing();
    child.kill(signal);
    const [, ended] = (await once(child, 'exit')) as [number | null, string | null];
    expect(ended).toBe(signal);
  });

  test('ends when its client has ended, and not before', async () => {
    const client = spawn('sleep', ['600']);
    const child = await computing(String(client.pid));
    await new Promise((resolve) => setTimeout(resolve, 2500));
    expect(child.exitCode ?? child.signalCode).toBeNull();
    client.kill('SIGKILL');
    const [, ended] = (await once(child, 'exit')) as [number | null, string | null];
    expect(ended).toBe('SIGKILL');
  });

  test('ends when its parent has ended, if the client sent no process id', async () => {
    const parent = spawn('sh', ['-c', `"$0" "$1" "$2" none & wait`, process.execPath, program, findGit() ?? ''], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let printed = '';
    parent.stdout.on('data', (text: Buffer) => (printed += text.toString()));
    while (!printed.includes('computing')) await once(parent.stdout, 'data');
    parent.kill('SIGKILL');
    // The process holds the pipe open.
    await once(parent.stdout, 'close');
  });
});
