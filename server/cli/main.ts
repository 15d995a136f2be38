import process from 'node:process';
import { parseArgs } from 'node:util';
import { version } from '../../package.json';
import { didYouMean } from '../policy/did-you-mean.ts';
import { wrapped } from '../report/terminal.ts';
import { printable } from '../report/printable.ts';
import { list } from '../rules/words.ts';
import { asCannotRun } from '../check/cannot-run.ts';
import { CannotRun, type Command, type Flag, type Input } from './command.ts';
import {
  CODE,
  CODE_WITH_USES,
  DECLARED,
  FAIL_ON,
  FIRST,
  format,
  FROM,
  LAST,
  MODULE,
  POLICY,
  QUIET,
  REPO,
  TO,
  USES,
} from './flags.ts';

const COMMANDS: readonly Command[] = [
  {
    name: 'check',
    summary: 'what an edit breaks in released versions, and which version it needs',
    positionals: '[FILE|DIR…]',
    flags: [
      REPO,
      FROM,
      TO,
      POLICY,
      format('text', 'json', 'sarif', 'github', 'gitlab', 'junit', 'markdown', 'comment'),
      QUIET,
      FAIL_ON,
      MODULE,
      DECLARED,
      USES,
      CODE_WITH_USES,
    ],
    run: async (input) => (await import('./check.ts')).check(input),
  },
  {
    name: 'next',
    summary: 'print only the next version',
    positionals: '[FILE|DIR…]',
    flags: [REPO, FROM, TO, POLICY, MODULE, DECLARED],
    run: async (input) => (await import('./next.ts')).next(input),
  },
  {
    name: 'notes',
    summary: 'Markdown for the release notes',
    positionals: '[FILE|DIR…]',
    flags: [REPO, FROM, TO, POLICY, MODULE, USES, CODE_WITH_USES],
    run: async (input) => (await import('./notes.ts')).notes(input),
  },
  {
    name: 'audit',
    summary: 'for every release, the bump it declared and the bump it needed',
    positionals: '[FILE|DIR…]',
    flags: [REPO, FIRST, LAST, POLICY, MODULE, format('text', 'json', 'markdown')],
    run: async (input) => (await import('./audit.ts')).audit(input),
  },
  {
    name: 'matrix',
    summary: 'every client release combined with every server release',
    positionals: '[FILE|DIR…]',
    flags: [
      REPO,
      FIRST,
      LAST,
      POLICY,
      MODULE,
      { name: 'pending', value: undefined, help: 'add the working tree as the last release' },
      format('text', 'json', 'markdown', 'svg'),
    ],
    run: async (input) => (await import('./matrix.ts')).matrix(input),
  },
  {
    name: 'explain',
    summary: 'what a rule means, who breaks, and what to do instead',
    positionals: '[RULE]',
    flags: [format('text', 'json', 'markdown')],
    run: async (input) => (await import('./explain.ts')).explain(input),
  },
  {
    name: 'uses',
    summary: 'the code that uses an element, release by release',
    positionals: 'ELEMENT…',
    flags: [
      REPO,
      { name: 'at', value: 'REF', help: 'search only REF instead of all releases' },
      CODE,
      format('text', 'json', 'markdown'),
    ],
    run: async (input) => (await import('./uses.ts')).uses(input),
  },
  {
    name: 'mcp',
    summary: 'the same answers as tools for coding agents, over stdio',
    positionals: '[ROOT…]',
    flags: [],
    run: async (input) => (await import('./mcp.ts')).mcp(input),
  },
  {
    name: 'init',
    summary: 'write a first proto-compat.json, from buf.yaml or the .proto files',
    positionals: '',
    flags: [REPO],
    run: async (input) => (await import('./init.ts')).init(input),
  },
  {
    name: 'lsp',
    summary: 'the language server for any editor',
    positionals: '',
    flags: [{ name: 'stdio', value: undefined, help: 'communicate over standard input and output (required)' }],
    run: async (input) => (await import('./lsp.ts')).lsp(input),
  },
];

/**
 * @returns the exit code. 0: success. 1: findings, text that may hide a change, or a version that is too low make the
 * command fail. 2: the command could not run, and stderr says why.
 */
export async function main(argv: readonly string[]): Promise<number> {
  surviveClosedPipes();
  try {
    return await run(argv);
  } catch (thrown) {
    const error = asCannotRun(thrown);
    if (error instanceof CannotRun) {
      const line = error.message.replaceAll(/\s+/g, (run) => (run.includes('\n') ? ' ' : run));
      console.error(`proto-compat: ${printable(line)}`);
    } else if (isSystemError(error)) {
      console.error(`proto-compat: ${printable(`${systemTrouble(error)} (${error.message})`)}`);
    } else {
      // A report about this defect needs the whole stack.
      const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
      const lines = stack.split('\n').map(printable).join('\n');
      console.error(`proto-compat ${version} failed unexpectedly; please report this: ${lines}`);
    }
    return 2;
  }
}

async function run(argv: readonly string[]): Promise<number> {
  const [name, ...rest] = argv;
  if (name === '--version') return print(version);
  if (name === '--help' || name === '-h') return print(overview());
  if (name === 'help') return print(rest[0] === undefined ? overview() : help(commandOf(rest[0])));
  if (name === undefined)
    throw new CannotRun('no command given; try `proto-compat check`, or `proto-compat --help` for all commands.');
  const command = commandOf(name);
  if (rest.includes('--help') || rest.includes('-h')) return print(help(command));
  return command.run(parse(command, rest));
}

