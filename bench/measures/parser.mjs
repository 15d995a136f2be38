import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import protobuf from 'protobufjs';
import { agentProtocol, largeFile } from '../data.mjs';
import { time, turns } from '../turns.mjs';

/** @type {import('../measure.mjs').Measure} */
export const parser = {
  name: 'parser',
  async *run({ folder, rounds }) {
    const outfile = path.join(folder, 'parse.mjs');
    const entry = fileURLToPath(new URL('../../server/proto/parse.ts', import.meta.url));
    await build({ entryPoints: [entry], outfile, bundle: true, format: 'esm', target: 'node20', minify: true });
    /** @type {{ parse: (text: string) => { problems: readonly unknown[] } }} */
    const { parse } = await import(pathToFileURL(outfile).href);
    const inputs = [
      { name: 'parse-agent', what: 'parsing a container agent’s 4 files', texts: [...agentProtocol().values()] },
      { name: 'parse-large', what: 'parsing a file of 20,000 lines', texts: [largeFile(20_000)] },
    ];
    for (const { name, what, texts } of inputs) {
      if (texts.some((text) => parse(text).problems.length > 0)) throw new Error(`${name}: the text is broken`);
      const own = () => [time(() => texts.forEach((text) => parse(text)))];
      // This project's parser records comments, too.
      const peer = () => [time(() => texts.forEach((text) => protobuf.parse(text, { alternateCommentMode: true })))];
      await turns(rounds(20), own, peer);
      const measured = await turns(rounds(40), own, peer);
      yield { name, what, unit: 'ms', values: measured.values, peer: { name: 'protobufjs', ...measured.peer } };
    }
  },
};
