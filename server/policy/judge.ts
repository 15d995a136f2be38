import gte from 'semver/functions/gte.js';
import inc from 'semver/functions/inc.js';
import lte from 'semver/functions/lte.js';
import parseVersion from 'semver/functions/parse.js';
import validVersion from 'semver/functions/valid.js';
import type { Class, Effect, Impact, Pairings } from '../effects/effect.ts';
import { worstClass } from '../effects/impact.ts';
import { rangeOf } from '../proto/position.ts';
import type { RuleInfo, Words } from '../rules/rule.ts';
import type { Changes } from '../rules/run.ts';
import frozenBranchChanged from '../rules/catalogue/frozen-branch-changed.ts';
import versionTooLow from '../rules/catalogue/version-too-low.ts';
import { capital, list } from '../rules/words.ts';
import { Acceptances } from './acceptances.ts';
import type { Bump, FileProblem, Finding, Range, Verdict, Witness } from './result.ts';
import { byPlace, isAnyBroken, matchersOf, rateAll, type Rated } from './rate.ts';
import { type Acceptance, roleName, type Settings, type Severity } from './settings.ts';
import { type Older, type Skewed, withOlder } from './skew.ts';

export interface ComparedWith {
  /** A tag, branch or commit. */
  readonly ref: string;
  /** Undefined if the ref isn't a release. */
  readonly version: string | undefined;
  /** Undefined if the edited files aren't a release. */
  readonly edited?: string | undefined;
  /** The version that is bumped, by default `version`. See `stableVersion` for a pre-release. */
  readonly countedFrom?: string | undefined;
  /** The version that is declared for the next release. */
  readonly declared?: { readonly file: string; readonly version: string; readonly range: Range };
  /** Set if the settings freeze the branch. */
  readonly frozen?: { readonly branch: string };
}

export interface Judgement extends Verdict {
  readonly problems: readonly FileProblem[];
  readonly unusedAcceptances: readonly Acceptance[];
  /** Whether the declared version is high enough; undefined if either version is missing. */
  readonly sufficient: boolean | undefined;
}

/**
 * Findings about elements are sorted by file and place. Those about the frozen branch and the declared version follow.
 * @param older releases before the baseline that peers may still use, newest first
 */
export function judge(changes: Changes, settings: Settings, release: ComparedWith, older: readonly Older[]): Judgement {
  const { isUnstable } = matchersOf(settings);
  const { new: edited, files, isReported } = changes.diff;
  const stable = files.filter((pair) => ![pair.old, pair.new].some(isUnstable));
  const acceptances = new Acceptances(
    [...edited.files.values()].filter((file) => !isUnstable(file) && isReported(file.path)),
    settings.accept,
    release.version,
  );
  const countedFrom = release.countedFrom ?? release.version;
  const rate = (found: Changes | undefined): readonly Rated[] => rateAll(found?.found ?? [], settings, countedFrom);
  const all = withOlder(rate(changes), older, rate);
  const judged = older.length === 0 ? all : all.toSorted((a, b) => byPlace(a.rated, b.rated));
  const own = judged.filter(({ isInherited }) => !isInherited);

  const bump = worstBump([stable.length === 0 ? 'none' : 'patch', ...own.map(({ rated }) => rated.bump)]);
  const nextVersion = next(countedFrom, bump);
  const sufficient =
    release.declared === undefined || nextVersion === null
      ? undefined
      : isSufficient(release.declared.version, nextVersion);
  const announced =
    sufficient === true && release.declared
      ? ` ${release.declared.version} in ${release.declared.file} announces this.`
      : '';
  const olderVersions = older.map(({ version }) => version);
  const findings = judged.map((one) => finding(one, settings, acceptances, announced, olderVersions));
  const forcedBy = causeOf(own, bump);
  return {
    bump,
    nextVersion,
    findings: [
      ...findings,
      ...frozenFindings(own, settings, release),
      ...versionFindings(settings, release, nextVersion, sufficient),
    ],
    forcedBy: forcedBy && findings[judged.indexOf(forcedBy)],
    problems: acceptances.problems(),
    unusedAcceptances: acceptances.unusedEntries(),
    sufficient,
  };
}

export function wordsOf({ roles }: Settings, compared: Pick<ComparedWith, 'ref' | 'version' | 'edited'>): Words {
  const { ref, version, edited } = compared;
  return {
    client: roles === undefined ? 'the client' : roleName(roles.client),
    server: roles === undefined ? 'the server' : roleName(roles.server),
    baseline: version ?? ref,
    edited,
  };
}

function finding(
  { rated, breaks, isInherited, older }: Skewed,
  settings: Settings,
  acceptances: Acceptances,
  announced: string,
  olderVersions: readonly string[],
): Finding {
  const { rule, change, fixes, broken } = rated;
  const accepted = acceptances.find(rule.id, change.element, change.place);
  const severity =
    matchersOf(settings).severity(rule.id, change.place.file.path) ?? severityOf(rated, isInherited, announced !== '');
  const found: Draft<Finding> = {
    rule: rule.id,
    element: change.element,
    file: change.place.file.path,
    range: rated.range,
    baseline: change.baseline
      ? { file: change.baseline.file.path, range: rangeOf(change.baseline.file.node, change.baseline.span) }
      : null,
    severity: accepted === undefined && severity !== 'off' ? severity : 'hint',
    class: rated.class,
    broken,
    bump: isInherited ? 'none' : rated.bump,
    effects: {
      binary: effectsOf(change.impact.binary),
      json: effectsOf(change.impact.json),
      source: change.impact.source,
    },
    sourceBreaks: change.impact.sourceBreaks,
    witness: witnessesOf(rated),
    message:
      capital(change.message) +
      (isAnyBroken(rated) ? olderWords(breaks, isInherited, olderVersions, older?.version) + announced : ''),
    accepted: accepted === undefined ? null : { reason: accepted.reason },
    fixes,
  };
  if (rated.elements) found.elements = rated.elements;
  if (change.place.isBeforeDeletion) found.isBeforeDeletion = true;
  if (older) found.older = older;
  if (change.impact.stored) found.stored = true;
  return found;
}

