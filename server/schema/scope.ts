import type { Enum, Message, Service } from './model.ts';

export interface Declared {
  readonly package: string;
  /** By name relative to the package: `Outer.Inner`. */
  readonly types: ReadonlyMap<string, Message | Enum | Service>;
}

/**
 * Resolves the names in one file (https://protobuf.dev/programming-guides/proto3/#name-resolution). As in protoc, the innermost scope that
 * has the name's first component decides. A service counts only as the first of several components.
 */
export class Scope {
  readonly #own: Declared;
  /** The visible files of each package; none for a package that only contains packages. */
  readonly #packages = new Map<string, Declared[]>();
  /** By name as written, if no enclosing message has it. */
  readonly #found = new Map<string, Message | Enum | undefined>();

  /** @param imported with public imports of the imports */
  constructor(own: Declared, imported: Iterable<Declared>) {
    this.#own = own;
    this.#add(own);
    for (const declared of imported) this.#add(declared);
  }

  /** The visible files of the same package, with this file. */
  get siblings(): readonly Declared[] {
    return this.#packages.get(this.#own.package) ?? [];
  }

  /**
   * @param name as written
   * @param within the enclosing message, relative to the package; empty outside of messages
   */
  resolve(name: string, within: string): Message | Enum | undefined {
    if (name.startsWith('.')) return asType(this.#find(name.slice(1)));
    const dot = name.indexOf('.');
    const first = dot < 0 ? name : name.slice(0, dot);
    for (let scope = within; scope !== ''; scope = parent(scope)) {
      const found = this.#own.types.get(`${scope}.${first}`);
      if (found === undefined) continue;
      if (dot >= 0) return asType(this.#own.types.get(`${scope}.${name}`));
      if (found.kind !== 'service') return found;
    }
    if (this.#found.has(name)) return this.#found.get(name);
    const result = this.#resolveInPackages(name, first, dot >= 0);
    this.#found.set(name, result);
    return result;
  }

  #resolveInPackages(name: string, first: string, compound: boolean): Message | Enum | undefined {
    for (let scope = this.#own.package; scope !== ''; scope = parent(scope)) {
      const candidate = `${scope}.${first}`;
      const found = this.#find(candidate);
      if (compound) {
        if (found !== undefined || this.#packages.has(candidate)) return asType(this.#find(`${scope}.${name}`));
      } else if (found !== undefined && found.kind !== 'service') {
        return found;
      }
    }
    return asType(this.#find(name));
  }

  /** The package may be any prefix of the full name, or none. */
  #find(fullName: string): Message | Enum | Service | undefined {
    for (let dot = fullName.lastIndexOf('.'); dot > 0; dot = fullName.lastIndexOf('.', dot - 1)) {
      const found = this.#findIn(fullName.slice(0, dot), fullName.slice(dot + 1));
      if (found !== undefined) return found;
    }
    return this.#findIn('', fullName);
  }

  #findIn(packageName: string, relativeName: string): Message | Enum | Service | undefined {
    for (const declared of this.#packages.get(packageName) ?? []) {
      const found = declared.types.get(relativeName);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #add(declared: Declared): void {
    const files = this.#packages.get(declared.package);
    if (files !== undefined) {
      files.push(declared);
      return;
    }
    this.#packages.set(declared.package, [declared]);
    for (let scope = parent(declared.package); scope !== '' && !this.#packages.has(scope); scope = parent(scope)) {
      this.#packages.set(scope, []);
    }
  }
}

function asType(found: Message | Enum | Service | undefined): Message | Enum | undefined {
  return found?.kind === 'service' ? undefined : found;
}

function parent(scope: string): string {
  const dot = scope.lastIndexOf('.');
  return dot < 0 ? '' : scope.slice(0, dot);
}
