#!/usr/bin/env node
/**
 * Replaces the `code` executable that @vscode/test-electron starts. It runs the tests in VS Code's server with a headless Chromium, and
 * exits with the workbench's result, with 97 if there was none in time, or with 98 if the page crashed or this script failed. VS Code also
 * reports success if its extension host was killed, so run.mjs reads the suite's own results instead.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { format } from 'node:util';
import { openBrowser } from '../../scripts/browser.mjs';
import { prepareServer, remoteUri, startServer, workbenchAddress } from '../../scripts/browser-vscode.mjs';

/** Milliseconds. */
const TIME_LIMIT = 600_000;
/** Messages that the workbench logs in every run. */
const NOISE = [
  /^(Resolv|Creat(ing|ion)|\[AgentHost|\[AccountPolicy|Updating additional|\[reconnection|Ignoring fetching|\[Service Worker)/,
  /^Timed out waiting for authentication provider/,
  /spdlog|watchdog/,
];

const scratch = mkdtempSync(path.join(os.tmpdir(), 'vscode-'));
process.once('exit', () => {
  rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
});
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(130));

const flags = readFlags(process.argv.slice(2));
process.exitCode = await (flags.install === undefined ? run(flags) : install(flags.install, flags.extensions)).catch(
  (/** @type {unknown} */ error) => {
    console.error(error);
    return 98;
  },
);

/** @param {ReturnType<typeof readFlags>} flags */
async function run(flags) {
  const server = await startServer({ ...flags, scratch, driven: true, version: process.env['CODE_SERVER_VERSION'] });
  const browser = await openBrowser(path.join(scratch, 'profile'));
  try {
    const verdict = new Promise((resolve) => {
      void browser.page.exposeFunction('codeAutomationLog', printLog);
      void browser.page.exposeFunction('codeAutomationExit', resolve);
      browser.page.once('crash', () => {
        resolve(98);
      });
      setTimeout(resolve, TIME_LIMIT, 97).unref();
    });
    const uri = (/** @type {string} */ file) => remoteUri(server.authority, file);
    /** @type {[string, string][]} */
    const payload = flags.developmentPaths.map((folder) => ['extensionDevelopmentPath', uri(folder)]);
    if (flags.testsPath !== undefined) payload.push(['extensionTestsPath', uri(flags.testsPath)]);
    await browser.page.goto(workbenchAddress(server.authority, flags.folder, undefined, payload), {
      waitUntil: 'commit',
    });
    return await verdict;
  } finally {
    await browser.close();
    await server.stop();
  }
}

/**
 * @param {string} file
 * @param {string | undefined} extensions
 */
async function install(file, extensions) {
  const { node, main } = prepareServer(process.env['CODE_SERVER_VERSION']);
  const folders = ['--server-data-dir', path.join(scratch, 'server-data'), '--extensions-dir', extensions ?? scratch];
  const child = spawn(node, [main, '--accept-server-license-terms', '--install-extension', file, ...folders], {
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  let errors = '';
  child.stderr.on('data', (chunk) => (errors += String(chunk)));
  const code = await new Promise((resolve) => child.once('exit', resolve));
  if (code !== 0) console.error(errors);
  return code;
}

/**
 * Reads the flags that a test needs. The others are for the desktop application.
 * @param {readonly string[]} args
 */
function readFlags(args) {
  const values = (/** @type {string} */ name) =>
    args.filter((arg) => arg.startsWith(`--${name}=`)).map((arg) => arg.slice(name.length + 3));
  return {
    developmentPaths: values('extensionDevelopmentPath'),
    testsPath: values('extensionTestsPath').at(0),
    userData: values('user-data-dir').at(0),
    extensions: values('extensions-dir').at(0),
    folder: args.find((arg) => !arg.startsWith('-')),
    install: args.find((arg, index) => args[index - 1] === '--install-extension'),
  };
}

/**
 * Prints a message of the workbench's console.
 * @param {string} type
 * @param {unknown[]} args
 */
function printLog(type, args) {
  const text = format(...args);
  if (NOISE.some((noise) => noise.test(text))) return;
  (type === 'error' || type === 'warn' ? process.stderr : process.stdout).write(`${text}\n`);
}
