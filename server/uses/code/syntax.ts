import type { Language } from '../languages.ts';
import type { Code } from './code.ts';
import { isCSharpPattern, isPythonPattern, isRustPattern, isScriptPattern } from './patterns.ts';

export interface Syntax {
  /** `.` in `order.id`. */
  readonly access: ReadonlySet<string>;
  /** `class` in `class Order`. In Go, they come after the name. */
  readonly types: ReadonlySet<string>;
  /** `type` in `type Order = pb.Order`. */
  readonly aliases: ReadonlySet<string>;
  /** `impl` in `impl Order { … }`. */
  readonly extensions: ReadonlySet<string>;
  readonly functions: ReadonlySet<string>;
  /** What else is before the name of a declared function: its type, or perhaps nothing. */
  readonly beforeFunctions: 'type' | 'anything' | undefined;
  /** The first words of imports, and of the line with the file's package. */
  readonly imports: ReadonlySet<string>;
  /** `module`: the string with the name of the module. */
  readonly importEnd: ';' | 'line' | 'module';
  /** Of a declared variable. */
  readonly variableType: 'before' | 'after' | 'after colon' | undefined;
  /** A statement needs no semicolon at the end of its line. */
  readonly endsWithLine: boolean;
  /** `f(id: 1)`, `f(id=1)` */
  readonly namedArguments: boolean;
  /** `{ id }` for `{ id: id }` */
  readonly shorthand: boolean;
  /** `append` in `order.tags.append(tag)`. */
  readonly changing: ReadonlySet<string>;
  /** `del` in `del order.tags[0]` */
  readonly deletes: string | undefined;
  /** `order.id, err = f()` */
  readonly assignsLists: boolean;
  /** Whether a bracket belongs to a pattern, which takes a value apart. */
  readonly isPattern: (code: Code, open: number) => boolean;
}

const SCRIPT = syntax({
  access: '. ?. !.',
  types: 'class interface enum',
  aliases: 'type',
  functions: 'function constructor',
  beforeFunctions: 'anything',
  changing: 'push unshift splice pop shift fill sort reverse',
  deletes: 'delete',
  importEnd: 'module',
  endsWithLine: true,
  shorthand: true,
  isPattern: isScriptPattern,
});

export const SYNTAX: Readonly<Record<Language, Syntax>> = {
  Go: syntax({
    types: 'struct interface',
    aliases: 'type',
    functions: 'func',
    imports: 'import package',
    importEnd: 'line',
    variableType: 'after',
    endsWithLine: true,
    assignsLists: true,
  }),
  Rust: syntax({
    access: '. ::',
    types: 'struct enum union trait',
    aliases: 'type',
    extensions: 'impl',
    functions: 'fn',
    changing:
      'push push_str insert extend append clear remove pop take drain retain truncate sort get_or_insert_with mut_or_insert_default',
    imports: 'use',
    variableType: 'after colon',
    shorthand: true,
    isPattern: isRustPattern,
  }),
  Java: syntax({
    access: '. ::',
    types: 'class interface enum record',
    beforeFunctions: 'type',
    imports: 'import package',
    variableType: 'before',
  }),
  Kotlin: syntax({
    access: '. ?. !. ::',
    types: 'class interface object',
    aliases: 'typealias',
    functions: 'fun constructor',
    changing: 'add addAll put putAll clear remove',
    imports: 'import package',
    importEnd: 'line',
    variableType: 'after colon',
    endsWithLine: true,
    namedArguments: true,
  }),
  Python: syntax({
    types: 'class',
    functions: 'def',
    changing: 'CopyFrom MergeFrom SetInParent Clear append extend add insert update clear remove pop sort reverse',
    deletes: 'del',
    imports: 'import from',
    importEnd: 'line',
    variableType: 'after colon',
    endsWithLine: true,
    namedArguments: true,
    assignsLists: true,
    isPattern: isPythonPattern,
  }),
  'C++': syntax({
    access: '. -> ::',
    types: 'struct class enum union',
    aliases: 'using',
    beforeFunctions: 'type',
    imports: 'using import',
    variableType: 'before',
  }),
  'C#': syntax({
    access: '. ?. !. ::',
    types: 'class interface struct enum record',
    aliases: 'using',
    beforeFunctions: 'type',
    changing: 'Add AddRange Insert MergeFrom Clear Remove RemoveAt',
    imports: 'using',
    variableType: 'before',
    namedArguments: true,
    isPattern: isCSharpPattern,
  }),
  TypeScript: { ...SCRIPT, variableType: 'after colon' },
  JavaScript: SCRIPT,
  Swift: syntax({
    access: '. ?. !.',
    types: 'struct class enum protocol actor',
    aliases: 'typealias',
    extensions: 'extension',
    functions: 'func init',
    changing: 'append insert merge remove removeAll removeValue updateValue sort reverse',
    importEnd: 'line',
    variableType: 'after colon',
    endsWithLine: true,
    namedArguments: true,
  }),
};

type Words = 'access' | 'types' | 'aliases' | 'extensions' | 'functions' | 'changing' | 'imports';

function syntax(given: Partial<Record<Words, string> & Omit<Syntax, Words>>): Syntax {
  const words = (name: Words, usual: string): ReadonlySet<string> =>
    new Set((given[name] ?? usual).split(' ').filter((word) => word !== ''));
  return {
    beforeFunctions: undefined,
    deletes: undefined,
    importEnd: ';',
    variableType: undefined,
    endsWithLine: false,
    namedArguments: false,
    shorthand: false,
    assignsLists: false,
    isPattern: () => false,
    ...given,
    access: words('access', '.'),
    types: words('types', ''),
    aliases: words('aliases', ''),
    extensions: words('extensions', ''),
    functions: words('functions', ''),
    changing: words('changing', ''),
    imports: words('imports', 'import'),
  };
}
