import path from 'node:path';
import { MASS_EDITS } from '../mass-edits.mjs';
import { write } from '../repositories.mjs';
import { ownServer, Session } from '../session.mjs';
import { exponent, median } from '../statistics.mjs';
import { time, turns } from '../turns.mjs';

const EDIT = 'renumbered';
const FINDINGS = 1000;

/** @type {import('../measure.mjs').Measure} */
export const codeActions = {
  name: 'code-actions',
  async *run({ repositories, server, rounds, isQuick }) {
    const edit = MASS_EDITS.find(({ name }) => name === EDIT);
    if (edit === undefined) throw new Error(`The mass edit ${EDIT} does not exist.`);
    const points = [];
    /** @type {number[]} */
    let timesAtPlace = [];
    /** @type {number[]} */
    let timesOfAll = [];
    /** @type {number[]} */
    let timesOfJson = [];
    for (let size = isQuick ? FINDINGS : FINDINGS / 16; size <= FINDINGS; size *= 2) {
      const count = Math.round(size);
      const directory = await repositories.single(`actions-${count}`, edit.text(count, false));
      const file = path.join(directory, 'single.proto');
      write(directory, new Map([['single.proto', edit.text(count, true)]]));
      const session = new Session(ownServer(server), directory, file);
      await session.start(true);
      const whole = { start: { line: 0, character: 0 }, end: { line: count + 20, character: 0 } };
      const line = 8 + Math.floor(count / 2);
      const one = { start: { line, character: 4 }, end: { line, character: 60 } };
      for (let round = 0; round < 5; round++) await session.client.codeActions(file, whole);
      const measured = await turns(
        rounds(10),
        async () => {
          timesAtPlace.push((await session.client.codeActions(file, one)).time);
          const answer = await session.client.codeActions(file, whole);
          if (answer.actions.length < count) throw new Error(`${answer.actions.length} actions for ${count} findings.`);
          return [answer.time];
        },
        () => [time(() => JSON.parse(JSON.stringify(Array.from({ length: 2 * count }, example))))],
      );
      await session.stop();
      points.push({ size: count, cost: median(measured.values) });
      timesOfAll = measured.values;
      timesOfJson = measured.peer.values;
      if (size < FINDINGS) timesAtPlace = [];
    }
    yield {
      name: 'actions-place',
      what: `code actions at one position in a file with ${FINDINGS} findings`,
      unit: 'ms',
      values: timesAtPlace,
      targets: [{ of: 'median', most: 20 }],
    };
    yield {
      name: 'actions-all',
      what: `code actions for a whole file with ${FINDINGS} findings`,
      unit: 'ms',
      values: timesOfAll,
      peer: { name: 'Node.js serializing and parsing a similar amount of JSON', values: timesOfJson },
      targets: [{ of: 'median', most: 300 }],
    };
    if (isQuick) return;
    yield {
      name: 'growth-actions',
      what: 'growth of code actions with the number of findings (exponent)',
      unit: '',
      values: [exponent(points)],
      targets: [{ of: 'median', most: 1.2 }],
      points: { of: 'findings', unit: 'ms', values: points },
    };
  },
};

/** @param {unknown} _ @param {number} at */
function example(_, at) {
  const range = { start: { line: at, character: 0 }, end: { line: at, character: 9 } };
  const message = `Field ${at} has another number. `.repeat(10);
  return {
    title: `Put number ${at} back`,
    kind: 'quickfix',
    diagnostics: [{ range, message, source: 'bench' }],
    data: { at, range },
  };
}
