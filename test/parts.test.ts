import { expect, it } from 'vitest';
import { cycleOfParts, withConstantImports } from '../scripts/parts.mjs';

it.each([
  [
    'the imports and exports of a part with line breaks, and keeps the line numbers',
    'import {\n  a as b,\n  c\n} from "./two.js";\nimport "./three.js";\nvar d = b + c;\nexport {\n  d as e\n};\n',
    'const { a: b, c } = require("./two.js");require("./three.js");\n\n\n\n\nvar d = b + c;\nmodule.exports = { __esModule: true, e: d };\n\n\n',
  ],
  [
    'the imports and exports of a part without line breaks, as in the packages',
    'import{a as b,c}from"./two.js";import"./three.js";var d=b+c;export{d as e,c};',
    'const { a: b, c } = require("./two.js");require("./three.js");var d=b+c;module.exports = { __esModule: true, e: d, c };',
  ],
  [
    'imports of modules of Node.js and VS Code',
    'var x = 1;import a, { b } from "node:path";\nimport * as c from "vscode";import{d}from"node:fs";',
    'const a = require("node:path"), { b } = require("node:path");const c = require("vscode");const { d } = require("node:fs");var x = 1;\n',
  ],
])('converts %s', (_, text, converted) => {
  expect(withConstantImports(text)).toBe(converted);
});

it('leaves imports on demand to esbuild', () => {
  expect(withConstantImports('import("./two.js");')).toBe('import("./two.js");');
});

it.each([
  ['import a from "./two.js";', 'a default export from ./two.js'],
  ['export const a = 1;', 'an export of this form: export const a = 1;'],
  ['export default 1;', 'an export of this form: export default 1;'],
  ['export * from "./two.js";', 'an export from another part'],
  ['export { a } from "./two.js";', 'an export from another part'],
])('throws for %s', (text, what) => {
  expect(() => withConstantImports(text)).toThrow(what);
});

it('finds parts that import each other', () => {
  const part = (...imports: readonly string[]) => ({
    imports: imports.map((path) => ({ path, kind: 'import-statement' as const })),
    exports: [],
    bytes: 0,
    inputs: {},
  });
  expect(cycleOfParts({ outputs: { 'one.js': part('two.js'), 'two.js': part() } })).toBeUndefined();
  const outputs = { 'one.js': part(), 'two.js': part('three.js'), 'three.js': part('one.js', 'two.js') };
  expect(cycleOfParts({ outputs })).toEqual(['two.js', 'three.js', 'two.js']);
});
