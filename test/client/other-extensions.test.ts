import { expect, it, vi } from 'vitest';
import { hasOtherLanguageSupport } from '../../client/language-client.ts';

vi.mock('vscode', () => ({}));

const OWN = 'proto-compat.proto-compat';

it.each([
  ['none if there is no extension', [], false],
  ['none in this extension', [[OWN, { main: 'x', contributes: { languages: [{ id: 'proto' }] } }]], false],
  [
    'none in an extension with only a grammar',
    [['a.grammar', { contributes: { languages: [{ id: 'proto3' }] } }]],
    false,
  ],
  [
    'none in an extension for another language',
    [['a.go', { main: 'x', contributes: { languages: [{ id: 'go' }] } }]],
    false,
  ],
  [
    'in an extension with code for the language',
    [['a.buf', { main: 'x', contributes: { languages: [{ id: 'proto' }] } }]],
    true,
  ],
  [
    'in an extension with code for the browser',
    [['a.web', { browser: 'x', contributes: { languages: [{ id: 'proto3' }] } }]],
    true,
  ],
  [
    'none in an extension with an invalid manifest',
    [['a.odd', { main: 'x', contributes: { languages: 'proto' } }]],
    false,
  ],
] as const)('other language support: %s', (_, extensions, expected) => {
  const all = extensions.map(([id, packageJSON]) => ({ id, packageJSON: packageJSON }));
  expect(hasOtherLanguageSupport(all, OWN)).toBe(expected);
});
