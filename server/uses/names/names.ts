import type { Element } from '../element.ts';
import type { Language } from '../languages.ts';
import { cpp } from './cpp.ts';
import { csharp } from './csharp.ts';
import { go } from './go.ts';
import { java, kotlin } from './java.ts';
import type { Identifier, Naming } from './naming.ts';
import { python } from './python.ts';
import { rust } from './rust.ts';
import { swift } from './swift.ts';
import { typescript } from './typescript.ts';

export { type Act, ACTS, type Identifier } from './naming.ts';

export interface Names {
  readonly identifiers: readonly Identifier[];
  /**
   * Types of the element's parent, and of a method's request unless it is a well-known type. In a file with one of these names, the element's name
   * probably means the element.
   */
  readonly owners: readonly string[];
  /** Names of the type that a method takes. */
  readonly inputs: readonly string[];
  /** The same names, if no other method takes the type. */
  readonly requests: readonly string[];
}

const NAMING: Readonly<Record<Language, Naming>> = {
  Go: go,
  Rust: rust,
  Java: java,
  Kotlin: kotlin,
  Python: python,
  'C++': cpp,
  'C#': csharp,
  TypeScript: typescript,
  JavaScript: typescript,
  Swift: swift,
};

/** What protoc and widespread plugins generate, as far as other code uses it. */
export function namesOf(element: Element, language: Language): Names {
  const naming = NAMING[language];
  const { messages, owner, name } = element;
  const types = (path: readonly string[]): readonly string[] => naming.types(path, element);
  switch (element.kind) {
    case 'field': {
      const ofOneof = owner === undefined ? [] : [...types([...messages, owner]), ...wrappersOf(element, naming)];
      return { identifiers: naming.field(element), owners: [...types(messages), ...ofOneof], inputs: [], requests: [] };
    }
    case 'oneof':
      return { identifiers: naming.oneof(element), owners: types(messages), inputs: [], requests: [] };
    case 'enum value':
      return {
        identifiers: naming.enumValue(element),
        owners: types([...messages, owner ?? '']),
        inputs: [],
        requests: [],
      };
    case 'method': {
      const input = element.input === undefined ? [] : types(element.input);
      return {
        identifiers: [...naming.calls(name).map(callOf), ...pathsOf(element)],
        owners: [...naming.service(owner ?? '', element), ...(element.takesWellKnownType ? [] : input)],
        inputs: input,
        requests: element.ownInput ? input : [],
      };
    }
    case 'service':
      return { identifiers: naming.service(name, element).map(typeOf), owners: [], inputs: [], requests: [] };
    case 'message':
    case 'enum':
      return { identifiers: types([...messages, name]).map(typeOf), owners: [], inputs: [], requests: [] };
  }
}

function wrappersOf(field: Element, naming: Naming): string[] {
  return naming.wrapper === undefined ? [] : [naming.wrapper(field)];
}

function callOf(text: string): Identifier {
  return { text, form: 'call', does: 'calls' };
}

function typeOf(text: string): Identifier {
  return { text, form: 'type', does: 'names' };
}

/** Code contains the path of a method as a string. */
function pathsOf({ name, owner = '', package: scope }: Element): Identifier[] {
  const path = `${scope === '' ? '' : `${scope}.`}${owner}/${name}`;
  return [`/${path}`, path].map((text) => ({ text, form: 'text', does: 'names' }));
}
