import type { Matrix, MatrixCell, MatrixVersion, Roles } from '../check/matrix.ts';
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
 * The server's additions to the Language Server Protocol, for clients with their own views. Positions are LSP
 * positions: zero-based, in UTF-16 code units.
 */

/** Requests from the client. Each can be cancelled. */
export interface Requests {
  /** The document's file in its baseline; null if there is none. */
  'protoCompat/releaseOf': { params: DocumentParams; result: ReleaseDocument | null };
  /** All findings in the document's repository. */
  'protoCompat/summary': { params: DocumentParams; result: Summary };
  /** Highest version first. */
  'protoCompat/releases': { params: DocumentParams; result: readonly ReleaseItem[] };
  /**
   * Sets the tag, branch or commit to compare with; null selects the last release. An unknown ref returns
   * `NothingToCompare` and changes nothing.
   */
  'protoCompat/chooseBaseline': { params: DocumentParams & { readonly ref: string | null }; result: Status };
  'protoCompat/configuration': { params: DocumentParams; result: ConfigurationInfo };
  'protoCompat/report': { params: DocumentParams; result: Report };
  /** The uses for each of the report's findings, in their order. May take seconds. */
  'protoCompat/uses': { params: DocumentParams; result: readonly (readonly UsesItem[])[] };
  /**
   * All releases of the module, as clients and as servers. The pending edit is the last version. With a
   * `partialResultToken`, the server sends each `MatrixPart` in `$/progress`.
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
    /** If the call was refused, `text` is the reason. */
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

export interface Notifications {
  'protoCompat/status': StatusOfDocuments;
  /** The result of `protoCompat/summary` changed, or the repository's folder was closed. */
  'protoCompat/changed': RepositoryChanged;
}

/**
 * Commands of `workspace/executeCommand`. vscode-languageclient registers these names, so the client's own commands
 * need other names.
 */
export const COMMANDS = {
  /** `[{ uri, element? }]`: reverts an element, by its full name, or the whole file to the release. */
  revert: 'proto-compat.revert',
  /** `[{ uri }]`: shows the changes since the release in a message. */
  changes: 'proto-compat.changes',
  /** `[{ uri, ref }]`: `protoCompat/chooseBaseline` for clients that only send standard requests. */
  baseline: 'proto-compat.baseline',
  /** `[{ uri, policy }]`: writes a policy to the repository's configuration. */
  policy: 'proto-compat.policy',
  /** `[]`: checks every repository again. */
  recheck: 'proto-compat.recheck',
} as const;

/**
 * URI scheme of read-only documents with a released file. `workspace/textDocumentContent` (LSP 3.18) returns their
 * text.
 */
export const RELEASE_SCHEME = 'proto-compat-release';

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
  /** Chosen by the user earlier. */
  readonly baselines?: readonly { readonly repository: RepositoryUri; readonly ref: string }[];
}

/** The URI of a repository's top folder. */
type RepositoryUri = string;

/** A path relative to the repository's top folder. */
type RepositoryPath = string;

/** A module's folder, such as "api/"; empty for the repository's top folder. */
type ModulePrefix = string;

/** A preset, or `custom`. */
type PolicyName = string;

interface DocumentParams {
  /** A document or folder of the repository. */
  readonly uri: string;
}

export interface StatusOfDocuments {
  readonly status: Status;
  readonly documents: readonly CheckedDocument[];
}

export interface CheckedDocument {
  readonly uri: string;
  /** Null if this document wasn't checked. */
  readonly version: number | null;
  /** Null if the status isn't `compared`, or if the document isn't a `.proto` file. */
  readonly own: OwnStatus | null;
}

export interface OwnStatus {
  readonly file: RepositoryPath;
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
  readonly repository: RepositoryUri;
  readonly baseline: BaselineItem;
  readonly bump: Bump;
  /** Null if the baseline isn't a release. */
  readonly nextVersion: string | null;
  readonly policy: PolicyName;
  /** From the version file; null if there is none. */
  readonly declaredVersion: { readonly version: string; readonly sufficient: boolean } | null;
  /** The counts for the module. */
  readonly counts: Counts;
  /** The findings that require the bump, one of the worst class first; at most ten. */
  readonly reasons: readonly FindingItem[];
  readonly moreReasons: number;
  /**
   * The first problem that can hide a change, such as a syntax error. `bump`, `nextVersion` and `reasons` may then be
   * those of an earlier text. Zero-based line.
   */
  readonly unreadable: { readonly file: RepositoryPath; readonly line: number; readonly message: string } | null;
}

