/** @typedef {import('./figure.mjs').Summary} Summary */

/** A figure has fallen when it is this part of what it was, or less. */
const QUARTER_LESS = 0.75;

/**
 * Figures that are worse by more than a quarter than committed ones, each relative to its peer in its own run, so that a slower
 * machine is no loss. What has no peer is compared as it is where it does not depend on the machine's speed.
 * @param {readonly Summary[]} now
 * @param {readonly Summary[]} before
 * @returns {string[]} one line for each
 */
export function fallen(now, before) {
  const known = new Map(before.map((summary) => [summary.name, summary]));
  return now.flatMap((summary) => {
    const earlier = known.get(summary.name);
    if (earlier === undefined) return [];
    const [was, is] = [worth(earlier), worth(summary)];
    if (was === undefined || is === undefined || is >= was * QUARTER_LESS) return [];
    const how =
      summary.peer === undefined
        ? `${print(1 / was)} → ${print(1 / is)} ${summary.unit}`
        : `${print(was)}x → ${print(is)}x`;
    return [`${summary.name} has fallen: ${how} (${summary.what})`];
  });
}

/**
 * More is better. Undefined where nothing can be said across machines.
 * @param {Summary} summary
 */
function worth({ unit, median, peer }) {
  if (peer !== undefined) return peer.ratio ?? undefined;
  return unit === 'ms' || median === 0 ? undefined : 1 / median;
}

/** @param {number} value */
function print(value) {
  return value.toPrecision(3);
}
