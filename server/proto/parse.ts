import { Layout } from './layout.ts';
import { lex, type Tokens } from './lexer.ts';
import { Parser, type Parsed } from './parser.ts';
import type { FileNode, Problem } from './tree.ts';

/**
 * Reads a `.proto` file of any syntax or edition. Never throws: what cannot be read is listed in `problems`, and the rest of the
 * text still gives its nodes. Text without syntax errors is read strictly; only other text is guessed at.
 */
export function parse(text: string): FileNode {
  const strict = lex(text, 0, text.length, false);
  let reason = strict.problems[0];
  if (reason === undefined) {
    const parser = new Parser(text, strict, undefined, 'proto2');
    const parsed = parser.file();
    if (!parsed.failed) return fileNode(text, strict, parsed);
    reason = parser.reason;
  }
  return parseTolerantly(text, reason);
}

function parseTolerantly(text: string, reason: Problem | undefined): FileNode {
  const tokens = lex(text, 0, text.length, true);
  const parsed = new Parser(text, tokens, new Layout(text, tokens), 'proto2').file();
  const problems = [...tokens.problems, ...parsed.problems];
  if (problems.length === 0 && reason !== undefined) problems.push(reason);
  problems.sort((a, b) => a.span.start - b.span.start);
  return fileNode(text, tokens, { ...parsed, problems });
}

function fileNode(text: string, tokens: Tokens, parsed: Parsed): FileNode {
  return {
    text,
    lineStarts: [0, ...tokens.lineStarts],
    edition: parsed.edition,
    package: parsed.package,
    imports: parsed.imports,
    options: parsed.options,
    declarations: parsed.declarations,
    comments: tokens.comments,
    problems: parsed.problems,
    damage: { members: parsed.damagedMembers, header: parsed.damagedHeader },
  };
}
