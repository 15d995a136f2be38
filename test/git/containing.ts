import { expect } from 'vitest';

/** Like `expect.stringContaining` and `expect.stringMatching`, but not of the type `any`. */
export function containing(text: string | RegExp): unknown {
  return typeof text === 'string' ? expect.stringContaining(text) : expect.stringMatching(text);
}
