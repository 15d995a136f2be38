import process from 'node:process';
import { MANY, oneOfMany } from '../data.mjs';
import { exponent, median } from '../statistics.mjs';
import { bufBreaking, run } from '../programs.mjs';
import { restore, write } from '../repositories.mjs';
import { turns } from '../turns.mjs';

/** @type {import('../measure.mjs').Measure} */
export const workspace = {
  name: 'workspace',
  async *run({ repositories, cli, rounds }) {
    const directory = await repositories.many();
    const check = [process.execPath, cli, 'check'];
    const buf = { name: 'buf breaking --against .git#tag' };

    const changed = changedFiles(MANY / 100);
    write(directory, changed);
    expectFindings(run([...check, '--format', 'json'], directory, [0, 1]).output, changed.size);
    const some = await turns(
      rounds(6),
      () => [run(check, directory, [0, 1]).time],
      () => [bufBreaking(directory, '.git#tag=1.0.0').time],
      1,
    );
    yield {
      name: 'workspace-some',
      what: `check of 8,000 files (70 MB), ${changed.size} of them changed`,
      unit: 'ms',
      values: some.values,
      peer: { ...buf, ...some.peer },
      targets: [
        { of: 'median', most: 1200 },
        { of: 'ratio', least: 25 },
      ],
    };
    restore(directory);
    yield await growth(directory, check, rounds(3));

    // A blank line in a file is enough to have it parsed and compared.
    write(directory, allFiles());
    const every = await turns(rounds(3), () => [run(check, directory, [0, 1]).time]);
    yield {
      name: 'workspace-all',
      what: 'check of 8,000 files (70 MB), all of them compared',
      unit: 'ms',
      values: every.values,
      // buf always compares all files, so it was measured once.
      peer: { ...buf, ...some.peer },
      targets: [{ of: 'median', most: 10_000 }],
    };
    restore(directory);
  },
};

/** @param {number} count evenly spread files */
export function changedFiles(count) {
  const changedBefore = (/** @type {number} */ at) => Math.floor((at * count) / MANY);
  const changed = Array.from({ length: MANY }, (_, at) => at).filter((at) => changedBefore(at) < changedBefore(at + 1));
  return new Map(changed.map((at) => oneOfMany(at, true)));
}

/** Every file with one more blank line; one in a hundred also has a breaking edit. */
export function allFiles() {
  const files = Array.from({ length: MANY }, (_, at) => oneOfMany(at, at % 100 === 50));
  return new Map(files.map(([file, text]) => [file, `${text}\n`]));
}

/**
 * @param {string} directory
 * @param {readonly string[]} check
 * @param {number} rounds
 * @returns {Promise<import('../figure.mjs').Figure>}
 */
async function growth(directory, check, rounds) {
  const points = [];
  for (let times = 1; times <= 64; times *= 2) {
    const changed = changedFiles(10 * times);
    write(directory, changed);
    const { values } = await turns(rounds, () => [run(check, directory, [0, 1]).time]);
    points.push({ size: changed.size, cost: median(values) });
    restore(directory);
  }
  return {
    name: 'growth-changed',
    what: 'growth of check with the number of changed files (exponent)',
    unit: '',
    values: [exponent(points)],
    targets: [{ of: 'median', most: 1.1 }],
    points: { of: 'changed files', unit: 'ms', values: points },
  };
}

/**
 * @param {string} output
 * @param {number} least
 */
function expectFindings(output, least) {
  const { findings } = JSON.parse(output);
  if (findings.length < least) throw new Error(`${findings.length} findings instead of at least ${least}.`);
}
