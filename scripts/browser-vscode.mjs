/**
 * A real VS Code in the browser, for machines where the desktop one cannot be downloaded: the VS Code server that npm ships
 * inside `code-server`, started directly (its wrapper needs native modules that nothing here uses).
 * Plain Node without dependencies, because `npm run demo` works on a fresh clone.
 */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { cached, npm, ROOT } from './install.mjs';

/** The release of code-server, which is VS Code's own: 4.139 holds VS Code 1.139. */
export const NEWEST = '4.139.1';
/** VS Code 1.96, the oldest that the extension promises to run in (`engines.vscode`). */
export const OLDEST = '4.96.4';
/** They need a newer Node than this project does. */
const NODE = '24.21.0';

/**
 * A server of VS Code that nobody else uses.
 * @typedef {object} Server
 * @property {string} authority host and port: `127.0.0.1:41234`
 * @property {() => Promise<void>} stop ends the server and everything that it has started
 */

/**
 * Installs a VS Code server and the Node that runs it, unless the cache has them.
 * @param {string} [version] of code-server
 * @returns {{ node: string, main: string }} absolute paths of the Node and of the server's entry point
 */
export function prepareServer(version = NEWEST) {
  const server = cached(`browser-vscode/code-server-${version}`, (folder) => {
    npm(['pack', `code-server@${version}`, '--silent'], folder);
    const [tarball] = readdirSync(folder);
    if (tarball === undefined) throw new Error(`npm packed no code-server ${version}`);
    execFileSync('tar', ['-xzf', tarball, '--strip-components=1'], { cwd: folder });
    rmSync(path.join(folder, tarball));
    // Not `npm ci`, and without the lock file that is shipped: it misses a package, or names one that is not on npm.
    npm(
      [
        'install',
        '--omit=dev',
        '--ignore-scripts',
        '--legacy-peer-deps',
        '--no-package-lock',
        '--no-audit',
        '--no-fund',
      ],
      path.join(folder, 'lib', 'vscode'),
    );
  });
  const nodePackage = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const node = cached(`browser-vscode/${nodePackage}-${NODE}`, (folder) => {
    writeFileSync(path.join(folder, 'package.json'), '{ "private": true }');
    npm(['install', `${nodePackage}@${NODE}`, '--ignore-scripts', '--no-audit', '--no-fund'], folder);
  });
  return {
    node: path.join(node, 'node_modules', nodePackage, 'bin', process.platform === 'win32' ? 'node.exe' : 'node'),
    main: path.join(server, 'lib', 'vscode', 'out', 'server-main.js'),
  };
}

/**
 * @param {object} options
 * @param {string} options.scratch an existing folder for the server's data; the caller deletes it
 * @param {string} [options.extensions] folder of the installed extensions
 * @param {string} [options.userData]
 * @param {number} [options.port] any free one by default
 * @param {boolean} [options.driven] lets a test driver see the extension tests' output and verdict
 * @param {boolean} [options.trusted] every folder is, by default; otherwise none until the user says so
 * @param {string} [options.version] of code-server
 * @returns {Promise<Server>}
 */
