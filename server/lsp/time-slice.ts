import type { CancellationToken } from 'vscode-languageserver/node';

import { Cancelled } from './cancellation.ts';

const SLICE_MS = 15;

/** Divides long work into slices, so that an edit or a cancellation can end it. */
export class TimeSlice {
  readonly #token: CancellationToken | undefined;
  readonly #isCurrent: () => boolean;
  #began = performance.now();

  constructor(token: CancellationToken | undefined, isCurrent: () => boolean) {
    this.#token = token;
    this.#isCurrent = isCurrent;
  }

  /**
   * Call it between two parts of the work. At the end of a slice, the server handles other messages.
   * @throws Cancelled if the request was cancelled or the result is no longer needed.
   */
  async next(): Promise<void> {
    if (performance.now() - this.#began < SLICE_MS) return;
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    if (this.#token?.isCancellationRequested === true || !this.#isCurrent()) throw new Cancelled();
    this.#began = performance.now();
  }
}
