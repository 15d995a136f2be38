import { performance } from 'node:perf_hooks';

/** No figure takes longer (milliseconds) than this and the round that it is in. */
const BUDGET = 20_000;

/**
 * Measures two sides turn by turn, so that what else the machine does meets both alike. There is at least one round, and fewer than
 * asked for where they take too long.
 * @param {number} rounds
 * @param {() => Promise<number[]> | number[]} own one turn, which may yield several values
 * @param {() => Promise<number[]> | number[]} [peer] a peer that fails is not asked again
 * @param {number} [peerRounds] where the peer is so slow that fewer must do
 * @returns {Promise<{ values: number[], peer: { values: number[], failure?: string } }>}
 */
export async function turns(rounds, own, peer, peerRounds = rounds) {
  /** @type {number[]} */
  const values = [];
  /** @type {{ values: number[], failure?: string }} */
  const other = { values: [] };
  const started = performance.now();
  for (let round = 0; round < rounds && (round === 0 || performance.now() - started < BUDGET); round++) {
    values.push(...(await own()));
    if (peer === undefined || other.failure !== undefined || round >= peerRounds) continue;
    try {
      other.values.push(...(await peer()));
    } catch (error) {
      other.values = [];
      other.failure = error instanceof Error ? error.message : String(error);
    }
  }
  return { values, peer: other };
}

/**
 * @param {() => unknown} work
 * @returns {number} milliseconds
 */
export function time(work) {
  const started = performance.now();
  work();
  return performance.now() - started;
}
