/**
 * Types the commits of a repository's `.proto` files again, key by key, and counts false alarms:
 * `npm run replay -- --repo DIR [--file PATH] [--commits N] [--show N]`. DIR may be bare, and is only read.
 */
import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { type Change, type Count, measure, noAlarms } from './measure.ts';

const { values } = parseArgs({
  options: {
    repo: { type: 'string', default: '.' },
    file: { type: 'string', default: '*.proto' },
    commits: { type: 'string', default: '40' },
    show: { type: 'string', default: '0' },
  },
});
const MAX_FILES = 60;
/** The most characters that a person adds to a file in a commit. */
const MAX_TYPED = 6000;

function git(...args: string[]): string {
  return execFileSync('git', ['-C', values.repo, ...args], { maxBuffer: 1 << 28, encoding: 'utf8' });
}

function changes(): Change[] {
  const found: Change[] = [];
  const log = git(
    'log',
    '--no-merges',
    '--diff-filter=M',
    '--no-renames',
    '--format=%x00%H',
    '--name-only',
    '--',
    values.file,
  );
  for (const entry of log.split('\0').filter(Boolean)) {
    const [commit = '', ...files] = entry.split('\n').filter(Boolean);
    for (const file of files.filter(
      (each) => each.endsWith('.proto') && !/(^|\/)(vendor|third_party|node_modules)\//.test(each),
    )) {
      const [before, after] = [`${commit}^:${file}`, `${commit}:${file}`].map((name) => git('show', name));
      if (before === undefined || after === undefined || Math.abs(after.length - before.length) > MAX_TYPED) continue;
      found.push({ name: `${commit.slice(0, 10)} ${file}`, file, before, after, others: others(commit, file) });
      if (found.length >= Number(values.commits)) return found;
    }
  }
  return found;
}

/** Files for imports. Those of the same folder come first. */
function others(commit: string, file: string): Record<string, string> {
  const listed = git('ls-tree', '-r', '--name-only', `${commit}^`).split('\n');
  const protos = listed.filter((each) => each.endsWith('.proto') && each !== file);
  const folder = file.slice(0, file.lastIndexOf('/') + 1);
  const near = protos.toSorted((a, b) => Number(b.startsWith(folder)) - Number(a.startsWith(folder)));
  return Object.fromEntries(near.slice(0, MAX_FILES).map((each) => [each, git('show', `${commit}^:${each}`)]));
}

function row(what: string, { states, elsewhere, breaks }: Count): string {
  const part = (count: number): string => `${count} (${((100 * count) / Math.max(1, states)).toFixed(2)} %)`.padEnd(18);
  return `${what.padEnd(10)} ${String(states).padEnd(8)} ${part(elsewhere)} ${part(breaks)}`;
}

const all = changes();
console.log(`${all.length} changes`);
console.log('brackets   states   error elsewhere    false break');
for (const closesBrackets of [true, false]) {
  const count = noAlarms();
  for (const change of all) await measure(change, closesBrackets, count);
  console.log(row(closesBrackets ? 'closed' : 'typed', count));
  const kinds = new Map<string, number>();
  for (const { kind, what } of count.examples) {
    const key = `${kind} ${what
      .replace(/^\d+: /, '')
      .replaceAll(/`[^`]*`/g, '`…`')
      .replaceAll(/"[^"]*"/g, '"…"')
      .slice(0, 120)}`;
    kinds.set(key, (kinds.get(key) ?? 0) + 1);
  }
  for (const [key, number] of [...kinds].sort((a, b) => b[1] - a[1]).slice(0, Number(values.show)))
    console.log(`  ${number} × ${key}`);
  const shown = new Set<string>();
  for (const { kind, change, what, text, line } of count.examples) {
    if (shown.size >= Number(values.show)) break;
    const key = `${kind} ${what.replaceAll(/`[^`]*`|[0-9]+/g, '')}`.slice(0, 60);
    if (shown.has(key)) continue;
    shown.add(key);
    const lines = text.split('\n');
    console.log(`\n${kind} ${change} ${what}`);
    for (let at = Math.max(0, line - 3); at < Math.min(lines.length, line + 4); at++)
      console.log(`${at === line ? '>' : ' '} ${at + 1} ${lines[at]}`);
  }
}
