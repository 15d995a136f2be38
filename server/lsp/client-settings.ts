/** Section of the client's settings (`workspace/configuration`). */
export const SETTINGS_SECTION = 'protoCompat';

/**
 * The client's settings under `protoCompat.*`. They don't affect the findings: check settings are in
 * `proto-compat.json`, so that editor and CI agree.
 */
export interface ClientSettings {
  /**
   * `protoCompat.idleDelay`: milliseconds to wait after an edit if checks are slow, but at most twice as long as the
   * fastest recent check took.
   */
  readonly idleDelay: number;
  /** `protoCompat.inlayHints.enabled` */
  readonly inlayHints: { readonly enabled: boolean };
  /** `protoCompat.codeLens.enabled` */
  readonly codeLens: { readonly enabled: boolean };
  /**
   * `protoCompat.language.*`: general features for `.proto` files. Our VS Code client sends `false` if another
   * extension may provide them.
   */
  readonly language: LanguageSettings;
  /**
   * `protoCompat.code.client` and `.server`: the folder of a program's code in another repository. Empty if there is
   * none.
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
  /** Whether a type or import leads to its definition. In a released document, it always does. */
  readonly definition: boolean;
  readonly references: boolean;
  /** Whether elements without a finding have hovers. Findings always have one. */
  readonly hover: boolean;
  /** Whether type names and numbers are completed. Acceptance comments always are. */
  readonly completion: boolean;
}
