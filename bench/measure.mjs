/**
 * @typedef {object} Context
 * @property {import('./repositories.mjs').Repositories} repositories
 * @property {string} folder for files of a measure; it is deleted at the end
 * @property {string} server the bundled language server
 * @property {string} cli the bundled command
 * @property {(full: number) => number} rounds the number of rounds to run, which is lower with `--quick`
 *
 * @typedef {object} Measure
 * @property {string} name for `--only`
 * @property {(context: Context) => AsyncIterable<import('./figure.mjs').Figure>} run
 */
export {};
