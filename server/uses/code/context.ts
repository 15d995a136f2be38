import type { Element } from '../element.ts';
import type { Act } from '../names/names.ts';
import type { Code } from './code.ts';
import { containsDeclarations } from './declarations.ts';
import { receiverName } from './expressions.ts';
import { type Candidate, isDistinctive, simplified } from './targets.ts';
import { Types, type TypeMatch } from './types.ts';

/**
 * How certain it is that a name means the element.
 * `exact`: only generated code has this name, or the code shows the type.
 * `likely`: the name or its receiver is typical of the element, and the file mentions the element's types or package.
 * `name-only`: neither.
 */
export type Certainty = 'exact' | 'likely' | 'name-only';

export interface Use {
  readonly does: Act;
  readonly certainty: Certainty;
}

export class Context {
  readonly code: Code;
  readonly types: Types;
  readonly #packages = new Map<Element, boolean>();
  readonly #modules = new Map<string, boolean>();
  readonly #members = new Map<string, boolean>();

  constructor(code: Code) {
    this.code = code;
    this.types = new Types(code);
  }

  mentions(names: ReadonlySet<string>): boolean {
    for (const name of names) if (this.code.has(name)) return true;
    return false;
  }

  mentionsPackage(element: Element): boolean {
    let mentions = this.#packages.get(element);
    if (mentions === undefined) {
      mentions = [...this.code.words].some((word) => isModuleOf(word, element));
      this.#packages.set(element, mentions);
    }
    return mentions;
  }

  /** If so, a type named like the element's message is probably generated. */
  mentionsGeneratedModule({ package: scope, goPackage }: Element): boolean {
    const key = `${scope} ${goPackage ?? ''}`;
    let mentions = this.#modules.get(key);
    if (mentions === undefined) {
      // In Go, handwritten code often has the same package name in another folder.
      if (this.code.syntax.importPaths !== undefined && goPackage?.includes('/') === true)
        mentions = [...this.code.goImports.values()].some(
          (path) => path === goPackage || /pb\d?(?:\/v\d+)?$/.test(path),
        );
      else {
        const module = { package: scope.replace(/\.v\d\w*$/, ''), messages: [] };
        mentions = [...this.code.words].some((word) => isModuleOf(word, module));
      }
      this.#modules.set(key, mentions);
    }
    return mentions;
  }

  /**
   * Undefined if a member's name probably means something else.
   * @param type of the value that the member belongs to.
   * @param dot the index of the dot before the member; negative in literals.
   */
  certaintyOf(type: TypeMatch, dot: number, { element, owners, receivers }: Candidate): Certainty | undefined {
    if (type === 'match') return 'exact';
    if (type === 'other') return undefined;
    const isMentioned = this.mentions(owners);
    const receiver = dot < 0 ? '' : simplified(this.code.text(receiverName(this.code, dot)));
    if (isMentioned && receivers.own.has(receiver)) return 'likely';
    if (!isDistinctive(element)) return undefined;
    const isOthers = receivers.others.has(receiver);
    return isMentioned && !isOthers && !this.#declaresMember(element) ? 'likely' : 'name-only';
  }

  /** As a member or parameter. */
  #declaresMember({ name }: Element): boolean {
    let declares = this.#members.get(name);
    if (declares === undefined) {
      declares = this.code.occurrences(name).some((at) => {
        const open = this.code.enclosing(at);
        return open >= 0 && this.code.text(at + 1) === ':' && containsDeclarations(this.code, open);
      });
      this.#members.set(name, declares);
    }
    return declares;
  }
}

/** Such as `pb`, `agent_pb2`, `protocols`, the name of the package, or a message around the element. */
export function isModuleOf(word: string, { package: scope, messages }: Pick<Element, 'package' | 'messages'>): boolean {
  if (messages.includes(word)) return true;
  const last = scope.slice(scope.lastIndexOf('.') + 1);
  return (
    (last !== '' && word.toLowerCase().replaceAll('_', '') === last.toLowerCase().replaceAll('_', '')) ||
    /pb\d?(?:_grpc)?$|^proto(?:s|cols?)?$/i.test(word)
  );
}
