import path from 'node:path';
import process from 'node:process';
import { run } from '../programs.mjs';
import { restore, write } from '../repositories.mjs';
import { turns } from '../turns.mjs';
import { broken } from './start.mjs';

/** Who uses an element, beside a plain `git grep` for its name, which says neither what a line is nor whose. */
export const uses = {
  name: 'uses',
  /** @param {import('../measure.mjs').Context} context */
  async *run({ repositories, cli, rounds }) {
    const directory = await repositories.old();
    const file = 'protocols/agent.proto';
    yield* evidence({ cli, directory, file, tag: '1.149.0', rounds: rounds(4) });
  },
};

/**
 * @param {{ cli: string, directory: string, file: string, tag: string, rounds: number }} given
 * @returns {AsyncGenerator<import('../figure.mjs').Figure>}
 */
export async function* evidence({ cli, directory, file, tag, rounds }) {
  const proto = run(['git', 'show', `${tag}:${file}`], directory).output;
  const name = /^\s*rpc\s+(\w+)/m.exec(proto)?.[1] ?? /^\s*[\w.]+\s+(\w+)\s*=\s*\d+;/m.exec(proto)?.[1];
  if (name === undefined) throw new Error(`${file} has neither a method nor a field.`);
  const command = [process.execPath, cli];
  const grep = ['git', 'grep', '--line-number', '--word-regexp', '--fixed-strings', '-e', name];
  const one = await turns(
    rounds,
    () => [run([...command, 'uses', name, '--at', tag], directory).time],
    () => [run([...grep, tag], directory, [0, 1]).time],
  );
  yield {
    name: 'uses-at',
    what: 'uses of one element at a release',
    unit: 'ms',
    values: one.values,
    peer: { name: 'git grep NAME TAG', ...one.peer },
    targets: [{ of: 'median', most: 1000 }],
  };
  const tags = run(['git', 'tag', '--sort=version:refname'], directory).output.trim().split('\n');
  const all = await turns(
    rounds,
    () => [run([...command, 'uses', name], directory).time],
    () => [run([...grep, ...tags], directory, [0, 1]).time],
  );
  yield {
    name: 'uses-history',
    what: `uses of one element over ${tags.length} tags`,
    unit: 'ms',
    values: all.values,
    peer: { name: 'git grep NAME TAG…', ...all.peer },
    targets: [{ of: 'median', most: 10_000 }],
  };
  write(directory, new Map([[file, broken(path.join(directory, file))]]));
  const check = [...command, 'check', '--from', tag];
  const found = await turns(
    rounds,
    () => [run([...check, '--uses'], directory, [0, 1]).time],
    () => [run(check, directory, [0, 1]).time],
  );
  restore(directory);
  yield {
    name: 'check-uses',
    what: 'check --uses',
    unit: 'ms',
    values: found.values,
    peer: { name: 'check without --uses', ...found.peer },
    targets: [{ of: 'median', most: 3000 }],
  };
}
