import type { Code } from './code.ts';

export class TypeNames extends Set<string> {
  /** The import path of the types. */
  readonly goPackage: string | undefined;

  constructor(names: Iterable<string>, goPackage: string | undefined) {
    super(names);
    this.goPackage = goPackage;
  }
}

/**
 * Undefined if the package before the type's name isn't known. A build may generate code into another path, so only
 * the last folder and its version are compared.
 */
export function isInPackage(code: Code, at: number, goPackage: string | undefined): boolean | undefined {
  // In `a.pb.Order`, `pb` isn't a package of the file.
  const hasPackage = code.text(at - 1) === '.' && !code.isAccess(at - 3);
  const imported = hasPackage ? code.goImports.get(code.text(at - 2)) : undefined;
  if (imported === undefined || goPackage === undefined) return undefined;
  if (imported === goPackage) return true;
  // In old files, `go_package` is only a name.
  if (!goPackage.includes('/')) return undefined;
  const [own, other] = [partsOf(imported), partsOf(goPackage)];
  if (/^\.*$/.test(other.name)) return undefined;
  // Such a package can have been generated from any file.
  if (own.name !== other.name && /pb\d?$|^proto/i.test(own.name)) return undefined;
  return own.name === other.name && (own.version === undefined || (other.version ?? own.version) === own.version);
}

/** `example.com/shop/v2` -> `shop` and `v2` */
function partsOf(path: string): { readonly name: string; readonly version: string | undefined } {
  const parts = path.split('/');
  const version = /^v\d+$/.test(parts.at(-1) ?? '') ? parts.pop() : undefined;
  return { name: parts.at(-1) ?? '', version };
}
