/*
 * What the extension uses of vscode-languageclient, which is nine tenths of its code. This module is imported on demand, so
 * it becomes a file of its own. It exists because esbuild finds no names in a CommonJS library that is imported on demand.
 */
export { ErrorAction, LanguageClient, ProgressType, TransportKind, WorkDoneProgress } from 'vscode-languageclient/node';
