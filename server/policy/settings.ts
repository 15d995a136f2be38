import type { Encoding, Pairings } from '../effects/effect.ts';

/** Worst first. */
export const SEVERITIES = ['error', 'warning', 'information', 'hint'] as const;
export type Severity = (typeof SEVERITIES)[number];

export type Promises = Pairings<'nothing' | 'no-regressions' | 'no-gaps'>;

export const PRESETS = {
  semver: { oldClientNewServer: 'no-regressions', newClientOldServer: 'no-regressions' },
  lockstep: { oldClientNewServer: 'nothing', newClientOldServer: 'nothing' },
  'live-upgrade': { oldClientNewServer: 'no-gaps', newClientOldServer: 'no-gaps' },
  'server-first': { oldClientNewServer: 'no-regressions', newClientOldServer: 'nothing' },
} as const satisfies Record<string, Promises>;
export type PresetName = keyof typeof PRESETS;

/** The options of `proto-compat.json`. */
export interface Settings {
  /** Globs, relative to the repository. */
  readonly files: readonly string[];
  readonly importRoots: readonly string[];
  /** With a group `version`; undefined for the built-in rule. */
  readonly tagPattern: string | undefined;
  readonly includePrereleases: boolean;
  readonly policy: PresetName | Promises;
  readonly encodings: readonly Encoding[];
  /** Minor lines to compare with. The newest release of each is used. */
  readonly skew: number;
  /** Below 1.0.0: `shift` (major -> minor, minor -> patch) or `same`. */
  readonly zeroMajor: 'shift' | 'same';
  /** Full names of messages. */
  readonly stored: readonly string[];
  readonly roles: { readonly client: Role; readonly server: Role } | undefined;
  readonly versionFile: string | undefined;
  /** Globs of branches on which protocol changes are errors. */
  readonly frozenBranches: readonly string[];
  /** Patterns of packages and globs of files that are left out. */
  readonly unstable: readonly string[];
  readonly rules: Readonly<Record<string, Severity | 'off'>>;
  /** The last entry for a finding's file and rule takes precedence over `rules`. */
  readonly overrides: readonly Override[];
  readonly accept: readonly Acceptance[];
}

export type Role = string | RoleWithCode;

interface RoleWithCode {
  readonly name: string;
  /** Globs, relative to the repository. */
  readonly code?: readonly string[];
}

export function roleName(role: Role): string {
  return typeof role === 'string' ? role : role.name;
}

export function roleCode(role: Role | undefined): readonly string[] | undefined {
  return typeof role === 'object' ? role.code : undefined;
}

export interface Override {
  readonly files: readonly string[];
  readonly rules: Readonly<Record<string, Severity | 'off'>>;
}

/** Valid while the baseline's major.minor is `since`. */
export interface Acceptance {
  readonly rule: string;
  readonly element: string;
  /** "1.0" */
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
