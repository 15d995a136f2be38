import type { CancellationToken } from 'vscode-languageserver/node';

import { Cancelled } from './cancellation.ts';

/** Milliseconds of work before other messages, such as a cancellation, are handled. */
const SLICE = 15;

/** Divides long work of a request into slices, so that a newer edit or a cancellation ends it soon. */
export class TimeSlice {
  readonly #token: CancellationToken | undefined;
  readonly #isCurrent: () => boolean;
  #began = performance.now();

  /** @param isCurrent whether the work still concerns the newest check. */
  constructor(token: CancellationToken | undefined, isCurrent: () => boolean) {
    this.#token = token;
    this.#isCurrent = isCurrent;
  }

  /**
   * Call it between two parts of the work.
   * @throws Cancelled if the rest of the work is no longer needed.
   */
  async next(): Promise<void> {
    if (performance.now() - this.#began < SLICE) return;
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    if (this.#token?.isCancellationRequested === true || !this.#isCurrent()) throw new Cancelled();
    this.#began = performance.now();
  }
}