export async function startServer(options) {
  const { scratch, extensions, userData, port = 0, driven = false, trusted = true, version = NEWEST } = options;
  const { node, main } = prepareServer(version);
  const home = path.join(scratch, 'home');
  const data = userData ?? path.join(scratch, 'user-data');
  mkdirSync(home, { recursive: true });
  writeSettings(data);
  /** @type {NodeJS.ProcessEnv} */
  const env = { ...process.env, EXTENSIONS_GALLERY: '{"serviceUrl":""}', HOME: home, TMPDIR: scratch };
  // Set in a terminal of VS Code; the server would talk to that window.
  delete env['VSCODE_IPC_HOOK_CLI'];
  const child = spawn(
    node,
    [
      main,
      ...['--host', '127.0.0.1', '--port', String(port), '--without-connection-token', '--accept-server-license-terms'],
      ...['--telemetry-level', 'off', '--disable-telemetry', '--disable-experiments'],
      ...(trusted ? ['--disable-workspace-trust'] : []),
      ...(driven ? ['--enable-smoke-test-driver'] : []),
      ...['--server-data-dir', path.join(scratch, 'server-data'), '--user-data-dir', data],
      ...['--extensions-dir', extensions ?? path.join(scratch, 'extensions')],
    ],
    // Its own process group: the extension hosts and the language server that it starts end with it.
    { env, detached: process.platform !== 'win32', stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const kill = () => {
    if (child.pid === undefined || child.exitCode !== null) return;
    try {
      process.kill(process.platform === 'win32' ? child.pid : -child.pid, 'SIGTERM');
    } catch {
      // It has ended by itself in this moment.
    }
  };
  process.once('exit', kill);
  const stop = async () => {
    kill();
    await Promise.race([ended, sleep(5000)]);
    process.off('exit', kill);
  };
  try {
    return { authority: `127.0.0.1:${await listeningPort(child)}`, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * The address in the browser that opens a folder or a workspace.
 * @param {string} authority
 * @param {string | undefined} folder absolute path, also of a `.code-workspace` file
 * @param {string} [file] to open in it, absolute path
 * @param {readonly (readonly [string, string])[]} [payload] further settings of the workbench, as its own web page takes them
 */
export function workbenchAddress(authority, folder, file, payload = []) {
  const opened = folder?.endsWith('.code-workspace') ? 'workspace' : 'folder';
  const query = new URLSearchParams(folder === undefined ? { ew: 'true' } : { [opened]: slashes(folder) });
  const settings = file === undefined ? payload : [...payload, ['openFile', remoteUri(authority, file)]];
  if (settings.length > 0) query.set('payload', JSON.stringify(settings));
  return `http://${authority}/?${query.toString()}`;
}

/**
 * Installs this extension as it stands in the checkout, for a server that nobody drives.
 * @param {string} scratch an existing folder
 * @returns {string} the folder of the installed extensions
 */
export function installFromSources(scratch) {
  const extensions = path.join(scratch, 'extensions');
  mkdirSync(extensions, { recursive: true });
  symlinkSync(ROOT, path.join(extensions, 'proto-compat.proto-compat-0.0.0'), 'junction');
  return extensions;
}

/**
 * A file on the server's machine, as the workbench names it.
 * @param {string} authority
 * @param {string} file absolute path
 */
export function remoteUri(authority, file) {
  return `vscode-remote://${authority}${slashes(file).split('/').map(encodeURIComponent).join('/')}`;
}

/**
 * Nothing that moves, asks or reaches for the network by itself.
 * @param {string} userData
 */
function writeSettings(userData) {
  const file = path.join(userData, 'User', 'settings.json');
  if (existsSync(file)) return;
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(
    file,
    JSON.stringify({
      'extensions.autoCheckUpdates': false,
      'extensions.autoUpdate': false,
      'telemetry.telemetryLevel': 'off',
      // As on the desktop; in the browser VS Code saves after a second.
      'files.autoSave': 'off',
      'chat.disableAIFeatures': true,
      'workbench.startupEditor': 'none',
      'workbench.enableExperiments': false,
      'workbench.secondarySideBar.defaultVisibility': 'hidden',
    }),
  );
}

/** @param {import('node:child_process').ChildProcessByStdio<null, import('node:stream').Readable, import('node:stream').Readable>} child
 * @returns {Promise<string>}
 */
function listeningPort(child) {
  return new Promise((resolve, reject) => {
    let output = '';
    const fail = (/** @type {string} */ why) => {
      reject(new Error(`The VS Code server ${why}.\n${output.slice(-2000)}`));
    };
    const timer = setTimeout(fail, 60_000, 'does not listen after a minute');
    const read = (/** @type {Buffer} */ chunk) => {
      output += chunk.toString();
      const port = /Extension host agent listening on (\d+)/.exec(output)?.[1];
      if (port === undefined) return;
      clearTimeout(timer);
      resolve(port);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('error', (error) => {
      fail(`does not start: ${error.message}`);
    });
    child.once('exit', (code) => {
      clearTimeout(timer);
      fail(`ended with ${String(code)}`);
    });
  });
}

/** @param {string} file */
function slashes(file) {
  const forward = file.split(path.sep).join('/');
  return forward.startsWith('/') ? forward : `/${forward}`;
}

/** @param {number} milliseconds */
function sleep(milliseconds) {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds).unref();
  });
}
