import path from 'node:path';
import protobuf from 'protobufjs';
import { largeFile } from '../data.mjs';
import { fieldNumberEnds } from '../edits.mjs';
import { ownServer, Session } from '../session.mjs';
import { exponent, median } from '../statistics.mjs';
import { time, turns } from '../turns.mjs';

/** @type {import('../measure.mjs').Measure} */
export const growth = {
  name: 'growth',
  async *run({ repositories, server, rounds }) {
    const points = [];
    const parsing = [];
    for (let times = 1; times <= 64; times *= 2) {
      const lines = 500 * times;
      const text = largeFile(lines);
      const directory = await repositories.single(`lines-${lines}`, text);
      const file = path.join(directory, 'single.proto');
      const session = new Session(ownServer(server, { idleDelay: 0 }), directory, file);
      await session.start();
      const places = fieldNumberEnds(file, 5);
      for (let round = 0; round < 4; round++) for (const place of places) await session.toggle(place);
      const measured = await turns(
        rounds(10),
        () => session.toggle(places[0] ?? { line: 0, character: 0 }),
        () => [time(() => protobuf.parse(text))],
      );
      await session.stop();
      points.push({ size: lines, cost: median(measured.values) });
      parsing.push({ size: lines, cost: median(measured.peer.values) });
    }
    yield {
      name: 'growth-lines',
      what: 'growth of a keystroke’s time with the lines of the file (exponent)',
      unit: '',
      values: [exponent(points)],
      targets: [{ of: 'median', most: 1.1 }],
      peer: { name: 'protobufjs, parsing the whole file', values: [exponent(parsing)] },
      points: { of: 'lines', unit: 'ms', values: points, peer: parsing },
    };
  },
};
