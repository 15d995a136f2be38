/**
 * @typedef {object} Context
 * @property {import('./repositories.mjs').Repositories} repositories
 * @property {string} folder for what a measure writes; it goes when all is done
 * @property {string} server the bundled language server
 * @property {string} cli the bundled command
 * @property {(full: number) => number} rounds how many of so many are run: fewer where only the harness itself is tried
 *
 * @typedef {object} Measure
 * @property {string} name for `--only`
 * @property {(context: Context) => AsyncIterable<import('./figure.mjs').Figure>} run
 */
export {};
