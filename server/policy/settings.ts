import type { Encoding, Pairings } from '../effects/effect.ts';

/** Worst first. */
export const SEVERITIES = ['error', 'warning', 'information', 'hint'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** What each pairing is promised. */
export type Promises = Pairings<'nothing' | 'no-regressions' | 'no-gaps'>;

/** The policies that have a name. */
export const PRESETS = {
  semver: { oldClientNewServer: 'no-regressions', newClientOldServer: 'no-regressions' },
  lockstep: { oldClientNewServer: 'nothing', newClientOldServer: 'nothing' },
  'live-upgrade': { oldClientNewServer: 'no-gaps', newClientOldServer: 'no-gaps' },
  'server-first': { oldClientNewServer: 'no-regressions', newClientOldServer: 'nothing' },
} as const satisfies Record<string, Promises>;
export type PresetName = keyof typeof PRESETS;

/** `proto-compat.json` with its defaults filled in. The file's own format is described by `schemas/proto-compat.schema.json`. */
export interface Settings {
  /** Globs, relative to the repository: which `.proto` files are checked. */
  readonly files: readonly string[];
  readonly importRoots: readonly string[];
  /** A regular expression with a group `version`, or undefined for the built-in rule. */
  readonly tagPattern: string | undefined;
  readonly includePrereleases: boolean;
  readonly policy: PresetName | Promises;
  readonly encodings: readonly Encoding[];
  /** Compare with the newest release of each of the last N minor lines. */
  readonly skew: number;
  /** Below 1.0.0: `shift` (major -> minor, minor -> patch, as Cargo does) or `same`. */
  readonly zeroMajor: 'shift' | 'same';
  /** Full names of messages that are stored. */
  readonly stored: readonly string[];
  readonly roles: { readonly client: Role; readonly server: Role } | undefined;
  readonly versionFile: string | undefined;
  /** Globs of branch names that take no protocol change. */
  readonly frozenBranches: readonly string[];
  /** Packages or file globs that are left out. */
  readonly unstable: readonly string[];
  readonly rules: Readonly<Record<string, Severity | 'off'>>;
  /** `rules` for some files only; the last entry that matches a finding's file and rule counts, before `rules`. */
  readonly overrides: readonly Override[];
  readonly accept: readonly Acceptance[];
}

/** One of the two programs: its name, or that and where its code is. */
export type Role = string | RoleWithCode;

export interface RoleWithCode {
  readonly name: string;
  /** Globs, relative to the repository. */
  readonly code?: readonly string[];
}

export function roleName(role: Role): string {
  return typeof role === 'string' ? role : role.name;
}

/** The globs of a role's code; undefined where they are not configured. */
export function roleCode(role: Role | undefined): readonly string[] | undefined {
  return typeof role === 'object' ? role.code : undefined;
}

/** Severities of rules in some files. */
export interface Override {
  /** Globs, relative to the repository. */
  readonly files: readonly string[];
  readonly rules: Readonly<Record<string, Severity | 'off'>>;
}

/** An intended break. Valid while the baseline's major.minor is `since`. */
export interface Acceptance {
  readonly rule: string;
  readonly element: string;
  /** "1.0": the baseline's major.minor it was made for. */
  readonly since: string;
  readonly reason: string;
}

export const DEFAULT_SETTINGS: Settings = {
  files: ['**/*.proto'],
  importRoots: [],
  tagPattern: undefined,
  includePrereleases: false,
  policy: 'semver',
  encodings: ['binary'],
  skew: 1,
  zeroMajor: 'shift',
  stored: [],
  roles: undefined,
  versionFile: undefined,
  frozenBranches: [],
  unstable: [],
  rules: {},
  overrides: [],
  accept: [],
};
