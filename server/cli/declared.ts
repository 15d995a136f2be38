import semver from 'semver';
import type { CheckResult } from '../check/result.ts';
import { CannotRun } from './command.ts';

/** The result as if the version file said `declared`. */
export function withDeclared<Result extends CheckResult>(result: Result, declared: string | undefined): Result {
  if (declared === undefined) return result;
  const version = semver.parse(declared);
  if (!version) throw new CannotRun(`--declared must be a version such as 1.1.0, not ${declared}.`);
  if (result.nextVersion === null) {
    throw new CannotRun(
      `there is no next version to hold ${declared} against, because the baseline is no release; give a release with --from.`,
    );
  }
  // A pre-release announces its release: 1.1.0-rc1 promises what 1.1.0 promises.
  const announced = `${version.major}.${version.minor}.${version.patch}`;
  const sufficient = semver.gte(announced, result.nextVersion);
  return { ...result, declaredVersion: { file: '--declared', version: version.version, sufficient } };
}
