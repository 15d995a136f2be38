import { configDefaults, defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // These run inside VS Code: `node test/editor/run.mjs`.
    exclude: [...configDefaults.exclude, 'test/editor/**'],
  },
});
