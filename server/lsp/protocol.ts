import type { Matrix, MatrixCell, MatrixVersion, Roles } from '../check/history.ts';
import type { Class, Effect, Encoding, Pairings } from '../effects/effect.ts';
import type { Bump, Range, Witness } from '../policy/result.ts';
import type { Severity } from '../policy/settings.ts';
import type { NoBaseline } from '../release/model.ts';

/** Parts of what is said here, for clients: they import this file and nothing else of the server. */
export type { Effect, MatrixCell, MatrixVersion, Pairings, Range, Roles, Severity };
export { EFFECTS, PAIRINGS } from '../effects/effect.ts';
export { SEVERITIES } from '../policy/settings.ts';
export { amount } from '../report/amount.ts';
export { EFFECT_LETTERS, EFFECT_WORDS } from '../report/effects.ts';
export { type Group, groupsOf } from '../report/matrix-groups.ts';

/*
 * What this server says beyond the Language Server Protocol. Everything a plain LSP client needs is standard (diagnostics, hovers,
 * code actions, inlay hints, code lenses, commands); this is for views that LSP has no words for. All URIs are strings, all
 * positions are LSP positions: zero-based, UTF-16 code units.
 */

/** Requests from the client to the server, by method. Each can be cancelled as any LSP request. */
export interface Requests {
  /** Where a document's text stands in the release it is compared with; null where it has no counterpart there. */
  'protoCompat/releaseOf': { params: DocumentParams; result: ReleaseDocument | null };
  /** Everything that changed in the document's repository, open or not: the tree view. Waits for a running check. */
  'protoCompat/summary': { params: DocumentParams; result: Summary };
  /** What a baseline can be chosen from, newest first. */
  'protoCompat/releases': { params: DocumentParams; result: readonly ReleaseItem[] };
  /** Compare with this tag, branch or commit from now on; null goes back to the last release. An unknown ref is a `NothingToCompare`, and changes nothing. */
  'protoCompat/chooseBaseline': { params: DocumentParams & { readonly ref: string | null }; result: Status };
  /** How the document's repository is configured, and what its policy can be. */
  'protoCompat/configuration': { params: DocumentParams; result: ConfigurationInfo };
  /** What the report panel shows. */
  'protoCompat/report': { params: DocumentParams; result: Report };
  /** Who uses what changed, for each of the report's findings in their order. It takes its time: it searches through code. */
  'protoCompat/uses': { params: DocumentParams; result: readonly (readonly UsesItem[])[] };
  /**
   * Every release as the client against every release as the server, with the pending edit last. With a `workDoneToken`, progress
   * is reported; with a `partialResultToken`, what is known so far comes as `$/progress` with a `MatrixPart`, the newest release first.
   */
  'protoCompat/matrix': {
    params: DocumentParams & {
      readonly workDoneToken?: string | number;
      readonly partialResultToken?: string | number;
    };
    result: MatrixResult;
  };
  /** Runs a tool for coding agents, as `proto-compat mcp` does, on the text as the editor shows it. */
  'protoCompat/tool': {
    params: { readonly name: string; readonly input: unknown };
    /** The answer; or why there is none, where it was refused. */
    result: { readonly text: string; readonly refused: boolean };
  };
  /** What one mix of two versions meets: a cell of the matrix, opened. `to` is the newer version; null is the pending edit. */
  'protoCompat/compare': {
    params: DocumentParams & {
      readonly from: string;
      readonly to: string | null;
      readonly pairing: keyof Pairings<unknown>;
    };
    result: readonly CellFinding[];
  };
}

/** Notifications from the server to the client, by method. */
export interface Notifications {
  /** What the status item of a document shows; sent whenever it changes, for every open document. */
  'protoCompat/status': DocumentStatus;
  /** A repository's findings are others than before: the badge's numbers, and the sign to ask for `protoCompat/summary`. */
  'protoCompat/changed': RepositoryChanged;
}

/**
 * Commands of `workspace/executeCommand`. A VS Code client gets them registered by vscode-languageclient under these names, so
 * commands of its own need other ones.
 */
export const COMMANDS = {
  /** `[{ uri, element? }: RevertParams]`: puts an element, or the whole file, back to what the release has (`workspace/applyEdit`). */
  revert: 'proto-compat.revert',
  /** `[{ uri }]`: shows the changes since the release in a message, for clients without views of their own. */
  changes: 'proto-compat.changes',
  /** `[{ uri, ref }]`: as `protoCompat/chooseBaseline`, for clients without requests of their own. */
  baseline: 'proto-compat.baseline',
  /** `[{ uri, policy }]`: writes a policy into the configuration of the document's repository (`workspace/applyEdit`). */
  policy: 'proto-compat.policy',
  /** `[]`: forgets nothing but looks at every repository again. */
  recheck: 'proto-compat.recheck',
} as const;

