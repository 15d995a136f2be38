import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { bundle } from '../lsp/bundle.ts';

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the bundled command as separate processes. */
export interface Cli {
  readonly path: string;
  run(directory: string, args: readonly string[], environment?: NodeJS.ProcessEnv): Promise<Outcome>;
  start(directory: string, args: readonly string[]): ChildProcess;
  remove(): void;
}

export async function buildCli(): Promise<Cli> {
  const bundled = await bundle('server/cli.ts');
  const start = (directory: string, args: readonly string[], environment: NodeJS.ProcessEnv = {}) =>
    spawn(process.execPath, [bundled.path, ...args], {
      cwd: directory,
      env: { ...environmentWithoutColors(), ...environment },
    });
  return {
    path: bundled.path,
    start,
    remove: () => {
      bundled.remove();
    },
    run: (directory, args, environment) =>
      new Promise((resolve, reject) => {
        const child = start(directory, args, environment);
        let [stdout, stderr] = ['', ''];
        child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
        child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
        child.on('error', reject);
        child.on('close', (code) => {
          resolve({ code, stdout, stderr });
        });
        child.stdin.end();
      }),
  };
}

/** On this PATH, `npx` runs the bundled command instead of a downloaded one. */
export function pathWithNpx(cli: Cli, folder: string): string {
  mkdirSync(folder);
  const script = `#!/bin/sh\nshift 2\nexec "${process.execPath}" "${cli.path}" "$@"\n`;
  writeFileSync(path.join(folder, 'npx'), script, { mode: 0o755 });
  return [folder, process.env['PATH'] ?? ''].join(path.delimiter);
}

function environmentWithoutColors(): NodeJS.ProcessEnv {
  const environment = { ...process.env };
  delete environment['NO_COLOR'];
  delete environment['FORCE_COLOR'];
  return environment;
}
