import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { ROOT } from '../../scripts/install.mjs';
import { run } from '../programs.mjs';

/** @type {import('../measure.mjs').Measure} */
export const size = {
  name: 'size',
  // eslint-disable-next-line @typescript-eslint/require-await -- a measure is an asynchronous generator
  async *run() {
    run([process.execPath, 'scripts/package.mjs'], ROOT);
    const { name, version } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
    const { size: bytes } = statSync(path.join(ROOT, `${name}-${version}.vsix`));
    yield {
      name: 'size',
      what: 'the packaged extension',
      unit: 'KB',
      values: [bytes / 1024],
      targets: [{ of: 'median', most: 600 }],
    };
  },
};