/**
 * Scheme of the read-only documents that hold a file as it was released. Their URIs are made by the server, and their text is asked
 * for by the standard `workspace/textDocumentContent` (LSP 3.18), which vscode-languageclient does by itself. For a client that
 * lacks it, places in a release point at the file of the working tree.
 */
export const RELEASE_SCHEME = 'proto-compat-release';

/** Section of the client's settings (`workspace/configuration`). */
export const SETTINGS_SECTION = 'protoCompat';

/** The client's settings under `protoCompat.*`. What a check means is in `proto-compat.json`, so that editor and CI agree. */
export interface ClientSettings {
  /** `protoCompat.idleDelay`: milliseconds without a keystroke before a check that is known to be slow; never more than twice its time. */
  readonly idleDelay: number;
  /** `protoCompat.inlayHints.enabled` */
  readonly inlayHints: { readonly enabled: boolean };
  /** `protoCompat.codeLens.enabled` */
  readonly codeLens: { readonly enabled: boolean };
  /**
   * `protoCompat.language.*`: what any editor of `.proto` files is expected to do. The client sends `false` where another extension
   * does it.
   */
  readonly language: LanguageSettings;
  /** `protoCompat.code.client` and `.server`: folders in other repositories; empty where the code is in the repository itself. */
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
  /** Of types and imports in the working tree; in a released document they are found all the same. */
  readonly definition: boolean;
  readonly references: boolean;
  /** Of elements that did not change. */
  readonly hover: boolean;
  /** Of type names and numbers; acceptances are completed all the same. */
  readonly completion: boolean;
}

/** `initializationOptions`; everything may be left out. */
export interface InitializationOptions {
  /**
   * The client understands `Notifications`. Otherwise none is sent, and what keeps a repository from being compared is said once in
   * `window/showMessage`.
   */
  readonly views?: boolean;
  /** The client shows diagnostics in the same box as hovers, so that hovers need not say their messages again. */
  readonly diagnosticsInHovers?: boolean;
  /** Names of the client's own commands that code lenses call with `[uri: string]`; without one a lens calls `COMMANDS.changes`. */
  readonly commands?: {
    /** Shows the changes since the release. */
    readonly changes?: string;
    /** Opens the diff against the release. */
    readonly compare?: string;
  };
  /** Baselines chosen earlier, by the repository's URI as in `Compared.repository`. */
  readonly baselines?: readonly { readonly repository: string; readonly ref: string }[];
}

export interface DocumentParams {
  /** A document, or a folder: its repository is meant. */
  readonly uri: string;
}

export interface DocumentStatus {
  readonly uri: string;
  /** The document's version that was checked; null where it did not matter. */
  readonly version: number | null;
  readonly status: Status;
}

export type Status = Checking | Compared | NothingToCompare | Failed;

/** The document was just opened and nothing is known yet. */
export interface Checking {
  readonly kind: 'checking';
}

export interface Compared {
  readonly kind: 'compared';
  /** The repository's top folder. */
  readonly repository: string;
  readonly baseline: BaselineItem;
  readonly bump: Bump;
  /** Null where the baseline is no release. */
  readonly nextVersion: string | null;
  /** The preset's name, or `custom`. */
  readonly policy: string;
  /** What the version file says; null where there is none. */
  readonly declaredVersion: { readonly version: string; readonly sufficient: boolean } | null;
  /** Of the repository; accepted findings are not in them. */
  readonly counts: Counts;
  /** The findings that call for the bump, the forcing one first; at most ten. */
  readonly reasons: readonly FindingItem[];
  /** How many more call for it. */
  readonly moreReasons: number;
  /** The first place that cannot be read, and why: the version is then that of the last text that could. Zero-based line. */
  readonly unreadable: { readonly file: string; readonly line: number; readonly message: string } | null;
  /** Of the document itself; null where the whole module is meant. */
  readonly document: { readonly file: string; readonly counts: Counts; readonly forces: boolean } | null;
}

export interface BaselineItem {
  readonly ref: string;
  readonly version: string | null;
  readonly commit: string;
  /** Directory prefix of the module: "api/"; empty for the whole repository. */
  readonly prefix: string;
  /** One sentence the user ought to know about how it was found. */
  readonly note: string | null;
  /** Chosen by the user, so not the last release by rule. */
  readonly chosen: boolean;
}

export interface Counts {
  readonly error: number;
  readonly warning: number;
  readonly information: number;
  readonly hint: number;
  readonly accepted: number;
}

export interface NothingToCompare {
  readonly kind: 'nothing';
  /** The repository's top folder; null where there is none. */
  readonly repository: string | null;
  readonly reason: NoBaseline['reason'] | 'untitled' | 'not-a-file' | 'left-out';
  /** One sentence that says what is wrong. */
  readonly message: string;
  /** One sentence that says what to do. */
  readonly advice: string;
  /** What the client can offer; null where only the user can help. */
  readonly action:
    'fetch-tags' | 'choose-baseline' | 'init-repository' | 'install-git' | 'save' | 'open-configuration' | null;
}

