// Loaded into a server to measure its heap (`node --expose-gc --import`). Answers every message with the heap's size in bytes after a
// garbage collection.
import process from 'node:process';

process.on('message', () => {
  globalThis.gc?.();
  process.send?.(process.memoryUsage().heapUsed);
});
