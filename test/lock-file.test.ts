import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

interface Entry {
  readonly dependencies?: Record<string, string>;
  readonly optionalDependencies?: Record<string, string>;
}

const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as { packages: Record<string, Entry> };

/** Whether Node would find `name` from the package in `folder`. */
function resolves(name: string, folder: string): boolean {
  let from = folder;
  while (packages[`${from === '' ? '' : `${from}/`}node_modules/${name}`] === undefined) {
    if (from === '') return false;
    from = from.slice(0, Math.max(0, from.lastIndexOf('node_modules/') - 1));
  }
  return true;
}

// If `node_modules` already exists, npm writes only the optional packages of its own platform into the lock file. `npm ci` of npm 11 then
// fails on a fresh clone (https://github.com/npm/cli/issues/4828).
test('the lock file has the packages of all platforms', () => {
  const missing = Object.entries(packages).flatMap(([folder, { dependencies, optionalDependencies }]) =>
    Object.keys({ ...dependencies, ...optionalDependencies })
      .filter((name) => !resolves(name, folder))
      .map((name) => `${folder} needs ${name}`),
  );
  expect(missing).toEqual([]);
});
