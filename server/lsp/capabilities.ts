import type { ClientCapabilities } from 'vscode-languageserver/node';

export class Capabilities {
  /** Tags of diagnostics: deprecated and unnecessary. */
  readonly tags: boolean;
  /** `workspace/textDocumentContent` */
  readonly releaseDocuments: boolean;
  readonly watchedFiles: boolean;
  readonly configuration: boolean;
  /** `workspace/didChangeConfiguration` can be registered. */
  readonly configurationChanges: boolean;
  /** Features can be registered for documents that match a pattern. */
  readonly registeredDocuments: boolean;
  readonly relativePatterns: boolean;
  readonly workspaceFolders: boolean;
  /** Edits can have the version of their document. */
  readonly documentChanges: boolean;
  /** Edits can contain a placeholder, which is selected afterwards. */
  readonly snippets: boolean;
  /** `codeAction/resolve` */
  readonly resolvesEdits: boolean;
  readonly createsFiles: boolean;
  readonly refreshInlayHints: boolean;
  readonly refreshCodeLenses: boolean;

  constructor({ textDocument, workspace }: ClientCapabilities) {
    this.tags = textDocument?.publishDiagnostics?.tagSupport !== undefined;
    this.releaseDocuments = workspace?.textDocumentContent !== undefined;
    this.watchedFiles = workspace?.didChangeWatchedFiles?.dynamicRegistration === true;
    this.configuration = workspace?.configuration === true;
    this.configurationChanges = workspace?.didChangeConfiguration?.dynamicRegistration === true;
    this.registeredDocuments =
      textDocument?.synchronization?.dynamicRegistration === true &&
      textDocument.codeAction?.dynamicRegistration === true &&
      textDocument.hover?.dynamicRegistration === true;
    this.relativePatterns = textDocument?.filters?.relativePatternSupport === true;
    this.workspaceFolders = workspace?.workspaceFolders === true;
    this.documentChanges = workspace?.workspaceEdit?.documentChanges === true;
    this.snippets = workspace?.workspaceEdit?.snippetEditSupport === true;
    const action = textDocument?.codeAction;
    this.resolvesEdits = action?.dataSupport === true && action.resolveSupport?.properties.includes('edit') === true;
    this.createsFiles = workspace?.workspaceEdit?.resourceOperations?.includes('create') === true;
    this.refreshInlayHints = workspace?.inlayHint?.refreshSupport === true;
    this.refreshCodeLenses = workspace?.codeLens?.refreshSupport === true;
  }
}
