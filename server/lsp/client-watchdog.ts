import process from 'node:process';

/**
 * Kills this process about a second after its client has exited. A long computation blocks the similar check of
 * vscode-languageserver, but not this one.
 * @param client the client's process id; null to watch the parent process instead.
 */
export function exitWithClient(client: number | null): void {
  const parent = process.ppid;
  setTimeout(() => void watch(client, parent), DELAY_MS).unref();
}

/** A thread at the start would delay the first diagnostics. */
const DELAY_MS = 500;

async function watch(client: number | null, parent: number): Promise<void> {
  const { Worker } = await import('node:worker_threads');
  const worker = new Worker(WATCHDOG, { eval: true, workerData: { client, parent } });
  worker.on('error', () => undefined);
  worker.unref();
}

/**
 * Waits until the client is missing for the third time, so that a main thread that isn't blocked can exit first.
 * SIGKILL also ends a blocked process.
 */
const WATCHDOG = `
  const { workerData: { client, parent } } = require('node:worker_threads');
  let missed = 0;
  setInterval(() => {
    let isGone = client === null && process.ppid !== parent;
    if (client !== null) {
      try {
        process.kill(client, 0);
      } catch (error) {
        isGone = error.code === 'ESRCH';
      }
    }
    missed = isGone ? missed + 1 : 0;
    if (missed > 2) process.kill(process.pid, 'SIGKILL');
  }, 400);
`;
