import path from 'node:path';
import { largeFile } from '../data.mjs';
import { fieldNumberEnds, typeField } from '../edits.mjs';
import { bufServer, ownServer, Session } from '../session.mjs';
import { turns } from '../turns.mjs';

/**
 * @typedef {import('../measure.mjs').Measure} Measure
 * @typedef {import('../figure.mjs').Figure} Figure
 * @typedef {import('../figure.mjs').Target} Target
 */

/** Thirty keystrokes per second. */
const INTERVAL = 1000 / 30;

/** @type {Measure} */
export const typing = {
  name: 'typing',
  async *run({ repositories, server, rounds, isQuick }) {
    const agent = await repositories.agent();
    yield* inFile({
      server,
      directory: agent,
      file: path.join(agent, 'protocols/agent.proto'),
      ref: '1.19.0',
      name: 'agent',
      what: 'the largest file of a container agent’s protocol (800 of 1,400 lines)',
      rounds: rounds(20),
      peerRounds: rounds(10),
      key: [
        { of: 'median', most: 5 },
        { of: 'p95', most: 15 },
        { of: 'ratio', least: 40 },
      ],
      isQuick,
    });
    const large = await repositories.single('large', largeFile(20_000));
    yield* inFile({
      server,
      directory: large,
      file: path.join(large, 'single.proto'),
      ref: '1.0.0',
      name: 'large',
      what: 'a file of 20,000 lines',
      rounds: rounds(10),
      peerRounds: rounds(3),
      key: [{ of: 'median', most: 40 }],
      isQuick,
    });
  },
};

/**
 * @param {object} given
 * @param {string} given.server
 * @param {string} given.directory
 * @param {string} given.file absolute
 * @param {string} given.ref the release that buf's server compares with
 * @param {string} given.name
 * @param {string} given.what
 * @param {number} given.rounds
 * @param {number} given.peerRounds
 * @param {readonly Target[]} given.key targets of one keystroke
 * @param {boolean} given.isQuick whether to measure only digits
 * @param {boolean} [given.isClean] whether the file has no findings before it is edited
 * @returns {AsyncGenerator<Figure>}
 */
export async function* inFile(given) {
  const { server, directory, file, ref, name, what, rounds, peerRounds, key, isQuick, isClean = true } = given;
  const places = fieldNumberEnds(file, 12);
  const [place = { line: 0, character: 0 }] = places;
  const own = new Session(ownServer(server, { idleDelay: 0 }), directory, file, isClean);
  const buf = new Session(bufServer(ref), directory, file, isClean);
  await own.start(false);
  /** @type {string | undefined} */
  let failure;
  await buf.start(false).catch((/** @type {unknown} */ error) => (failure = String(error)));
  const peer = { name: 'buf 1.59 language server' };
  const ofBuf = (/** @type {() => Promise<number[]>} */ turn) => () =>
    failure === undefined ? turn() : Promise.reject(new Error(failure));

  for (let round = 0; round < 5; round++) for (const each of places) await own.toggle(each);
  const toggled = await turns(
    rounds,
    async () => (await inSequence(places.slice(0, 5), (at) => own.toggle(at))).flat(),
    ofBuf(() => buf.toggle(place)),
    peerRounds,
  );
  yield {
    name: `key-${name}`,
    what: `a keystroke that breaks or repairs a field number, in ${what}`,
    unit: 'ms',
    targets: key,
    values: toggled.values,
    peer: { ...peer, ...toggled.peer },
  };
  if (isQuick) {
    await Promise.all([own.stop(), buf.stop()]);
    return;
  }

  const letters = await turns(Math.ceil(rounds / 4), () => inSequence(typeField(place), (edit) => own.edit(edit)));
  yield {
    name: `letter-${name}`,
    what: `each letter of a new field, typed or deleted, in ${what}`,
    unit: 'ms',
    values: letters.values,
    targets: key.filter(({ of }) => of !== 'ratio'),
  };

  const bursts = await turns(
    Math.ceil(rounds / 3),
    async () => [await own.burst(place, INTERVAL)],
    ofBuf(async () => [await buf.burst(place, INTERVAL)]),
    Math.ceil(peerRounds / 4),
  );
  yield {
    name: `burst-${name}`,
    what: `the last of 45 keystrokes at 30 per second, in ${what}`,
    unit: 'ms',
    values: bursts.values,
    peer: { ...peer, ...bursts.peer },
    targets: [{ of: 'median', most: 100 }],
  };
  const installed = new Session(ownServer(server), directory, file, isClean);
  await installed.start(false);
  for (let round = 0; round < 5; round++) await installed.toggle(place);
  const delayed = await turns(Math.ceil(rounds / 3), async () => [await installed.burst(place, INTERVAL)]);
  yield {
    name: `burst-installed-${name}`,
    what: `the last of 45 keystrokes with the default idle delay, in ${what}`,
    unit: 'ms',
    values: delayed.values,
    targets: [{ of: 'median', most: 100 }],
  };
  await Promise.all([own.stop(), installed.stop(), buf.stop()]);
}

/**
 * @template T, R
 * @param {readonly T[]} items
 * @param {(item: T) => Promise<R>} act called for one item after the other
 * @returns {Promise<R[]>}
 */
async function inSequence(items, act) {
  const results = [];
  for (const item of items) results.push(await act(item));
  return results;
}
