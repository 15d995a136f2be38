/** What is needed to decide whether a file has to be parsed. It is found without parsing, because an edit affects few files of many. */
export interface Outline {
  /** Empty if the file declares no package. */
  readonly package: string;
  /** Paths as written in the file's imports. They may include imports inside comments. */
  readonly imports: readonly string[];
  /** Whether the file may declare a service. False is certain. */
  readonly mayHaveService: boolean;
}

export function outline(text: string): Outline {
  const imports: string[] = [];
  for (const match of text.matchAll(/\bimport\b/g)) {
    const path = importedPath(text, match.index + 'import'.length);
    // A slice of the text would keep the whole text in memory, so it is copied.
    if (path !== undefined) imports.push(Buffer.from(path).toString());
  }
  return { package: packageIn(text), imports, mayHaveService: /\bservice\b/.test(text) };
}

/** The declared package. A comment can contain the keyword, too, but rarely at the start of a line with a semicolon after the name. */
function packageIn(text: string): string {
  const name = /(?:^|[;\n])[ \t]*package[ \t]+([A-Za-z_][\w.]*)[ \t]*;/.exec(text)?.[1];
  // A slice of the text would keep the whole text in memory, so it is copied.
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
  return end < 0 || end - at > MAX_LENGTH ? undefined : text.slice(at + 1, end);
}

const WORD = /[a-z]*/y;
/** Imports with a longer path, or with a longer comment before the path, are ignored, so that the time is linear for any text. */
const MAX_LENGTH = 4096;

function skipBlank(text: string, from: number): number {
  let at = from;
  while (at - from < MAX_LENGTH) {
    BLANK.lastIndex = at;
    const blank = BLANK.exec(text);
    if (blank !== null) at = BLANK.lastIndex;
    else if (text.startsWith('/*', at)) {
      const end = text.slice(at, at + MAX_LENGTH).indexOf('*/', 2);
      if (end < 0) break;
      at += end + 2;
    } else break;
  }
  return at;
}

const BLANK = new RegExp(String.raw`[ \t\r\n\v\f]+|//[^\n]{0,${String(MAX_LENGTH)}}`, 'y');
