/**
 * The benchmark. Without options, it writes bench/results.md, bench/results.json and the table in docs/speed.md. With an option, it only
 * prints.
 *
 *   npm run bench                     all measures, on generated repositories
 *   npm run bench -- --only NAME      one measure (typing, start, history …); may be repeated
 *   npm run bench -- --quick          fewer rounds, without the slow measures; prints the regressions since bench/results.json
 *   npm run bench -- --compare        fails if there are regressions since bench/results.json
 *   npm run bench -- --repo DIR       measures a copy of the repository DIR
 */
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ensureInstalled, ROOT } from '../scripts/install.mjs';

ensureInstalled();
const { summarize } = await import('./figure.mjs');
const { regressions } = await import('./compare.mjs');
const { machine } = await import('./machine.mjs');
const { markdown, row, table, withExcerpt } = await import('./report.mjs');
const { run } = await import('./programs.mjs');
const { remove, Repositories } = await import('./repositories.mjs');
const { measures, realRepository } = await import('./measures.mjs');

const RESULTS = fileURLToPath(new URL('results', import.meta.url));

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    quick: { type: 'boolean', default: false },
    compare: { type: 'boolean', default: false },
    repo: { type: 'string' },
  },
});
const chosen = options.repo === undefined ? measures : [realRepository(options.repo)];
const unknown = options.only?.find((name) => !chosen.some((measure) => measure.name === name));
if (unknown !== undefined) {
  console.error(`No such measure: ${unknown}. There are ${chosen.map(({ name }) => name).join(', ')}.`);
  process.exit(2);
}

/** `--quick` leaves these out unless `--only` names them. */
const SLOW = ['activation', 'workspace', 'memory', 'growth', 'size'];

const folder = mkdtempSync(path.join(tmpdir(), 'proto-compat-bench-'));
process.once('exit', () => remove(folder));
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));
process.exitCode = await bench();

/** @returns {Promise<number>} the exit code */
async function bench() {
  const started = performance.now();
  console.log(table(machine()));
  run([process.execPath, 'scripts/build.mjs', `--production=${folder}`], ROOT);
  const [server = '', cli = ''] = ['server.cjs', 'cli.cjs'].map((name) => path.join(folder, name));
  const rounds = (/** @type {number} */ full) => (options.quick ? Math.ceil(full / 10) : full);
  const context = { repositories: new Repositories(folder), folder, server, cli, rounds, isQuick: options.quick };

  const figures = [];
  for (const measure of chosen) {
    if (options.only?.includes(measure.name) === false) continue;
    if (options.quick && options.only === undefined && SLOW.includes(measure.name)) continue;
    for await (const figure of measure.run(context)) {
      const summary = summarize(figure);
      figures.push(summary);
      console.log(row(summary));
    }
  }
  const seconds = Math.round((performance.now() - started) / 1000);
  const results = { date: new Date().toISOString().slice(0, 10), seconds, machine: machine(), figures };
  console.log(`\n${seconds} s`);
  if (options.quick) {
    printRegressions(regressions(figures, savedFigures()));
    return 0;
  }
  if (options.compare) return printRegressions(regressions(figures, savedFigures()));
  const isWhole = options.only === undefined && options.repo === undefined;
  if (isWhole) {
    writeFileSync(`${RESULTS}.json`, `${JSON.stringify(results, null, 2)}\n`);
    writeFileSync(`${RESULTS}.md`, markdown(results));
    const page = path.join(ROOT, 'docs', 'speed.md');
    writeFileSync(page, withExcerpt(readFileSync(page, 'utf8'), results));
  }
  return 0;
}

/** @returns {readonly import('./figure.mjs').Summary[]} */
function savedFigures() {
  if (!existsSync(`${RESULTS}.json`))
    throw new Error('bench/results.json does not exist, so there is nothing to compare with.');
  return JSON.parse(readFileSync(`${RESULTS}.json`, 'utf8')).figures;
}

/**
 * @param {readonly string[]} lines
 * @returns {number} the exit code of `--compare`
 */
function printRegressions(lines) {
  for (const line of lines) console.log(line);
  if (lines.length === 0) console.log('There are no regressions.');
  return lines.length === 0 ? 0 : 1;
}
