import { knownEdition } from '../edition.ts';
import { Layout } from '../layout.ts';
import { END, WORD, type Tokens } from '../tokens.ts';
import { CLOSE_BRACE, EQUALS, OPEN_BRACE, SEMICOLON } from '../symbols.ts';
import type { Declaration, EditionNode, ImportNode, OptionNode, PackageNode, Problem } from '../tree.ts';
import { finish, readMembers } from './blocks.ts';
import { Cursor } from './cursor.ts';
import { readEnum } from './enum.ts';
import { guessBlock, readExtend, readMessage, readVisible } from './message.ts';
import { readOptionStatement } from './options.ts';
import { readDottedName, readString } from './parts.ts';
import { takeLexerDamage } from './recovery.ts';
import { readService } from './service.ts';
import { checkEdition } from './validity.ts';

export interface Parsed {
  /** Where the strict parser stopped. The other fields are then incomplete. */
  failure: Problem | undefined;
  edition: EditionNode | undefined;
  package: PackageNode | undefined;
  imports: ImportNode[];
  options: OptionNode[];
  declarations: Declaration[];
  problems: Problem[];
  damagedMembers: boolean;
  damagedHeader: boolean;
}

export interface BrokenDeclaration {
  readonly node: Declaration;
  readonly problems: readonly Problem[];
}

/**
 * Parses a declaration tolerantly, so that guesses are confined to it. Undefined if the range is not one declaration, or if an error may
 * affect other text.
 */
export type ReadBroken = (start: number, end: number, edition: string | undefined) => BrokenDeclaration | undefined;

type FileMember = Declaration | EditionNode | PackageNode | ImportNode | OptionNode;

/**
 * @param edition until a `syntax` or `edition` statement; undefined if unknown
 * @param how a layout makes the parser tolerant. A strict parser calls `ReadBroken` for a declaration with a syntax error.
 */
export function readFile(text: string, tokens: Tokens, edition: string | undefined, how: Layout | ReadBroken): Parsed {
  const cursor = new Cursor(text, tokens, edition, how instanceof Layout ? how : undefined);
  const readBroken = how instanceof Layout ? undefined : how;
  const parsed: Parsed = {
    failure: undefined,
    edition: undefined,
    package: undefined,
    imports: [],
    options: [],
    declarations: [],
    problems: cursor.problems,
    damagedMembers: false,
    damagedHeader: false,
  };
  for (const member of readMembers(cursor, () => readFileMember(cursor, readBroken))) {
    switch (member.kind) {
      case 'edition':
        parsed.edition ??= member;
        break;
      case 'package':
        if (parsed.package === undefined) parsed.package = member;
        else {
          cursor.report(member.span, 'A file can have only one `package` statement.');
          cursor.damagedHeader = true;
        }
        break;
      case 'import':
        parsed.imports.push(member);
        break;
      case 'option':
        parsed.options.push(member);
        break;
      default:
        parsed.declarations.push(member);
    }
  }
  const firstDeclaration = parsed.declarations[0]?.span.start ?? Infinity;
  const isComplete = parsed.package !== undefined && parsed.edition !== undefined;
  if ((cursor.tokens.damage[0] ?? Infinity) < firstDeclaration && !isComplete) cursor.damagedHeader = true;
  takeLexerDamage(cursor, Infinity);
  parsed.failure = cursor.failure;
  parsed.damagedMembers = cursor.damaged;
  parsed.damagedHeader = cursor.damagedHeader;
  return parsed;
}

function readFileMember(cursor: Cursor, readBroken: ReadBroken | undefined): FileMember | undefined {
  const first = cursor.next;
  const reported = cursor.problems.length;
  const node = readFileStatement(cursor, first);
  if (cursor.failure === undefined || readBroken === undefined) return node;
  return readBrokenDeclaration(cursor, first, reported, readBroken) ?? node;
}

/** @param reported the number of problems before this declaration */
function readBrokenDeclaration(
  cursor: Cursor,
  first: number,
  reported: number,
  readBroken: ReadBroken,
): Declaration | undefined {
  const end = endOfBlock(cursor, first);
  if (end < 0 || cursor.failure === undefined) return undefined;
  const read = readBroken(cursor.starts[first] ?? 0, cursor.ends[end] ?? 0, cursor.edition);
  if (read === undefined) return undefined;
  cursor.problems.length = reported;
  for (const problem of read.problems.length > 0 ? read.problems : [cursor.failure]) cursor.add(problem);
  cursor.failure = undefined;
  cursor.damaged = false;
  cursor.next = end + 1;
  return { ...read.node, leadingComments: cursor.leading(first) };
}

