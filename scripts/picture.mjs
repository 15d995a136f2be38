/**
 * Makes docs/images/comment.png: runs the action on the demo, and renders its comment like GitHub.
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { makeDemoRepository } from './demo-repository.mjs';
import { ensureInstalled, ROOT } from './install.mjs';

ensureInstalled();
const [{ openBrowser }, { default: MarkdownIt }] = await Promise.all([import('./browser.mjs'), import('markdown-it')]);

const PICTURE = path.join(ROOT, 'docs', 'images', 'comment.png');
/** CSS pixels: as wide as a comment on GitHub, and high enough to show a break. */
const SIZE = { width: 860, height: 1000 };

const STYLE = `
  body { margin: 0; padding: 16px; font: 14px/1.5 system-ui, "Noto Sans", "DejaVu Sans", sans-serif; color: #1f2328; background: #fff; }
  .box { border: 1px solid #d1d9e0; border-radius: 6px; }
  header { padding: 8px 16px; color: #59636e; background: #f6f8fa; border-bottom: 1px solid #d1d9e0; border-radius: 6px 6px 0 0; }
  header b { color: #1f2328; }
  article { padding: 4px 16px 16px; }
  h3, h4 { margin: 20px 0 8px; line-height: 1.25; } h3 { font-size: 20px; } h4 { font-size: 15px; }
  p { margin: 8px 0; }
  a { color: #0969da; text-decoration: none; }
  code { padding: 0.2em 0.4em; font: 85% ui-monospace, "DejaVu Sans Mono", monospace; background: #818b981f; border-radius: 6px; }
  pre { padding: 12px; overflow: auto; background: #f6f8fa; border-radius: 6px; white-space: pre-wrap; }
  pre code { padding: 0; background: none; }
  table { border-collapse: collapse; }
  th, td { padding: 6px 13px; border: 1px solid #d1d9e0; text-align: start; vertical-align: top; }
  .broken, .works { padding: 0 5px; border-radius: 4px; color: #fff; } .broken { background: #cf222e; } .works { background: #1a7f37; }
  sub { font-size: 12px; color: #59636e; }
  summary { cursor: pointer; }
`;

const scratch = mkdtempSync(path.join(os.tmpdir(), 'proto-compat-picture-'));
try {
  execFileSync(process.execPath, ['scripts/build.mjs'], { cwd: ROOT, stdio: 'inherit' });
  const repository = path.join(scratch, 'agent');
  makeDemoRepository(repository);
  await takePicture(await commentAbout(repository));
  // Does nothing if pngquant is not installed.
  spawnSync('pngquant', ['--force', '--strip', '--nofs', '--output', PICTURE, '64', PICTURE]);
  console.log(path.relative(ROOT, PICTURE));
} finally {
  rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
}

/**
 * A local server replaces GitHub's API.
 * @param {string} repository
 * @returns {Promise<string>} the comment, in Markdown
 */
async function commentAbout(repository) {
  let comment = '';
  const server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (/** @type {string} */ part) => (text += part));
    request.on('end', () => {
      if (request.method === 'POST') comment = JSON.parse(text).body;
      response.writeHead(200, { 'content-type': 'application/json' }).end(request.method === 'POST' ? '{}' : '[]');
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const child = spawn(process.execPath, [path.join(ROOT, 'action', 'main.mjs')], {
    cwd: repository,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      ...process.env,
      INPUT_COMMAND: `${process.execPath} ${path.join(ROOT, 'dist', 'cli.cjs')}`,
      INPUT_TOKEN: 'token',
      GITHUB_API_URL: `http://127.0.0.1:${port}`,
      GITHUB_EVENT_PATH: path.join(ROOT, 'test', 'action', 'pull-request.json'),
      GITHUB_REPOSITORY: 'team/agent',
    },
  });
  await new Promise((resolve) => child.on('close', resolve));
  server.close();
  if (comment === '') throw new Error('The action wrote no comment.');
  return comment;
}

/** @param {string} comment */
async function takePicture(comment) {
  const { page, close } = await openBrowser(path.join(scratch, 'profile'), SIZE, 1.5);
  try {
    // Not every machine has a font with these characters.
    const content = new MarkdownIt({ html: true })
      .render(comment)
      .replaceAll('❌', '<b class="broken">✘</b>')
      .replaceAll('✅', '<b class="works">✔</b>');
    await page.setContent(
      `<!doctype html><meta charset="utf-8"><style>${STYLE}</style>
      <div class="box"><header><b>github-actions</b> bot commented</header><article>${content}</article></div>`,
    );
    await page.screenshot({ path: PICTURE });
  } finally {
    await close();
  }
}
