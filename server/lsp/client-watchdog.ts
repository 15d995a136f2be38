import process from 'node:process';

/**
 * Ends this process within two seconds after its client has exited, even while the process is busy:
 * vscode-languageserver has its own check, but it runs on the event loop, which a long computation blocks. This
 * one runs in a worker thread, which starts half a second later: a computation that blocks the event loop at that time ends first.
 * @param client the client's process id; null if the client sent none, in which case the parent process is watched.
 */
export function exitWithClient(client: number | null): void {
  const parent = process.ppid;
  // Starting a thread at once would delay the first diagnostics by a tenth. After this delay they are usually published.
  // If the first check takes longer, it usually reads many files, and the thread starts between two of them.
  setTimeout(() => void watch(client, parent), DELAY).unref();
}

/** How long to wait before the thread is started. Milliseconds. */
const DELAY = 500;

async function watch(client: number | null, parent: number): Promise<void> {
  const { Worker } = await import('node:worker_threads');
  const worker = new Worker(WATCHDOG, { eval: true, workerData: { client, parent } });
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
