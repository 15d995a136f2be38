import type { Code, TokenRange } from './code.ts';

/** Includes the line of the file's package. */
export function importsIn(code: Code): readonly TokenRange[] {
  const found: TokenRange[] = [];
  for (const word of code.syntax.imports)
    for (const start of code.occurrences(word)) {
      const end = startsImport(code, start) ? importEnd(code, start) : undefined;
      if (end !== undefined) found.push({ start, end });
    }
  return found;
}

function startsImport(code: Code, at: number): boolean {
  if (code.syntax.reservesImports) return code.text(at + 1) !== '<';
  // `import.meta` in TypeScript and JavaScript.
  if (code.syntax.importEnd === 'module' && code.text(at + 1) === '.') return false;
  return code.startsLine(at) || /^(?:[;{}]|global)$/.test(code.text(at - 1));
}

/** Undefined if the statement isn't an import: `using (…)`, `import(…)`, `using Id = int`. */
function importEnd(code: Code, start: number): number | undefined {
  const { importEnd: endsWith } = code.syntax;
  for (let at = start + 1; at < code.tokens.length; at++) {
    const sign = code.text(at);
    if (endsWith === 'line' && code.startsLine(at)) return at;
    if (sign === ';') return at;
    if (endsWith === 'module' && code.tokens[at]?.kind === 'string') return at;
    if (sign === '=' || (sign === '(' && endsWith !== 'line')) return undefined;
    at = Math.max(at, code.partner(at));
  }
  return code.tokens.length;
}

/** By the name that the file gives to the package or that the path suggests. */
export function goImportsIn(code: Code): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const { start, end } of code.imports) {
    for (let at = start + 1; at < end; at++) {
      const { kind, text: path } = code.tokens[at] ?? { kind: 'sign', text: '' };
      if (kind !== 'string') continue;
      const isRenamed = code.isWord(at - 1) && at - 1 !== start && !code.startsLine(at);
      const [last = '', beforeLast = ''] = path.split('/').reverse();
      const names = isRenamed ? [code.text(at - 1)] : /^v\d+$/.test(last) ? [last, beforeLast] : [last];
      for (const name of names) if (isRenamed || !found.has(name)) found.set(name, path);
    }
  }
  return found;
}
