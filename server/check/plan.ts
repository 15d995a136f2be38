import lt from 'semver/functions/lt.js';
import type { Trouble } from '../git/trouble.ts';
import type { FileProblem, Range } from '../policy/result.ts';
import { DEFAULT_SETTINGS, PRESETS, type PresetName, type Settings } from '../policy/settings.ts';
import { type Baseline, isPrerelease, type NoBaseline, type Snapshot } from '../release/model.ts';
import type { ReleaseModule } from '../release/modules.ts';
import { type LeftOut, Ownership } from '../sources/ownership.ts';
import { Comparison } from './comparison.ts';
import type { OpenTexts } from './open-texts.ts';
import { ParseCache } from './parse-cache.ts';
import { Side } from './side.ts';

/** The parts of a check that keystrokes do not change. */
export interface Plan {
  readonly settings: Settings;
  readonly problems: readonly FileProblem[];
  readonly places: ReadonlyMap<object | string, Range>;
  /** Of all modules, and a configured one even if it declares no version. */
  readonly versionFiles: readonly string[];
  readonly branch: string | undefined;
  /** The version of the edited side, if that is a release. */
  readonly edited: string | undefined;
  /** False for a check of some files, which does not report unused acceptances. */
  readonly complete: boolean;
  /** Only open files are known, so unresolved imports are not reported. */
  readonly isolated: boolean;
  readonly hasDependencies: boolean;
  readonly unstable: (file: string) => LeftOut | undefined;
  readonly modules: readonly PlannedModule[];
}

export interface PlannedModule {
  readonly prefix: string;
  readonly baseline: Baseline | NoBaseline;
  /** The base of the next version; undefined if the baseline isn't a release. */
  readonly countedFrom: string | undefined;
  readonly edited: Side;
  readonly old: Side | undefined;
  readonly comparison: Comparison;
  /** Releases that peers may still run, highest version first. */
  readonly older: readonly PlannedOlder[];
  /** From the version file or `CheckOptions.declared`. */
  readonly declared: { readonly file: string; readonly version: string; readonly range: Range } | undefined;
}

export interface PlannedOlder {
  readonly version: string;
  readonly commit: string;
  /** Of this release with the edit. */
  readonly comparison: Comparison;
  /** Of this release with the baseline. */
  readonly past: Comparison;
}

/** A check that compares nothing, but reports syntax errors of open files. */
export function planWithout({ reason, message, advice }: Trouble | NoBaseline, open: OpenTexts): Plan {
  const edited = new Side(NOTHING, new ParseCache(), open);
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
    hasDependencies: true,
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
  message: 'There is no working tree here to check: the repository is bare, or its working tree is another folder.',
  advice: 'Name what to check with `--to`, for instance `--to main`.',
};

/** @throws RangeError if there is no such preset */
export function withPolicy(settings: Settings, preset: string | undefined): Settings {
  return preset === undefined ? settings : { ...settings, policy: presetNamed(preset) };
}

/** @throws RangeError if there is no such preset */
export function presetNamed(name: string): PresetName {
  const known = Object.keys(PRESETS).find((preset): preset is PresetName => preset === name);
  if (known === undefined)
    throw new RangeError(`There is no policy ${JSON.stringify(name)}; there are ${Object.keys(PRESETS).join(', ')}.`);
  return known;
}

/** Of a pre-release, the highest stable version below it, because users run that. */
export function stableVersion({ version }: Baseline, { releases }: ReleaseModule): string | undefined {
  if (version === undefined || !isPrerelease({ version })) return version;
  const before = releases.filter((each) => !isPrerelease(each) && lt(each.version, version));
  return before.at(-1)?.version ?? version;
}
