import type { Lookup } from '../member-map.ts';
import type { Field } from '../model.ts';

/** The names that are taken in a scope, by elements of any kind. */
export class Names {
  readonly #fields: Lookup<string, Field>;
  #others: Set<string> | undefined;

  /** @param fields whose names are taken, also if they are added later */
  constructor(fields: Lookup<string, Field> = new Map()) {
    this.#fields = fields;
  }

  has(name: string): boolean {
    return this.#fields.has(name) || (this.#others?.has(name) ?? false);
  }

  add(name: string): void {
    this.#others ??= new Set();
    this.#others.add(name);
  }
}

export function parentScope(scope: string): string {
  return scope.slice(0, Math.max(0, scope.lastIndexOf('.')));
}

export function join(scope: string, name: string): string {
  return scope === '' ? name : `${scope}.${name}`;
}
