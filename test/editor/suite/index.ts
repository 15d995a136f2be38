import Mocha from 'mocha';
import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import * as vscode from 'vscode';

/** Called by VS Code's extension host. Rejects when a test fails. */
export async function run(): Promise<void> {
  console.log(`VS Code ${vscode.version}`);
  const mocha = new Mocha({ ui: 'bdd', timeout: 120_000, color: true });
  for (const file of readdirSync(__dirname)) {
    if (file.endsWith('.test.cjs')) mocha.addFile(path.join(__dirname, file));
  }
  const failures: string[] = [];
  const failed = await new Promise<number>((resolve) => {
    const runner = mocha.run(resolve);
    // Printed at once, because the run may not finish.
    runner.on('fail', (test, error: unknown) => {
      failures.push(test.fullTitle());
      console.log(error instanceof Error ? (error.stack ?? error.message) : String(error));
    });
    runner.once('end', () => {
      writeResults(runner.stats, failures);
    });
  });
  if (failed > 0) throw new Error(`${failed} tests failed.`);
}

/** VS Code's exit code does not show whether its extension host was killed, so run.mjs reads this file. */
function writeResults(stats: Mocha.Stats | undefined, failures: readonly string[]): void {
  const file = process.env['TEST_RESULTS'];
  if (file === undefined) throw new Error('The variable TEST_RESULTS is not set.');
  writeFileSync(file, JSON.stringify({ passed: stats?.passes ?? 0, failed: stats?.failures ?? 0, failures }));
}
