export const LANGUAGES = [
  'Go',
  'Rust',
  'Java',
  'Kotlin',
  'Python',
  'C++',
  'C#',
  'TypeScript',
  'JavaScript',
  'Swift',
] as const;
export type Language = (typeof LANGUAGES)[number];

const EXTENSIONS = new Map<string, Language>([
  ['go', 'Go'],
  ['rs', 'Rust'],
  ['java', 'Java'],
  ['kt', 'Kotlin'],
  ['kts', 'Kotlin'],
  ['py', 'Python'],
  ['pyi', 'Python'],
  ['c', 'C++'],
  ['cc', 'C++'],
  ['cpp', 'C++'],
  ['cxx', 'C++'],
  ['h', 'C++'],
  ['hh', 'C++'],
  ['hpp', 'C++'],
  ['hxx', 'C++'],
  ['inl', 'C++'],
  ['ipp', 'C++'],
  ['cs', 'C#'],
  ['ts', 'TypeScript'],
  ['tsx', 'TypeScript'],
  ['mts', 'TypeScript'],
  ['cts', 'TypeScript'],
  ['vue', 'TypeScript'],
  ['svelte', 'TypeScript'],
  ['js', 'JavaScript'],
  ['jsx', 'JavaScript'],
  ['mjs', 'JavaScript'],
  ['cjs', 'JavaScript'],
  ['swift', 'Swift'],
]);

export function languageOf(file: string): Language | undefined {
  return EXTENSIONS.get(/\.([^./]+)$/.exec(file)?.[1]?.toLowerCase() ?? '');
}

/** With their dots. */
export const ENDINGS: readonly string[] = [...EXTENSIONS.keys()].map((extension) => `.${extension}`);

export interface Lexis {
  readonly lineComment: '//' | '#';
  readonly blockComments: 'none' | 'flat' | 'nested';
  /** The quotes of strings that may have several lines, the longest first. */
  readonly long: readonly string[];
  readonly short: readonly string[];
  /** Such as `r` in `r"…"`. */
  readonly prefixes: string;
  /** What opens code inside a string without a prefix. */
  readonly interpolation: '${' | '\\(' | '';
}

export const LEXIS: Readonly<Record<Language, Lexis>> = {
  Go: lexis({ long: ['`'] }),
  Rust: lexis({ blockComments: 'nested', long: ['"'], short: [], prefixes: 'br' }),
  Java: lexis({ long: ['"""'] }),
  Kotlin: lexis({ blockComments: 'nested', long: ['"""'], interpolation: '${' }),
  Python: lexis({
    lineComment: '#',
    blockComments: 'none',
    long: ['"""', "'''"],
    prefixes: 'bBrRuUfF',
  }),
  'C++': lexis({ prefixes: 'uULR' }),
  'C#': lexis({ long: ['"""'], prefixes: '@$' }),
  TypeScript: lexis({ long: ['`'], interpolation: '${' }),
  JavaScript: lexis({ long: ['`'], interpolation: '${' }),
  Swift: lexis({ blockComments: 'nested', long: ['"""'], short: ['"'], interpolation: '\\(' }),
};

function lexis(given: Partial<Lexis>): Lexis {
  return {
    lineComment: '//',
    blockComments: 'flat',
    long: [],
    short: ['"', "'"],
    prefixes: '',
    interpolation: '',
    ...given,
  };
}
