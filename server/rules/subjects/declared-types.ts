import { diffOptions, valueText } from '../../diff/options.ts';
import type { EnumPair, MessagePair } from '../../diff/pairs.ts';
import { leftFile } from '../../diff/changed-types.ts';
import { withoutLoss } from '../measure.ts';
import { nameOf } from '../place.ts';
import type { Change, Context } from '../rule.ts';
import { shapesGeneratedCode } from './options.ts';
import { sourceOfOption, sourceOfPlace } from '../generated-code.ts';
import { findPacked, measureName, PHRASES_FOR_NAMES } from './type-names.ts';
import { inAny, list, quote, findingMessage } from '../words.ts';

type KeptType = (MessagePair | EnumPair) & { readonly status: 'kept' };

export function addedType(pair: MessagePair | EnumPair): Change | undefined {
  if (pair.status !== 'added' || pair.covered || pair.folded) return undefined;
  return {
    element: pair.new.fullName,
    place: nameOf(pair.new),
    baseline: undefined,
    impact: withoutLoss(pair.carriers, 'same').impact,
    message: `${pair.new.kind} ${quote(pair.new.name)} is new.`,
  };
}

export function movedType(pair: MessagePair | EnumPair, context: Context): Change | undefined {
  if (pair.status !== 'kept') return undefined;
  if (pair.match === 'same') return movedToOtherOptions(pair, context) ?? movedToOtherFile(pair, context);
  if (pair.match !== 'moved') return undefined;
  // While somebody is typing, a missing or extra brace can move the following declarations into another scope.
  const { parent } = pair.new;
  if (parent.kind === 'file' ? parent.node.damage.members : parent.damaged) return undefined;
  return otherName(pair, `${quote(pair.old.fullName)} was moved to ${quote(pair.new.fullName)}`, context);
}

function movedToOtherOptions(pair: KeptType, { diff, words }: Context): Change | undefined {
  const [from, to] = [pair.old.file, pair.new.file];
  if (pair.new.parent.kind !== 'file' || diff.matches.files.newOf(from) === to) return undefined;
  const options = diffOptions(from, to, pair).filter(({ name }) => shapesGeneratedCode(name));
  if (options.length === 0) return undefined;
  const differing = options.map((option) => {
    const [oldValue, newValue] = [option.old, option.new].map((side) =>
      side === undefined ? 'not set' : valueText(side.value),
    );
    return `${quote(option.name)} was ${oldValue ?? ''} and is ${newValue ?? ''}`;
  });
  const source = new Set([
    ...sourceOfPlace(pair.old, pair.new),
    ...options.flatMap(({ name }) => sourceOfOption(name)),
  ]);
  return {
    element: pair.new.fullName,
    place: nameOf(pair.new),
    baseline: nameOf(pair.old),
    impact: withoutLoss(pair.carriers, [...source]).impact,
    message: `${pair.new.kind} ${quote(pair.new.name)} was in ${quote(from.path)} in ${words.baseline} and is in ${quote(to.path)} now, with other options (${list(differing)}): generated code changes, but nothing on the wire.`,
  };
}

export function renamedType(pair: MessagePair | EnumPair, context: Context): Change | undefined {
  if (pair.status !== 'kept' || pair.match !== 'renamed') return undefined;
  // The finding about the field of a group is enough.
  if (pair.new.node?.kind === 'field') return undefined;
  return otherName(pair, `${quote(pair.old.name)} was renamed to ${quote(pair.new.name)}`, context);
}

function movedToOtherFile(pair: KeptType, context: Context): Change | undefined {
  if (!leftFile(pair.old, pair.new, context.diff.matches.files.newOf(pair.old.file))) return undefined;
  const [from, to] = [pair.old, pair.new].map(({ file }) => quote(file.path));
  return {
    element: pair.new.fullName,
    place: nameOf(pair.new),
    baseline: nameOf(pair.old),
    impact: withoutLoss(pair.carriers, sourceOfPlace(pair.old, pair.new)).impact,
    message: `${pair.new.kind} ${quote(pair.new.name)} was in ${from} in ${context.words.baseline} and is in ${to} now: peers see no difference, but generated code is imported by file name.`,
  };
}

function otherName(pair: KeptType, fact: string, context: Context): Change {
  const { kind } = pair.new;
  const source = pair.match === 'moved' ? sourceOfPlace(pair.old, pair.new) : 'breaks';
  const packed = pair.old.kind === 'message' ? findPacked([pair.old], context.diff) : undefined;
  const measured = packed ? measureName(packed.carriers, source) : withoutLoss(pair.carriers, source);
  const inside =
    packed && packed.message !== pair.old ? `, which changes the full name of ${quote(packed.message.name)}` : '';
  const [members, any] = kind === 'message' ? ['fields', inAny(context, pair)] : ['values', ''];
  const differing = 'fields' in pair ? pair.fields : pair.values;
  const rest =
    differing.length === 0
      ? `its ${members} did not change, so peers see no difference`
      : 'peers see no difference in the name itself';
  return {
    element: pair.new.fullName,
    place: nameOf(pair.new),
    baseline: nameOf(pair.old),
    impact: measured.impact,
    message: packed
      ? findingMessage(`${kind} ${fact}${inside}`, measured, context, PHRASES_FOR_NAMES)
      : `${kind} ${fact}; ${rest}.${any}`,
  };
}
