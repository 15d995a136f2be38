import { expect } from 'vitest';

/** `expect.stringContaining` and `expect.stringMatching` return `any`; this returns `unknown`, so type checks stay strict. */
export function containing(text: string | RegExp): unknown {
  return typeof text === 'string' ? expect.stringContaining(text) : expect.stringMatching(text);
}
