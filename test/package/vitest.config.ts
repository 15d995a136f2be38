import { defineConfig } from 'vitest/config';

/** `npm test` runs these tests after `node scripts/package.mjs`, which makes the packages. */
export default defineConfig({ test: { include: ['test/package/**/*.test.ts'], testTimeout: 120_000 } });