type Draft<T> = { -readonly [K in keyof T]: T[K] };

function witnessesOf({ witness }: Rated): Finding['witness'] {
  const known = new Map<keyof Pairings<unknown> | undefined, Witness | null>();
  return (pairing) => {
    let found = known.get(pairing);
    if (found === undefined) {
      const made = witness(pairing);
      found = made === undefined ? null : { sent: made.sent, read: made.read };
      known.set(pairing, found);
    }
    return found;
  };
}

function severityOf(rated: Rated, isInherited: boolean, isAnnounced: boolean): Severity {
  const { class: kind, change } = rated;
  if (isAnyBroken(rated)) return isAnnounced || isInherited ? 'warning' : 'error';
  if (kind === 'regression' || change.isAtLeastWarning === true) return 'warning';
  return kind === 'none' ? 'hint' : 'information';
}

/**
 * Which older releases the change breaks or spares; empty if there is nothing to add.
 * @param compared the older release that the finding is about
 */
function olderWords(
  breaks: readonly string[],
  isInherited: boolean,
  older: readonly string[],
  compared: string | undefined,
): string {
  if (isInherited) return ` The last release already broke ${list(breaks)} in this way.`;
  const others = breaks.filter((version) => version !== compared);
  const spared = older.filter((version) => !breaks.includes(version));
  if (others.length === 0) return spared.length === 0 ? '' : ` It does not break ${list(spared)}.`;
  return ` It breaks ${list(others)} too${spared.length === 0 ? '' : `, but not ${list(spared)}`}.`;
}

function effectsOf(pairings: Impact['binary']): Pairings<Effect> {
  return {
    oldClientNewServer: pairings.oldClientNewServer.effect,
    newClientOldServer: pairings.newClientOldServer.effect,
  };
}

const BUMPS = ['none', 'patch', 'minor', 'major'] as const satisfies readonly Bump[];

export function worstBump(bumps: readonly Bump[]): Bump {
  return bumps.reduce((worst, bump) => (BUMPS.indexOf(bump) > BUMPS.indexOf(worst) ? bump : worst), 'none');
}

function next(version: string | undefined, bump: Bump): string | null {
  if (version === undefined) return null;
  return bump === 'none' ? version : inc(version, bump);
}

/** 2.0.0-rc1 counts as 2.0.0. A text that isn't a version is never sufficient. */
function isSufficient(declared: string, needed: string): boolean {
  const version = parseVersion(declared);
  return version !== null && gte(`${version.major}.${version.minor}.${version.patch}`, needed);
}

/** The first finding with this bump and the worst class. */
function causeOf(judged: readonly Skewed[], bump: Bump): Skewed | undefined {
  const candidates = judged.filter(({ rated }) => rated.bump === bump);
  const worst = worstClass<Class>(...candidates.map(({ rated }) => rated.class));
  return candidates.find(({ rated }) => rated.class === worst);
}

const NOTHING_BROKEN: Pairings<boolean> = { oldClientNewServer: false, newClientOldServer: false };
const NO_EFFECT: Pairings<Effect> = { oldClientNewServer: 'exact', newClientOldServer: 'exact' };

function policyFinding(
  rule: RuleInfo,
  settings: Settings,
  { element, file, range, message }: Pick<Finding, 'element' | 'file' | 'range' | 'message'>,
  severity: Severity,
): Finding[] {
  const override = matchersOf(settings).severity(rule.id, file) ?? severity;
  if (override === 'off') return [];
  return [
    {
      element,
      file,
      range,
      message,
      rule: rule.id,
      baseline: null,
      severity: override,
      class: 'none',
      broken: NOTHING_BROKEN,
      bump: 'none',
      effects: { binary: NO_EFFECT, json: NO_EFFECT, source: 'same' },
      sourceBreaks: [],
      witness: () => null,
      accepted: null,
      fixes: () => [],
    },
  ];
}

/** One finding for each file, at its first protocol change. */
function frozenFindings(judged: readonly Skewed[], settings: Settings, { frozen }: ComparedWith): Finding[] {
  if (frozen === undefined) return [];
  const first = new Map<string, Rated>();
  for (const { rated } of judged) {
    const { path } = rated.change.place.file;
    if (rated.unshiftedBump !== 'patch' && !first.has(path)) first.set(path, rated);
  }
  return [...first].flatMap(([file, { range, change }]) => {
    const message = `Branch ${frozen.branch} is frozen, but this is a protocol change: ${capital(change.message)}`;
    return policyFinding(frozenBranchChanged, settings, { element: change.element, file, range, message }, 'error');
  });
}

function versionFindings(
  settings: Settings,
  { version, declared }: ComparedWith,
  nextVersion: string | null,
  sufficient: boolean | undefined,
): Finding[] {
  if (sufficient !== false || declared === undefined || nextVersion === null || version === undefined) return [];
  // Nobody has chosen the next version yet.
  const isUntouched = validVersion(declared.version) !== null && lte(declared.version, version);
  const message = `${declared.version} is too low: the changes since ${version} need ${nextVersion}.`;
  const { file, range } = declared;
  return policyFinding(
    versionTooLow,
    settings,
    { element: file, file, range, message },
    isUntouched ? 'information' : 'error',
  );
}
