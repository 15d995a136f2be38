/* Imported on demand, because the library is large. esbuild needs the list of names, because it cannot find them in CommonJS. */
export { ErrorAction, LanguageClient, ProgressType, TransportKind, WorkDoneProgress } from 'vscode-languageclient/node';
