import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { cached, ROOT } from '../scripts/install.mjs';

const NAME = `test-${process.pid}`;

afterEach(() => {
  vi.restoreAllMocks();
  rmSync(path.join(ROOT, '.cache', NAME), { recursive: true, force: true });
});

test('an installation prints what it does, once and before it starts', () => {
  const log = vi.spyOn(console, 'log').mockReturnValue();
  const fill = vi.fn((folder: string) => {
    expect(log).toHaveBeenCalledWith(`Installing ${NAME} …`);
    writeFileSync(path.join(folder, 'file'), '');
  });
  expect(cached(NAME, fill)).toBe(cached(NAME, fill));
  expect(fill).toHaveBeenCalledTimes(1);
  expect(log).toHaveBeenCalledTimes(1);
});

test('a failed installation is tried again', () => {
  vi.spyOn(console, 'log').mockReturnValue();
  expect(() =>
    cached(NAME, () => {
      throw new Error('no network');
    }),
  ).toThrow('no network');
  const fill = vi.fn();
  cached(NAME, fill);
  expect(fill).toHaveBeenCalledTimes(1);
});
