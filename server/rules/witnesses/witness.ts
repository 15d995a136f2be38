import { EFFECTS, type Carrier, type Effect, type Encoding, PAIRINGS } from '../../effects/effect.ts';
import type { Writer } from '../../effects/impact.ts';
import type { Change, Context, Loss, Rule, SubjectKind, Subjects, Witness } from '../rule.ts';

/**
 * Loads protobufjs, so call this only when somebody looks at a finding.
 * @param pairing by default both, the worst loss first
 */
export function witnessOf<K extends SubjectKind>(
  rule: Rule<K>,
  pair: Subjects[K],
  change: Change,
  context: Context,
  pairing?: Loss['pairing'],
): Witness | undefined {
  let best: Witness | undefined;
  for (const loss of lossesOf(change, rule.encodings ?? context.encodings)) {
    if (pairing !== undefined && loss.pairing !== pairing) continue;
    for (const sent of SENT[loss.pairing]) {
      const found = rule.witness?.(pair, { ...sent, ...loss, context });
      if (found?.shown.effect === loss.effect) return found;
      // Another edit of the element may hide the loss behind a worse one.
      if (found !== undefined && isWorse(found.shown.effect, loss.effect)) best ??= found;
    }
  }
  return best;
}

function isWorse(effect: Effect, than: Effect): boolean {
  return EFFECTS.indexOf(effect) > EFFECTS.indexOf(than);
}

const SENT: Readonly<Record<Loss['pairing'], readonly { readonly writer: Writer; readonly carrier: Carrier }[]>> = {
  oldClientNewServer: [
    { writer: 'old', carrier: 'request' },
    { writer: 'new', carrier: 'response' },
    { writer: 'old', carrier: 'data' },
  ],
  newClientOldServer: [
    { writer: 'new', carrier: 'request' },
    { writer: 'old', carrier: 'response' },
    { writer: 'new', carrier: 'data' },
  ],
};

const CLASSES = ['none', 'gap', 'regression'] as const;

/** The worst class first, and within a class the worst effect. */
function lossesOf({ impact }: Change, encodings: readonly Encoding[]): Loss[] {
  const all = encodings.flatMap((encoding) =>
    PAIRINGS.map((pairing) => ({
      pairing,
      encoding,
      effect: impact[encoding][pairing].effect,
      class: impact[encoding][pairing].class,
    })),
  );
  return all
    .filter(({ effect }) => effect !== 'exact')
    .sort(
      (a, b) =>
        CLASSES.indexOf(b.class) - CLASSES.indexOf(a.class) || EFFECTS.indexOf(b.effect) - EFFECTS.indexOf(a.effect),
    );
}
