import process from 'node:process';
import { Worker } from 'node:worker_threads';

/**
 * Ends this process within two seconds after its client has exited, even while the process is busy:
 * vscode-languageserver has its own check, but it runs on the event loop, which a long computation blocks. This
 * one runs in a worker thread.
 * @param client the client's process id; null if the client sent none, in which case the parent process is watched.
 */
export function exitWithClient(client: number | null): void {
  const worker = new Worker(WATCHDOG, { eval: true, workerData: { client, parent: process.ppid } });
  // If no thread can be started, the check of vscode-languageserver remains.
  worker.on('error', () => undefined);
  worker.unref();
}

/**
 * The main thread first gets time to end git and itself. SIGKILL, because this thread cannot run the signal handlers of
 * the main one.
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