export interface BaselineItem {
  readonly ref: string;
  readonly version: string | null;
  readonly commit: string;
  readonly prefix: ModulePrefix;
  /** One sentence if the choice of the baseline is unusual. */
  readonly note: string | null;
  readonly chosen: boolean;
}

/** Accepted findings are counted only in `accepted`. */
export interface Counts {
  readonly error: number;
  readonly warning: number;
  readonly information: number;
  readonly hint: number;
  readonly accepted: number;
}

export interface NothingToCompare {
  readonly kind: 'nothing';
  readonly repository: RepositoryUri | null;
  readonly reason: NoBaseline['reason'] | 'untitled' | 'not-a-file' | 'left-out';
  readonly message: string;
  readonly advice: string;
  readonly action:
    'fetch-tags' | 'choose-baseline' | 'init-repository' | 'install-git' | 'save' | 'open-configuration' | null;
}

/** Earlier diagnostics stay. */
interface Failed {
  readonly kind: 'failed';
  /** The document's URI if its repository could not be looked up. */
  readonly repository: string;
  readonly message: string;
}

export interface RepositoryChanged {
  readonly repository: RepositoryUri;
  /** The counts for all modules. Null if the repository's folder was closed. */
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
  readonly prefix: ModulePrefix;
  readonly commit: string;
  readonly prerelease: boolean;
  /** It is the document's baseline. */
  readonly current: boolean;
}

export interface ConfigurationInfo {
  /** `proto-compat.json`, even if it doesn't exist yet. */
  readonly uri: string;
  /** The file that the settings come from; null if there is none. */
  readonly from: string | null;
  readonly policy: PolicyName;
  readonly policies: readonly { readonly name: string; readonly description: string }[];
}

export interface Summary {
  /** The status of the requested document's module. */
  readonly status: Status;
  readonly findings: readonly FindingItem[];
  /** Empty if the check failed. */
  readonly modules: readonly {
    readonly prefix: ModulePrefix;
    readonly status: Status;
    /** Indices into the summary's findings. */
    readonly findings: readonly number[];
  }[];
  readonly problems: readonly { readonly uri: string; readonly range: Range; readonly message: string }[];
}

export interface FindingItem {
  readonly rule: string;
  /** The rule's documentation. */
  readonly href: string;
  readonly element: string;
  readonly uri: string;
  readonly file: RepositoryPath;
  readonly range: Range;
  /** Null if the element is new. */
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
  /** "kata-runtime", or "the client" if the configuration has no name. */
  readonly roles: { readonly client: string; readonly server: string };
  /** "kata-runtime 1.0.0 + this kata-agent" */
  readonly pairings: Pairings<string>;
  /** At least one. */
  readonly modules: readonly {
    /** "api/: "; empty if there is only one module. */
    readonly name: string;
    /** "1.0.0 → 2.0.0 (major)", or why nothing is compared, or that the check failed. */
    readonly step: string;
    /** A phrase without a full stop. Empty if nothing is compared. */
    readonly because: string;
    /** Sentences about the declared version, the baseline, and what was not compared. */
    readonly remarks: readonly string[];
  }[];
  /** One for each of `summary.findings`. */
  readonly witnesses: readonly (Witness | null)[];
  /** Markdown. */
  readonly notes: string;
}

export interface UsesItem {
  /** Names are in backticks. */
  readonly sentence: string;
  readonly places: readonly {
    /** A file on disk, or a read-only document with the released text. */
    readonly uri: string;
    readonly range: Range;
    /** "src/agent.go:12" */
    readonly label: string;
    readonly text: string;
    /** "calls, exact" */
    readonly how: string;
  }[];
  readonly more: number;
}

export interface MatrixPart {
  readonly repository: RepositoryUri;
  readonly roles: Roles;
  readonly versions: readonly MatrixVersion[];
  readonly cells: readonly MatrixCell[];
}

export interface CellFinding {
  readonly item: FindingItem;
  /** One sentence. */
  readonly fact: string;
  /** For this pairing. */
  readonly witness: Witness | null;
}

export type MatrixResult = Matrix & {
  readonly svg: string;
};
