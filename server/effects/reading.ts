import { EFFECTS, type Effect, JSON_PARSERS, type JsonParser, type Reading } from './effect.ts';

export const EXACT: Reading = { worst: 'exact', onSharedMessages: 'exact', onSharedElements: 'exact' };

/** A loss in messages that both schemas can express. */
export function loss(effect: Effect, because: string): Reading {
  return { worst: effect, onSharedMessages: effect, onSharedElements: effect, because };
}

/** A loss only in messages that the reader's schema cannot express, such as a value out of range. */
export function lossBeyondReader(effect: Effect, because: string): Reading {
  return { ...loss(effect, because), onSharedMessages: 'exact' };
}

/** The loss of an element that only the writer has. A rejected or altered message affects other elements, too. */
export function lossOfWritersOwn(effect: Effect, because: string): Reading {
  const onSharedElements = isWorse(effect, 'dropped') ? effect : 'exact';
  return { ...lossBeyondReader(effect, because), onSharedElements };
}

/** For an element that only the reader has. */
export function unsetReadersOwn(because: string): Reading {
  return { ...loss('absent', because), onSharedElements: 'exact' };
}

/** These JSON parsers take a value for another one, and the others reject it. */
export function takenBy(parsers: readonly JsonParser[], what: string, as: string, shape = loss): Reading {
  if (parsers.length === JSON_PARSERS.length) return shape('altered', `${what} is taken for ${as}`);
  const verb = parsers.length === 1 ? 'takes' : 'take';
  return {
    ...shape('altered', `${parsers.join(' and ')} ${verb} ${what} for ${as}, other parsers reject it`),
    parsers,
  };
}

export function worse(a: Effect, b: Effect): Effect {
  return isWorse(b, a) ? b : a;
}

export function isWorse(effect: Effect, than: Effect): boolean {
  return EFFECTS.indexOf(effect) > EFFECTS.indexOf(than);
}

/** For losses that occur together. The first of the worst ones gives the reason. */
export function combine(...readings: readonly Reading[]): Reading {
  const losses = readings.filter((each) => each.worst !== 'exact');
  const [first = EXACT, ...others] = losses;
  if (others.length === 0) return first;
  const worst = losses.map((each) => each.worst).reduce(worse);
  const decisive = losses.filter((each) => each.worst === worst);
  const because = decisive[0]?.because;
  // A limit such as `parsers` remains if all of the worst losses have one.
  const parsers = decisive.flatMap((each) => each.parsers ?? []);
  return {
    worst,
    onSharedMessages: losses.map((each) => each.onSharedMessages).reduce(worse),
    onSharedElements: losses.map((each) => each.onSharedElements).reduce(worse),
    ...(because !== undefined && { because }),
    ...(decisive.every((each) => each.assumed) && { assumed: true }),
    ...(decisive.every((each) => each.parsers) && { parsers: [...new Set(parsers)] }),
    ...(decisive.every((each) => each.dependsOnBytes) && { dependsOnBytes: true }),
  };
}

/** Of these readings, only one is true. */
export function worstPossible(readings: readonly Reading[]): Reading {
  const all = combine(...readings);
  const isCertain = readings.every(({ worst, assumed }) => worst === all.worst && assumed !== true);
  return isCertain ? all : { ...all, assumed: true };
}
