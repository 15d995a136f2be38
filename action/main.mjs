/**
 * The script of the GitHub Action. It has no dependencies, because actions run from a checkout. Inputs come from the
 * environment and commands get argument arrays, so that only the input `command` can run a command.
 */
import { spawnSync } from 'node:child_process';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import process from 'node:process';

const input = (/** @type {string} */ name) => process.env[`INPUT_${name}`]?.trim() ?? '';
const words = (/** @type {string} */ text) => text.split(/\s+/).filter((word) => word !== '');

const [program = '', ...before] = words(input('COMMAND') || `npx --yes proto-compat@${input('VERSION') || 'latest'}`);
const label = input('REQUIRE_LABEL');
const release = taggedRelease();
const declared = input('DECLARED') || release?.version;
const common = [
  ...(input('FROM') === '' ? [] : [`--from=${input('FROM')}`]),
  ...(input('POLICY') === '' ? [] : [`--policy=${input('POLICY')}`]),
  ...(release === undefined ? [] : [`--to=${release.tag}`]),
  ...(declared === undefined ? [] : [`--declared=${declared}`]),
];
const paths = words(input('PATHS'));
// The tag of a module concerns only its folder.
if (paths.length === 0 && release?.folder !== undefined) paths.push(release.folder);

/** Worst first. */
const SEVERITIES = ['error', 'warning', 'information'];

process.exitCode = await main();

/** @returns {Promise<number>} the exit code of `proto-compat check` */
async function main() {
  const annotated = check('github', input('FAIL_ON') || 'error');
  process.stdout.write(annotated.stdout);
  // The reason is on stderr.
  if (annotated.status !== 0 && annotated.status !== 1) return 2;

  /** @type {Result} */
  const result = JSON.parse(check('json', 'never').stdout);
  const comment = check('comment', 'never').stdout;
  if (input('SARIF') !== '') writeFileSync(input('SARIF'), check('sarif', 'never').stdout);

  const open = result.findings.filter(({ accepted }) => accepted === null);
  const breaks = open.filter(isBreak);
  const isBreaking = breaks.length > 0;
  output({ bump: result.bump, 'next-version': result.nextVersion ?? '', breaking: String(isBreaking) });

  const number = pullRequest();
  const isAllowed = label !== '' && number !== undefined && isBreaking && (await hasLabel(number));
  const note = isBreaking && label !== '' && number !== undefined ? labelNote(isAllowed) : '';
  const body = note === '' ? comment : `${comment}\n${note}\n`;
  appendFileSync(process.env['GITHUB_STEP_SUMMARY'] ?? '/dev/null', `${body}\n`);
  if (number !== undefined && input('COMMENT') !== 'false' && input('TOKEN') !== '') {
    await keepComment(number, body, open.length + result.problems.length > 0);
  }
  if (!isAllowed) return annotated.status;
  // The label allows breaking changes, but no other findings.
  const failing = SEVERITIES.slice(0, SEVERITIES.indexOf(input('FAIL_ON') || 'error') + 1);
  const others = open.filter((finding) => !isBreak(finding) && failing.includes(finding.severity));
  const unread = result.problems.filter(({ severity }) => severity === 'error');
  return others.length + unread.length > 0 ? 1 : 0;
}

/**
 * @typedef {{ severity: string, accepted: object | null, broken: Record<string, boolean> }} Finding
 * @typedef {{ bump: string, nextVersion: string | null, findings: Finding[], problems: { severity: string }[] }} Result
 */

/** @param {Finding} finding */
function isBreak({ broken }) {
  return Object.values(broken).includes(true);
}

/**
 * @param {string} format
 * @param {string} failOn
 */
function check(format, failOn) {
  const args = [...before, 'check', ...common, `--format=${format}`, `--fail-on=${failOn}`, ...paths];
  const { status, stdout, error } = spawnSync(program, args, {
    encoding: 'utf8',
    // The messages on stderr are the same in each run.
    stdio: ['ignore', 'pipe', format === 'github' ? 'inherit' : 'ignore'],
    maxBuffer: 1 << 28,
    // On Windows, `npx` needs a shell, so the input "command" must be set there.
    shell: false,
  });
  if (error) {
    console.error(`proto-compat: ${program} could not be started (${error.message}); set the input "command".`);
    return { status: 2, stdout: '' };
  }
  return { status: status ?? 2, stdout };
}

