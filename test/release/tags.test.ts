import { describe, expect, test } from 'vitest';
import { parseByPattern, parseRelease } from '../../server/release/tags.ts';

describe('the tag', () => {
  test.each([
    ['1.2.3', '1.2.3', ''],
    ['v1.2.3', '1.2.3', ''],
    ['v0.0.1', '0.0.1', ''],
    ['1.6.0-rc1', '1.6.0-rc1', ''],
    ['1.10.0-alpha0', '1.10.0-alpha0', ''],
    ['v2.0.0-beta.2', '2.0.0-beta.2', ''],
    ['api/v1.8.0', '1.8.0', 'api/'],
    ['api/1.8.0', '1.8.0', 'api/'],
    ['a/b c/v1.0.0', '1.0.0', 'a/b c/'],
    ['api/v2/v2.1.0', '2.1.0', 'api/v2/'],
    ['__proto__/v1.0.0', '1.0.0', '__proto__/'],
  ])('%s is the release %s', (tag, version, prefix) => {
    expect(parseRelease(tag)).toEqual({ version, prefix });
  });

  test.each([
    'untagged-c2a6d9b0c6c4',
    'stable-1.8.2',
    '20191207',
    '3.3.0-test',
    '2.1-alpha0',
    'v3.2.0+git',
    'v1.2',
    'v1',
    'vv1.0.0',
    'V1.0.0',
    '=1.0.0',
    '01.2.3',
    '1.2.3.4',
    '99999999999999999999.0.0',
    'api/v2/v3.0.0',
    'v2/v1.0.0',
    'api//v1.0.0',
    '/v1.0.0',
    'v1.0.0/',
    '',
    ' 1.0.0',
    `1.0.0-rc${'1'.repeat(300)}`,
    'constructor',
  ])('%j is not a release', (tag) => {
    expect(parseRelease(tag)).toBeUndefined();
  });
});

describe('a configured pattern', () => {
  test('finds the tags that it matches and that have a full version', () => {
    const found = parseByPattern(
      ['release-1.2.3', 'release-2.0', 'v1.0.0', 'release-v3.0.0+git'],
      '^release-(?<version>.+)$',
    );
    expect(found).toEqual(
      new Map([
        ['release-1.2.3', { version: '1.2.3', prefix: '' }],
        ['release-v3.0.0+git', { version: '3.0.0', prefix: '' }],
      ]),
    );
  });

  test('accepts leading zeros, which dates have', () => {
    const found = parseByPattern(['2024.01.05', '2023.12.24', '20191207'], '^(?<version>\\d{4}\\.\\d\\d\\.\\d\\d)$');
    expect(found).toEqual(
      new Map([
        ['2024.01.05', { version: '2024.1.5', prefix: '' }],
        ['2023.12.24', { version: '2023.12.24', prefix: '' }],
      ]),
    );
  });

  test.each([
    ['(', 'it has no group named version: `(?<version>…)`'],
    ['(?<version>', 'it is not a valid regular expression'],
    ['^v(.+)$', 'it has no group named version: `(?<version>…)`'],
  ])('%s is rejected', (pattern, problem) => {
    expect(parseByPattern(['v1.0.0'], pattern)).toBe(problem);
  });

  test('that backtracks for too long is stopped', () => {
    expect(parseByPattern([`${'a'.repeat(200)}!`], '^(?<version>(a+)+)$')).toBe('it takes too long');
  });
});
