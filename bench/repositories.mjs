import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { agentProtocol, branchedHistory, history, manyFiles, otherFiles } from './data.mjs';
import { run } from './programs.mjs';

/** One lint rule takes buf almost no time. */
const bufYaml = (/** @type {string} */ root) =>
  `version: v2\nmodules:\n  - path: ${root}\nbreaking:\n  use: [FILE]\nlint:\n  use: [PACKAGE_DEFINED]\n`;

export class Repositories {
  #folder;
  /** @type {Map<string, Promise<string>>} */
  #made = new Map();

  /** @param {string} folder */
  constructor(folder) {
    this.#folder = folder;
  }

  /** A young repository: 200 commits, 20 releases, nine commits since the last one. */
  agent() {
    return this.#once('agent', (directory) => this.#agent(directory, 200, 20));
  }

  /** An old repository: 20,000 commits, 150 releases, 2,600 source files with 32 MB. */
  old() {
    return this.#once('old', (directory) => this.#agent(directory, 20_000, 150, otherFiles(2600)));
  }

  different() {
    return this.#once('different', (directory) =>
      make(
        directory,
        history({
          commits: 1500,
          tags: 150,
          files: (release) => new Map([...agentProtocol(release), ['buf.yaml', bufYaml('protocols')]]),
        }),
      ),
    );
  }

  /** 25,000 commits with merges, and two modules with 196 releases each, most of them on stable branches. */
  branched() {
    return this.#once('branched', (directory) =>
      make(
        directory,
        branchedHistory({
          commits: 25_000,
          minors: 40,
          patches: 4,
          files: (release) =>
            new Map(
              [...agentProtocol(release)].flatMap(([file, text]) => [
                [file, text],
                // With the same packages, these files would count as copies.
                [`api/${file}`, text.replaceAll('bench.', 'bench.api.')],
              ]),
            ),
        }),
      ),
    );
  }

  many() {
    return this.#once('many', (directory) => {
      const files = manyFiles();
      const released = new Map([...files, ['buf.yaml', bufYaml('.')]]);
      return make(directory, history({ commits: 1, tags: 1, files: () => released }));
    });
  }

  /**
   * One file, released once.
   * @param {string} name a different one for each text
   * @param {string} text
   */
  single(name, text) {
    const files = new Map([
      ['single.proto', text],
      ['buf.yaml', bufYaml('.')],
    ]);
    return this.#once(name, (directory) => make(directory, history({ commits: 1, tags: 1, files: () => files })));
  }

  /** @param {string} from the repository's folder */
  copy(from) {
    return this.#once('copy', (directory) => {
      run(['git', 'clone', '--quiet', path.resolve(from), directory], this.#folder);
      return Promise.resolve();
    });
  }

  /**
   * @param {string} directory
   * @param {number} commits
   * @param {number} tags
   * @param {Map<string, string>} [others]
   */
  #agent(directory, commits, tags, others) {
    // Three of four releases do not change the protocol.
    const files = (/** @type {number} */ release) =>
      new Map([...agentProtocol(release - (release % 4)), ['buf.yaml', bufYaml('protocols')]]);
    return make(directory, history({ commits, tags, files, ...(others !== undefined && { others }) }));
  }

  /**
   * @param {string} name
   * @param {(directory: string) => Promise<void>} create
   */
  #once(name, create) {
    const known = this.#made.get(name);
    if (known !== undefined) return known;
    const directory = path.join(this.#folder, name);
    const made = create(directory).then(() => directory);
    this.#made.set(name, made);
    return made;
  }
}

/**
 * The folders must exist.
 * @param {string} directory
 * @param {Map<string, string>} files
 */
export function write(directory, files) {
  for (const [file, text] of files) writeFileSync(path.join(directory, file), text);
}

/**
 * Undoes all edits, and updates git's index as an editor does.
 * @param {string} directory
 */
export function restore(directory) {
  run(['git', 'reset', '--quiet', '--hard'], directory);
  run(['git', 'status', '--short'], directory);
}

/** @param {string} directory */
export function remove(directory) {
  rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
}

/**
 * @param {string} directory
 * @param {Iterable<string>} commits for `git fast-import`
 */
async function make(directory, commits) {
  mkdirSync(directory, { recursive: true });
  run(['git', 'init', '--quiet', '--initial-branch=main'], directory);
  const importing = spawn('git', ['fast-import', '--quiet'], { cwd: directory, stdio: ['pipe', 'ignore', 'inherit'] });
  const ended = once(importing, 'exit');
  for (const part of commits) {
    if (!importing.stdin.write(part)) await once(importing.stdin, 'drain');
  }
  importing.stdin.end();
  await ended;
  // A clone has packed refs, too.
  run(['git', 'pack-refs', '--all'], directory);
  restore(directory);
}
