import type { Enum, EnumValue } from '../../schema/model.ts';
import type { Context, Fix } from '../rule.ts';
import { quote } from '../words.ts';
import { fix, insert, remove, replace, statementText, textAt } from './edits.ts';
import { membersOf } from './members.ts';
import { restoreNameTitle } from './names.ts';
import { fieldsIn } from './references.ts';
import { isNameTaken } from './taken-names.ts';

/** Also reverts field defaults that use the name. */
export function revertValueName(old: EnumValue, edited: EnumValue, { diff }: Context): Fix[] {
  if (isNameTaken(old.name, edited.enum.parent, diff)) return [];
  const edits = [replace({ file: edited.file, span: edited.node.name.span }, old.name)];
  for (const field of fieldsIn(diff.new.files.values())) {
    if (field.type.kind !== 'enum' || field.type.enum !== edited.enum) continue;
    if (field.default?.kind === 'identifier' && field.default.text === edited.name)
      edits.push(replace({ file: field.file, span: field.default.span }, old.name));
  }
  return fix(restoreNameTitle(old), false, edits);
}

/** The new name becomes an alias below the released one. */
export function addAlias(old: EnumValue, edited: EnumValue, { diff }: Context): Fix[] {
  const type = edited.enum;
  if (isNameTaken(old.name, type.parent, diff)) return [];
  const number = edited.node.number;
  if (number === undefined) return [];
  const edits = [
    replace({ file: edited.file, span: edited.node.name.span }, old.name),
    insert(
      type,
      `${edited.name} = ${textAt(edited.file, number.span)};`,
      membersOf(type)
        .slice(0, membersOf(type).indexOf(edited) + 1)
        .map(({ name }) => name),
    ),
    ...(type.options.has('allow_alias') ? [] : [insert(type, 'option allow_alias = true;')]),
  ];
  return fix(`Keep name ${quote(old.name)}, with ${quote(edited.name)} as an alias`, false, edits);
}

export function restoreFirstValue(old: EnumValue, type: Enum): Fix[] {
  const value = type.valuesByName.get(old.name);
  if (value === undefined) return [];
  if (!type.closed && value.number !== 0) return [];
  const edits = [remove(value.file, value.node), insert(type, statementText(value.file, value.node))];
  return fix(`Restore ${quote(old.name)} as the first value`, true, edits);
}

/** An open enum must begin with zero. Some values share a number exactly if `allow_alias` is set. */
export function isValidEnum({ closed, options }: Enum, numbers: readonly number[]): boolean {
  const hasAliases = new Set(numbers).size < numbers.length;
  return (closed || numbers[0] === 0) && hasAliases === allowsAlias(options);
}

/**
 * Whether another value had this number in the release and has another one now. Restoring both numbers needs
 * `allow_alias`. Neither fix adds the option, so the fixes must not be combined.
 */
export function hasRenumberedAlias({ enum: released, name, number }: EnumValue, edited: Enum): boolean {
  if (allowsAlias(edited.options)) return false;
  return released.values.some((value) => {
    const kept = value.name === name || value.number !== number ? undefined : edited.valuesByName.get(value.name);
    return kept !== undefined && kept.number !== number;
  });
}

export function allowsAlias(options: Enum['options']): boolean {
  const value = options.get('allow_alias')?.value;
  return value?.kind === 'identifier' && value.text === 'true';
}
