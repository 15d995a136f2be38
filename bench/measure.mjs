/**
 * @typedef {object} Context
 * @property {import('./repositories.mjs').Repositories} repositories
 * @property {string} folder temporary folder that all measures share; it is deleted when the benchmark ends
 * @property {string} server path of the bundled language server
 * @property {string} cli path of the bundled command
 * @property {(full: number) => number} rounds the given number, which is for a full run; with `--quick`, a tenth of it, rounded up
 * @property {boolean} isQuick whether `--quick` was given; some measures then skip their slow figures
 *
 * @typedef {object} Measure
 * @property {string} name for `--only`
 * @property {(context: Context) => AsyncIterable<import('./figure.mjs').Figure>} run
 */
export {};
