import path from 'node:path';

/**
 * The parts of a bundle: the entry and the modules that are loaded on demand, as esbuild writes them. `scripts/build.mjs` makes them.
 *
 * @typedef {Pick<import('esbuild').Metafile, 'outputs'>} Metafile
 */

/**
 * Converts the imports between parts, which esbuild writes at the beginning of each, into constants, and the exports at its end into
 * properties. With esbuild's own conversion, every use of an import calls two getters, which took a tenth of the time of a check with
 * thousands of findings. This needs parts without cycles, which `problemsOfParts` checks, and exports that are never assigned again.
 * Whole modules of Node.js and VS Code become constants, too: esbuild would copy all their properties for each import.
 * @param {string} text
 */
export function withPlainImports(text) {
  const imports = /^(?:\s*import\s*(?:\{[^}]*\}\s*from\s*)?"\.[^"]*";)*/;
  const exports = /\bexport\s*\{([^{}]*)\};(?=(?:\s|\/\/.*|\/\*[^]*?\*\/)*$)/;
  const whole = /\bimport\s*(?:\*\s*as\s+)?([\w$]+)\s*from\s*("(?:vscode|node:[\w/]+)");/g;
  return text
    .replace(whole, 'const $1 = require($2);')
    .replace(imports, (found) =>
      found
        .replaceAll(' as ', ': ')
        .replace(/import\s*(\{[^}]*\})\s*from\s*("[^"]*")/g, 'const $1 = require($2)')
        .replace(/import\s*("[^"]*")/g, 'require($1)'),
    )
    .replace(exports, (_, /** @type {string} */ names) => {
      const properties = names.replaceAll(/([\w$]+) as ([\w$]+)/g, '$2: $1');
      return `module.exports = { __esModule: true, ${properties}};`;
    });
}

/**
 * Why parts cannot be converted: they import each other, or esbuild writes an import or export in a way that `withPlainImports` does not
 * know.
 * @param {Metafile} metafile
 * @param {ReadonlyMap<string, string>} texts by file name, as esbuild wrote them
 * @returns {readonly string[]} messages
 */
export function problemsOfParts({ outputs }, texts) {
  const imports = new Map(
    Object.entries(outputs).map(([file, part]) => [
      path.basename(file),
      part.imports
        .filter(({ kind, external }) => kind === 'import-statement' && external !== true)
        .map((each) => path.basename(each.path)),
    ]),
  );
  const cycle = cycleIn(imports);
  return [
    ...(cycle === undefined ? [] : [`Parts import each other, so constants would be undefined: ${cycle.join(' -> ')}`]),
    ...Object.entries(outputs).flatMap(([file, { exports }]) => {
      const name = path.basename(file);
      const { required, exported } = converted(texts.get(name) ?? '');
      return [
        ...(imports.get(name) ?? []).filter((each) => !required.has(each)).map((each) => `import of ${each}`),
        ...exports.filter((each) => !exported.has(each)).map((each) => `export of ${each}`),
      ].map((what) => `The ${what} in ${name} has a form that scripts/parts.mjs does not convert.`);
    }),
  ];
}

/**
 * @param {ReadonlyMap<string, readonly string[]>} imports by part
 * @returns {readonly string[] | undefined} the parts of a cycle, the first one also at the end
 */
function cycleIn(imports) {
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

/**
 * The parts that a converted part loads, and the names that it exports.
 * @param {string} text
 */
function converted(text) {
  const code = withPlainImports(text);
  const required = [...code.matchAll(/\brequire\("\.[^"]*\/([^"/]*)"\)/g)];
  const exported = /\bmodule\.exports = \{ __esModule: true,([^{}]*)\};/.exec(code)?.[1] ?? '';
  return {
    required: new Set(required.map(([, name]) => name)),
    exported: new Set(exported.split(',').map((property) => property.split(':')[0]?.trim())),
  };
}
