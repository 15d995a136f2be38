import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { performance } from 'node:perf_hooks';
import { deleteDigit, typeDigit, typeField } from './edits.mjs';
import { LanguageClient } from './language-client.mjs';
import { bufLanguageServer } from './programs.mjs';

/**
 * @typedef {import('./language-client.mjs').Edit} Edit
 * @typedef {import('./language-client.mjs').Publication} Publication
 * @typedef {{ line: number, character: number }} Place
 *
 * @typedef {object} Server
 * @property {readonly string[]} command
 * @property {(section: string) => unknown} settings
 * @property {object} [options] its initialization options
 * @property {boolean} [probed] whether its heap can be measured
 * @property {(published: Publication) => boolean} breaks whether these diagnostics contain a finding
 * @property {(publications: readonly Publication[]) => boolean} isFinal whether these are all publications of a version
 */

const PROBE = fileURLToPath(new URL('heap-probe.mjs', import.meta.url));

/**
 * This project's server with the Node.js option of the extension, but over the standard streams.
 * @param {string} program path of the bundled server
 * @param {{ idleDelay?: number }} settings milliseconds
 * @param {boolean} probed whether its heap can be measured
 * @returns {Server}
 */
export function ownServer(program, settings = {}, probed = false) {
  return {
    command: [
      process.execPath,
      '--max-semi-space-size=2',
      ...(probed ? ['--expose-gc', '--import', PROBE] : []),
      program,
      '--stdio',
    ],
    probed,
    settings: (section) => (section === 'protoCompat' ? settings : null),
    options: { views: true },
    breaks: ({ diagnostics }) => diagnostics.some(({ source }) => source === 'proto-compat'),
    isFinal: () => true,
  };
}

/**
 * @param {string} ref
 * @returns {Server}
 */
export function bufServer(ref) {
  /** @type {Map<string, unknown>} */
  const settings = new Map([
    ['buf.checks.breaking.againstStrategy', 'git'],
    ['buf.checks.breaking.againstGitRef', ref],
  ]);
  return {
    command: [bufLanguageServer(), 'lsp', 'serve', '--timeout', '0'],
    settings: (section) => settings.get(section) ?? null,
    breaks: ({ diagnostics }) => diagnostics.some(({ source }) => source === 'buf breaking'),
    // It publishes each version without breaking changes, and then with them.
    isFinal: (publications) => publications.length >= 2,
  };
}

export class Session {
  client;
  #server;
  #file;
  #isClean;

  /**
   * @param {Server} server
   * @param {string} directory
   * @param {string} file absolute
   * @param {boolean} isClean whether the file has no findings before it is edited, so that their absence can be checked
   */
  constructor(server, directory, file, isClean = true) {
    this.#isClean = isClean;
    this.#server = server;
    this.#file = file;
    this.client = new LanguageClient({ ...server, directory });
  }

  /**
   * @param {boolean} [breaks] whether the file must have findings
   * @returns {Promise<number>} milliseconds to the final diagnostics, with the start of the process
   */
  async start(breaks) {
    await this.client.initialize();
    this.client.open(this.#file);
    return (await this.#final(1, breaks)) - this.client.started;
  }

  /**
   * @param {Edit} edit
   * @param {boolean} [breaks] whether the edited text must have findings
   * @returns {Promise<number>} milliseconds to the final diagnostics
   */
  async edit(edit, breaks) {
    const { version, at } = this.client.change(this.#file, edit);
    return (await this.#final(version, breaks)) - at;
  }

  /**
   * Breaks a field number with a digit, and deletes the digit.
   * @param {Place} place
   * @returns {Promise<number[]>} the milliseconds of both edits
   */
  async toggle(place) {
    return [await this.edit(typeDigit(place), true), await this.edit(deleteDigit(place), false)];
  }

  /**
   * Types and deletes a field, then breaks a field number with a digit, without waiting for the server.
   * @param {Place} place
   * @param {number} interval milliseconds between two keys
   * @returns {Promise<number>} milliseconds from that digit to the final diagnostics
   */
  async burst(place, interval) {
    const started = performance.now();
    let last = { version: 0, at: 0 };
    for (const [at, edit] of [...typeField(place), typeDigit(place)].entries()) {
      const due = started + at * interval - performance.now();
      if (due > 0) await new Promise((resolve) => setTimeout(resolve, due));
      last = this.client.change(this.#file, edit);
    }
    const time = (await this.#final(last.version, true)) - last.at;
    await this.edit(deleteDigit(place), false);
    return time;
  }

  stop() {
    return this.client.stop();
  }

  /**
   * @param {number} version
   * @param {boolean} [breaks]
   * @returns {Promise<number>} when the last diagnostics of this version arrived
   * @throws {Error} if they are wrong
   */
  async #final(version, breaks) {
    /** @type {Publication[]} */
    const ofVersion = [];
    const published = await this.client.published(this.#file, (publication) => {
      if (publication.version !== version) return false;
      ofVersion.push(publication);
      return (breaks === true && this.#server.breaks(publication)) || this.#server.isFinal(ofVersion);
    });
    if ((breaks === true || (breaks === false && this.#isClean)) && this.#server.breaks(published) !== breaks) {
      throw new Error(
        `${this.client.name} ${breaks ? 'missed a breaking change' : 'reported a change that does not exist'}.`,
      );
    }
    return published.at;
  }
}
