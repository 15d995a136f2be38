import type { OptionPair } from '../../diff/pairs.ts';
import type { OptionNode } from '../../proto/tree.ts';
import type { Enum, File, Message, Method, Options, Service } from '../../schema/model.ts';
import type { Context, Fix } from '../rule.ts';
import type { KeptField } from '../subjects/fields.ts';
import { quote } from '../words.ts';
import { type Edit, fix, insert, remove, replace, textAt } from './edits.ts';
import { revertField } from './fields.ts';
import { fieldsIn } from './references.ts';
import { releasedText } from './released-text.ts';

/**
 * The whole statement is restored for a field, and for a method whose option was removed. Options of enum values and
 * oneofs have no fix, and neither has a feature whose statement sets others, too.
 */
export function revertOption(pair: OptionPair, context: Context): Fix[] {
  const { owner } = pair;
  if (owner.status !== 'kept') return [];
  const { old, new: edited } = owner;
  const title = `Restore option ${quote(pair.name)}`;
  if (isKeptField(owner)) return revertField(owner, context).map((made) => ({ ...made, title }));
  const oldFile = old.kind === 'file' ? old : old.file;
  if (edited.kind === 'field' || edited.kind === 'enumValue' || edited.kind === 'oneof') return [];
  if (old.kind === 'method' && edited.kind === 'method' && pair.new === undefined) {
    const { text, needs } = releasedText(old, context.diff, old.node.span);
    return fix(title, true, [replace({ file: edited.file, span: edited.node.span }, text), ...needs]);
  }
  if (old.kind === 'enum' && edited.kind === 'enum' && !canHaveOpenness(old.closed, edited, context)) return [];
  if (isPartOfStatement(pair.old, old) || isPartOfStatement(pair.new, edited)) return [];
  return fix(title, true, [restoreOption(pair.old, pair.new, oldFile, edited)]);
}

/** One statement can set several features, as in `features = { enum_type: CLOSED json_format: ALLOW }`. */
function isPartOfStatement(option: OptionNode | undefined, { options }: { readonly options: Options }): boolean {
  return [...options.values()].some((other) => other !== option && other.span === option?.span);
}

function restoreOption(
  old: OptionNode | undefined,
  edited: OptionNode | undefined,
  oldFile: File,
  container: Message | Enum | Service | Method | File,
): Edit | undefined {
  const file = container.kind === 'file' ? container : container.file;
  if (edited !== undefined)
    return old === undefined ? remove(file, edited) : replace({ file, span: edited.span }, textAt(oldFile, old.span));
  if (old === undefined) return undefined;
  const text = textAt(oldFile, old.span);
  if (container.kind === 'method') return undefined;
  if (container.kind !== 'file') return insert(container, text);
  const at = (file.node.package ?? file.node.edition)?.span.end ?? 0;
  return { file: file.path, span: { start: at, end: at }, text: `\n${text}` };
}

function isKeptField(owner: OptionPair['owner']): owner is KeptField {
  return owner.status === 'kept' && owner.new.kind === 'field';
}

/** An open enum must begin with zero. A closed one is not allowed in implicit fields. */
function canHaveOpenness(closed: boolean, edited: Enum, { diff }: Context): boolean {
  if (!closed) return edited.values[0]?.number === 0;
  return !fieldsIn(diff.new.files.values()).some(
    ({ type, presence, repeated }) =>
      type.kind === 'enum' && type.enum === edited && presence === 'implicit' && !repeated,
  );
}
