import { defineConfig } from 'vitest/config';

/** Run by `npm test` once the packages are made; `node scripts/package.mjs` makes them. */
export default defineConfig({ test: { include: ['test/package/**/*.test.ts'], testTimeout: 120_000 } });
