/**
 * @typedef {import('./figure.mjs').Summary} Summary
 * @typedef {import('./figure.mjs').Points} Points
 * @typedef {{ date: string, seconds: number, machine: Record<string, string | number>, figures: readonly Summary[] }} Results
 */

/** @param {Record<string, string | number>} values */
export function table(values) {
  return `${Object.entries(values)
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n')}\n`;
}

/** @param {Summary} summary */
export function row(summary) {
  const { name, runs, peer, note } = summary;
  const parts = [
    `${name.padEnd(22)} ${amount(summary.median, summary.unit).padStart(10)}`,
    runs > 1 ? `p95 ${amount(summary.p95, summary.unit)} of ${runs}` : '',
    peer === undefined ? '' : `${peer.name}: ${peerAmount(summary)}`,
    targetsText(summary).join(', '),
    note ?? '',
  ];
  const lines = (summary.points?.values ?? []).map(({ size, cost }) => `    ${size}: ${amount(cost, 'ms')}`);
  return [parts.filter((part) => part !== '').join(' · '), ...lines].join('\n');
}

/** @param {Results} results */
export function markdown({ date, seconds, machine, figures }) {
  const rows = figures.map((summary) => {
    const { what, unit, runs, median, p95, peer, note } = summary;
    const cells = [
      note === undefined ? what : `${what} (${note})`,
      amount(median, unit),
      runs > 1 ? amount(p95, unit) : '',
      String(runs),
      peer === undefined ? '' : `${peer.name}: ${peerAmount(summary)}`,
      typeof peer?.ratio === 'number' ? `${rounded(peer.ratio, 3)}x` : '',
      targetsText(summary).join('<br>'),
    ];
    return `| ${cells.join(' | ')} |`;
  });
  return `# Results

${date}, in ${seconds} s by \`npm run bench\` on ${Object.entries(machine)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ')}.

| | median | p95 | runs | peer in the same run | ratio | target |
|---|---|---|---|---|---|---|
${rows.join('\n')}

${figures.flatMap(({ what, points }) => (points === undefined ? [] : [curve(what, points)])).join('\n')}
## Method

- \`bench/data.mjs\` and \`bench/mass-edits.mjs\` generate the data, the same in every run. The container agent's protocol has four files,
  1,400 lines and 47 methods. In the repository of \`check --from\`, \`audit\`, \`matrix\` and \`uses\`, which has 20,000 commits, it has 2,000
  lines and 80 methods. The activation is measured with the demo repository.
- Times of this project and of its peer are measured alternately. The ratio is the peer's median divided by this project's.
- A keystroke is timed from sending the edit to receiving its last diagnostics, over the standard streams of a server process. After a
  digit, the diagnostics are checked: a wrong answer of this project stops the run, and a wrong answer of buf fails its figure.
- Both servers are warmed up: this project's by at least ten keystrokes, buf's by opening the file.
- buf's server publishes diagnostics twice per edit. The first ones lack the breaking changes, so the second ones are timed.
- The idle delay is 0 for timed keystrokes, except for "the default idle delay".
- A command is timed from before the start of its process to its end. Its repository was written or reset shortly before, so most files
  are in the system's cache.
- Programs are started without \`NODE_EXTRA_CA_CERTS\`, with which Node.js 20 reads certificates at every start.
- buf is started without npm's script around it, and both programs read the same \`buf.yaml\`. All but one of its style checks are off.
- buf has no audit and no matrix. Its figure is the time for one pair of releases, multiplied by the number in the table.
- protobufjs only parses; it does not link or compare.
- Memory is the resident set of the server process. Its growth is that of the heap after a garbage collection.
`;
}

const SHOWN = [
  'key-agent',
  'key-large',
  'start',
  'check-from',
  'check-last',
  'audit',
  'workspace-some',
  'memory-agent',
  'parse-large',
];

/** @param {Results} results */
export function excerpt({ date, machine, figures }) {
  const rows = SHOWN.flatMap((name) => figures.filter((summary) => summary.name === name)).map((summary) => {
    const { what, unit, median, peer } = summary;
    const ratio = typeof peer?.ratio === 'number' ? `${rounded(peer.ratio, 2)}x` : '';
    return `| ${what} | ${amount(median, unit)} | ${peerAmount(summary)} | ${ratio} | ${peer?.name ?? ''} |`;
  });
  return `| median, ${date}, ${machine['cores']} cores | Proto Compat | peer | | |
|---|---|---|---|---|
${rows.join('\n')}`;
}

/**
 * Replaces the table between the two `benchmark` comments of a page.
 * @param {string} page
 * @param {Results} results
 */
export function withExcerpt(page, results) {
  const between = /(?<=<!-- benchmark -->\n)[^]*?(?=<!-- \/benchmark -->)/;
  return page.replace(between, () => `${excerpt(results)}\n`);
}

/** @param {Summary} summary */
function targetsText({ unit, targets }) {
  return targets.map((target) => {
    const words =
      target.of === 'ratio' ? `at least ${target.least}x` : `${target.of} at most ${amount(target.most, unit)}`;
    const answer = target.reached === undefined ? 'unknown' : target.reached ? 'reached' : '**missed**';
    return `${words}: ${answer}`;
  });
}

/** @param {Summary} summary */
function peerAmount({ unit, peer }) {
  if (peer === undefined) return '';
  if (peer.median === null) return `failed (${peer.failure})`;
  return amount(peer.median, unit);
}

/**
 * @param {number} value
 * @param {number} digits significant digits
 */
function rounded(value, digits) {
  return Number(value.toPrecision(digits)).toLocaleString('en');
}

/**
 * @param {number} value
 * @param {string} unit
 */
function amount(value, unit) {
  const digits = value >= 100 ? value.toFixed(0) : value.toPrecision(value >= 10 ? 3 : 2);
  return `${Number(digits).toLocaleString('en')}${unit === '' ? '' : ` ${unit}`}`;
}

/**
 * @param {string} what
 * @param {Points} points
 */
function curve(what, { of, unit, values }) {
  const [first] = values;
  const rows = values.map(({ size, cost }) => {
    const times = first === undefined ? 1 : cost / first.cost;
    const bar = '█'.repeat(Math.max(0, Math.round(3 * (1 + Math.log2(times)))));
    return `| ${size.toLocaleString('en')} | ${amount(cost, unit)} | ${times.toFixed(1)}x | ${bar} |`;
  });
  return `### ${what.charAt(0).toUpperCase()}${what.slice(1)}

Each row has twice the ${of} of the row above. Three more blocks mean twice the cost.

| ${of} | median | | |
|---|---|---|---|
${rows.join('\n')}
`;
}
