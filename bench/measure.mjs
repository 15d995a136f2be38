/**
 * @typedef {object} Context
 * @property {import('./repositories.mjs').Repositories} repositories
 * @property {string} folder temporary folder of the whole run, which all measures share; it is deleted when the benchmark ends
 * @property {string} server the bundled language server
 * @property {string} cli the bundled command
 * @property {(full: number) => number} rounds the number of rounds to run, from the number in a full run: fewer with `--quick`
 * @property {boolean} isQuick whether `--quick` was given; a measure then skips its slow figures
 *
 * @typedef {object} Measure
 * @property {string} name for `--only`
 * @property {(context: Context) => AsyncIterable<import('./figure.mjs').Figure>} run
 */
export {};
