import type { Matrix, MatrixCell, MatrixVersion, Roles } from '../check/history.ts';
import type { Class, Effect, Encoding, Pairings } from '../effects/effect.ts';
import type { Bump, Range, Witness } from '../policy/result.ts';
import type { Severity } from '../policy/settings.ts';
import type { NoBaseline } from '../release/model.ts';

/** Re-exported for our VS Code client, which imports no other file of the server. */
export type { Effect, MatrixCell, MatrixVersion, Pairings, Range, Roles, Severity };
export { EFFECTS, PAIRINGS } from '../effects/effect.ts';
export { SEVERITIES } from '../policy/settings.ts';
export { amount } from '../report/amount.ts';
export { EFFECT_LETTERS, EFFECT_WORDS } from '../report/effects.ts';
export { cellSentence, cellSymbol } from '../report/matrix-cell.ts';
export { type Group, groupsOf } from '../report/matrix-groups.ts';
export { capital } from '../rules/words.ts';
export {
  type ClientSettings,
  DEFAULT_CLIENT_SETTINGS,
  type LanguageSettings,
  SETTINGS_SECTION,
} from './client-settings.ts';

/*
 * The server's additions to the Language Server Protocol, for views that LSP doesn't define. A client doesn't need them
 * for diagnostics, hovers, code actions, inlay hints, code lenses and commands. Positions are LSP positions: zero-based,
 * in UTF-16 code units.
 */

/** Requests from the client to the server, by method. Each can be cancelled like any LSP request. */
export interface Requests {
  /** The document's file in its baseline; null if there is none. */
  'protoCompat/releaseOf': { params: DocumentParams; result: ReleaseDocument | null };
  /** All findings in the document's repository: the content of the tree view. Waits for a running check. */
  'protoCompat/summary': { params: DocumentParams; result: Summary };
  /** All releases of the repository, newest first. Each can be chosen as the baseline. */
  'protoCompat/releases': { params: DocumentParams; result: readonly ReleaseItem[] };
  /**
   * Sets the tag, branch or commit to compare with; null selects the last release. An unknown ref returns
   * `NothingToCompare` and changes nothing.
   */
  'protoCompat/chooseBaseline': { params: DocumentParams & { readonly ref: string | null }; result: Status };
  /** The configuration of the document's repository, and the policies it can have. */
  'protoCompat/configuration': { params: DocumentParams; result: ConfigurationInfo };
  /** The content of the report panel. */
  'protoCompat/report': { params: DocumentParams; result: Report };
  /** The uses of the changed elements, for each of the report's findings in the same order. May take seconds. */
  'protoCompat/uses': { params: DocumentParams; result: readonly (readonly UsesItem[])[] };
  /**
   * The matrix of the module's releases as clients and as servers, with the pending edit as the last one. With a
   * `workDoneToken`, progress is reported. With a `partialResultToken`, partial results are sent as `$/progress` with a
   * `MatrixPart`, newest version first.
   */
  'protoCompat/matrix': {
    params: DocumentParams & {
      readonly workDoneToken?: string | number;
      readonly partialResultToken?: string | number;
    };
    result: MatrixResult;
  };
  /** Runs a tool for coding agents as `proto-compat mcp` does, but on the text in the editor. */
  'protoCompat/tool': {
    params: { readonly name: string; readonly input: unknown };
    /** If the call was refused, the text is the reason. */
    result: { readonly text: string; readonly refused: boolean };
  };
  /** The changes that affect one cell of the matrix. `to` is the newer version; null is the pending edit. */
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
  /** The status of open documents, for the status item; sent for all documents whose status changed. */
  'protoCompat/status': StatusOfDocuments;
  /** What `protoCompat/summary` returns has changed, or the repository's folder was closed. */
  'protoCompat/changed': RepositoryChanged;
}

/**
 * Commands of `workspace/executeCommand`. vscode-languageclient registers them in VS Code under these names, so the
 * client's own commands need other names.
 */
export const COMMANDS = {
  /**
   * `[{ uri, element? }]`: reverts the element with that full name, or the whole file, to the release
   * (`workspace/applyEdit`).
   */
  revert: 'proto-compat.revert',
  /** `[{ uri }]`: shows the changes since the release in a message, for clients without their own views. */
  changes: 'proto-compat.changes',
  /** `[{ uri, ref }]`: like `protoCompat/chooseBaseline`, for clients that only send standard requests. */
  baseline: 'proto-compat.baseline',
  /** `[{ uri, policy }]`: writes a policy to the configuration of the document's repository (`workspace/applyEdit`). */
  policy: 'proto-compat.policy',
  /** `[]`: checks every repository again. */
  recheck: 'proto-compat.recheck',
} as const;

