import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { createRegistryFromGrammars } from 'vscode-tmgrammar-test/dist/common/index.js';
import { parseGrammarTestCase, runGrammarTestCase } from 'vscode-tmgrammar-test/dist/unit/index.js';

/*
 * The expectations are comments in the `.proto` files of this folder, below the text that they describe. `^^^ scope` means that the text
 * has this scope, and `^^^ - scope` that it does not. `<---` marks the beginning of the line.
 */

describe('TextMate grammar', () => {
  const file = path.join(import.meta.dirname, '..', '..', 'syntaxes', 'proto.tmLanguage.json');
  const registry = createRegistryFromGrammars([
    { grammar: { path: file, scopeName: 'source.proto', language: 'proto' }, content: readFileSync(file, 'utf8') },
  ]);
  const cases = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.proto'));

  it.each(cases)('gives the scopes that are written in %s', async (name) => {
    const testCase = parseGrammarTestCase(readFileSync(path.join(import.meta.dirname, name), 'utf8'));
    expect(testCase.assertions.length).toBeGreaterThan(0);
    const failures = await runGrammarTestCase(registry, testCase);
    const problems = failures.map(({ line, start, end, srcLine, missing, unexpected, actual }) => {
      const text = testCase.source[srcLine]?.slice(start, end) ?? '';
      return `line ${line + 1}, '${text}': lacks [${missing.join()}], has [${unexpected.join()}] of [${actual.join()}]`;
    });
    expect(problems).toEqual([]);
  });
});
