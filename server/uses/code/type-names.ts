import type { Code } from './code.ts';

export class TypeNames extends Set<string> {
  /** The import path of the types; undefined if the schema doesn't contain it. */
  readonly goPackage: string | undefined;

  constructor(names: Iterable<string>, goPackage: string | undefined) {
    super(names);
    this.goPackage = goPackage;
  }
}

/**
 * Whether the package before a type's name is the one with this import path. Undefined if that isn't known, and in
 * other languages than Go. A build may generate code into another path, so only the last folder and its version are
 * compared.
 */
export function isInPackage(code: Code, at: number, goPackage: string | undefined): boolean | undefined {
  // The name of another package or of a variable may be before the dot, as in `a.pb.Order`.
  const hasPackage = code.text(at - 1) === '.' && !code.isAccess(at - 3);
  const imported = hasPackage ? code.goImports.get(code.text(at - 2)) : undefined;
  if (imported === undefined || goPackage === undefined) return undefined;
  if (imported === goPackage) return true;
  // In old files, `go_package` is only a name.
  if (!goPackage.includes('/')) return undefined;
  const [own, other] = [partsOf(imported), partsOf(goPackage)];
  if (/^\.*$/.test(other.name)) return undefined;
  // A package with a usual name of generated code can have been generated from any file.
  if (own.name !== other.name && /pb\d?$|^proto/i.test(own.name)) return undefined;
  return own.name === other.name && (own.version === undefined || (other.version ?? own.version) === own.version);
}

/** `example.com/shop/v2` -> `shop` and `v2` */
function partsOf(path: string): { readonly name: string; readonly version: string | undefined } {
  const parts = path.split('/');
  const version = /^v\d+$/.test(parts.at(-1) ?? '') ? parts.pop() : undefined;
  return { name: parts.at(-1) ?? '', version };
}
