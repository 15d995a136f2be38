import { expect, it, vi } from 'vitest';
import { hasOtherLanguageSupport } from '../../client/language-client.ts';

vi.mock('vscode', () => ({}));

const OWN = 'proto-compat.proto-compat';

it.each([
  ['no extension', [], false],
  ['only this extension', [[OWN, { main: 'x', contributes: { languages: [{ id: 'proto' }] } }]], false],
  ['a grammar', [['a.grammar', { contributes: { languages: [{ id: 'proto3' }] } }]], false],
  ['code for another language', [['a.go', { main: 'x', contributes: { languages: [{ id: 'go' }] } }]], false],
  ['code for the language', [['a.buf', { main: 'x', contributes: { languages: [{ id: 'proto' }] } }]], true],
  ['code for the browser', [['a.web', { browser: 'x', contributes: { languages: [{ id: 'proto3' }] } }]], true],
  ['an invalid manifest', [['a.odd', { main: 'x', contributes: { languages: 'proto' } }]], false],
] as const)('detects language support in other extensions: %s', (_, extensions, expected) => {
  const all = extensions.map(([id, packageJSON]) => ({ id, packageJSON: packageJSON }));
  expect(hasOtherLanguageSupport(all, OWN)).toBe(expected);
});
