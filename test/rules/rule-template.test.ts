import path from 'node:path';
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { KINDS, ruleText } from '../../scripts/rule-template.mjs';

test.each(Object.keys(KINDS))('a new rule about %s imports only what exists', async (kind) => {
  const bundled = await build({
    stdin: {
      contents: ruleText(`${kind.toLowerCase()}-something-changed`, kind),
      resolveDir: path.resolve('server/rules/catalogue'),
      loader: 'ts',
    },
    bundle: true,
    write: false,
    platform: 'node',
    logLevel: 'silent',
  });
  expect(bundled.warnings).toEqual([]);
});
