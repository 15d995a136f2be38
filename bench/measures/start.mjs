import { readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { fieldNumberEnds } from '../edits.mjs';
import { run } from '../programs.mjs';
import { restore, write } from '../repositories.mjs';
import { bufServer, ownServer, Session } from '../session.mjs';
import { turns } from '../turns.mjs';

/** @type {import('../measure.mjs').Measure} */
export const start = {
  name: 'start',
  async *run({ repositories, server, cli, rounds }) {
    const directory = await repositories.agent();
    yield await command({ cli, directory, file: 'protocols/agent.proto', rounds: rounds(20) });
    yield await coldStart({ server, directory, file: 'protocols/agent.proto', ref: '1.19.0', rounds: rounds(12) });
  },
};

/**
 * Measures the start until the diagnostics for a file with a breaking edit.
 * @param {{ server: string, directory: string, file: string, ref: string, rounds: number }} given
 * @returns {Promise<import('../figure.mjs').Figure>}
 */
export async function coldStart({ server, directory, file, ref, rounds }) {
  const absolute = path.join(directory, file);
  write(directory, new Map([[file, withBreakingEdit(absolute)]]));
  const once = async (/** @type {import('../session.mjs').Server} */ started) => {
    const session = new Session(started, directory, absolute);
    try {
      return [await session.start(true)];
    } finally {
      await session.stop();
    }
  };
  // Fills the system's cache.
  await once(ownServer(server));
  const { values, peer } = await turns(
    rounds,
    () => once(ownServer(server)),
    () => once(bufServer(ref)),
    Math.ceil(rounds / 2),
  );
  restore(directory);
  return {
    name: 'start',
    what: 'start of the server until its first diagnostics, in a git repository',
    unit: 'ms',
    values,
    peer: { name: 'buf 1.59 language server', ...peer },
    targets: [
      { of: 'median', most: 400 },
      { of: 'ratio', least: 2 },
    ],
  };
}

/**
 * The lower bound is the start of Node.js.
 * @param {{ cli: string, directory: string, file: string, rounds: number }} given
 * @returns {Promise<import('../figure.mjs').Figure>}
 */
async function command({ cli, directory, file, rounds }) {
  write(directory, new Map([[file, withBreakingEdit(path.join(directory, file))]]));
  const check = () => [run([process.execPath, cli, 'check'], directory, [1]).time];
  check();
  const { values, peer } = await turns(rounds, check, () => [run([process.execPath, '-e', '0'], directory).time]);
  restore(directory);
  return {
    name: 'check-small',
    what: 'check in a small repository (20 releases, 4 files)',
    unit: 'ms',
    values,
    peer: { name: 'node -e 0', ...peer },
    targets: [{ of: 'ratio', least: 0.5 }],
  };
}

/** @param {string} file */
export function withBreakingEdit(file) {
  const lines = readFileSync(file, 'utf8').split('\n');
  const [place = { line: 0, character: 0 }] = fieldNumberEnds(file, 1);
  const line = lines[place.line] ?? '';
  lines[place.line] = `${line.slice(0, place.character)}7${line.slice(place.character)}`;
  return lines.join('\n');
}
