import { EFFECTS, type Carrier, type Effect, type Encoding, PAIRINGS } from '../../effects/effect.ts';
import type { Writer } from '../../effects/impact.ts';
import type { Change, Context, Loss, Rule, SubjectKind, Subjects, Witness } from '../rule.ts';

/**
 * A concrete message or call for what a change does. Loads protobufjs on first use, so this is for what people look at, never for a
 * keystroke.
 * @param pairing in which it happens; by default the one that suffers worst.
 * @returns undefined where the change loses nothing in a promised encoding, or where there is no example: nothing uses the enum,
 *   a type is unresolved, the message is in the old message set format, or another edit hides the loss.
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
      // Another edit of the same thing may do worse, and that is what happens then.
      if (found !== undefined && isWorse(found.shown.effect, loss.effect)) best ??= found;
    }
  }
  return best;
}

function isWorse(effect: Effect, than: Effect): boolean {
  return EFFECTS.indexOf(effect) > EFFECTS.indexOf(than);
}

/** Who writes what in each pairing. */
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

/** What a promise may be broken by comes first. */
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
