/* Imported on demand, because the library is large. The list is for esbuild, which finds no names in a CommonJS library. */
export { ErrorAction, LanguageClient, ProgressType, TransportKind, WorkDoneProgress } from 'vscode-languageclient/node';
