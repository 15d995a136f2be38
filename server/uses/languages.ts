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
  /** Whether a backslash has a meaning in a string that may have several lines. */
  readonly escapesInLong: boolean;
  /** `r#"…"#`: the end depends on the group of the start. */
  readonly raw: { readonly start: RegExp; readonly end: (group: string) => string } | undefined;
  /** `r#` in the name `r#type` */
  readonly rawName: string;
  /** `'a'`, unlike the lifetime `'a` */
  readonly character: RegExp | undefined;
  /** `$@"`: the signs before a string, and its quotes. */
  readonly marked: RegExp | undefined;
  /** Before a string. `f` means that it contains code in brackets. */
  readonly letters: RegExp | undefined;
  /** `/…/` */
  readonly regExps: boolean;
}

export const LEXIS: Readonly<Record<Language, Lexis>> = {
  Go: lexis({ long: ['`'], escapesInLong: false }),
  Rust: lexis({
    blockComments: 'nested',
    long: ['"'],
    short: [],
    prefixes: 'br',
    raw: { start: /(?:br|r)(#*)"/y, end: (hashes) => `"${hashes}` },
    rawName: 'r#',
    character: /b?'(?:\\(?:u\{[^}]*\}|x..|.)|[^\\'\n])'/uy,
  }),
  Java: lexis({ long: ['"""'] }),
  Kotlin: lexis({ blockComments: 'nested', long: ['"""'], interpolation: '${' }),
  Python: lexis({
    lineComment: '#',
    blockComments: 'none',
    long: ['"""', "'''"],
    prefixes: 'bBrRuUfF',
    letters: /[bBrRuUfF]{1,2}(?=["'])/y,
  }),
  'C++': lexis({
    prefixes: 'uULR',
    raw: { start: /(?:u8|[uUL])?R"([^\s()\\]{0,16})\(/y, end: (delimiter) => `)${delimiter}"` },
  }),
  'C#': lexis({ long: ['"""'], escapesInLong: false, prefixes: '@$', marked: /([@$]+)("{3,}|")/y }),
  TypeScript: lexis({ long: ['`'], interpolation: '${', regExps: true }),
  JavaScript: lexis({ long: ['`'], interpolation: '${', regExps: true }),
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
    escapesInLong: true,
    raw: undefined,
    rawName: '',
    character: undefined,
    marked: undefined,
    letters: undefined,
    regExps: false,
    ...given,
  };
}
