import { diffOptions, valueText } from '../../diff/options.ts';
import type { EnumPair, MessagePair } from '../../diff/pairs.ts';
import { leftFile } from '../../diff/diff.ts';
import { harmless } from '../measure.ts';
import { nameOf } from '../place.ts';
import type { Change, Context } from '../rule.ts';
import { shapesGeneratedCode } from './options.ts';
import { sourceOfPlace } from '../source.ts';
import { measureName, PHRASES_FOR_NAMES } from './type-names.ts';
import { inAny, list, quote, tell } from '../words.ts';

type KeptType = (MessagePair | EnumPair) & { readonly status: 'kept' };

/** What happens alike to messages and to enums: peers notice nothing of it, so the sentence is all that differs. */

export function addedType(pair: MessagePair | EnumPair): Change | undefined {
  if (pair.status !== 'added' || pair.covered || pair.folded) return undefined;
  return {
    element: pair.new.fullName,
    place: nameOf(pair.new),
    baseline: undefined,
    impact: harmless(pair.role, 'same').impact,
    message: `${pair.new.kind} ${quote(pair.new.name)} is new.`,
  };
}

export function movedType(pair: MessagePair | EnumPair, context: Context): Change | undefined {
  if (pair.status !== 'kept') return undefined;
  if (pair.match === 'same') return besideOtherOptions(pair, context) ?? inOtherFile(pair, context);
  if (pair.match !== 'moved') return undefined;
  // A brace that is missing, or one too many, puts what follows into another place than its writer means.
  const { parent } = pair.new;
  if (parent.kind === 'file' ? parent.node.damage.members : parent.damaged) return undefined;
  return otherName(pair, `${quote(pair.old.fullName)} is ${quote(pair.new.fullName)} now`, context);
}

/** A file decides by its options what is generated for the types in it, wherever they were before. */
function besideOtherOptions(
  pair: (MessagePair | EnumPair) & { status: 'kept' },
  { diff, words }: Context,
): Change | undefined {
  const [from, to] = [pair.old.file, pair.new.file];
  if (pair.new.parent.kind !== 'file' || diff.matches.files.newOf(from) === to) return undefined;
  const options = diffOptions(from.options, to.options, pair).filter(({ name }) => shapesGeneratedCode(name));
  if (options.length === 0) return undefined;
  const differing = options.map((option) => {
    const [was, is] = [option.old, option.new].map((side) => (side === undefined ? 'not set' : valueText(side.value)));
    return `${quote(option.name)} is ${is ?? ''} and was ${was ?? ''}`;
  });
  return {
    element: pair.new.fullName,
    place: nameOf(pair.new),
    baseline: nameOf(pair.old),
    impact: harmless(pair.role, 'breaks').impact,
    message: `${pair.new.kind} ${quote(pair.new.name)} was declared in ${from.path} in ${words.baseline} and is in ${to.path} now, where ${list(differing)}: generated code changes, the wire does not.`,
  };
}

export function renamedType(pair: MessagePair | EnumPair, context: Context): Change | undefined {
  if (pair.status !== 'kept' || pair.match !== 'renamed') return undefined;
  // A group is one declaration, and its field's finding speaks for it.
  if (pair.new.node?.kind === 'field') return undefined;
  return otherName(pair, `${quote(pair.old.name)} is called ${quote(pair.new.name)} now`, context);
}

function inOtherFile(pair: KeptType, context: Context): Change | undefined {
  if (!leftFile(pair.old, pair.new, context.diff.matches.files.newOf(pair.old.file))) return undefined;
  const [from, to] = [pair.old, pair.new].map(({ file }) => quote(file.path));
  return {
    element: pair.new.fullName,
    place: nameOf(pair.new),
    baseline: nameOf(pair.old),
    impact: harmless(pair.role, sourceOfPlace(pair.old, pair.new)).impact,
    message: `${pair.new.kind} ${quote(pair.new.name)} was in ${from} in ${context.words.baseline} and is in ${to} now; no peer sees a difference, but code generated for a file is imported by its name.`,
  };
}

function otherName(pair: KeptType, fact: string, context: Context): Change {
  const { kind } = pair.new;
  const source = pair.match === 'moved' ? sourceOfPlace(pair.old, pair.new) : 'breaks';
  const isPacked = kind === 'message' && pair.role.packed === true;
  const measured = isPacked ? measureName(pair.role, source) : harmless(pair.role, source);
  const [members, any] = kind === 'message' ? ['fields', inAny(context)] : ['values', ''];
  const differing = 'fields' in pair ? pair.fields : pair.values;
  const rest = differing.length === 0 ? `its ${members} stayed, so` : 'by that alone';
  return {
    element: pair.new.fullName,
    place: nameOf(pair.new),
    baseline: nameOf(pair.old),
    impact: measured.impact,
    message: isPacked
      ? tell(`${kind} ${fact}`, measured, context, PHRASES_FOR_NAMES)
      : `${kind} ${fact}; ${rest} peers see no difference.${any}`,
  };
}
