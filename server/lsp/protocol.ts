import type { Matrix, MatrixCell, MatrixVersion, Roles } from '../check/history.ts';
import type { Class, Effect, Encoding, Pairings } from '../effects/effect.ts';
import type { Bump, Range, Witness } from '../policy/result.ts';
import type { Severity } from '../policy/settings.ts';
import type { NoBaseline } from '../release/model.ts';

/** For our VS Code client, which imports no other file of the server. */
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
 * The server's additions to the Language Server Protocol. A client needs them only for its own views. Positions are LSP
 * positions: zero-based, in UTF-16 code units.
 */

/** Requests from the client. Each can be cancelled like any LSP request. */
export interface Requests {
  /** The document's file in its baseline; null if there is none. */
  'protoCompat/releaseOf': { params: DocumentParams; result: ReleaseDocument | null };
  /** All findings in the document's repository. */
  'protoCompat/summary': { params: DocumentParams; result: Summary };
  /** All releases of the repository, highest version first. */
  'protoCompat/releases': { params: DocumentParams; result: readonly ReleaseItem[] };
  /**
   * Sets the tag, branch or commit to compare with; null selects the last release. An unknown ref returns
   * `NothingToCompare` and changes nothing.
   */
  'protoCompat/chooseBaseline': { params: DocumentParams & { readonly ref: string | null }; result: Status };
  /** The configuration of the document's repository, and the available policies. */
  'protoCompat/configuration': { params: DocumentParams; result: ConfigurationInfo };
  /** The content of the report panel. */
  'protoCompat/report': { params: DocumentParams; result: Report };
  /** The uses of each finding's element. The order is that of the report's findings. May take seconds. */
  'protoCompat/uses': { params: DocumentParams; result: readonly (readonly UsesItem[])[] };
  /**
   * The matrix of the module's releases as clients and as servers. The pending edit is the last version. With a
   * `workDoneToken`, the server reports progress. With a `partialResultToken`, it sends each `MatrixPart` in
   * `$/progress`.
   */
  'protoCompat/matrix': {
    params: DocumentParams & {
      readonly workDoneToken?: string | number;
      readonly partialResultToken?: string | number;
    };
    result: MatrixResult;
  };
  /** Runs one of the tools of `proto-compat mcp` on the text in the editor. */
  'protoCompat/tool': {
    params: { readonly name: string; readonly input: unknown };
    /** If the call was refused, the text is the reason. */
    result: { readonly text: string; readonly refused: boolean };
  };
  /** The changes that affect one cell of the matrix. `to` is the newer version, or null for the pending edit. */
  'protoCompat/compare': {
    params: DocumentParams & {
      readonly from: string;
      readonly to: string | null;
      readonly pairing: keyof Pairings<unknown>;
    };
    result: readonly CellFinding[];
  };
}

/** Notifications to the client. */
export interface Notifications {
  /** Sent for open documents whose status changed. */
  'protoCompat/status': StatusOfDocuments;
  /** The result of `protoCompat/summary` changed, or the repository's folder was closed. */
  'protoCompat/changed': RepositoryChanged;
}

/**
 * Commands of `workspace/executeCommand`. vscode-languageclient registers these names in VS Code, so the client's own
 * commands need other names.
 */
export const COMMANDS = {
  /** `[{ uri, element? }]`: reverts an element, by its full name, or the whole file to the release. */
  revert: 'proto-compat.revert',
  /** `[{ uri }]`: shows the changes since the release in a message. */
  changes: 'proto-compat.changes',
  /** `[{ uri, ref }]`: like `protoCompat/chooseBaseline`, for clients that only send standard requests. */
  baseline: 'proto-compat.baseline',
  /** `[{ uri, policy }]`: writes a policy to the configuration of the document's repository. */
  policy: 'proto-compat.policy',
  /** `[]`: checks every repository again. */
  recheck: 'proto-compat.recheck',
} as const;

/**
 * URI scheme of read-only documents with a released file. Clients request their text with
 * `workspace/textDocumentContent` (LSP 3.18), which vscode-languageclient does by itself.
 */
export const RELEASE_SCHEME = 'proto-compat-release';

/** `initializationOptions` */
export interface InitializationOptions {
  /**
   * The client handles `Notifications`. Otherwise none are sent, and `window/showMessage` says once why a repository
   * cannot be compared.
   */
  readonly views?: boolean;
  /** The client shows diagnostics in the same box as hovers, so hovers omit their messages. */
  readonly diagnosticsInHovers?: boolean;
  /** The client's own commands for code lenses, called with `[uri: string]`. */
  readonly commands?: {
    /** Shows the changes since the release instead of `COMMANDS.changes`. */
    readonly changes?: string;
    /** Opens the diff against the release. Without it, there is no such lens. */
    readonly compare?: string;
  };
  /** Baselines that the user chose earlier. `repository` is the URI as in `Compared`. */
  readonly baselines?: readonly { readonly repository: string; readonly ref: string }[];
}

interface DocumentParams {
  /** A document or folder of the repository. */
  readonly uri: string;
}

