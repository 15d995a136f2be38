import { start } from './lsp/start.ts';

start();
