import { describe, expect, test } from 'vitest';
import { pathMatcher, severityMatcher, unstableMatcher } from '../../server/policy/patterns.ts';

describe('globs', () => {
  test.each([
    [['**/*.proto'], 'a/b.proto', true],
    [['**/*.proto'], 'b.proto', true],
    [['**/*.proto'], '.hidden/b.proto', true],
    [['**/*.proto'], 'a\nb/c\nd.proto', true],
    [['a/**'], 'a/b/c.proto', true],
    [['a/**'], 'ab/c.proto', false],
    [['**/*.proto', '!old/**'], 'old/a.proto', false],
    [['**/*.proto', '!old/**'], 'new/a.proto', true],
    [['**/*.proto', '!old/**', 'old/keep.proto'], 'old/keep.proto', true],
    [['!old/**'], 'new/a.proto', true],
    [['!old/**'], 'old/a.proto', false],
    [[], 'a.proto', false],
    [['stable-*'], 'stable-1.1', true],
  ])('%j match %s: %s', (globs, path, expected) => {
    expect(pathMatcher(globs)(path)).toBe(expected);
  });
});

describe('unstable files and packages', () => {
  const isUnstable = unstableMatcher({
    unstable: ['v*alpha*', 'kata.beta.*', 'kata.draft', 'experimental/**', 'one.proto'],
  });
  test.each([
    ['a.proto', 'kata.v1alpha1', true],
    ['a.proto', 'v1alpha', true],
    ['a.proto', 'kata.v1', false],
    ['a.proto', 'alpha.kata', false],
    ['a.proto', 'kata.beta.v1', true],
    ['a.proto', 'kata.draft', true],
    ['a.proto', 'kata.draft.more', false],
    ['a.proto', '', false],
    ['experimental/x/a.proto', '', true],
    ['one.proto', 'kata', true],
  ])('%s of package %j is unstable: %s', (path, packageName, expected) => {
    expect(isUnstable(path, packageName)).toBe(expected);
  });
});

test('the last override for the rule and the file is used', () => {
  const severity = severityMatcher({
    rules: { 'field-added': 'hint', 'field-renamed': 'warning' },
    overrides: [
      { files: ['a/**'], rules: { 'field-renamed': 'off' } },
      { files: ['a/b/**'], rules: { 'field-renamed': 'error' } },
    ],
  });
  expect(severity('field-renamed', 'x.proto')).toBe('warning');
  expect(severity('field-renamed', 'a/x.proto')).toBe('off');
  expect(severity('field-renamed', 'a/b/x.proto')).toBe('error');
  expect(severity('field-added', 'a/b/x.proto')).toBe('hint');
  expect(severity('field-removed', 'a/b/x.proto')).toBeUndefined();
  expect(severity('constructor', 'a/b/x.proto')).toBeUndefined();
});
