import { EFFECTS, type Effect, JSON_PARSERS, type JsonParser, type Reading } from './effect.ts';

export const EXACT: Reading = { worst: 'exact', shared: 'exact', common: 'exact' };

export function worse(a: Effect, b: Effect): Effect {
  return EFFECTS.indexOf(a) >= EFFECTS.indexOf(b) ? a : b;
}

/** Combines losses that occur together. The first of the worst ones gives the reason. */
export function combine(...readings: readonly Reading[]): Reading {
  return readings.reduce((all, one) => {
    if (one.worst === 'exact') return all;
    const worst = worse(all.worst, one.worst);
    const decisive = [all, one].filter((each) => each.worst === worst);
    const because = decisive[0]?.because;
    // A limit, such as `parsers`, remains only if all of the worst losses have it.
    const areLimited = (isLimited: (each: Reading) => boolean): boolean => decisive.every(isLimited);
    return {
      worst,
      shared: worse(all.shared, one.shared),
      common: worse(all.common, one.common),
      ...(because !== undefined && { because }),
      ...(areLimited(({ assumed }) => assumed === true) && { assumed: true }),
      ...(areLimited(({ parsers }) => parsers !== undefined) && {
        parsers: [...new Set(decisive.flatMap(({ parsers }) => parsers ?? []))],
      }),
      ...(areLimited(({ dependsOnBytes }) => dependsOnBytes === true) && { dependsOnBytes: true }),
    };
  }, EXACT);
}

/** The worst of several readings, of which only one is true. It is `assumed` unless all of them certainly have this effect. */
export function worstPossible(possible: readonly Reading[]): Reading {
  const all = combine(...possible);
  const isCertain = possible.every(({ worst, assumed }) => worst === all.worst && assumed !== true);
  return isCertain ? all : { ...all, assumed: true };
}

/** The loss if these JSON parsers take a value for another one. All others reject it. */
export function takenBy(parsers: readonly JsonParser[], what: string, as: string, shape = loss): Reading {
  if (parsers.length === JSON_PARSERS.length) return shape('altered', `${what} is taken for ${as}`);
  const verb = parsers.length === 1 ? 'takes' : 'take';
  return {
    ...shape('altered', `${parsers.join(' and ')} ${verb} ${what} for ${as}, other parsers reject it`),
    parsers,
  };
}

/** A loss in messages that both schemas can express. */
export function loss(effect: Effect, because: string): Reading {
  return { worst: effect, shared: effect, common: effect, because };
}

/** A loss only in messages that the reader's schema cannot express: a value out of range, a second element. */
export function beyond(effect: Effect, because: string): Reading {
  return { worst: effect, shared: 'exact', common: effect, because };
}

/** The effect on an element that only the writer has. Elements of both sides are affected too if the message is rejected or misread. */
export function writersOwn(effect: Effect, because: string): Reading {
  return { worst: effect, shared: 'exact', common: worse(effect, 'rejected') === effect ? effect : 'exact', because };
}

/** The effect on an element that only the reader has: it is unset. */
export function readersOwn(because: string): Reading {
  return { worst: 'absent', shared: 'absent', common: 'exact', because };
}
