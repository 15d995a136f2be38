import semver from 'semver';
import type { Trouble } from '../git/trouble.ts';
import type { FileProblem, Range } from '../policy/result.ts';
import { DEFAULT_SETTINGS, PRESETS, type PresetName, type Settings } from '../policy/settings.ts';
import { type Baseline, isPrerelease, type NoBaseline, type Snapshot } from '../release/model.ts';
import type { ReleaseModule } from '../release/modules.ts';
import { type LeftOut, Ownership } from '../sources/ownership.ts';
import { Comparison } from './comparison.ts';
import { Contents } from './contents.ts';
import { type OpenTexts, Side } from './side.ts';

/** Everything about a check that stays as it is from one keystroke to the next. */
export interface Plan {
  readonly settings: Settings;
  /** Of the configuration. */
  readonly problems: readonly FileProblem[];
  /** Where an entry of `accept` stands in the configuration. */
  readonly places: ReadonlyMap<object | string, Range>;
  /** What the result says of them. */
  readonly versionFiles: readonly string[];
  /** The branch being edited; undefined where it is none. */
  readonly branch: string | undefined;
  /** The release that is compared with the baseline; undefined where that is work in progress. */
  readonly edited: string | undefined;
  /** No file is left out: an acceptance that matches nothing is of no use. */
  readonly complete: boolean;
  /** Nothing is known but what is open, so that an import which cannot be found says nothing. */
  readonly isolated: boolean;
  /** The repository is known to import files of other repositories. */
  readonly knowsOthers: boolean;
  /** Why a file promises nothing although others do; undefined where it does. */
  readonly unstable: (file: string) => LeftOut | undefined;
  /** At least one. */
  readonly modules: readonly PlannedModule[];
}

export interface PlannedModule {
  readonly prefix: string;
  readonly baseline: Baseline | NoBaseline;
  /** What the next version is counted from. Undefined where the baseline is no release. */
  readonly countedFrom: string | undefined;
  readonly edited: Side;
  /** The baseline's; undefined where there is nothing to compare with. */
  readonly old: Side | undefined;
  readonly comparison: Comparison;
  /** Releases before the baseline that peers may still run, newest first. */
  readonly older: readonly PlannedOlder[];
  /** What the version file says. */
  readonly declared: { readonly file: string; readonly version: string; readonly range: Range } | undefined;
}

export interface PlannedOlder {
  readonly version: string;
  readonly commit: string;
  /** With what is edited. */
  readonly comparison: Comparison;
  /** With the baseline. Neither changes while the plan lasts. */
  readonly past: Comparison;
}

/** A check that can compare nothing, and why. Syntax errors of open files are still told. */
export function planWithout({ reason, message, advice }: Trouble | NoBaseline, open: OpenTexts): Plan {
  const edited = new Side(NOTHING, new Contents(), open);
  const module: PlannedModule = {
    prefix: '',
    baseline: { reason, message, advice },
    countedFrom: undefined,
    edited,
    old: undefined,
    comparison: new Comparison(undefined, edited, {
      module: { prefix: '', prefixes: new Set(['']) },
      importRoots: [],
      isNamed: false,
      ownership: (files) => new Ownership(DEFAULT_SETTINGS, files, { named: [''] }),
    }),
    older: [],
    declared: undefined,
  };
  return {
    settings: DEFAULT_SETTINGS,
    problems: [],
    places: new Map(),
    versionFiles: [],
    branch: undefined,
    edited: undefined,
    complete: true,
    isolated: true,
    knowsOthers: true,
    unstable: () => undefined,
    modules: [module],
  };
}

const NOTHING: Snapshot = {
  list: () => Promise.resolve(new Map()),
  read: () => Promise.resolve(undefined),
  problems: () => new Map(),
};

export const BARE: NoBaseline = {
  reason: 'bare-repository',
  message: 'This repository is bare: it has no working tree to check.',
  advice: 'Name what to check with `--to`, for instance `--to main`.',
};

/** @param configuration the file that `files` is in; undefined where it has its default. */
export function noFiles(paths: readonly string[] | undefined, configuration: string | undefined): NoBaseline {
  const reason = 'no-files';
  if (paths !== undefined && !paths.includes(''))
    return {
      reason,
      message: `There is no .proto file in ${paths.join(', ')}, neither now nor in the release.`,
      advice: 'Check the spelling.',
    };
  return configuration === undefined
    ? {
        reason,
        message: 'There is no .proto file in this repository, neither now nor in the release.',
        advice: 'Add one, or name another repository with `--repo`.',
      }
    : {
        reason,
        message: `\`files\` in ${configuration} matches no .proto file, neither now nor in the release.`,
        advice: 'Correct its globs.',
      };
}

/** @throws RangeError with the names that exist. */
export function presetNamed(name: string): PresetName {
  const known = Object.keys(PRESETS).find((preset): preset is PresetName => preset === name);
  if (known === undefined)
    throw new RangeError(`There is no policy ${JSON.stringify(name)}; there are ${Object.keys(PRESETS).join(', ')}.`);
  return known;
}

/** The baseline's version; of a pre-release that of the last stable release before it, which is what its users have. */
export function stableVersion({ version }: Baseline, { releases }: ReleaseModule): string | undefined {
  if (version === undefined || !isPrerelease({ version })) return version;
  const before = releases.filter((each) => !isPrerelease(each) && semver.lt(each.version, version));
  return before.at(-1)?.version ?? version;
}
