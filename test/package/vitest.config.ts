import { defineConfig } from 'vitest/config';

/** These tests need the packages that `node scripts/package.mjs` makes. */
export default defineConfig({ test: { include: ['test/package/**/*.test.ts'], testTimeout: 120_000 } });
