import { EFFECTS, type Effect, type Reading } from './effect.ts';

/** The reader sees what the writer meant, whatever it sends. */
export const EXACT: Reading = { worst: 'exact', shared: 'exact', common: 'exact' };

/** The worse of two effects. */
export function worse(a: Effect, b: Effect): Effect {
  return EFFECTS.indexOf(a) >= EFFECTS.indexOf(b) ? a : b;
}

/** Everything that can go wrong at once. The first of the worst ones says why. */
export function combine(...readings: readonly Reading[]): Reading {
  return readings.reduce((all, one) => {
    if (one.worst === 'exact') return all;
    const because = worse(all.worst, one.worst) === all.worst ? all.because : one.because;
    return {
      worst: worse(all.worst, one.worst),
      shared: worse(all.shared, one.shared),
      common: worse(all.common, one.common),
      ...(because === undefined ? {} : { because }),
    };
  }, EXACT);
}

/** A loss that messages suffer which both schemas can express. */
export function loss(effect: Effect, because: string): Reading {
  return { worst: effect, shared: effect, common: effect, because };
}

/** A loss that only messages suffer which the reader's schema cannot express: a value out of range, a second element. */
export function beyond(effect: Effect, because: string): Reading {
  return { worst: effect, shared: 'exact', common: effect, because };
}

/** What becomes of an element that only the writer has. Ignoring it hurts nobody but the writer; failing hurts both. */
export function writersOwn(effect: Effect, because: string): Reading {
  return { worst: effect, shared: 'exact', common: worse(effect, 'rejected') === effect ? effect : 'exact', because };
}

/** What a reader sees in an element that no writer sends. */
export function readersOwn(because: string): Reading {
  return { worst: 'absent', shared: 'absent', common: 'exact', because };
}
