import process from 'node:process';
import { killGitOnExit } from './git/run.ts';
import { start } from './lsp/start.ts';
import { version } from '../package.json';

killGitOnExit();

const [what, ...roots] = process.argv.slice(2);
// VS Code starts a second process with `mcp` and the open folders, for coding agents.
if (what === 'mcp') void import('./tools/start.ts').then(({ serveTools }) => serveTools(roots, version));
else start();
