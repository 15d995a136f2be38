import process from 'node:process';
import { Worker } from 'node:worker_threads';

/**
 * Ends this process within two seconds after its client is gone, also while it computes: the language server's own check waits for
 * the event loop, which a long computation does not leave room for. The watch runs in a thread of its own.
 * @param client the client's process id; null where it gave none, and the parent process is watched instead.
 */
export function endWithClient(client: number | null): void {
  const worker = new Worker(WATCH, { eval: true, workerData: { client, parent: process.ppid } });
  // Where no thread can be had, the event loop's own check is what is left.
  worker.on('error', () => undefined);
  worker.unref();
}

/** First the event loop has time to end git and itself. SIGKILL, because the thread cannot run the handlers of the main one. */
const WATCH = `
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
