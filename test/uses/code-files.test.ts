import { expect, it } from 'vitest';
import { codeFile } from '../../server/uses/code-files.ts';

it.each([
  ['src/store.rs', false],
  ['src/store/tests.rs', true],
  ['src/store_tests.rs', true],
  ['src/latest.rs', false],
  ['src/test.rs', true],
  ['store/tests.py', true],
  ['cmd/test.go', false],
  ['cmd/store_test.go', true],
  ['tests/store.go', true],
])('%s is a test: %s', (file, test) => {
  expect(codeFile(file)).toMatchObject({ file, test });
});