/** The check itself failed; what was published before stays. The server goes on. */
export interface Failed {
  readonly kind: 'failed';
  readonly repository: string;
  readonly message: string;
}

export interface RepositoryChanged {
  readonly repository: string;
  /** Null where nobody looks at the repository any more. */
  readonly counts: Counts | null;
}

export interface ReleaseDocument {
  /** A `proto-compat-release:` URI. */
  readonly uri: string;
  /** "1.0.0", for titles. */
  readonly version: string;
}

export interface ReleaseItem {
  readonly ref: string;
  readonly version: string;
  readonly prefix: string;
  readonly commit: string;
  readonly prerelease: boolean;
  /** It is what the document is compared with now. */
  readonly current: boolean;
}

export interface ConfigurationInfo {
  /** Where `proto-compat.json` is, or would be. */
  readonly uri: string;
  /** The file that the settings come from; null where all are at their defaults. */
  readonly from: string | null;
  /** The preset's name, or `custom`. */
  readonly policy: string;
  /** The presets, each with one sentence. */
  readonly policies: readonly { readonly name: string; readonly description: string }[];
}

/** All findings of one comparison. */
export interface Summary {
  readonly status: Status;
  readonly findings: readonly FindingItem[];
  /** More than one where directories have versions of their own. Each finding is one of one module. */
  readonly modules: readonly {
    /** Directory prefix with its slash; empty for the repository's own. */
    readonly prefix: string;
    readonly status: Status;
    /** Indices into the summary's findings. */
    readonly findings: readonly number[];
  }[];
  readonly problems: readonly { readonly uri: string; readonly range: Range; readonly message: string }[];
}

export interface FindingItem {
  readonly rule: string;
  /** Address of the rule's documentation. */
  readonly href: string;
  readonly element: string;
  readonly uri: string;
  /** Relative to the repository, for titles and grouping. */
  readonly file: string;
  readonly range: Range;
  /** Where the old thing stands in the release. */
  readonly baseline: { readonly uri: string; readonly range: Range } | null;
  readonly severity: Severity;
  readonly class: Class;
  readonly bump: Bump;
  readonly effects: {
    readonly binary: Pairings<Effect>;
    readonly json: Pairings<Effect>;
    readonly source: 'same' | 'breaks';
  };
  /** How each mix of versions fares: the worst of `effects` in the encodings that are promised. */
  readonly suffers: Pairings<{ readonly effect: Effect; readonly encoding: Encoding }>;
  readonly message: string;
  readonly accepted: { readonly reason: string } | null;
}

export interface Report {
  readonly summary: Summary;
  /** The names that the two programs go by. */
  readonly roles: { readonly client: string; readonly server: string };
  /** What the two mixes of versions are called: "kata-runtime 1.0.0 + this kata-agent". */
  readonly pairings: Pairings<string>;
  /** At least one; each has its own version. */
  readonly modules: readonly {
    /** "api/: "; empty where there is only one. */
    readonly name: string;
    /** "1.0.0 → 2.0.0 (major)", or why nothing is compared. */
    readonly step: string;
    /** Why that step, in words that follow it; without a full stop. Empty where nothing is compared. */
    readonly because: string;
    /** What the version file announces, how the baseline was found, and what was not compared: a sentence each. */
    readonly remarks: readonly string[];
  }[];
  /** One for each of `summary.findings`, in their order. */
  readonly witnesses: readonly (Witness | null)[];
  /** Markdown for the release notes. */
  readonly notes: string;
}

/** One sentence about who uses what changed, with the places that show it. */
export interface UsesItem {
  /** Names are in back quotes. */
  readonly sentence: string;
  readonly places: readonly {
    /** Of the file on disk, or of a read-only document that has it as released. */
    readonly uri: string;
    readonly range: Range;
    /** "src/agent.go:12" */
    readonly label: string;
    /** The line of code. */
    readonly text: string;
    /** "calls, exact" */
    readonly how: string;
  }[];
  /** How many more there are. */
  readonly more: number;
}

/** A few cells as soon as they are known. */
export interface MatrixPart {
  readonly roles: Roles;
  readonly versions: readonly MatrixVersion[];
  readonly cells: readonly MatrixCell[];
}

/** A change as one mix of versions meets it. */
export interface CellFinding {
  readonly item: FindingItem;
  /** What changed, as a sentence. */
  readonly fact: string;
  /** What is sent and what is read in this mix. */
  readonly witness: Witness | null;
}

export type MatrixResult = Matrix & {
  /** The whole as a picture, for export. */
  readonly svg: string;
};

export interface RevertParams {
  readonly uri: string;
  /** Full name; without it the whole file. */
  readonly element?: string;
}
