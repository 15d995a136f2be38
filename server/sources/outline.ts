/**
 * What the choice of files to parse needs to know about a file, found without parsing it: in a repository of thousands of
 * files only those that an edit can touch are worth a parse.
 */
export interface Outline {
  /** Empty where the file has none. */
  readonly package: string;
  /** Paths as written in its imports. An import inside a comment may be among them: that costs a parse, never a verdict. */
  readonly imports: readonly string[];
  /** Whether a service may be declared here; false is certain. */
  readonly mayHaveService: boolean;
}

export function outline(text: string): Outline {
  const imports: string[] = [];
  for (const match of text.matchAll(/\bimport\b/g)) {
    const path = importedPath(text, match.index + 'import'.length);
    // A piece of a string would keep the whole text in memory.
    if (path !== undefined) imports.push(Buffer.from(path).toString());
  }
  return { package: packageIn(text), imports, mayHaveService: /\bservice\b/.test(text) };
}

/** The word may be in a comment as well, but hardly at the beginning of a line and with a semicolon. */
function packageIn(text: string): string {
  const name = /(?:^|[;\n])[ \t]*package[ \t]+([A-Za-z_][\w.]*)[ \t]*;/.exec(text)?.[1];
  // A piece of a string would keep the whole text in memory.
  return name === undefined ? '' : Buffer.from(name).toString();
}

function importedPath(text: string, afterKeyword: number): string | undefined {
  let at = skipBlank(text, afterKeyword);
  WORD.lastIndex = at;
  const modifier = WORD.exec(text)?.[0];
  if (modifier === 'public' || modifier === 'weak' || modifier === 'option') at = skipBlank(text, at + modifier.length);
  const quote = text[at];
  if (quote !== '"' && quote !== "'") return undefined;
  const end = text.indexOf(quote, at + 1);
  return end < 0 || end - at > LONGEST ? undefined : text.slice(at + 1, end);
}

const WORD = /[a-z]*/y;
/** Longest path or comment considered, so that noise takes linear time. */
const LONGEST = 4096;

function skipBlank(text: string, from: number): number {
  let at = from;
  while (at - from < LONGEST) {
    BLANK.lastIndex = at;
    const blank = BLANK.exec(text);
    if (blank !== null) at = BLANK.lastIndex;
    else if (text.startsWith('/*', at)) {
      const end = text.slice(at, at + LONGEST).indexOf('*/', 2);
      if (end < 0) break;
      at += end + 2;
    } else break;
  }
  return at;
}

const BLANK = /[ \t\r\n\v\f]+|\/\/[^\n]*/y;
