/**
 * @typedef {object} Context
 * @property {import('./repositories.mjs').Repositories} repositories
 * @property {string} folder for files of a measure; it is deleted at the end
 * @property {string} server the bundled language server
 * @property {string} cli the bundled command
 * @property {(full: number) => number} rounds the number of rounds to run, which is lower with `--quick`
 * @property {boolean} isQuick whether only figures are wanted that `--quick` compares with those of the last full run
 *
 * @typedef {object} Measure
 * @property {string} name for `--only`
 * @property {(context: Context) => AsyncIterable<import('./figure.mjs').Figure>} run
 */
export {};
