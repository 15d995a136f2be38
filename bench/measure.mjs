/**
 * @typedef {object} Context
 * @property {import('./repositories.mjs').Repositories} repositories
 * @property {string} folder temporary folder of all measures
 * @property {string} server path of the bundled language server
 * @property {string} cli path of the bundled command
 * @property {(full: number) => number} rounds with `--quick`, a tenth of them
 * @property {boolean} isQuick whether to skip slow figures
 *
 * @typedef {object} Measure
 * @property {string} name for `--only`
 * @property {(context: Context) => AsyncIterable<import('./figure.mjs').Figure>} run
 */
export {};
