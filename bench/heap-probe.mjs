// Loaded into a server with `node --expose-gc --import`. Answers each IPC message with the bytes of the heap.
import process from 'node:process';

process.on('message', () => {
  globalThis.gc?.();
  process.send?.(process.memoryUsage().heapUsed);
});
