import { configDefaults, defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Editor tests run inside VS Code, package tests once there are packages: see scripts/test.mjs.
    exclude: [...configDefaults.exclude, 'test/editor/**', 'test/package/**'],
  },
});
