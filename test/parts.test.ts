import { expect, it } from 'vitest';
import { problemsOfParts, withPlainImports } from '../scripts/parts.mjs';

const TEXT =
  'import {\n  a as b,\n  c\n} from "./two.js";\nimport "./three.js";\nvar d = b + c;\nexport {\n  d as e\n};\n';

const part = (imports: readonly string[], exports: readonly string[] = []) => ({
  imports: imports.map((path) => ({ path, kind: 'import-statement' as const })),
  exports: [...exports],
  bytes: 0,
  inputs: {},
});

it('converts imports between parts into constants, and exports into properties', () => {
  const made = withPlainImports(TEXT);
  expect(made).toContain('const {\n  a: b,\n  c\n} = require("./two.js");\nrequire("./three.js");');
  expect(made).toMatch(/module\.exports = \{ __esModule: true, \s*e: d\s*\};/);
  const outputs = { 'dist/one.js': part(['dist/two.js', 'dist/three.js'], ['e']), 'dist/two.js': part([]) };
  expect(problemsOfParts({ outputs }, new Map([['one.js', TEXT]]))).toEqual([]);
});

it('converts whole modules of Node.js and VS Code into constants', () => {
  expect(withPlainImports('import a from "node:path";\nimport * as b from "vscode";import*as c from"node:fs";')).toBe(
    'const a = require("node:path");\nconst b = require("vscode");const c = require("node:fs");',
  );
});

it('converts parts without line breaks, as in the packages', () => {
  const text = 'import{a as b,c}from"./two.js";import"./three.js";var d=b+c;export{d as e};';
  expect(withPlainImports(text)).toContain('const {a: b,c} = require("./two.js");require("./three.js");');
  const outputs = { 'dist/one.js': part(['dist/two.js', 'dist/three.js'], ['e']) };
  expect(problemsOfParts({ outputs }, new Map([['one.js', text]]))).toEqual([]);
});

it('reports parts that import each other', () => {
  const outputs = { 'one.js': part([]), 'two.js': part(['three.js']), 'three.js': part(['one.js', 'two.js']) };
  const texts = new Map([
    ['two.js', 'import "./three.js";'],
    ['three.js', 'import "./one.js";\nimport "./two.js";'],
  ]);
  expect(problemsOfParts({ outputs }, texts)).toEqual([
    'Parts import each other, so constants would be undefined: two.js -> three.js -> two.js',
  ]);
});

it.each([
  ['var x;\nimport { a } from "./two.js";', 'import of two.js'],
  ['import a from "./two.js";', 'import of two.js'],
  ['import { a } from "./two.js";\nexport const d = a;', 'export of d'],
])('reports an import or export of another form: %s', (text, what) => {
  const outputs = { 'one.js': part(['two.js'], text.includes('export') ? ['d'] : []) };
  expect(problemsOfParts({ outputs }, new Map([['one.js', text]]))).toEqual([
    `The ${what} in one.js has a form that scripts/parts.mjs does not convert.`,
  ]);
});