/**
 * URI scheme of the read-only documents that contain a released file. The server creates their URIs. Clients request
 * their text with the standard `workspace/textDocumentContent` (LSP 3.18), which vscode-languageclient does by itself.
 */
export const RELEASE_SCHEME = 'proto-compat-release';

/** `initializationOptions` */
export interface InitializationOptions {
  /**
   * The client handles `Notifications`. Otherwise none are sent, and the reason why a repository cannot be compared is
   * shown once in `window/showMessage`.
   */
  readonly views?: boolean;
  /** The client shows diagnostics in the same box as hovers, so hovers omit their messages. */
  readonly diagnosticsInHovers?: boolean;
  /** The client's own commands, which code lenses call with `[uri: string]`. */
  readonly commands?: {
    /** Shows the changes since the release. The default is `COMMANDS.changes`. */
    readonly changes?: string;
    /** Opens the diff against the release. Without it, there is no such lens. */
    readonly compare?: string;
  };
  /** Baselines that the user chose earlier, by the repository's URI as in `Compared.repository`. */
  readonly baselines?: readonly { readonly repository: string; readonly ref: string }[];
}

interface DocumentParams {
  /** A document or folder of the repository. */
  readonly uri: string;
}

/** A status and the documents that have it, because thousands of open documents may have the status of their module. */
export interface StatusOfDocuments {
  readonly status: Status;
  readonly documents: readonly CheckedDocument[];
}

export interface CheckedDocument {
  readonly uri: string;
  /** The version of the document that was checked; null if the status is not the result of a check of this document. */
  readonly version: number | null;
  /** Null if the status is not `compared`, or if the document isn't a `.proto` file. */
  readonly own: OwnStatus | null;
}

/** What a `.proto` file adds to the status of its module. */
export interface OwnStatus {
  /** Relative to the repository. */
  readonly file: string;
  readonly counts: Counts;
  /** Whether one of the status's `reasons` is in this file. */
  readonly forces: boolean;
}

export type Status = Checking | Compared | NothingToCompare | Failed;

/** The document was just opened and isn't checked yet. */
export interface Checking {
  readonly kind: 'checking';
}

export interface Compared {
  readonly kind: 'compared';
  /** The URI of the repository's top folder. */
  readonly repository: string;
  readonly baseline: BaselineItem;
  readonly bump: Bump;
  /** Null if the baseline isn't a release. */
  readonly nextVersion: string | null;
  /** The preset's name, or `custom`. */
  readonly policy: string;
  /** The version in the version file; null if there is none. */
  readonly declaredVersion: { readonly version: string; readonly sufficient: boolean } | null;
  /** The module's findings. */
  readonly counts: Counts;
  /** The findings that require the bump, the one that forces it first; at most ten. */
  readonly reasons: readonly FindingItem[];
  /** The number of further findings that require it. */
  readonly moreReasons: number;
  /**
   * The first problem that can hide a change, such as a syntax error. `bump`, `nextVersion` and `reasons` are then those
   * of the last text without one, if there was one. Zero-based line.
   */
  readonly unreadable: { readonly file: string; readonly line: number; readonly message: string } | null;
}

export interface BaselineItem {
  readonly ref: string;
  readonly version: string | null;
  readonly commit: string;
  /** The directory prefix of the module, such as "api/". Empty for the module of the repository's root. */
  readonly prefix: string;
  /** One sentence about how the baseline was found; null if nothing is unusual. */
  readonly note: string | null;
  /** The user chose it, so it may not be the last release. */
  readonly chosen: boolean;
}

/** Numbers of findings by severity. Accepted findings are counted only in `accepted`. */
export interface Counts {
  readonly error: number;
  readonly warning: number;
  readonly information: number;
  readonly hint: number;
  readonly accepted: number;
}

export interface NothingToCompare {
  readonly kind: 'nothing';
  /** The URI of the repository's top folder; null if there is none. */
  readonly repository: string | null;
  readonly reason: NoBaseline['reason'] | 'untitled' | 'not-a-file' | 'left-out';
  /** One sentence that says what is wrong. */
  readonly message: string;
  /** One sentence that says what to do. */
  readonly advice: string;
  /** An action that the client can offer. */
  readonly action:
    'fetch-tags' | 'choose-baseline' | 'init-repository' | 'install-git' | 'save' | 'open-configuration' | null;
}

/** The check failed. Diagnostics that were published before stay. */
interface Failed {
  readonly kind: 'failed';
  /** The URI of the repository's top folder, or that of the document if looking for its repository failed. */
  readonly repository: string;
  readonly message: string;
}

