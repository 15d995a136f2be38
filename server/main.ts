import { endGitWithUs } from './git/run.ts';
import { start } from './lsp/start.ts';

endGitWithUs();
start();