function commandOf(name: string): Command {
  const command = COMMANDS.find((candidate) => candidate.name === name);
  if (command) return command;
  const names = COMMANDS.map((candidate) => candidate.name);
  const what = name.startsWith('-')
    ? `the command must come before ${name}`
    : `there is no command ${name}${didYouMean(name, names)}`;
  throw new CannotRun(`${what}; the commands are ${list(names)}.`);
}

function parse(command: Command, args: readonly string[]): Input {
  const { tokens } = parseArgs({
    args: [...args],
    options: Object.fromEntries(
      command.flags.map(({ name, value }) => [
        name,
        { type: value === undefined ? ('boolean' as const) : ('string' as const) },
      ]),
    ),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const see = `see \`proto-compat ${command.name} --help\``;
  const values = new Map<string, (string | undefined)[]>();
  const positionals: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') {
      if (command.positionals === '')
        throw new CannotRun(`${command.name} takes no arguments, but ${token.value} was given; ${see}.`);
      positionals.push(token.value);
    } else if (token.kind === 'option') {
      const flag = command.flags.find((candidate) => candidate.name === token.name && token.rawName.startsWith('--'));
      if (!flag) {
        const names = command.flags.map((candidate) => `--${candidate.name}`);
        throw new CannotRun(`${command.name} has no flag ${token.rawName}${didYouMean(token.rawName, names)}; ${see}.`);
      }
      check(flag, token.value, token.inlineValue === true, see);
      values.set(flag.name, [...(flag.many === true ? (values.get(flag.name) ?? []) : []), token.value]);
    }
  }
  for (const { name, needs } of command.flags)
    if (needs !== undefined && values.has(name) && !values.has(needs))
      throw new CannotRun(`--${name} only works with --${needs}; ${see}.`);
  return {
    positionals,
    value: (flag) => values.get(flag)?.at(-1),
    values: (flag) => (values.get(flag) ?? []).filter((value) => value !== undefined),
    has: (flag) => values.has(flag),
  };
}

function check(flag: Flag, value: string | undefined, inline: boolean, see: string): void {
  if (flag.value === undefined) {
    if (value !== undefined) throw new CannotRun(`--${flag.name} takes no value; ${see}.`);
    return;
  }
  // In `--from --to x`, `--to` isn't the value of `--from`. In `--from=--to`, it is.
  if (value === undefined || value === '' || (value.startsWith('-') && !inline)) {
    throw new CannotRun(`--${flag.name} needs a value (--${flag.name} ${flag.value}); ${see}.`);
  }
  if (flag.choices && !flag.choices.includes(value)) {
    throw new CannotRun(
      `--${flag.name} must be ${list(flag.choices, 'or')}, not ${value}${didYouMean(value, flag.choices)}.`,
    );
  }
}

function overview(): string {
  return [
    'Reports what an edit of .proto files breaks in released versions:',
    'who breaks, how, and which version it needs.',
    '',
    'Usage: proto-compat COMMAND [FLAGS]',
    '',
    ...table(COMMANDS.map(({ name, summary }) => [name, summary])),
    '',
    'proto-compat COMMAND --help shows the flags; --version prints the version.',
    'Exit code: 0 nothing fails; 1 findings at or above --fail-on (default: error),',
    'text that may hide a change, or a version that is too low; 2 could not run.',
  ].join('\n');
}

function help(command: Command): string {
  const rows = command.flags.map((flag): [string, string] => [
    flag.value === undefined ? `--${flag.name}` : `--${flag.name} ${flag.value}`,
    flag.choices ? `${flag.help}: ${flag.choices.join(', ')}` : flag.help,
  ]);
  return [
    `${command.name}: ${command.summary}`,
    '',
    `Usage: ${['proto-compat', command.name, command.positionals, rows.length > 0 ? '[FLAGS]' : ''].filter((part) => part !== '').join(' ')}`,
    ...(rows.length > 0 ? ['', ...table(rows)] : []),
  ].join('\n');
}

function table(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.flatMap(([left, right]) =>
    wrapped(right, COLUMNS - width - 4).map((line, index) => `  ${(index === 0 ? left : '').padEnd(width)}  ${line}`),
  );
}

const COLUMNS = 80;

function print(text: string): number {
  process.stdout.write(`${text}\n`);
  return 0;
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error && 'code' in error;
}

function systemTrouble({ code, syscall }: NodeJS.ErrnoException): string {
  if (syscall === 'uv_cwd')
    return 'the current folder no longer exists; change to one that does, or give one with --repo';
  switch (code) {
    case 'EMFILE':
    case 'ENFILE':
      return 'no file handles are left; close other programs or raise the limit with `ulimit -n`, then try again';
    case 'ENOSPC':
      return 'the disk is full; free some space, then try again';
    case 'ENOMEM':
      return 'no memory is left; close other programs, then try again';
    default:
      return 'a system call failed; fix its cause, then try again';
  }
}

/**
 * `proto-compat check | head` closes the pipe early. Other write errors, such as a full disk, must make the command
 * fail.
 */
function surviveClosedPipes(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return;
    console.error(
      `proto-compat: the output cannot be written: ${printable(systemTrouble(error))} (${printable(error.message)})`,
    );
    process.exit(2);
  });
  process.stderr.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') process.exit(2);
  });
}
