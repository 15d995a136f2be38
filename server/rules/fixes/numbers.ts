import { includes } from '../../diff/numbers.ts';
import type { EnumPair, FieldPair, MessagePair } from '../../diff/pairs.ts';
import type { Enum, EnumValue, Field, Message } from '../../schema/model.ts';
import type { Fix } from '../rule.ts';
import { quote } from '../words.ts';
import { type Edit, fix, insert, remove, replace, statementText } from './edits.ts';
import { hasRenumberedAlias, isValidEnum } from './enum-values.ts';
import { freeNumbers } from './free-numbers.ts';
import { unreserve } from './reservations.ts';

/**
 * One fix restores the number of this member. The other one restores all numbers. Added members that have one of the
 * restored numbers get free ones.
 */
export function revertNumbers(parent: MessagePair | EnumPair | undefined, only: Field | EnumValue): Fix[] {
  if (parent?.status !== 'kept') return [];
  const renumbering = renumberingOf(parent);
  const { container, isValid } = renumbering;
  const own = renumbering.byNew.get(only);
  const fixes: Fix[] = [];
  if (
    own !== undefined &&
    renumbering.newlyNumberedAt.get(own.old.number)?.some((member) => member !== only) !== true &&
    isValid(new Map([[only, own.old.number]]))
  ) {
    const edits = [...renumbering.revert(own), ...unreserve(container, [own.old.number], [])];
    const isSafe = !(
      own.old.kind === 'enumValue' &&
      container.kind === 'enum' &&
      hasRenumberedAlias(own.old, container)
    );
    fixes.push(...fix(`Restore number ${String(own.old.number)}`, isSafe, edits));
  }
  let all = ALL_REVERTED.get(parent);
  if (all === undefined) {
    all = revertAllNumbers(parent, renumbering);
    ALL_REVERTED.set(parent, all);
  }
  return [...fixes, ...all];
}

type KeptParent = (MessagePair | EnumPair) & { readonly status: 'kept' };
type Renumbered = { readonly status: 'kept' } & (FieldPair | EnumPair['values'][number]);

/** Shared by the fixes of one message or enum. */
interface Renumbering {
  readonly container: Message | Enum;
  readonly renumbered: readonly Renumbered[];
  readonly byNew: ReadonlyMap<Field | EnumValue, Renumbered>;
  /** See `withNewNumber`. They may have a number that is to be restored. */
  readonly newlyNumbered: readonly (Field | EnumValue)[];
  /** `newlyNumbered` by number. */
  readonly newlyNumberedAt: ReadonlyMap<number, readonly (Field | EnumValue)[]>;
  readonly revert: (pair: Renumbered) => Edit[];
  /** Whether no extension range, first value or alias forbids these numbers. */
  readonly isValid: (numbers: ReadonlyMap<Field | EnumValue, number>) => boolean;
}

/** Thousands of renumbered members may need the same result. */
const RENUMBERINGS = new WeakMap<KeptParent, Renumbering>();
const ALL_REVERTED = new WeakMap<KeptParent, readonly Fix[]>();

function renumberingOf(parent: KeptParent): Renumbering {
  let known = RENUMBERINGS.get(parent);
  if (known === undefined) {
    known = findRenumbering(parent);
    RENUMBERINGS.set(parent, known);
  }
  return known;
}

