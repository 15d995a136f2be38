import type { Enum, File, Message, Oneof, Service } from '../../schema/model.ts';
import { type Edit, endWithComment, eolOf, indentAt, indented, insert, insertAt, textAt } from './edits.ts';
import { bodyOf, type Container, type Member, membersOf } from './members.ts';

/* Whoever deletes a member may keep its comments. A fix that restores the member must not repeat them. */

/**
 * Inserts the member below its comment if the container kept that, otherwise like `insert`.
 * @param text the member's statement with its comments
 */
export function insertReleased(
  container: Container,
  member: Member,
  text: string,
  before: readonly string[] = [],
): Edit {
  const edited = container.kind === 'file' ? container : container.file;
  const bare = withoutKeptComments(member, text, edited);
  const at = keptCommentEnd(member, edited);
  if (at === undefined || innermostAt(edited, at) !== container) return insert(container, bare, before);
  const eol = eolOf(edited.node);
  return insertAt(edited, at, eol + indented(bare, indentAt(edited, at), eol));
}

export function withoutKeptComments(member: Member, text: string, edited: File): string {
  const { file: released, node } = member;
  if (node === undefined) return text;
  const behind = commentBehind(released, node.span.end);
  const isBehindKept = behind !== '' && text.endsWith(behind) && isKept(behind, released, edited);
  const whole = isBehindKept ? text.slice(0, -behind.length).trimEnd() : text;
  const above = node.leadingComments;
  const isAboveKept = above !== undefined && isKept(textAt(released, above), released, edited);
  return isAboveKept ? whole.slice(node.span.start - above.start) : whole;
}

function commentBehind(file: File, end: number): string {
  return textAt(file, { start: end, end: endWithComment(file.node, end) }).trim();
}

/** Of several equal comments, the one with the same index as in the release. */
function keptCommentEnd({ file: released, node }: Member, edited: File): number | undefined {
  const above = node?.leadingComments;
  if (above === undefined) return undefined;
  const comment = textAt(released, above);
  if (!isKept(comment, released, edited)) return undefined;
  const index = count(released.node.text.slice(0, above.start), comment);
  const textBefore = edited.node.text.split(comment, index + 1).join(comment);
  return textBefore.length + comment.length;
}

function isKept(comment: string, released: File, edited: File): boolean {
  return count(edited.node.text, comment) >= count(released.node.text, comment);
}

function count(text: string, part: string): number {
  return text.split(part).length - 1;
}

function innermostAt(container: Container, at: number): Container {
  const inner = membersOf(container)
    .filter(isContainer)
    .find((member) => isInBody(member, at));
  return inner === undefined ? container : innermostAt(inner, at);
}

function isInBody(member: Exclude<Container, File>, at: number): boolean {
  const body = bodyOf(member);
  return body !== undefined && body.start < at && at < body.end;
}

function isContainer(member: Member): member is Message | Enum | Service | Oneof {
  return member.kind !== 'field' && member.kind !== 'enumValue' && member.kind !== 'method';
}