/** Thousands of open documents may have the same status. */
export interface StatusOfDocuments {
  readonly status: Status;
  readonly documents: readonly CheckedDocument[];
}

export interface CheckedDocument {
  readonly uri: string;
  /** The version of the document that was checked; null if the status isn't the result of a check of this document. */
  readonly version: number | null;
  /** Null if the status isn't `compared`, or if the document isn't a `.proto` file. */
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

/** The document was just opened. */
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
  /** From the version file; null if there is none. */
  readonly declaredVersion: { readonly version: string; readonly sufficient: boolean } | null;
  /** The module's findings. */
  readonly counts: Counts;
  /** The findings that require the bump, one of the worst class first; at most ten. */
  readonly reasons: readonly FindingItem[];
  /** The number of further reasons. */
  readonly moreReasons: number;
  /**
   * The first problem that can hide a change, such as a syntax error. If there is one, `bump`, `nextVersion` and
   * `reasons` may be those of an earlier text. Zero-based line.
   */
  readonly unreadable: { readonly file: string; readonly line: number; readonly message: string } | null;
}

export interface BaselineItem {
  readonly ref: string;
  readonly version: string | null;
  readonly commit: string;
  /** The folder of the module, such as "api/"; empty for the repository's root. */
  readonly prefix: string;
  /** One sentence if the choice of the baseline is unusual. */
  readonly note: string | null;
  /** Whether the user chose it. */
  readonly chosen: boolean;
}

/** Findings by severity. Accepted findings are counted only in `accepted`. */
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
  /** What is wrong, as one sentence. */
  readonly message: string;
  /** What to do, as one sentence. */
  readonly advice: string;
  /** An action that the client can offer. */
  readonly action:
    'fetch-tags' | 'choose-baseline' | 'init-repository' | 'install-git' | 'save' | 'open-configuration' | null;
}

/** The check failed. Earlier diagnostics stay. */
interface Failed {
  readonly kind: 'failed';
  /** The URI of the repository's top folder, or of the document if its repository could not be looked up. */
  readonly repository: string;
  readonly message: string;
}

export interface RepositoryChanged {
  /** The URI of the repository's top folder. */
  readonly repository: string;
  /** The findings of all modules. Null if the repository's folder was closed. */
  readonly counts: Counts | null;
}

interface ReleaseDocument {
  /** A `proto-compat-release:` URI. */
  readonly uri: string;
  /** "1.0.0", or the ref if it isn't a release. */
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
  /** The presets. */
  readonly policies: readonly { readonly name: string; readonly description: string }[];
}

/** All findings of one check. */
export interface Summary {
  /** The status of the module of the requested document. */
  readonly status: Status;
  readonly findings: readonly FindingItem[];
  /** Each finding belongs to one module. Empty if the check failed. */
  readonly modules: readonly {
    /** The folder, such as "api/"; empty for the repository's root. */
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
  /** Relative to the repository. */
  readonly file: string;
  readonly range: Range;
  /** The old element in the release; null if the element is new. */
  readonly baseline: { readonly uri: string; readonly range: Range } | null;
  readonly severity: Severity;
  readonly class: Class;
  readonly bump: Bump;
  readonly effects: {
    readonly binary: Pairings<Effect>;
    readonly json: Pairings<Effect>;
    readonly source: 'same' | 'breaks';
  };
  /** The worst effect in the promised encodings. */
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
  /** At least one. */
  readonly modules: readonly {
    /** "api/: "; empty if there is only one module. */
    readonly name: string;
    /** "1.0.0 → 2.0.0 (major)", or why nothing is compared, or that the check failed. */
    readonly step: string;
    /** The reason for that step, as a phrase without a full stop. Empty if nothing is compared. */
    readonly because: string;
    /** Sentences about the declared version, the baseline, and what was not compared. */
    readonly remarks: readonly string[];
  }[];
  /** One for each of `summary.findings`. */
  readonly witnesses: readonly (Witness | null)[];
  /** Markdown for the release notes. */
  readonly notes: string;
}

/** One sentence about the uses of a changed element, with their places. */
export interface UsesItem {
  /** Names are in backticks. */
  readonly sentence: string;
  readonly places: readonly {
    /** A file on disk, or a read-only document with the released text. */
    readonly uri: string;
    readonly range: Range;
    /** "src/agent.go:12" */
    readonly label: string;
    /** The line of code. */
    readonly text: string;
    /** "calls, exact" */
    readonly how: string;
  }[];
  /** The number of further places. */
  readonly more: number;
}

/** Some cells of the matrix. */
export interface MatrixPart {
  /** The URI of the repository's top folder. */
  readonly repository: string;
  readonly roles: Roles;
  readonly versions: readonly MatrixVersion[];
  readonly cells: readonly MatrixCell[];
}

/** A change and its effect on one cell of the matrix. */
export interface CellFinding {
  readonly item: FindingItem;
  /** What changed, as one sentence. */
  readonly fact: string;
  /** For this pairing; null if there is none. */
  readonly witness: Witness | null;
}

export type MatrixResult = Matrix & {
  /** The matrix as an image, for export. */
  readonly svg: string;
};