export interface RepositoryChanged {
  /** The URI of the repository's top folder. */
  readonly repository: string;
  /** The findings of all modules, for a badge. Null if the repository's folder was closed. */
  readonly counts: Counts | null;
}

interface ReleaseDocument {
  /** A `proto-compat-release:` URI. */
  readonly uri: string;
  /** "1.0.0", or the ref if it isn't a release; for titles. */
  readonly version: string;
}

export interface ReleaseItem {
  readonly ref: string;
  readonly version: string;
  readonly prefix: string;
  readonly commit: string;
  readonly prerelease: boolean;
  /** Whether it is the document's baseline. */
  readonly current: boolean;
}

export interface ConfigurationInfo {
  /** The URI of `proto-compat.json`, even if it doesn't exist yet. */
  readonly uri: string;
  /** The URI of the file that the settings come from; null if there is none. */
  readonly from: string | null;
  /** The preset's name, or `custom`. */
  readonly policy: string;
  /** The presets. Each description is one sentence. */
  readonly policies: readonly { readonly name: string; readonly description: string }[];
}

/** All findings of one check. */
export interface Summary {
  /** The status of the module of the document in the request. */
  readonly status: Status;
  readonly findings: readonly FindingItem[];
  /** Several if folders have their own versions; empty if the check failed. Each finding belongs to one module. */
  readonly modules: readonly {
    /** The folder with its slash, such as "api/"; empty for the module of the repository's root. */
    readonly prefix: string;
    readonly status: Status;
    /** Indices into the summary's findings. */
    readonly findings: readonly number[];
  }[];
  readonly problems: readonly { readonly uri: string; readonly range: Range; readonly message: string }[];
}

export interface FindingItem {
  readonly rule: string;
  /** URL of the rule's documentation. */
  readonly href: string;
  readonly element: string;
  readonly uri: string;
  /** Relative to the repository, for titles and grouping. */
  readonly file: string;
  readonly range: Range;
  /** The old element in the release; null if it is new. */
  readonly baseline: { readonly uri: string; readonly range: Range } | null;
  readonly severity: Severity;
  readonly class: Class;
  readonly bump: Bump;
  readonly effects: {
    readonly binary: Pairings<Effect>;
    readonly json: Pairings<Effect>;
    readonly source: 'same' | 'breaks';
  };
  /** The worst of `effects` in the promised encodings, for each pairing. */
  readonly worstEffects: Pairings<{ readonly effect: Effect; readonly encoding: Encoding }>;
  readonly message: string;
  readonly accepted: { readonly reason: string } | null;
}

export interface Report {
  readonly summary: Summary;
  /** The names of the two programs: "kata-runtime", or "the client". */
  readonly roles: { readonly client: string; readonly server: string };
  /** The names of the two pairings: "kata-runtime 1.0.0 + this kata-agent". */
  readonly pairings: Pairings<string>;
  /** At least one. Each has its own version. */
  readonly modules: readonly {
    /** "api/: "; empty if there is only one module. */
    readonly name: string;
    /** "1.0.0 → 2.0.0 (major)", or why nothing is compared, or that the check failed. */
    readonly step: string;
    /** The reason for that step: a phrase without a full stop, to print after it. Empty if nothing is compared. */
    readonly because: string;
    /** Sentences about the declared version, the baseline, and what was not compared. */
    readonly remarks: readonly string[];
  }[];
  /** One for each of `summary.findings`, in the same order. */
  readonly witnesses: readonly (Witness | null)[];
  /** Markdown for the release notes. */
  readonly notes: string;
}

/** One sentence about the uses of a changed element, with the places of these uses. */
export interface UsesItem {
  /** Names are in backticks. */
  readonly sentence: string;
  readonly places: readonly {
    /** The file on disk, or a read-only document with the released text. */
    readonly uri: string;
    readonly range: Range;
    /** "src/agent.go:12" */
    readonly label: string;
    /** The line of code. */
    readonly text: string;
    /** "calls, exact" */
    readonly how: string;
  }[];
  /** The number of further places, which `places` omits. */
  readonly more: number;
}

/** Some cells of the matrix, sent as soon as they are known. */
export interface MatrixPart {
  /** The URI of the repository's top folder. */
  readonly repository: string;
  readonly roles: Roles;
  readonly versions: readonly MatrixVersion[];
  readonly cells: readonly MatrixCell[];
}

/** A change and its effect on one pairing of versions. */
export interface CellFinding {
  readonly item: FindingItem;
  /** What changed, as one sentence. */
  readonly fact: string;
  /** An example for this pairing; null if there is none. */
  readonly witness: Witness | null;
}

export type MatrixResult = Matrix & {
  /** The matrix as an image, for export. */
  readonly svg: string;
};
