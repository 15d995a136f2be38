import major from 'semver/functions/major.js';
import { groupBy } from '../schema/group-by.ts';
import type { Reports } from '../diff/pairs.ts';
import type { Class, Encoding, Impact, Pairings } from '../effects/effect.ts';
import { worstClass } from '../effects/impact.ts';
import { rangeOf } from '../proto/position.ts';
import type { Found } from '../rules/run.ts';
import type { File } from '../schema/model.ts';
import { severityMatcher, unstableMatcher } from './patterns.ts';
import type { Bump, Range } from './result.ts';
import { PRESETS, type Promises, type Settings, type Severity } from './settings.ts';

export interface Rated extends Found {
  readonly class: Class;
  /** Whether the change breaks the promise. */
  readonly broken: Pairings<boolean>;
  readonly unshiftedBump: Exclude<Bump, 'none'>;
  readonly bump: Exclude<Bump, 'none'>;
  readonly range: Range;
  readonly elements?: readonly string[];
}

/**
 * Sorted by file and place. Findings with one cause are merged.
 * @param countedFrom the version that is bumped; undefined if the baseline isn't a release
 */
export function rateAll(
  changes: readonly Found[],
  settings: Settings,
  countedFrom: string | undefined,
): readonly Rated[] {
  const { severity, isUnstable } = matchersOf(settings);
  const shift = shiftFor(settings, countedFrom);
  const rated = changes
    .filter(
      ({ rule, change: { place, baseline } }) =>
        severity(rule.id, place.file.path) !== 'off' && ![place.file, baseline?.file].some(isUnstable),
    )
    .map((found) => rate(found, settings, shift))
    .filter((found) => REPORTED[found.reports](found.class))
    .sort(byPlace);
  return mergeByCause(withoutRepetitions(rated));
}

const MOST_OF_ONE_CAUSE = 3;

function mergeByCause(rated: readonly Rated[]): readonly Rated[] {
  const sharing = rated.filter(({ change }) => change.shared !== undefined);
  if (sharing.length <= MOST_OF_ONE_CAUSE) return rated;
  const groups = groupBy(
    sharing,
    ({ rule, class: kind, change }) => `${rule.id} ${kind} ${change.shared?.cause ?? ''}`,
  );
  const first = new Map<Rated, Rated>();
  const rest = new Set<Rated>();
  for (const group of groups.values()) {
    const [one, ...others] = group;
    const shared = one?.change.shared;
    if (one === undefined || shared === undefined || group.length <= MOST_OF_ONE_CAUSE) continue;
    const elements = group.map(({ change }) => change.element);
    first.set(one, { ...one, change: { ...one.change, message: shared.message(elements) }, elements });
    for (const other of others) rest.add(other);
  }
  return rated.flatMap((one) => (rest.has(one) ? [] : (first.get(one) ?? one)));
}

const REPORTED: Readonly<Record<Reports, (found: Class) => boolean>> = {
  changes: () => true,
  regressions: (found) => found === 'regression',
  losses: (found) => found === 'regression' || found === 'gap',
  nothing: () => false,
};

/** A declaration that is compared with several copies may have the same finding from each. */
function withoutRepetitions(sorted: readonly Rated[]): Rated[] {
  const seen = new Set<string>();
  const isBeside = (one: Rated, other: Rated | undefined): boolean => other !== undefined && byPlace(one, other) === 0;
  return sorted.filter((one, index) => {
    // Most places have one finding, which needs no key.
    if (!isBeside(one, sorted[index - 1]) && !isBeside(one, sorted[index + 1])) return true;
    const { rule, change } = one;
    const { element, place, message } = change;
    const key = `${rule.id} ${element} ${place.file.path} ${String(place.span.start)} ${message}`;
    return !seen.has(key) && seen.add(key);
  });
}

function promisesOf(policy: Settings['policy']): Promises {
  return typeof policy === 'string' ? PRESETS[policy] : policy;
}

function rate(found: Found, settings: Settings, shift: (bump: Exclude<Bump, 'none'>) => Exclude<Bump, 'none'>): Rated {
  const { impact, place } = found.change;
  const promises = promisesOf(settings.policy);
  const isBroken = (pairing: keyof Promises): boolean =>
    settings.encodings.some((encoding) => isBreaking(impact[encoding][pairing].class, promises[pairing]));
  const broken = {
    oldClientNewServer: isBroken('oldClientNewServer'),
    newClientOldServer: isBroken('newClientOldServer'),
  };
  const kind = classOf(impact, settings.encodings);
  const bump = isAnyBroken({ broken })
    ? 'major'
    : kind !== 'none' || found.rule.isProtocolChange === true
      ? 'minor'
      : 'patch';
  const range = rangeOf(place.file.node, place.span);
  const { rule, change, reports, fixes, witness } = found;
  return {
    rule,
    change,
    reports,
    fixes,
    witness,
    class: kind,
    broken,
    unshiftedBump: bump,
    bump: shift(bump),
    range,
  };
}

export function isAnyBroken({ broken }: Pick<Rated, 'broken'>): boolean {
  return broken.oldClientNewServer || broken.newClientOldServer;
}

function isBreaking(kind: Class, promise: Promises[keyof Promises]): boolean {
  return promise !== 'nothing' && (kind === 'regression' || (kind === 'gap' && promise === 'no-gaps'));
}

/** The worst class over the promised encodings, and `source` if only generated code breaks. */
function classOf(impact: Impact, encodings: readonly Encoding[]): Class {
  return encodings.reduce<Class>(
    (worst, encoding) => {
      const { oldClientNewServer, newClientOldServer } = impact[encoding];
      return worstClass<Class>(worst, oldClientNewServer.class, newClientOldServer.class);
    },
    impact.source === 'breaks' ? 'source' : 'none',
  );
}

/** Below 1.0.0, as Cargo does. */
function shiftFor(
  { zeroMajor }: Settings,
  version: string | undefined,
): (bump: Exclude<Bump, 'none'>) => Exclude<Bump, 'none'> {
  const isShifted = zeroMajor === 'shift' && version !== undefined && major(version) === 0;
  return (bump) => (!isShifted ? bump : bump === 'major' ? 'minor' : 'patch');
}

interface Matchers {
  readonly severity: (rule: string, file: string) => Severity | 'off' | undefined;
  readonly isUnstable: (file: File | undefined) => boolean;
  readonly isUnstablePath: ReturnType<typeof unstableMatcher>;
}

export function matchersOf(settings: Settings): Matchers {
  const known = MATCHERS.get(settings);
  if (known !== undefined) return known;
  const isUnstablePath = unstableMatcher(settings);
  const made: Matchers = {
    severity: severityMatcher(settings),
    isUnstable: (file) => file !== undefined && isUnstablePath(file.path, file.package),
    isUnstablePath,
  };
  MATCHERS.set(settings, made);
  return made;
}
const MATCHERS = new WeakMap<Settings, Matchers>();

export function byPlace(a: Rated, b: Rated): number {
  const [one, other] = [a.change.place, b.change.place];
  if (one.file.path !== other.file.path) return one.file.path < other.file.path ? -1 : 1;
  return one.span.start - other.span.start;
}
