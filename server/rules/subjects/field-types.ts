import type { FieldPair } from '../../diff/pairs.ts';
import type { Effect, Reading } from '../../effects/effect.ts';
import type { Field } from '../../schema/model.ts';
import { keptInPlace, sharesDefault } from './fields.ts';
import { measureAspect, type Measured } from '../measure.ts';
import { typeOf } from '../place.ts';
import type { Change, Context } from '../rule.ts';
import { sourceOfType } from '../source.ts';
import { quote, type Phrase, type Phrases, PHRASES_FOR_MESSAGES, tell, typesOf } from '../words.ts';

/**
 * How a field's type changed. `renamed`: both read the other exactly. `widened`: the new type takes in every released value.
 * `narrowed`: the released type takes in every new value. `changed`: neither.
 */
export type TypeChange = 'renamed' | 'widened' | 'narrowed' | 'changed';

/** The finding of the one rule that this change of type belongs to; undefined for the others. */
export function typeChange(wanted: TypeChange, pair: FieldPair, context: Context): Change | undefined {
  const kept = keptInPlace(pair);
  if (kept === undefined) return undefined;
  const { old, new: edited } = kept;
  const isSame =
    context.diff.sameType(old.type, edited.type) &&
    (old.isMap === edited.isMap || isUnresolved(old) || isUnresolved(edited));
  if (isSame) return undefined;
  const aspect = shape(old, edited);
  const measured = measureAspect(kept, aspect, sourceOfType(old, { ...old, ...aspect }), context);
  if (kindOf(measured) !== wanted) return undefined;
  const [was, is] = typesOf(old, edited);
  const phrases =
    old.type.kind === 'message' && edited.type.kind === 'message' ? PHRASES_FOR_MESSAGES : PHRASES_FOR_ZERO;
  return {
    element: edited.fullName,
    place: typeOf(edited),
    baseline: typeOf(old),
    impact: measured.impact,
    message: tell(
      `${quote(edited.name)} was ${was} in ${context.words.baseline} and is ${is} now`,
      measured,
      context,
      phrases,
    ),
  };
}

/** Of two types only what means nothing is unset. */
const UNSET: Partial<Record<Effect, Phrase>> = {
  absent: (reader, writer, why) => `${reader} sees it unset in some of what ${writer} sends${why}`,
};
const PHRASES_FOR_ZERO: Phrases = { old: UNSET, new: UNSET };

function kindOf({ read }: Measured): TypeChange {
  const [forward, backward] = [read('old', 'binary'), read('new', 'binary')].map(takesIn);
  if (forward) return backward ? 'renamed' : 'widened';
  return backward ? 'narrowed' : 'changed';
}

/** A reader that misses only what it alone has takes in everything. */
function takesIn({ worst, common }: Reading): boolean {
  return worst === 'exact' || (worst === 'absent' && common === 'exact');
}

/** Everything that goes with a type. Presence goes along where it follows from it: a message always has it. */
function shape(old: Field, edited: Field): Partial<Field> {
  const { type, isMap, repeated, packed, delimited, validatesUtf8, presence } = edited;
  const follows = old.type.kind === 'message' || type.kind === 'message' || old.repeated !== repeated;
  return {
    type,
    isMap,
    repeated,
    packed,
    delimited,
    validatesUtf8,
    default: sharesDefault(old, edited) ? old.default : edited.default,
    ...(follows ? { presence } : {}),
  };
}

function isUnresolved({ type }: Field): boolean {
  return type.kind === 'unresolved';
}