function findRenumbering(parent: KeptParent): Renumbering {
  const pairs: readonly (FieldPair | EnumPair['values'][number])[] = 'fields' in parent ? parent.fields : parent.values;
  const renumbered = pairs.flatMap((pair) => (pair.status === 'kept' && pair.match === 'renumbered' ? [pair] : []));
  const byNew = new Map<Field | EnumValue, Renumbered>(renumbered.map((pair) => [pair.new, pair]));
  // The default of an enum has to become the first value again.
  const [oldFirst, first] = 'fields' in parent ? [] : [parent.old.values[0], parent.new.values[0]];
  const top = renumbered.find(({ old, new: edited }) => old === oldFirst && edited !== first)?.new;
  const newlyNumbered = withNewNumber(parent);
  const newlyNumberedAt = new Map<number, (Field | EnumValue)[]>();
  for (const member of newlyNumbered) {
    const same = newlyNumberedAt.get(member.number);
    if (same === undefined) newlyNumberedAt.set(member.number, [member]);
    else same.push(member);
  }
  const container = parent.new;
  return {
    container,
    renumbered,
    byNew,
    newlyNumbered,
    newlyNumberedAt,
    revert: ({ old, new: edited }) =>
      edited === top && edited.kind === 'enumValue'
        ? [remove(edited.file, edited.node), insert(edited.enum, statementText(old.file, old.node))]
        : numberEdit(edited, old.number),
    isValid(numbers) {
      if (container.kind === 'message')
        return ![...numbers.values()].some((number) => includes(container.extensionRanges, number));
      const isRestored = top !== undefined && numbers.has(top);
      const values = isRestored ? [top, ...container.values.filter((value) => value !== top)] : container.values;
      return isValidEnum(
        container,
        values.map((value) => numbers.get(value) ?? value.number),
      );
    },
  };
}

/** Members that the release does not have with this name and number. */
function withNewNumber(parent: KeptParent): readonly (Field | EnumValue)[] {
  const released: readonly (Field | EnumValue)[] = 'fields' in parent ? parent.old.fields : parent.old.values;
  const members: readonly (Field | EnumValue)[] = 'fields' in parent ? parent.new.fields : parent.new.values;
  const keyOf = ({ name, number }: Field | EnumValue): string => `${name} ${String(number)}`;
  const known = new Set(released.filter(({ number }) => !Number.isNaN(number)).map(keyOf));
  return members.filter((member) => !known.has(keyOf(member)));
}

function numberEdit({ file, node }: Field | EnumValue, number: number): Edit[] {
  return node.number === undefined ? [] : [replace({ file, span: node.number.span }, String(number))];
}

function revertAllNumbers(
  parent: KeptParent,
  { container, renumbered, byNew, newlyNumbered, revert, isValid }: Renumbering,
): readonly Fix[] {
  const numbers = new Set(renumbered.map((pair) => pair.old.number));
  const added = newlyNumbered.filter((member) => numbers.has(member.number) && !byNew.has(member));
  if (renumbered.length + added.length <= 1) return [];
  const free = freeNumbers([parent.old, parent.new]);
  const moved = added.map((member) => ({ member, number: free.next().value }));
  if (moved.some(({ number }) => number === undefined)) return [];
  const numbersAfter = new Map<Field | EnumValue, number>([
    ...renumbered.map((pair) => [pair.new, pair.old.number] as const),
    ...moved.map(({ member, number }) => [member, number ?? NaN] as const),
  ]);
  if (!isValid(numbersAfter)) return [];
  const edits = [
    ...renumbered.flatMap(revert),
    ...moved.flatMap(({ member, number }) => (number === undefined ? [] : numberEdit(member, number))),
    ...unreserve(container, [...numbers], []),
  ];
  return fix(`Restore all numbers of ${quote(container.name)}`, true, edits);
}

export function nextNumber(edited: Field | EnumValue, sides: readonly (Message | Enum | undefined)[]): Fix[] {
  const { number } = edited.node;
  if (number === undefined) return [];
  const next = freeNumbers(sides).next().value;
  if (next === undefined) return [];
  // An open enum must begin with zero, as must a closed one that is the value of a map.
  if (edited.kind === 'enumValue' && edited.number === 0 && edited.enum.values[0] === edited) return [];
  if (
    edited.kind === 'enumValue' &&
    !isValidEnum(
      edited.enum,
      edited.enum.values.map((value) => (value === edited ? next : value.number)),
    )
  )
    return [];
  const free = String(next);
  return fix(`Use the next free number, ${free}`, false, [replace({ file: edited.file, span: number.span }, free)]);
}
