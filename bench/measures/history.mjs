import path from 'node:path';
import process from 'node:process';
import { bufBreaking, run } from '../programs.mjs';
import { restore, write } from '../repositories.mjs';
import { turns } from '../turns.mjs';
import { withBreakingEdit } from './start.mjs';

const TAGS = 150;

/** @type {import('../measure.mjs').Measure} */
export const history = {
  name: 'history',
  async *run({ repositories, cli, rounds }) {
    const directory = await repositories.old();
    const file = 'protocols/agent.proto';
    write(directory, new Map([[file, withBreakingEdit(path.join(directory, file))]]));
    yield* checks({ cli, directory, tag: `1.${TAGS - 1}.0`, rounds: rounds(10), peerRounds: rounds(4) });
    restore(directory);
    yield* releases({ cli, directory, tags: [`1.${TAGS - 2}.0`, `1.${TAGS - 1}.0`], count: TAGS, rounds: rounds(4) });
    yield* allDifferent({ cli, directory: await repositories.different(), rounds: rounds(4) });
    yield* auditOf({ cli, directory: await repositories.branched(), most: 10_000, rounds: rounds(4) });
  },
};

/**
 * Every pair of releases is compared.
 * @param {{ cli: string, directory: string, rounds: number }} given
 * @returns {AsyncGenerator<import('../figure.mjs').Figure>}
 */
async function* allDifferent({ cli, directory, rounds }) {
  const pairs = (TAGS * (TAGS - 1)) / 2;
  const command = [process.execPath, cli, 'matrix', '--format', 'json'];
  const { values, peer } = await turns(
    rounds,
    () => {
      const { output, time } = run(command, directory);
      /** @type {{ versions: { schema: number }[] }} */
      const { versions } = JSON.parse(output);
      if (versions.at(-1)?.schema !== TAGS - 1) throw new Error('Some of the releases have the same protocol.');
      return [time];
    },
    () => [bufBreaking(directory, '.git#tag=1.1.0', '.git#tag=1.0.0').time * pairs],
    Math.ceil(rounds / 2),
  );
  yield {
    name: 'matrix-different',
    what: `matrix of ${TAGS} releases that all differ`,
    unit: 'ms',
    values,
    peer: { name: `buf breaking: one comparison, times ${pairs}`, ...peer },
    targets: [{ of: 'median', most: 6000 }],
  };
}

/**
 * The peer is a lower bound: git lists the history, and reads each version of a `.proto` file in a release.
 * @param {{ cli: string, directory: string, most: number, rounds: number }} given
 * @returns {AsyncGenerator<import('../figure.mjs').Figure>}
 */
export async function* auditOf({ cli, directory, most, rounds }) {
  const command = [process.execPath, cli, 'audit', '--format', 'json'];
  /** @type {readonly string[]} */
  let refs = [];
  let input = '';
  const { values, peer } = await turns(
    rounds,
    () => {
      const { output, time } = run(command, directory);
      if (refs.length === 0) {
        /** @type {{ entries: { ref: string }[] }} */
        const { entries } = JSON.parse(output);
        refs = entries.map(({ ref }) => ref);
        input = protosOf(refs, directory);
      }
      return [time];
    },
    () => [
      run(['git', 'rev-list', '--topo-order', '--parents', '--all'], directory).time +
        run(['git', 'cat-file', '--batch'], directory, [0], input).time,
    ],
  );
  const [commits] = run(['git', 'rev-list', '--all', '--count'], directory).output.split('\n');
  yield {
    name: 'audit-branched',
    what: `audit of ${refs.length} releases in ${commits} commits with stable branches`,
    unit: 'ms',
    values,
    peer: { name: 'git rev-list --all and git cat-file of each .proto: the lower bound', ...peer },
    targets: [{ of: 'median', most }],
  };
}

/**
 * Blob ids of all `.proto` files of these releases, one per line.
 * @param {readonly string[]} refs
 * @param {string} directory
 */
function protosOf(refs, directory) {
  const blobs = new Set(
    refs.flatMap((ref) =>
      run(['git', 'ls-tree', '-r', ref], directory)
        .output.split('\n')
        .filter((line) => line.endsWith('.proto'))
        .map((line) => line.split(/\s/)[2] ?? ''),
    ),
  );
  return [...blobs, ''].join('\n');
}

/**
 * @param {{ cli: string, directory: string, tag: string, rounds: number, peerRounds: number }} given
 * @returns {AsyncGenerator<import('../figure.mjs').Figure>}
 */
export async function* checks({ cli, directory, tag, rounds, peerRounds }) {
  const withTag = [process.execPath, cli, 'check', '--from', tag];
  const withoutTag = [process.execPath, cli, 'check'];
  /** @type {{ baseline: { ref?: string }, modules: { baseline: { ref?: string } }[], findings: unknown[] }} */
  const check = JSON.parse(run([...withoutTag, '--format', 'json'], directory, [0, 1]).output);
  // For a single module, `modules` is empty.
  const refs = [check, ...check.modules].map(({ baseline }) => baseline.ref);
  if (!refs.includes(tag) || check.findings.length === 0) {
    throw new Error(`The check found ${check.findings.length} changes since ${refs.join(', ')}, not ${tag}.`);
  }
  /** @type {number[]} */
  const timesWithoutTag = [];
  const { values, peer } = await turns(
    rounds,
    () => {
      timesWithoutTag.push(run(withoutTag, directory, [0, 1]).time);
      return [run(withTag, directory, [0, 1]).time];
    },
    () => [bufBreaking(directory, `.git#tag=${tag}`).time],
    peerRounds,
  );
  const buf = { name: 'buf breaking --against .git#tag', ...peer };
  yield {
    name: 'check-from',
    what: 'check --from TAG',
    unit: 'ms',
    values,
    peer: buf,
    targets: [
      { of: 'median', most: 300 },
      { of: 'ratio', least: 10 },
    ],
  };
  yield {
    name: 'check-last',
    what: 'check without --from, which also finds the last release',
    unit: 'ms',
    values: timesWithoutTag,
    peer: buf,
    targets: [
      { of: 'median', most: 1000 },
      { of: 'ratio', least: 4 },
    ],
  };
}

/**
 * @param {{ cli: string, directory: string, tags: readonly [string, string], count: number, rounds: number }} given
 * @returns {AsyncGenerator<import('../figure.mjs').Figure>}
 */
export async function* releases({ cli, directory, tags: [older, newer], count, rounds }) {
  /** @type {number[]} */
  const matrix = [];
  // buf compares only two releases at a time.
  const { values: audit, peer } = await turns(
    rounds,
    () => {
      matrix.push(run([process.execPath, cli, 'matrix'], directory, [0, 1]).time);
      return [run([process.execPath, cli, 'audit'], directory, [0, 1]).time];
    },
    () => [bufBreaking(directory, `.git#tag=${older}`, `.git#tag=${newer}`).time * (count - 1)],
    Math.ceil(rounds / 2),
  );
  const buf = { name: `buf breaking: one comparison, times ${count - 1}`, ...peer };
  yield {
    name: 'audit',
    what: `audit of ${count} releases`,
    unit: 'ms',
    values: audit,
    peer: buf,
    targets: [{ of: 'median', most: 3000 }],
  };
  yield {
    name: 'matrix',
    what: `matrix of ${count} releases`,
    unit: 'ms',
    values: matrix,
    peer: buf,
    targets: [{ of: 'median', most: 3000 }],
  };
}
