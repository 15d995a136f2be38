import type { FileNode } from '../proto/tree.ts';
import { declare } from './linker/declare.ts';
import { fill } from './linker/fill.ts';
import { LinkedFile } from './linker/linked-file.ts';
import { update } from './linker/update.ts';
import type { Enum, Field, File, LinkProblem, Message, Service } from './model.ts';
import type { Declared, Scope } from './scope.ts';

/** The constructor declares the types by name. `fill` resolves references in a second step, because files refer to each other. */
export class FileLinker implements Declared {
  readonly file: File;
  readonly package: string;
  readonly types: ReadonlyMap<string, Message | Enum | Service>;
  readonly declared: readonly (Message | Enum)[];
  readonly extensions: readonly Field[];

  readonly #linked: LinkedFile;

  constructor(path: string, node: FileNode, builtIn: boolean) {
    const linked = new LinkedFile(path, node, builtIn);
    this.#linked = linked;
    this.file = linked.file;
    this.package = linked.package;
    this.types = linked.types;
    this.declared = linked.declared;
    this.extensions = linked.extensions;
    for (const declaration of node.declarations) declare(linked, declaration, linked.names);
  }

  get problems(): readonly LinkProblem[] {
    const { reported } = this.#linked;
    return [undefined, ...this.file.node.declarations].flatMap((declaration) => reported.get(declaration) ?? []);
  }

  fill(scope: Scope, imported: readonly (File | undefined)[], isIncomplete: boolean): void {
    fill(this.#linked, scope, imported, isIncomplete);
  }

  update(node: FileNode): boolean {
    return update(this.#linked, node);
  }
}
