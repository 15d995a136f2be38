/** `code-server` needs native modules, so this starts the VS Code server in its npm package directly. */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { cached, npm, ROOT } from './install.mjs';

/** This version of code-server contains VS Code 1.139. */
const NEWEST = '4.139.1';
/** Contains VS Code 1.96, the oldest supported version (`engines.vscode`). */
export const OLDEST = '4.96.4';
/** code-server needs a newer Node.js than this project. */
const NODE = '24.21.0';

/**
 * @typedef {object} Server
 * @property {string} authority host and port: `127.0.0.1:41234`
 * @property {() => Promise<void>} stop also ends its processes, except on Windows
 */

/**
 * @param {string} [version] of code-server
 * @returns {{ node: string, main: string }} absolute paths of Node.js and the server
 */
export function prepareServer(version = NEWEST) {
  const server = cached(`browser-vscode/code-server-${version}`, (folder) => {
    npm(['pack', `code-server@${version}`, '--silent'], folder);
    const [tarball] = readdirSync(folder);
    if (tarball === undefined) throw new Error(`npm packed no code-server ${version}`);
    execFileSync('tar', ['-xzf', tarball, '--strip-components=1'], { cwd: folder });
    rmSync(path.join(folder, tarball));
    // `npm ci` does not work with the lock file in the package.
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
 * @param {string} options.scratch an existing folder, which the caller deletes
 * @param {string} [options.extensions] by default a folder in `scratch`
 * @param {string} [options.userData] by default a folder in `scratch`
 * @param {number} [options.port] any free one by default
 * @param {boolean} [options.driven] whether a test driver can read the result of extension tests
 * @param {boolean} [options.trusted] whether all folders are trusted; true by default
 * @param {string} [options.version] of code-server
 * @returns {Promise<Server>}
 * @throws {Error} with the server's output, if it ends or does not listen within a minute
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
  // VS Code sets this variable in its terminal.
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
    // In a process group, extension hosts end with the server.
    { env, detached: process.platform !== 'win32', stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const kill = () => {
    if (child.pid === undefined || child.exitCode !== null) return;
    try {
      process.kill(process.platform === 'win32' ? child.pid : -child.pid, 'SIGTERM');
    } catch {
      // The process has just ended.
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
 * @param {string} authority
 * @param {string | undefined} folder absolute path of a folder or `.code-workspace` file; undefined for an empty window
 * @param {string} [file] absolute path of a file to open
 * @param {readonly (readonly [string, string])[]} [payload] more options of the workbench's web page
 */
export function workbenchAddress(authority, folder, file, payload = []) {
  const opened = folder?.endsWith('.code-workspace') ? 'workspace' : 'folder';
  const query = new URLSearchParams(folder === undefined ? { ew: 'true' } : { [opened]: slashes(folder) });
  const settings = file === undefined ? payload : [...payload, ['openFile', remoteUri(authority, file)]];
  if (settings.length > 0) query.set('payload', JSON.stringify(settings));
  return `http://${authority}/?${query.toString()}`;
}

/**
 * Links this checkout into a folder of extensions.
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
 * @param {string} authority
 * @param {string} file absolute path
 */
export function remoteUri(authority, file) {
  return `vscode-remote://${authority}${slashes(file).split('/').map(encodeURIComponent).join('/')}`;
}

/**
 * Existing settings are kept.
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
      // As on the desktop.
      'files.autoSave': 'off',
      'chat.disableAIFeatures': true,
      'workbench.startupEditor': 'none',
      'workbench.enableExperiments': false,
      'workbench.secondarySideBar.defaultVisibility': 'hidden',
    }),
  );
}

/**
 * @param {import('node:child_process').ChildProcessByStdio<null, import('node:stream').Readable, import('node:stream').Readable>} child
 * @returns {Promise<string>}
 */
function listeningPort(child) {
  return new Promise((resolve, reject) => {
    let output = '';
    const fail = (/** @type {string} */ why) => {
      reject(new Error(`The VS Code server ${why}.\n${output.slice(-2000)}`));
    };
    const timer = setTimeout(fail, 60_000, 'did not open its port within a minute');
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
      fail(`could not be started: ${error.message}`);
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
