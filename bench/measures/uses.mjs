import path from 'node:path';
import process from 'node:process';
import { run } from '../programs.mjs';
import { restore, write } from '../repositories.mjs';
import { ownServer, Session } from '../session.mjs';
import { turns } from '../turns.mjs';
import { withBreakingEdit } from './start.mjs';

/** The peer is `git grep` for the name of one element, except for `check --uses`. */
export const uses = {
  name: 'uses',
  /** @param {import('../measure.mjs').Context} context */
  async *run({ repositories, server, cli, rounds }) {
    const directory = await repositories.old();
    const file = 'protocols/agent.proto';
    yield* measureUses({ server, cli, directory, file, tag: '1.149.0', rounds: rounds(4) });
  },
};

/**
 * @param {{ server: string, cli: string, directory: string, file: string, tag: string, rounds: number }} given
 * @returns {AsyncGenerator<import('../figure.mjs').Figure>}
 */
export async function* measureUses({ server, cli, directory, file, tag, rounds }) {
  const proto = run(['git', 'show', `${tag}:${file}`], directory).output;
  const name = /^\s*rpc\s+(\w+)/m.exec(proto)?.[1] ?? /^\s*[\w.]+\s+(\w+)\s*=\s*\d+;/m.exec(proto)?.[1];
  if (name === undefined) throw new Error(`${file} has no method and no field.`);
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
  write(directory, new Map([[file, withBreakingEdit(path.join(directory, file))]]));
  yield* inServer({ server, directory, file, rounds }, () => run([...grep, tag], directory, [0, 1]).time);
  restore(directory);
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
  write(directory, new Map([[file, withBreakingEdit(path.join(directory, file))]]));
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

/**
 * Asks the server for uses after its start, and after each of two edits that only move the findings.
 * @param {{ server: string, directory: string, file: string, rounds: number }} given
 * @param {() => number} grep
 * @returns {AsyncGenerator<import('../figure.mjs').Figure>}
 */
async function* inServer({ server, directory, file, rounds }, grep) {
  const absolute = path.join(directory, file);
  /** @type {number[]} */
  const again = [];
  const first = await turns(
    rounds,
    async () => {
      const isClean = false;
      const session = new Session(ownServer(server), directory, absolute, isClean);
      try {
        await session.start(true);
        const { found, time } = await session.client.uses(absolute);
        if (found.length === 0) throw new Error('The edit has no finding.');
        const start = { line: 0, character: 0 };
        for (const edit of [
          { start, end: start, text: '\n' },
          { start, end: { line: 1, character: 0 }, text: '' },
        ]) {
          await session.edit(edit);
          again.push((await session.client.uses(absolute)).time);
        }
        return [time];
      } finally {
        await session.stop();
      }
    },
    () => [grep()],
  );
  const peer = { name: 'git grep NAME TAG', ...first.peer };
  yield {
    name: 'uses-first',
    what: 'uses for the findings of one file in the editor, the first time',
    unit: 'ms',
    values: first.values,
    peer,
    targets: [{ of: 'median', most: 1000 }],
  };
  yield {
    name: 'uses-again',
    what: 'uses for the findings of one file in the editor, after another edit',
    unit: 'ms',
    values: again,
    peer,
    targets: [{ of: 'median', most: 50 }],
  };
}
