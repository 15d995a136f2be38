/** Section of the client's settings (`workspace/configuration`). */
export const SETTINGS_SECTION = 'protoCompat';

/**
 * The client's settings under `protoCompat.*`. They only affect what is shown; check settings are in
 * `proto-compat.json`, so that editor and CI agree.
 */
export interface ClientSettings {
  /**
   * `protoCompat.idleDelay`: milliseconds without a keystroke before a check starts, if recent checks were slow. The
   * delay is at most twice the time that they took.
   */
  readonly idleDelay: number;
  /** `protoCompat.inlayHints.enabled` */
  readonly inlayHints: { readonly enabled: boolean };
  /** `protoCompat.codeLens.enabled` */
  readonly codeLens: { readonly enabled: boolean };
  /**
   * `protoCompat.language.*`: general features for `.proto` files. The client sends `false` if another extension
   * provides them.
   */
  readonly language: LanguageSettings;
  /**
   * `protoCompat.code.client` and `.server`: folders in other repositories; empty if the code is in the same
   * repository.
   */
  readonly code: { readonly client: string; readonly server: string };
}

export const DEFAULT_CLIENT_SETTINGS: ClientSettings = {
  idleDelay: 150,
  inlayHints: { enabled: true },
  codeLens: { enabled: true },
  language: { outline: true, definition: true, references: true, hover: true, completion: true },
  code: { client: '', server: '' },
};

export interface LanguageSettings {
  readonly outline: boolean;
  /** Of types and imports in the working tree. In a released document it always works. */
  readonly definition: boolean;
  readonly references: boolean;
  /** Of elements that did not change. Hovers of findings are always shown. */
  readonly hover: boolean;
  /** Of type names and numbers. Acceptance comments are always completed. */
  readonly completion: boolean;
}
