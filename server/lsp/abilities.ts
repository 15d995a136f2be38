import type { ClientCapabilities } from 'vscode-languageserver/node';

import type { ActionAbilities } from './code-actions.ts';

/** What the client says it can do, as far as this server asks. */
export class Abilities implements ActionAbilities {
  readonly tags: boolean;
  /** It opens documents of a scheme of ours and asks for their text. */
  readonly releaseDocuments: boolean;
  readonly watchedFiles: boolean;
  readonly configuration: boolean;
  /** It tells when its settings change, once it is asked to. */
  readonly configurationChanges: boolean;
  /** Documents beside those of the client's own choice can be asked for, by a pattern. */
  readonly furtherDocuments: boolean;
  /** Patterns can be relative to a folder. */
  readonly relativePatterns: boolean;
  /** It tells when folders are opened and closed. */
  readonly workspaceFolders: boolean;
  readonly documentChanges: boolean;
  readonly snippets: boolean;
  readonly lateEdits: boolean;
  /** Edits can make new files. */
  readonly newFiles: boolean;
  readonly refreshInlayHints: boolean;
  readonly refreshCodeLenses: boolean;

  constructor({ textDocument, workspace }: ClientCapabilities) {
    this.tags = textDocument?.publishDiagnostics?.tagSupport !== undefined;
    this.releaseDocuments = workspace?.textDocumentContent !== undefined;
    this.watchedFiles = workspace?.didChangeWatchedFiles?.dynamicRegistration === true;
    this.configuration = workspace?.configuration === true;
    this.configurationChanges = workspace?.didChangeConfiguration?.dynamicRegistration === true;
    this.furtherDocuments =
      textDocument?.synchronization?.dynamicRegistration === true &&
      textDocument.codeAction?.dynamicRegistration === true &&
      textDocument.hover?.dynamicRegistration === true;
    this.relativePatterns = textDocument?.filters?.relativePatternSupport === true;
    this.workspaceFolders = workspace?.workspaceFolders === true;
    this.documentChanges = workspace?.workspaceEdit?.documentChanges === true;
    this.snippets = workspace?.workspaceEdit?.snippetEditSupport === true;
    const action = textDocument?.codeAction;
    this.lateEdits = action?.dataSupport === true && action.resolveSupport?.properties.includes('edit') === true;
    this.newFiles = workspace?.workspaceEdit?.resourceOperations?.includes('create') === true;
    this.refreshInlayHints = workspace?.inlayHint?.refreshSupport === true;
    this.refreshCodeLenses = workspace?.codeLens?.refreshSupport === true;
  }
}
