import type { CancellationToken } from 'vscode-languageserver/node';

import { Cancelled } from './repository.ts';

/** Milliseconds of work after which other messages get their turn: the wish to cancel this work is one of them. */
const SLICE = 15;

/** Divides the work of a request, so that a newer edit or the client's wish ends it soon. */
export class TimeSlice {
  readonly #token: CancellationToken | undefined;
  readonly #isCurrent: () => boolean;
  #began = performance.now();

  /** @param isCurrent whether what the work is done on is still what the newest check says. */
  constructor(token: CancellationToken | undefined, isCurrent: () => boolean) {
    this.#token = token;
    this.#isCurrent = isCurrent;
  }

  /**
   * To be called between two parts of the work.
   * @throws Cancelled where the rest of the work is of no use.
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
