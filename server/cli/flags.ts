import { PRESETS, SEVERITIES } from '../policy/settings.ts';
import type { Flag } from './command.ts';

/*
 * The flags that several commands have, so that each means the same everywhere.
 */

export const REPO: Flag = { name: 'repo', value: 'DIR', help: 'run as if started in DIR' };
export const FROM: Flag = { name: 'from', value: 'REF', help: 'compare with REF instead of the last release' };
export const TO: Flag = { name: 'to', value: 'REF', help: 'compare REF instead of the working tree' };
export const POLICY: Flag = {
  name: 'policy',
  value: 'P',
  help: 'judge by this policy instead of the configured one',
  choices: Object.keys(PRESETS),
};
export const MODULE: Flag = {
  name: 'module',
  value: 'PREFIX',
  help: "the module meant, by its tags' prefix, where a repository has several",
};
export const DECLARED: Flag = {
  name: 'declared',
  value: 'VERSION',
  help: 'the planned version: exit 1 and say so if it is too low',
};

export const USES: Flag = {
  name: 'uses',
  value: undefined,
  help: 'look for code that uses what changed, at the release and in the edit',
};
export const CODE: Flag = {
  name: 'code',
  value: 'ROLE=DIR',
  many: true,
  help: "the client's or the server's code is in another repository: client=../runtime",
};

export const FAIL_ON: Flag = {
  name: 'fail-on',
  value: 'SEVERITY',
  help: 'exit 1 on findings of this severity or worse, error by default',
  // A hint is no reason to fail.
  choices: [...SEVERITIES.filter((severity) => severity !== 'hint'), 'never'],
};

export const QUIET: Flag = {
  name: 'quiet',
  value: undefined,
  help: 'print a line for each finding that makes the check fail, and nothing else',
};

export function format(...choices: readonly string[]): Flag {
  return { name: 'format', value: 'F', help: `what to print, ${choices[0] ?? ''} by default`, choices };
}
