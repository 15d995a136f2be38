import { parseArgs } from 'node:util';
import { bundle } from '../lsp/bundle.ts';
import { fuzzProject } from './project-fuzz.ts';
import { fuzzReleased } from './released-fuzz.ts';
import { fuzzServer } from './server-fuzz.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    minutes: { type: 'string', default: '1' },
    edits: { type: 'string', default: '1000000000' },
    only: { type: 'string' },
  },
});
const seed = Number(values.seed ?? Date.now() % 1_000_000);
const edits = Number(values.edits);
const until = Date.now() + Number(values.minutes) * 60_000;
console.log(`seed ${seed}`);

let printed = 0;
/** Prints at most every five seconds. */
function progress(text: string): void {
  if (Date.now() - printed < 5000) return;
  printed = Date.now();
  console.log(`${text}, ${Math.max(0, Math.round((until - Date.now()) / 1000))} s left`);
}

const FUZZERS = {
  released: () =>
    fuzzReleased({
      ...{ seed, edits, until },
      progress: (done, findings) => progress(`released: ${done} edits, ${findings} findings`),
    }),
  project: () =>
    fuzzProject({
      ...{ seed, edits, until },
      progress: (done, comparisons) => progress(`project: ${done} edits, ${comparisons} comparisons`),
    }),
  server: async () => {
    const server = await bundle('server/main.ts');
    try {
      return await fuzzServer({
        ...{ seed, edits, until, server: server.path },
        progress: (done, requests, memory) =>
          progress(`server: ${done} edits, ${requests} requests, ${Math.round(memory / 1e6)} MB`),
      });
    } finally {
      server.remove();
    }
  },
};

const runs = Object.entries(FUZZERS)
  .filter(([name]) => values.only === undefined || values.only === name)
  .map(async ([name, fuzz]) => `${name}: ${JSON.stringify(await fuzz())}`);
for (const run of await Promise.allSettled(runs)) {
  if (run.status === 'fulfilled') {
    console.log(run.value);
  } else {
    console.error(run.reason);
    process.exitCode = 1;
  }
}