/** The release to compare with the previous one, if the job runs for its tag. */
function taggedRelease() {
  const tag = process.env['GITHUB_REF_NAME'] ?? '';
  if (process.env['GITHUB_REF_TYPE'] !== 'tag' || tag === '' || input('FROM') !== '') return undefined;
  const [, folder, version] = /^(.+\/)?v?(\d+\.\d+\.\d+.*)$/.exec(tag) ?? [];
  return { tag, folder, version };
}

/** Undefined if the job runs for another event. */
function pullRequest() {
  const file = process.env['GITHUB_EVENT_PATH'];
  const event = file === undefined ? {} : JSON.parse(readFileSync(file, 'utf8'));
  /** @type {number | undefined} */
  const number = event.pull_request?.number;
  return number;
}

/** @param {Record<string, string>} values */
function output(values) {
  const lines = Object.entries(values).map(([name, value]) => `${name}=${value.replaceAll(/[\r\n]/g, '')}\n`);
  appendFileSync(process.env['GITHUB_OUTPUT'] ?? '/dev/null', lines.join(''));
}

/** @param {boolean} isAllowed */
function labelNote(isAllowed) {
  const name = `\`${label.replaceAll('`', '')}\``;
  return isAllowed
    ? `The label ${name} is set, so this check passes although released versions break.`
    : `If that is intended, set the label ${name} to make this check pass.`;
}

/** @param {number} number */
async function hasLabel(number) {
  /** @type {{ name: string }[] | undefined} */
  const labels = await api('GET', `issues/${number}/labels?per_page=100`);
  return labels?.some(({ name }) => name === label) === true;
}

/**
 * @param {number} number
 * @param {string} body
 * @param {boolean} isNeeded if false, a comment is updated but not created
 */
async function keepComment(number, body, isNeeded) {
  // Jobs for different parts of a repository have separate comments.
  const part = `${input('WORKING_DIRECTORY')} ${words(input('PATHS')).join(' ')}`.replaceAll(/[^\w./ ]/g, '');
  const marker = `<!-- proto-compat ${part.trim()} -->`;
  const text = shortened(`${marker}\n${body}`);
  const known = await commentWith(number, marker);
  if (known === undefined && isNeeded) await api('POST', `issues/${number}/comments`, { body: text });
  else if (known !== undefined && known.body !== text)
    await api('PATCH', `issues/comments/${known.id}`, { body: text });
}

/**
 * The comment of an earlier run. A person can write the marker, too, so only comments of apps count.
 * @param {number} number
 * @param {string} marker
 * @returns {Promise<{ id: number, body?: string } | undefined>}
 */
async function commentWith(number, marker) {
  for (let page = 1; ; page++) {
    /** @type {{ id: number, body?: string, user?: { type?: string } }[] | undefined} */
    const comments = await api('GET', `issues/${number}/comments?per_page=100&page=${page}`);
    if (comments === undefined) return undefined;
    const found = comments.find(({ body, user }) => user?.type === 'Bot' && body?.startsWith(marker) === true);
    if (found !== undefined || comments.length < 100) return found;
  }
}

/** A comment has at most 65,536 characters. @param {string} text */
function shortened(text) {
  const most = 65_000;
  return text.length <= most
    ? text
    : `${text.slice(0, text.lastIndexOf('\n', most))}\n\n… see the job summary for the rest.\n`;
}

/**
 * A failed request doesn't fail the job: a pull request from a fork may not comment, and the summary has the same text.
 * @param {string} method
 * @param {string} path below the repository
 * @param {object} [body]
 * @returns {Promise<any>} undefined if the request failed
 */
async function api(method, path, body) {
  const address = `${process.env['GITHUB_API_URL'] ?? ''}/repos/${process.env['GITHUB_REPOSITORY'] ?? ''}/${path}`;
  try {
    const response = await fetch(address, {
      method,
      headers: {
        accept: 'application/vnd.github+json',
        authorization: `Bearer ${input('TOKEN')}`,
        'content-type': 'application/json',
        'user-agent': 'proto-compat',
        'x-github-api-version': '2022-11-28',
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (response.ok) return await response.json();
    console.log(`::notice title=Proto Compat::${hint(method, response.status)}`);
  } catch (error) {
    console.log(
      `::notice title=Proto Compat::GitHub cannot be reached (${error instanceof Error ? error.message : ''}).`,
    );
  }
  return undefined;
}

/**
 * @param {string} method
 * @param {number} status
 */
function hint(method, status) {
  return status === 403 || status === 404
    ? `${method === 'GET' ? 'The pull request could not be read' : 'The comment could not be written'}: the token needs the permission "pull-requests: write", which pull requests from forks do not have. The job summary has the same text.`
    : `GitHub answered ${status}, so the comment may be out of date. The job summary has the same text.`;
}
