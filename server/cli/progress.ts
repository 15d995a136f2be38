import process from 'node:process';

/** On the terminal's current line. Does nothing if stderr isn't a terminal. */
export function progressBar(what: string): { show: (done: number, total: number) => void; clear: () => void } {
  const { stderr } = process;
  if (!stderr.isTTY) return { show: () => undefined, clear: () => undefined };
  let shown = 0;
  return {
    show(done, total) {
      const now = performance.now();
      if (now - shown < 50) return;
      shown = now;
      const width = 30;
      const filled = Math.min(width, Math.round((width * done) / Math.max(1, total)));
      stderr.write(`\r${'█'.repeat(filled)}${'░'.repeat(width - filled)} ${done} of ${total} ${what}\u001b[K`);
    },
    clear() {
      if (shown > 0) stderr.write('\r\u001b[K');
    },
  };
}
