import path from 'node:path';
import ts from 'typescript';

/**
 * A bundle consists of parts: its entry and the modules that are loaded on demand. `scripts/build.mjs` makes them.
 *
 * @typedef {Pick<import('esbuild').Metafile, 'outputs'>} Metafile
 */

/**
 * Converts the imports of a part to constants in its first line, and its exports to properties of `module.exports`.
 * With esbuild's conversion, every use of an import calls two getters. Constants need parts without cycles (see
 * `cycleOfParts`), and exports that are assigned once.
 * @param {string} text the ES module that esbuild wrote
 * @throws {Error} for an import or export in a form that esbuild does not use between parts
 */
export function withConstantImports(text) {
  let constants = '';
  let code = '';
  let end = 0;
  const source = ts.createSourceFile('part.js', text, ts.ScriptTarget.ES2022);
  for (const statement of source.statements) {
    const start = statement.getStart(source);
    const original = text.slice(start, statement.end);
    let replacement = original;
    if (ts.isImportDeclaration(statement)) {
      constants += asConstants(statement);
      replacement = '';
    } else if (ts.isExportDeclaration(statement)) replacement = asProperties(statement);
    else if (/^export\b/.test(original)) throw new Error(`Cannot convert an export of this form: ${original}`);
    const lines = original.split('\n').length - replacement.split('\n').length;
    code += text.slice(end, start) + replacement + '\n'.repeat(lines);
    end = statement.end;
  }
  return constants + code + text.slice(end);
}

/** @param {ts.ImportDeclaration} statement */
function asConstants({ importClause, moduleSpecifier }) {
  if (!ts.isStringLiteral(moduleSpecifier)) throw new Error('The name of an imported module is not a text.');
  const required = `require(${JSON.stringify(moduleSpecifier.text)})`;
  const bindings = importClause?.namedBindings;
  // The default export of a CommonJS module is the module itself.
  const whole = [importClause?.name, bindings && ts.isNamespaceImport(bindings) ? bindings.name : undefined];
  if (importClause?.name !== undefined && moduleSpecifier.text.startsWith('.'))
    throw new Error(`Cannot convert the import of a default export from ${moduleSpecifier.text}.`);
  const constants = whole.flatMap((name) => (name === undefined ? [] : [name.text]));
  if (bindings && ts.isNamedImports(bindings))
    constants.push(
      `{ ${bindings.elements.map(({ propertyName, name }) => asProperty(propertyName, name)).join(', ')} }`,
    );
  if (constants.length === 0) return `${required};`;
  return `const ${constants.map((name) => `${name} = ${required}`).join(', ')};`;
}

/** @param {ts.ExportDeclaration} statement */
function asProperties({ exportClause, moduleSpecifier }) {
  if (moduleSpecifier !== undefined || exportClause === undefined || !ts.isNamedExports(exportClause))
    throw new Error('Cannot convert an export from another part.');
  const properties = exportClause.elements.map(({ propertyName, name }) => asProperty(name, propertyName ?? name));
  return `module.exports = { ${['__esModule: true', ...properties].join(', ')} };`;
}

/**
 * @param {ts.ModuleExportName | undefined} property
 * @param {ts.ModuleExportName} value
 */
function asProperty(property, value) {
  return property === undefined || property.text === value.text ? value.text : `${property.text}: ${value.text}`;
}

/**
 * In parts that import each other, some constants would be undefined.
 * @param {Metafile} metafile
 * @returns {readonly string[] | undefined} the parts of a cycle, the first one also at the end
 */
export function cycleOfParts({ outputs }) {
  const imports = new Map(
    Object.entries(outputs).map(([file, part]) => [
      path.basename(file),
      part.imports
        .filter(({ kind, external }) => kind === 'import-statement' && external !== true)
        .map((each) => path.basename(each.path)),
    ]),
  );
  const done = new Set();
  /** @type {(part: string, above: readonly string[]) => readonly string[] | undefined} */
  const search = (part, above) => {
    if (above.includes(part)) return [...above.slice(above.indexOf(part)), part];
    if (done.has(part)) return undefined;
    done.add(part);
    return firstOf(imports.get(part) ?? [], (target) => search(target, [...above, part]));
  };
  return firstOf([...imports.keys()], (part) => search(part, []));
}

/**
 * @template T
 * @param {readonly string[]} items
 * @param {(item: string) => T | undefined} find
 */
function firstOf(items, find) {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
