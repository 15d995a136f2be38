import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import type { Page } from 'playwright-core';
import type { Html } from '../../client/html.ts';
import type { FromPage, ToPage } from '../../client/webview/messages.ts';
import { wholePage } from '../../client/whole-page.ts';
import { findChromium, openBrowser } from '../../scripts/browser.mjs';

/** A page of the extension in a browser, with the part of VS Code's API that pages use. */
export interface BrowserPage {
  readonly page: Page;
  /** To the extension. Each arrives a moment after the key or click that causes it. */
  readonly messages: FromPage[];
  /** Loads a page and waits until its script is ready. */
  readonly start: (content: Html) => Promise<void>;
  readonly post: (message: ToPage) => Promise<void>;
  readonly boxOf: (selector: string) => Promise<{ x: number; y: number; width: number; height: number }>;
  readonly close: () => Promise<void>;
}

export function hasChromium(): boolean {
  try {
    return findChromium() !== '';
  } catch {
    return false;
  }
}

export async function openBrowserPage(): Promise<BrowserPage> {
  const folder = mkdtempSync(path.join(tmpdir(), 'proto-compat-page-'));
  const script = path.join(folder, 'page.js');
  await build({ entryPoints: ['client/webview/page.ts'], outfile: script, bundle: true, format: 'iife' });
  const browser = await openBrowser(path.join(folder, 'profile'));
  const { page } = browser;
  const messages: FromPage[] = [];
  let ready = (): void => undefined;
  await page.exposeFunction('say', (message: FromPage) => {
    if (message.do === 'ready') ready();
    else messages.push(message);
  });
  await page.addInitScript('globalThis.acquireVsCodeApi = () => ({ postMessage: (message) => say(message) })');
  let shown = '';
  await page.route('http://127.0.0.1/**', (route) =>
    route.request().url().endsWith('.js')
      ? route.fulfill({ contentType: 'text/javascript', body: readFileSync(script, 'utf8') })
      : route.fulfill({ contentType: 'text/html', body: shown }),
  );
  return {
    page,
    messages,
    start: async (content) => {
      messages.length = 0;
      shown = wholePage('Page', content, 'page.js', 'abc');
      const started = new Promise<void>((resolve) => {
        ready = resolve;
      });
      await page.goto('http://127.0.0.1/');
      await started;
    },
    post: async (message) => {
      await page.evaluate(`window.dispatchEvent(new MessageEvent('message', { data: ${JSON.stringify(message)} }))`);
    },
    boxOf: async (selector) => {
      const box = await page.locator(selector).first().boundingBox();
      if (box === null) throw new Error(`${selector} is not visible.`);
      return box;
    },
    close: async () => {
      await browser.close();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
