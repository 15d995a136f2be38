/** @typedef {import('./figure.mjs').Summary} Summary */

/** A lower share of the earlier score is a regression. */
const QUARTER_LESS = 0.75;

/**
 * Figures that only one run has are left out.
 * @param {readonly Summary[]} now
 * @param {readonly Summary[]} before
 * @returns {string[]} one line for each regression
 */
export function regressions(now, before) {
  const known = new Map(before.map((summary) => [summary.name, summary]));
  return now.flatMap((summary) => {
    const earlier = known.get(summary.name);
    if (earlier === undefined) return [];
    const [was, is] = [scoreOf(earlier), scoreOf(summary)];
    if (was === undefined || is === undefined || is >= was * QUARTER_LESS) return [];
    const how =
      summary.peer === undefined
        ? `${print(1 / was)} → ${print(1 / is)} ${summary.unit}`
        : `${print(was)}x → ${print(is)}x`;
    return [`${summary.name} is worse: ${how} (${summary.what})`];
  });
}

/**
 * Higher is better. Undefined if the peer failed, and for times without a peer, because they depend on the machine.
 * @param {Summary} summary
 */
function scoreOf({ unit, median, peer }) {
  if (peer !== undefined) return peer.ratio ?? undefined;
  return unit === 'ms' || median === 0 ? undefined : 1 / median;
}

/** @param {number} value */
function print(value) {
  return value.toPrecision(3);
}
