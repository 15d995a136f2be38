/*
 * What the extension uses of vscode-languageclient: nine tenths of the extension's code. This module is imported on demand,
 * so it becomes a separate file. The library cannot be imported directly, because esbuild finds no names in a CommonJS
 * library that is imported on demand.
 */
export { ErrorAction, LanguageClient, ProgressType, TransportKind, WorkDoneProgress } from 'vscode-languageclient/node';
