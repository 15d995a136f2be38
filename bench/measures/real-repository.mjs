import { readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { fieldNumberEnds } from '../edits.mjs';
import { run } from '../programs.mjs';
import { restore, write } from '../repositories.mjs';
import { auditOf, checks, releases } from './history.mjs';
import { withBreakingEdit, coldStart } from './start.mjs';
import { inFile } from './typing.mjs';
import { measureUses } from './uses.mjs';

/**
 * The edits are in the largest `.proto` file of a copy.
 * @param {string} from the repository's folder
 * @returns {import('../measure.mjs').Measure}
 */
export function realRepository(from) {
  return {
    name: 'repository',
    async *run({ repositories, server, cli, rounds, isQuick }) {
      const directory = await repositories.copy(from);
      const file = largest(directory);
      const absolute = path.join(directory, file);
      const ref = lastRelease(cli, directory, file);
      console.log(`${file} (${readFileSync(absolute, 'utf8').split('\n').length} lines), compared with ${ref}`);
      yield* inFile({
        isQuick,
        server,
        directory,
        file: absolute,
        ref,
        name: 'repository',
        what: file,
        key: [],
        isClean: false,
        rounds: rounds(20),
        peerRounds: rounds(10),
      });
      yield await coldStart({ server, directory, file, ref, rounds: rounds(12) });
      write(directory, new Map([[file, withBreakingEdit(absolute)]]));
      yield* checks({ cli, directory, tag: ref, rounds: rounds(10), peerRounds: rounds(4) });
      restore(directory);
      yield* measureUses({ server, cli, directory, file, tag: ref, rounds: rounds(4) });
      const tags = run(['git', 'tag', '--sort=version:refname'], directory).output.trim().split('\n');
      const at = tags.indexOf(ref);
      const [older = ref] = tags.slice(Math.max(0, at - 1));
      yield* releases({ cli, directory, tags: [older, ref], count: tags.length, rounds: rounds(4) });
      yield* auditOf({ cli, directory, most: 10_000, rounds: rounds(4) });
    },
  };
}

/** The largest `.proto` file with a field that can be edited. @param {string} directory */
function largest(directory) {
  const tracked = run(['git', 'ls-files', '*.proto'], directory).output.trim().split('\n');
  const [first] = tracked
    .map((file) => ({ file, length: readFileSync(path.join(directory, file)).length }))
    .sort((one, other) => other.length - one.length)
    .filter(({ file }) => file.length > 0 && hasField(path.join(directory, file)));
  if (first === undefined) throw new Error('The repository has no .proto file with a field.');
  return first.file;
}

/** @param {string} file */
function hasField(file) {
  try {
    fieldNumberEnds(file, 1);
    return true;
  } catch {
    return false;
  }
}

/**
 * The last release of the file's module.
 * @param {string} cli
 * @param {string} directory
 * @param {string} file
 * @returns {string}
 */
function lastRelease(cli, directory, file) {
  /** @type {{ baseline: { ref?: string }, modules: { prefix: string, baseline: { ref?: string } }[] }} */
  const { baseline, modules } = JSON.parse(
    run([process.execPath, cli, 'check', '--format', 'json'], directory, [0, 1]).output,
  );
  // For a single module, `modules` is empty.
  const [nearest] = [{ prefix: '', baseline }, ...modules]
    .filter(({ prefix }) => file.startsWith(prefix))
    .sort((one, other) => other.prefix.length - one.prefix.length);
  if (nearest?.baseline.ref === undefined) throw new Error(`${file} has no release to compare with.`);
  return nearest.baseline.ref;
}
