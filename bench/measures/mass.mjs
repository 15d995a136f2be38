import process from 'node:process';
import { MASS_EDITS } from '../mass-edits.mjs';
import { bufBreaking, run } from '../programs.mjs';
import { write } from '../repositories.mjs';
import { exponent, median } from '../statistics.mjs';
import { turns } from '../turns.mjs';

/** The largest size divided by the smallest. */
const TIMES = 16;

/** @type {import('../measure.mjs').Measure} */
export const mass = {
  name: 'mass',
  async *run({ repositories, cli, rounds, isQuick }) {
    const check = [process.execPath, cli, 'check'];
    for (const { name, what, count, text, rule } of MASS_EDITS) {
      const points = [];
      /** @type {Awaited<ReturnType<typeof turns>>} */
      let measured = { values: [], peer: { values: [] } };
      const first = isQuick ? 1 : TIMES;
      for (let times = first; times >= 1; times /= 2) {
        const size = Math.round(count / times);
        const directory = await repositories.single(`${name}-${size}`, text(size, false));
        write(directory, new Map([['single.proto', text(size, true)]]));
        if (times === first) expectFinding(run([...check, '--format', 'json'], directory, [0, 1]).output, rule);
        measured = await turns(
          rounds(5),
          () => [run(check, directory, [0, 1]).time],
          times > 1 ? undefined : () => [bufBreaking(directory, '.git#tag=1.0.0').time],
          1,
        );
        points.push({ size, cost: median(measured.values) });
      }
      yield {
        name: `mass-${name}`,
        what: `check of ${what}`,
        unit: 'ms',
        values: measured.values,
        peer: { name: 'buf breaking --against .git#tag', ...measured.peer },
        targets: [{ of: 'median', most: 2000 }],
      };
      if (isQuick) continue;
      yield {
        name: `growth-${name}`,
        what: `growth of check with the number of elements: ${what} (exponent)`,
        unit: '',
        values: [exponent(points)],
        targets: [{ of: 'median', most: 1.2 }],
        points: { of: 'elements', unit: 'ms', values: points },
      };
    }
  },
};

/**
 * @param {string} output
 * @param {string} rule
 */
function expectFinding(output, rule) {
  /** @type {{ findings: { rule: string }[] }} */
  const { findings } = JSON.parse(output);
  if (!findings.some((finding) => finding.rule === rule)) throw new Error(`The check found no ${rule}.`);
}
