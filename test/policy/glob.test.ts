import fc from 'fast-check';
import picomatch from 'picomatch';
import { describe, expect, test } from 'vitest';
import { globMatcher, globProblem, literalGlob } from '../../server/policy/glob.ts';

describe('a glob', () => {
  test.each([
    ['*.proto', 'a.proto', true],
    ['*.proto', '.proto', true],
    ['*.proto', 'a/b.proto', false],
    ['**/*.proto', 'b.proto', true],
    ['**/*.proto', '.a/b/c.proto', true],
    ['a/**/z', 'a/z', true],
    ['a/**/z', 'a/b/c/z', true],
    ['a/**/z', 'a/bz', false],
    ['a/**', 'a/b/c', true],
    ['a/**', 'ab', false],
    ['a**', 'ab', true],
    ['a**', 'a/b', false],
    ['a?c', 'a\u{1f600}c', true],
    ['a?c', 'a/c', false],
    ['[a-c]x', 'bx', true],
    ['[!a-c]x', 'bx', false],
    ['[^a]x', '/x', false],
    ['[]a]', ']', true],
    ['[a\\]]', ']', true],
    ['[a-]', '-', true],
    ['{a,b/**}/x', 'b/c/d/x', true],
    ['{a,b{c,d}}', 'bd', true],
    ['{**,x}y', 'ay', true],
    ['{**,x}y', 'a/by', false],
    ['{**,x}/y', 'y', true],
    ['{a,**}{b,c}', 'x/b', false],
    ['{a/,}**', 'a/b/c', true],
    ['{a/,}**', 'b/c', true],
    ['a{/**,}', 'a', true],
    ['a{/**,}', 'a/b/c', true],
    ['{a,}b', 'b', true],
    ['{a}', '{a}', true],
    ['\\{a,b\\}', '{a,b}', true],
    ['a,b', 'a,b', true],
    ['(a|b)+', '(a|b)+', true],
    ['a\n*', 'a\nb', true],
    ['', '', true],
  ])('%j matches %j: %s', (glob, path, expected) => {
    expect(globProblem(glob)).toBeUndefined();
    expect(globMatcher(glob)(path)).toBe(expected);
  });

  test.each([
    ['[a', '"[" is not closed'],
    ['a]', '"]" closes nothing; write "\\]" for the character itself'],
    ['{a,b', '"{" is not closed'],
    ['a}', '"}" closes nothing; write "\\}" for the character itself'],
    ['v{1..3}', 'write "[1-3]" or "{1,2,3}" instead of a range in braces'],
    ['a\\', 'nothing follows the "\\" at its end'],
    ['{a,'.repeat(21), 'braces are nested more than 20 deep'],
    ['{a,aa}'.repeat(160), 'it is too long, or has too many combinations of braces'],
    ['{,}'.repeat(160), 'it is too long, or has too many combinations of braces'],
    [`{${'{a,b}'.repeat(12)},x}`.repeat(1000), 'it is too long, or has too many combinations of braces'],
    ['a'.repeat(10_001), 'it is too long, or has too many combinations of braces'],
  ])('%j is not valid', (glob, problem) => {
    expect(globProblem(glob)).toBe(problem);
  });

  const NAMES = fc.array(fc.constantFrom('a', 'b', 'ab', '.a', 'a.b', 'aab', 'b.proto'), {
    minLength: 1,
    maxLength: 5,
  });

  test('matches the same paths as picomatch', () => {
    const PARTS = ['a', 'b', '.', '*', '?', '[ab]', '[^a]', '{a,b}', '{a,bb}', '{ab,*b}', '{a.,?}'];
    const part = fc.array(fc.constantFrom(...PARTS), { minLength: 1, maxLength: 4 }).map((parts) => parts.join(''));
    const globs = fc.array(fc.oneof(part, fc.constant('**')), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(globs, NAMES, (parts, names) => {
        // `***` and `..` have no defined meaning.
        fc.pre(!parts.some((each) => /\*{2}./.test(each) || /.\*{2}/.test(each) || /^\.*$/.test(each)));
        const [glob, path] = [parts.join('/'), names.join('/')];
        // In picomatch, `a/**` also matches `a` itself.
        const folder = glob.replace(/(\/\*\*)+$/, '');
        fc.pre(folder === glob || !globMatcher(folder)(path));
        const referee = picomatch(glob, { dot: true, nonegate: true, noextglob: true, flags: 's' });
        expect(globMatcher(glob)(path), `${glob} and ${path}`).toBe(referee(path));
      }),
      { seed: 1, numRuns: 3_000 },
    );
  });

  test('with two alternatives matches the paths that it matches with either of them', () => {
    const text = fc
      .array(fc.constantFrom('a', 'b', '/', '*', '**', '{a,*}', '{/,}'), { maxLength: 4 })
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, text, text, text, NAMES, (before, first, second, after, names) => {
        const path = names.join('/');
        const matches = [first, second].some((each) => globMatcher(before + each + after)(path));
        expect(globMatcher(`${before}{${first},${second}}${after}`)(path)).toBe(matches);
      }),
      { seed: 1, numRuns: 5_000 },
    );
  });

  test('made by literalGlob matches only its path', () => {
    const names = fc.string({ unit: fc.constantFrom(...'ab*?[]{},!\\/'.split('')), minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(names, names, (name, other) => {
        expect(globMatcher(literalGlob(name))(name)).toBe(true);
        if (other !== name) expect(globMatcher(literalGlob(name))(other)).toBe(false);
      }),
      { seed: 1 },
    );
  });

  test.each([
    ['*a'.repeat(400) + 'b', 'a'.repeat(4000)],
    ['**/'.repeat(300) + 'x', 'a/'.repeat(2000)],
    ['{a,aa}'.repeat(8), 'a'.repeat(4000)],
    ['[ab]*'.repeat(200) + 'c', 'ab'.repeat(2000)],
    ['?*'.repeat(500), 'ab'.repeat(200)],
    ['{*a,{*a,{*a,*a*a}}}'.repeat(4) + 'b', 'a'.repeat(4000)],
  ])('on which a matcher that backtracks would not finish is matched (number %$)', (glob, path) => {
    expect(globProblem(glob)).toBeUndefined();
    expect(globMatcher(glob)(path)).toBe(false);
  });
});
