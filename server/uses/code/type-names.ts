import type { Code } from './code.ts';

/** Names of types, with the Go package that declares them. */
export class TypeNames extends Set<string> {
  /** The import path; undefined where the schema doesn't say it. */
  readonly goPackage: string | undefined;

  constructor(names: Iterable<string>, goPackage: string | undefined) {
    super(names);
    this.goPackage = goPackage;
  }
}

/**
 * Whether the package in front of a type's name is a certain Go package; undefined where the code doesn't show it. Only Go has this: an
 * import path names one package. Builds may generate the code to another path than the schema says, most often to a folder of the same
 * name, or to one that is named as generated code.
 */
export function isInPackage(code: Code, at: number, goPackage: string | undefined): boolean | undefined {
  const imported = code.goImport(at);
  if (imported === undefined || goPackage === undefined) return undefined;
  if (imported === goPackage) return true;
  // In old files, the option is the name of a package and not an import path.
  if (!goPackage.includes('/')) return undefined;
  const [own, other] = [partsOf(imported), partsOf(goPackage)];
  if (/^\.*$/.test(other.name)) return undefined;
  if (own.name !== other.name && /pb\d?$|^proto/i.test(own.name)) return undefined;
  return own.name === other.name && (own.version === undefined || (other.version ?? own.version) === own.version);
}

/** `example.com/shop/v2` -> `shop` and `v2` */
function partsOf(path: string): { readonly name: string; readonly version: string | undefined } {
  const parts = path.split('/');
  const version = /^v\d+$/.test(parts.at(-1) ?? '') ? parts.pop() : undefined;
  return { name: parts.at(-1) ?? '', version };
}
