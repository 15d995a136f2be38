import type { Enum, File, Message, Oneof, Service } from '../../schema/model.ts';
import { type Edit, endWithComment, eolOf, indentAt, indented, insert, textAt } from './edits.ts';
import { bodyOf, type Container, type Member, membersOf } from './members.ts';

/* Whoever deletes a member may leave its comments in the text. These functions do not insert such comments again. */

/**
 * Inserts a released member below its comment, if the container still has it. Otherwise like `insert`.
 * @param text the member's statement with its comments
 */
export function insertReleased(
  container: Container,
  element: Member,
  text: string,
  before: readonly string[] = [],
): Edit {
  const { file, node } = element;
  const home = container.kind === 'file' ? container : container.file;
  const above = node?.leadingComments && textAt(file, node.leadingComments);
  const bare = withoutKeptComments(element, text, home);
  if (above === undefined || bare.length === text.length) return insert(container, bare, before);
  const at = keptCommentEnd(above, element, home);
  if (at === undefined || innermostAt(home, at) !== container) return insert(container, bare, before);
  const eol = eolOf(home.node);
  return { file: home.path, span: { start: at, end: at }, text: eol + indented(bare, indentAt(home, at), eol) };
}

/** Without the comments that are still in the edited file. */
export function withoutKeptComments({ file, node }: Member, text: string, home: File): string {
  if (node === undefined) return text;
  const above = node.leadingComments && textAt(file, node.leadingComments);
  const end = endWithComment(file.node, node.span.end);
  const behind = file.node.text.slice(node.span.end, end).trim();
  let bare = text;
  if (behind !== '' && bare.endsWith(behind) && isKept(behind, file, home))
    bare = bare.slice(0, -behind.length).trimEnd();
  if (node.leadingComments !== undefined && above !== undefined && isKept(above, file, home))
    bare = bare.slice(node.span.start - node.leadingComments.start);
  return bare;
}

/** Whether the edited file has the comment at least as often as the released file. */
function isKept(comment: string, old: File, home: File): boolean {
  const [oldCount, newCount] = [old, home].map(({ node }) => node.text.split(comment).length - 1);
  return newCount !== undefined && oldCount !== undefined && newCount >= oldCount;
}

/** The end of the kept comment. Of several equal comments, the one with the same index as in the release. */
function keptCommentEnd(comment: string, { file, node }: Member, home: File): number | undefined {
  const start = node?.leadingComments?.start;
  if (start === undefined) return undefined;
  const parts = home.node.text.split(comment).slice(0, file.node.text.slice(0, start).split(comment).length);
  return parts.join(comment).length + comment.length;
}

/** The innermost declaration that has this offset between its braces, or the container itself. */
function innermostAt(container: Container, at: number): Container {
  const inner = membersOf(container).find((member): member is Message | Enum | Service | Oneof => {
    if (member.kind === 'field' || member.kind === 'enumValue' || member.kind === 'method') return false;
    const body = bodyOf(member);
    return body !== undefined && body.start < at && at < body.end;
  });
  return inner === undefined ? container : innermostAt(inner, at);
}
