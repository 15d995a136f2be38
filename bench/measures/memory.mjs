import path from 'node:path';
import process from 'node:process';
import { deleteDigit, fieldNumberEnds, typeDigit } from '../edits.mjs';
import { run } from '../programs.mjs';
import { restore, write } from '../repositories.mjs';
import { bufServer, ownServer, Session } from '../session.mjs';
import { allFiles, changedFiles } from './workspace.mjs';

const MB = 1024;

/** @type {import('../measure.mjs').Measure} */
export const memory = {
  name: 'memory',
  async *run({ repositories, server, rounds }) {
    // Windows does not have ps.
    if (process.platform === 'win32') return;
    const agent = await repositories.agent();
    const file = path.join(agent, 'protocols/agent.proto');
    yield {
      name: 'memory-agent',
      what: 'memory of the server for a container agent’s protocol, after 100 edits',
      unit: 'MB',
      values: [await resident(new Session(ownServer(server), agent, file), file, 50)],
      peer: {
        name: 'buf 1.59 language server, after 10 edits',
        values: [await resident(new Session(bufServer('1.19.0'), agent, file), file, 5)],
      },
      targets: [{ of: 'median', most: 80 }],
    };
    yield await leak(server, agent, file, rounds(10_000));

    const many = await repositories.many();
    const changed = changedFiles(80);
    write(many, changed);
    const [edited = ''] = changed.keys();
    const one = path.join(many, edited);
    yield {
      name: 'memory-many',
      what: 'memory of the server for 8,000 files (70 MB), 80 of them changed, after 20 edits',
      unit: 'MB',
      values: [await resident(new Session(ownServer(server), many, one), one, 10)],
      targets: [{ of: 'median', most: 500 }],
    };
    write(many, allFiles());
    yield {
      name: 'memory-many-all',
      what: 'memory of the server for 8,000 files (70 MB), all of them changed, after 6 edits',
      unit: 'MB',
      values: [await resident(new Session(ownServer(server), many, one), one, 3)],
      targets: [{ of: 'median', most: 700 }],
    };
    restore(many);
  },
};

/**
 * In MB, after this many digits were typed and deleted.
 * @param {Session} session
 * @param {string} file
 * @param {number} toggles
 */
async function resident(session, file, toggles) {
  const [place = { line: 0, character: 0 }] = fieldNumberEnds(file, 1);
  await session.start();
  for (let done = 0; done < toggles; done++) {
    await session.edit(typeDigit(place));
    await session.edit(deleteDigit(place));
  }
  const megabytes = Number(run(['ps', '-o', 'rss=', '-p', String(session.client.pid)], path.dirname(file)).output) / MB;
  await session.stop();
  return megabytes;
}

/**
 * Measures the growth over the last nine tenths of the edits.
 * @param {string} server
 * @param {string} directory
 * @param {string} file
 * @param {number} edits
 * @returns {Promise<import('../figure.mjs').Figure>}
 */
async function leak(server, directory, file, edits) {
  const session = new Session(ownServer(server, { idleDelay: 0 }, true), directory, file);
  const places = fieldNumberEnds(file, 40);
  await session.start();
  const warm = Math.ceil(edits / 10);
  let before = 0;
  for (let done = 0; done < edits; done += 2) {
    if (done >= warm && before === 0) before = await heap(session);
    const place = places[(done / 2) % places.length];
    if (place !== undefined) await session.toggle(place);
  }
  const after = await heap(session);
  await session.stop();
  return {
    name: 'memory-growth',
    what: `growth of the server’s heap from edit ${warm} to edit ${edits}`,
    unit: 'MB',
    values: [Math.max(0, after - before)],
    targets: [{ of: 'median', most: 1 }],
    note: `${before.toFixed(1)} MB after ${warm} edits, ${after.toFixed(1)} MB after ${edits}`,
  };
}

/** In MB, after a garbage collection. @param {Session} session */
async function heap(session) {
  return (await session.client.heap()) / MB / 1024;
}
