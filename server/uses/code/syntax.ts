import type { Language } from '../languages.ts';
import type { Code, TokenRange } from './code.ts';
import { goImportsIn } from './imports.ts';
import { isCSharpPattern, isPythonPattern, isRustPattern, isScriptPattern } from './patterns.ts';
import { rustTests } from './rust-tests.ts';

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
  /** `a, b := 1, 2` */
  readonly declaresLists: boolean;
  /** `func(&mut order.tags)` may change the field. */
  readonly lendsMutably: boolean;
  /** `order.id()` reads a field. */
  readonly readsByCall: boolean;
  /** `order.HasField("id")`, or `case: 'id'` for a field of a oneof. */
  readonly quotesFields: 'in calls' | 'in cases';
  /** `Order { id: 1 }` and `pb.Order{Id: 1}` */
  readonly namesTypesOfLiterals: boolean;
  /** `[]pb.Order{{Id: 1}}` */
  readonly omitsElementTypes: boolean;
  /** `Order(id=1)` */
  readonly createsByCall: boolean;
  /** `New` in `pb.NewOrder()`. Other calls don't create a value of the type. */
  readonly constructorPrefix: string;
  /** `new` in `new(pb.Order)` */
  readonly allocator: string | undefined;
  /** `value.(*pb.Order)` */
  readonly assertsTypes: boolean;
  /** `type order struct` */
  readonly typesInLowerCase: boolean;
  /** `Order struct`, and `(s *server) AddPath` for a method of a type. */
  readonly namesBeforeTypes: boolean;
  /** Every declared type has a name. */
  readonly namesAllTypes: boolean;
  /** `class Order;`, or `Server::AddPath(` outside of the class `Server`. */
  readonly declaresTwice: boolean;
  /** `struct Order *order`: the keyword can also be before a use of the type. */
  readonly repeatsTypeKeywords: boolean;
  /** `impl Iterator<Item = u8> for Orders` */
  readonly assignsInTypes: boolean;
  /** Without brackets. */
  readonly hasIndentedBlocks: boolean;
  /** `pb.ORDER_STATE_PAID`, without the enum. */
  readonly valuesInModules: boolean;
  /** `{ addPath: (request) => … }` */
  readonly implementsInLiterals: boolean;
  /** `impl_agent!(add_path | AddPathRequest)` */
  readonly listsMethodsInMacros: boolean;
  /** The first word of an import is a keyword, so it is never a name. */
  readonly reservesImports: boolean;
  /** Of the packages in qualified names, which are always packages of imports. */
  readonly importPaths: ((code: Code) => ReadonlyMap<string, string>) | undefined;
  /** What is compiled only for tests. */
  readonly tests: (code: Code) => readonly TokenRange[];
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
  implementsInLiterals: true,
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
    declaresLists: true,
    namesTypesOfLiterals: true,
    omitsElementTypes: true,
    constructorPrefix: 'New',
    allocator: 'new',
    assertsTypes: true,
    typesInLowerCase: true,
    namesBeforeTypes: true,
    importPaths: goImportsIn,
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
    lendsMutably: true,
    readsByCall: true,
    namesTypesOfLiterals: true,
    assignsInTypes: true,
    listsMethodsInMacros: true,
    reservesImports: true,
    tests: rustTests,
    isPattern: isRustPattern,
  }),
  Java: syntax({
    access: '. ::',
    types: 'class interface enum record',
    namesAllTypes: true,
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
    createsByCall: true,
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
    quotesFields: 'in calls',
    createsByCall: true,
    hasIndentedBlocks: true,
    valuesInModules: true,
    isPattern: isPythonPattern,
  }),
  'C++': syntax({
    access: '. -> ::',
    types: 'struct class enum union',
    aliases: 'using',
    beforeFunctions: 'type',
    imports: 'using import',
    variableType: 'before',
    readsByCall: true,
    declaresTwice: true,
    repeatsTypeKeywords: true,
    valuesInModules: true,
  }),
  'C#': syntax({
    access: '. ?. !. ::',
    types: 'class interface struct enum record',
    namesAllTypes: true,
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
    createsByCall: true,
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
    declaresLists: false,
    lendsMutably: false,
    readsByCall: false,
    quotesFields: 'in cases',
    namesTypesOfLiterals: false,
    omitsElementTypes: false,
    createsByCall: false,
    constructorPrefix: '',
    allocator: undefined,
    assertsTypes: false,
    typesInLowerCase: false,
    namesBeforeTypes: false,
    namesAllTypes: false,
    declaresTwice: false,
    repeatsTypeKeywords: false,
    assignsInTypes: false,
    hasIndentedBlocks: false,
    valuesInModules: false,
    implementsInLiterals: false,
    listsMethodsInMacros: false,
    reservesImports: false,
    importPaths: undefined,
    tests: () => [],
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
