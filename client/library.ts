/*
 * Imported on demand, because the library is most of the extension's code. esbuild finds no names in a CommonJS library that is imported on
 * demand, so this module lists them.
 */
export { ErrorAction, LanguageClient, ProgressType, TransportKind, WorkDoneProgress } from 'vscode-languageclient/node';
