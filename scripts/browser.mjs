import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { chromium } from 'playwright-core';

/**
 * Pages can send HTTP requests only to 127.0.0.1, so the network has no effect.
 * @param {string} profile an empty or missing folder; the caller deletes it
 * @param {{ width: number, height: number }} [viewport] in CSS pixels
 * @param {number} [deviceScaleFactor]
 */
export async function openBrowser(profile, viewport = { width: 1280, height: 800 }, deviceScaleFactor = 1) {
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: findChromium(),
    viewport,
    deviceScaleFactor,
    args: [
      ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
      ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
    ],
  });
  await context.route('**/*', (route) => {
    const { protocol, hostname } = new URL(route.request().url());
    const outside = /^(https?|wss?):$/.test(protocol) && hostname !== '127.0.0.1';
    return outside ? route.abort() : route.fallback();
  });
  const page = context.pages()[0] ?? (await context.newPage());
  if (process.env['VERBOSE'])
    page.on('pageerror', (error) => {
      console.error(`[page] ${error.message}`);
    });
  return { page, close: () => context.close() };
}

/**
 * Also finds browsers that are based on Chromium.
 * @throws {Error} with instructions if there is none
 */
export function findChromium() {
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge'];
  const folders = (process.env['PATH'] ?? '').split(path.delimiter);
  const found = [
    ...(process.env['CHROMIUM'] ? [process.env['CHROMIUM']] : []),
    ...names.flatMap((name) => folders.map((folder) => path.join(folder, name))),
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    path.join(process.env['PROGRAMFILES'] ?? '', 'Google', 'Chrome', 'Application', 'chrome.exe'),
  ].find(isExecutable);
  if (found === undefined) {
    throw new Error(
      'Chromium was not found. Install it (Debian: apt-get install chromium) or set CHROMIUM to its path.',
    );
  }
  return found;
}

/** @param {string} file */
function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
