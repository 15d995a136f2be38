import type { FieldPair } from '../../diff/pairs.ts';
import type { Reading } from '../../effects/effect.ts';
import type { Field } from '../../schema/model.ts';
import { keptInPlace, sharesDefault } from './fields.ts';
import { withMasks } from './masks.ts';
import { measureAspect, type Measured } from '../measure.ts';
import { typeOf } from '../place.ts';
import type { Change, Context } from '../rule.ts';
import { sourceOfType } from '../generated-code.ts';
import { quote, PHRASES_FOR_MESSAGES, findingMessage, typesOf } from '../words.ts';

/**
 * In binary. `renamed`: each type reads every value of the other. `widened`: only the new type does. `narrowed`: only
 * the released type does. `changed`: neither does.
 */
type TypeChange = 'renamed' | 'widened' | 'narrowed' | 'changed';

export function typeChange(wanted: TypeChange, pair: FieldPair, context: Context): Change | undefined {
  const kept = keptInPlace(pair);
  if (kept === undefined) return undefined;
  const { old, new: edited } = kept;
  const isSame =
    context.diff.sameType(old.type, edited.type) &&
    (old.isMap === edited.isMap || isUnresolved(old) || isUnresolved(edited));
  if (isSame) return undefined;
  const aspect = shape(old, edited);
  const base = measureAspect(kept, aspect, sourceOfType(old, { ...old, ...aspect }), context);
  if (kindOf(base) !== wanted) return undefined;
  // A changed name is another finding.
  const masked = { ...kept, new: { ...old, ...aspect } };
  const areMessages = old.type.kind === 'message' && edited.type.kind === 'message' && old.repeated === edited.repeated;
  const { measured, phrases } = withMasks(masked, base, context, areMessages ? PHRASES_FOR_MESSAGES : {});
  const [oldType, newType] = distinctTypes(old, edited);
  return {
    element: edited.fullName,
    place: typeOf(edited),
    baseline: typeOf(old),
    impact: measured.impact,
    message: findingMessage(
      `${quote(edited.name)} was ${oldType} in ${context.words.baseline} and is ${newType} now`,
      measured,
      context,
      phrases,
    ),
  };
}

/** A new type may have the name of a renamed or removed one. */
function distinctTypes(old: Field, edited: Field): readonly [string, string] {
  const [oldType, newType] = typesOf(old, edited);
  if (oldType !== newType) return [oldType, newType];
  if (old.type.kind === edited.type.kind) return [oldType, `another ${newType}`];
  return [`${oldType} (${old.type.kind})`, `${newType} (${edited.type.kind})`];
}

function kindOf({ read }: Measured): TypeChange {
  const [forward, backward] = [read('old', 'binary'), read('new', 'binary')].map(readsAll);
  if (forward) return backward ? 'renamed' : 'widened';
  return backward ? 'narrowed' : 'changed';
}

/** Members that only the reader has do not count. */
function readsAll({ worst, onSharedElements }: Reading): boolean {
  return worst === 'exact' || (worst === 'absent' && onSharedElements === 'exact');
}

/** Presence changes with the type of a message, and with the cardinality. */
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
