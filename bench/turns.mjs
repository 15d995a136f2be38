import { performance } from 'node:perf_hooks';

/** In milliseconds. No round starts later. */
const BUDGET = 20_000;

/**
 * Alternates between this project and its peer, so that other load on the machine affects both.
 * @param {number} rounds
 * @param {() => Promise<number[]> | number[]} own one turn, which may return several values
 * @param {() => Promise<number[]> | number[]} [peer] a failure discards its values and ends its turns
 * @param {number} [peerRounds] fewer rounds for a slow peer
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