/** The token of the `}`; -1 if there is none. */
function endOfBlock(cursor: Cursor, first: number): number {
  let depth = 0;
  for (let i = first; ; i++) {
    const kind = cursor.kind(i);
    if (kind === OPEN_BRACE) depth++;
    else if (kind === CLOSE_BRACE && --depth <= 0) return depth === 0 ? i : -1;
    else if (kind === END || (kind === SEMICOLON && depth === 0)) return -1;
  }
}

function readFileStatement(cursor: Cursor, first: number): FileMember | undefined {
  switch (cursor.letter(first)) {
    case 109: // m
      if (cursor.is(first, 'message')) return readMessage(cursor, first, undefined);
      break;
    case 101: // e
      if (cursor.is(first, 'enum')) return readEnum(cursor, first, undefined);
      if (cursor.is(first, 'extend')) return readExtend(cursor, first);
      if (cursor.is(first, 'edition')) return readEdition(cursor, first, 'edition');
      if (cursor.is(first, 'export')) return readVisible(cursor, first);
      break;
    case 115: // s
      if (cursor.is(first, 'service')) return readService(cursor, first);
      if (cursor.is(first, 'syntax')) return readEdition(cursor, first, 'syntax');
      break;
    case 105: // i
      if (cursor.is(first, 'import')) return readImport(cursor, first);
      break;
    case 108: // l
      if (cursor.is(first, 'local')) return readVisible(cursor, first);
      break;
    case 111: // o
      if (cursor.is(first, 'option')) return readOptionStatement(cursor, first);
      break;
    case 112: // p
      if (cursor.is(first, 'package')) return readPackage(cursor, first);
      break;
  }
  const guessed = guessBlock(cursor, first);
  if (guessed?.kind === 'message' || guessed?.kind === 'enum' || guessed?.kind === 'service') return guessed;
  cursor.fail('Expected a declaration: `message`, `enum`, `service`, `extend`, `import`, `option` or `package`.');
}

function readEdition(cursor: Cursor, first: number, keyword: 'syntax' | 'edition'): EditionNode | undefined {
  cursor.next = first + 1;
  cursor.edition = undefined;
  if (!cursor.expect(EQUALS, `Expected \`=\` after \`${keyword}\`.`)) return undefined;
  const value = readString(
    cursor,
    `Expected a string after \`${keyword} =\`, for example "${keyword === 'syntax' ? 'proto3' : '2023'}".`,
  );
  if (value === undefined) return undefined;
  cursor.edition = knownEdition(value.text);
  if (first > 0) {
    const message = `The \`${keyword}\` statement must be the first one of the file.`;
    // `reparse` must not parse a declaration alone if the edition changes between declarations.
    if (cursor.layout === undefined) cursor.fail(message);
    else cursor.report(cursor.spanFrom(first), message);
  }
  checkEdition(cursor, keyword, value);
  const node: EditionNode = {
    kind: 'edition',
    keyword,
    value,
    span: cursor.spanFrom(first),
    leadingComments: cursor.leading(first),
  };
  return finish(cursor, node, value.span.end, `the \`${keyword}\` statement`);
}

function readPackage(cursor: Cursor, first: number): PackageNode | undefined {
  cursor.next = first + 1;
  const name = readDottedName(cursor, 'Expected a name after `package`.');
  if (name === undefined) return undefined;
  const node: PackageNode = {
    kind: 'package',
    name,
    span: cursor.spanFrom(first),
    leadingComments: cursor.leading(first),
  };
  return finish(cursor, node, name.span.end, 'the `package` statement');
}

function readImport(cursor: Cursor, first: number): ImportNode | undefined {
  cursor.next = first + 1;
  let modifier: ImportNode['modifier'];
  if (cursor.kind(cursor.next) === WORD) {
    if (cursor.is(cursor.next, 'public')) modifier = 'public';
    else if (cursor.is(cursor.next, 'weak')) modifier = 'weak';
    else if (cursor.is(cursor.next, 'option')) modifier = 'option';
    if (modifier !== undefined) cursor.next++;
  }
  const path = readString(cursor, 'Expected a path in quotes after `import`.');
  if (path === undefined) return undefined;
  const node: ImportNode = {
    kind: 'import',
    modifier,
    path,
    span: cursor.spanFrom(first),
    leadingComments: cursor.leading(first),
  };
  return finish(cursor, node, path.span.end, 'the `import` statement');
}
