// Loaded into a server whose heap is measured (`node --expose-gc --import`): answers every message with the bytes that are left
// after a collection.
import process from 'node:process';

process.on('message', () => {
  globalThis.gc?.();
  process.send?.(process.memoryUsage().heapUsed);
});
