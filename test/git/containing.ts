import { expect } from 'vitest';

/** `expect.stringContaining` and `expect.stringMatching` with a type that says nothing, instead of `any`. */
export function containing(text: string | RegExp): unknown {
  return typeof text === 'string' ? expect.stringContaining(text) : expect.stringMatching(text);
}
