import { configDefaults, defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    globalSetup: 'test/scratch.ts',
    include: ['test/**/*.test.ts'],
    // Editor tests run inside VS Code, and package tests need the packages: see scripts/test.mjs.
    exclude: [...configDefaults.exclude, 'test/editor/**', 'test/package/**'],
    // By default, one processor stays unused: on a machine with two, the tests would run one file after another.
    maxWorkers: '100%',
    // Milliseconds. These limits only stop tests that hang: many tests start processes, and machines are slow and busy.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 60_000 } },
    // Characters. With the default of 40, the titles of tests would lack the end of long values from tables.
    chaiConfig: { truncateThreshold: 200 },
  },
});
