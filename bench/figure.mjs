import { median, percentile } from './statistics.mjs';

/**
 * Measured values of this project and of its peer, if there is one.
 * @typedef {object} Figure
 * @property {string} name identifies the figure in different runs
 * @property {string} what a description in one line
 * @property {'ms' | 'MB' | 'KB' | ''} unit
 * @property {readonly number[]} values
 * @property {Peer} [peer]
 * @property {readonly Target[]} [targets]
 * @property {string} [note]
 * @property {Points} [points] the values behind the figure, for a separate table
 *
 * @typedef {{ readonly of: string, readonly unit: string, readonly values: readonly Point[],
 *   readonly peer?: readonly Point[] }} Points
 * @typedef {{ readonly size: number, readonly cost: number }} Point
 *
 * @typedef {object} Peer
 * @property {string} name
 * @property {readonly number[]} values in the same unit; empty if it failed
 * @property {string} [failure] the error message
 *
 * @typedef {MostTarget | RatioTarget} Target
 * @typedef {{ readonly of: 'median' | 'p95', readonly most: number }} MostTarget
 * @typedef {{ readonly of: 'ratio', readonly least: number }} RatioTarget
 * @typedef {ReturnType<typeof summarize>} Summary
 */

/**
 * As saved in results.json. The ratio is the peer's median divided by this project's.
 * @param {Figure} figure
 */
export function summarize({ name, what, unit, values, peer, targets = [], note, points }) {
  const summary = {
    name,
    what,
    unit,
    runs: values.length,
    median: median(values),
    p95: percentile(values, 95),
    ...(note !== undefined && { note }),
    ...(points !== undefined && { points }),
    ...(peer !== undefined && { peer: peerSummary(peer, median(values)) }),
  };
  return { ...summary, targets: targets.map((target) => ({ ...target, reached: isReached(target, summary) })) };
}

/**
 * @param {Peer} peer
 * @param {number} own median
 */
function peerSummary({ name, values, failure }, own) {
  if (values.length === 0)
    return { name, runs: 0, median: null, p95: null, ratio: null, failure: failure ?? 'not run' };
  const middle = median(values);
  return { name, runs: values.length, median: middle, p95: percentile(values, 95), ratio: middle / own, failure: null };
}

/**
 * Undefined for a ratio without a peer, or if the peer failed.
 * @param {Target} target
 * @param {{ median: number, p95: number, peer?: { ratio: number | null } | undefined }} summary
 */
function isReached(target, { median: middle, p95, peer }) {
  if (target.of !== 'ratio') return (target.of === 'median' ? middle : p95) <= target.most;
  return typeof peer?.ratio === 'number' ? peer.ratio >= target.least : undefined;
}
