export const SETTINGS_SECTION = 'protoCompat';

/** `protoCompat.*`. No setting affects findings, so that editor and CI agree. */
export interface ClientSettings {
  /** Milliseconds to wait after an edit if checks are slow. The wait is at most twice the fastest recent check. */
  readonly idleDelay: number;
  readonly inlayHints: { readonly enabled: boolean };
  readonly codeLens: { readonly enabled: boolean };
  /** Our VS Code client sends `false` if another extension may provide them. */
  readonly language: LanguageSettings;
  /** The folder of a program's code in another repository; empty if there is none. */
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
  /** In a released document, definitions always work. */
  readonly definition: boolean;
  readonly references: boolean;
  /** Hovers for elements without a finding. */
  readonly hover: boolean;
  /** Completion of type names and numbers. Acceptance comments are always completed. */
  readonly completion: boolean;
}
