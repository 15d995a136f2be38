import { PRESETS, SEVERITIES } from '../policy/settings.ts';
import type { Flag } from './command.ts';

export const REPO: Flag = { name: 'repo', value: 'DIR', help: 'run as if started in DIR' };
export const FROM: Flag = { name: 'from', value: 'REF', help: 'compare with REF instead of the last release' };
export const TO: Flag = { name: 'to', value: 'REF', help: 'compare REF instead of the working tree' };
export const FIRST: Flag = { name: 'from', value: 'REF', help: 'start with the release REF' };
export const LAST: Flag = { name: 'to', value: 'REF', help: 'end with the release REF' };
export const POLICY: Flag = {
  name: 'policy',
  value: 'P',
  help: 'use this policy instead of the configured one',
  choices: Object.keys(PRESETS),
};
export const MODULE: Flag = {
  name: 'module',
  value: 'PREFIX',
  help: "the prefix of the module's tags, if the repository has several modules",
};
export const DECLARED: Flag = {
  name: 'declared',
  value: 'VERSION',
  help: 'the planned version: exit 1 with a message if it is too low',
};

export const USES: Flag = {
  name: 'uses',
  value: undefined,
  help: 'search for code that uses the changed elements, in the release and in the edit',
};
export const CODE: Flag = {
  name: 'code',
  value: 'ROLE=DIR',
  many: true,
  help: "the client's or server's code, if it is in another repository: client=../runtime",
};

export const CODE_WITH_USES: Flag = { ...CODE, needs: USES.name, help: `with --uses, ${CODE.help}` };

export const FAIL_ON: Flag = {
  name: 'fail-on',
  value: 'SEVERITY',
  help: 'exit 1 on findings of this severity or worse, error by default',
  // Hints never make a check fail.
  choices: [...SEVERITIES.filter((severity) => severity !== 'hint'), 'never'],
};

export const QUIET: Flag = {
  name: 'quiet',
  value: undefined,
  help: 'print only one line for each finding and problem that fails the check',
};

export function format(...choices: readonly string[]): Flag {
  return { name: 'format', value: 'F', help: `what to print, ${choices[0] ?? ''} by default`, choices };
}
