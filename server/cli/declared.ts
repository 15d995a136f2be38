import semver from 'semver';
import { CannotRun, type Input } from './command.ts';

/** The planned version that `--declared` gives, normalised; undefined without the flag. */
export function declaredIn(input: Input): string | undefined {
  const given = input.value('declared');
  if (given === undefined) return undefined;
  const version = semver.parse(given);
  if (version === null) throw new CannotRun(`--declared must be a version such as 1.1.0, not ${given}.`);
  return version.version;
}
