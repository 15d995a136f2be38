import { configDefaults, defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    globalSetup: 'test/scratch.ts',
    include: ['test/**/*.test.ts'],
    // Editor tests run inside VS Code, package tests once there are packages: see scripts/test.mjs.
    exclude: [...configDefaults.exclude, 'test/editor/**', 'test/package/**'],
    // Milliseconds. They end what hangs and hold nobody to a speed: many tests start processes, and machines are slow and busy.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 60_000 } },
  },
});
