import { describe, expect, it } from 'vitest';
import { declaredVersion } from '../../server/check/version-file.ts';

describe('declaredVersion', () => {
  it.each([
    ['VERSION', '1.4.0\n', '1.4.0', 0, 0],
    ['VERSION', '2024.02.01\n', '2024.2.1', 0, 0],
    ['VERSION', '# next\nv2.0.0-rc1\n', '2.0.0-rc1', 1, 0],
    ['version.go', 'const Version = "1.2.3"', '1.2.3', 0, 17],
    ['package.json', '{\n  "version": "1.2.3"\n}', '1.2.3', 1, 14],
    ['Cargo.toml', '[package]\nname = "a"\nversion = "0.3.1"\n', '0.3.1', 2, 11],
  ])('reads the version in %s: %j', (file, text, version, line, character) => {
    const found = declaredVersion(file, text);
    expect(found?.version).toBe(version);
    expect(found?.range.start).toEqual({ line, character });
  });

  it.each([
    ['VERSION', ''],
    ['VERSION', 'soon'],
    ['VERSION', '1.2.3.4'],
    ['package.json', '{"dependencies": {"version": "1.0.0"}}'],
    ['package.json', '{"version": 7}'],
    ['package.json', 'not json'],
  ])('%s: %j declares no version', (file, text) => {
    expect(declaredVersion(file, text)).toBeUndefined();
  });

  it.each([
    ['Cargo.toml', '\n'.repeat(300_000)],
    ['Cargo.toml', `version${' '.repeat(300_000)}\nversion = "`],
    ['VERSION', '1'.repeat(300_000)],
    ['VERSION', '1.1.1.'.repeat(100_000)],
    ['VERSION', `1.1.1-${'a-'.repeat(150_000)}_`],
    ['VERSION', ' 1.1.1_'.repeat(50_000)],
  ])('a text in %s that would need minutes with backtracking declares no version', (file, text) => {
    expect(declaredVersion(file, text)).toBeUndefined();
  });
});
