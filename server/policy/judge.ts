import semver from 'semver';
import type { Class, Effect, Impact, Pairings } from '../effects/effect.ts';
import { worstClass } from '../effects/impact.ts';
import { rangeOf } from '../proto/position.ts';
import type { RuleInfo, Words } from '../rules/rule.ts';
import type { Changes } from '../rules/run.ts';
import frozenBranchChanged from '../rules/catalogue/frozen-branch-changed.ts';
import versionTooLow from '../rules/catalogue/version-too-low.ts';
import { list } from '../rules/words.ts';
import { Acceptances } from './acceptances.ts';
import type { Bump, FileProblem, Finding, Range, Verdict, Witness } from './result.ts';
import { inOrder, isAnyBroken, matchersOf, rateAll, type Rated } from './rate.ts';
import { type Acceptance, roleName, type Settings, type Severity } from './settings.ts';
import { type Older, type Skewed, withOlder } from './skew.ts';

/** What the edit is compared with, and what is known about the version it will get. */
export interface ComparedWith {
  /** The tag, branch or commit of the baseline. */
  readonly ref: string;
  /** The baseline's version; undefined where the ref is no release. */
  readonly version: string | undefined;
  /** The release that is compared with it; undefined where that is work in progress. */
  readonly edited?: string | undefined;
  /** What the next version is counted from: of a pre-release the last stable release's version. `version` by default. */
  readonly countedFrom?: string | undefined;
  /** The version that the version file announces, and where it stands. */
  readonly declared?: { readonly file: string; readonly version: string; readonly range: Range };
  /** The branch being edited, where the settings freeze it. */
  readonly frozen?: { readonly branch: string };
}

export interface Judgement extends Verdict {
  /** Acceptances written in the files that match nothing, have expired or cannot be read. */
  readonly problems: readonly FileProblem[];
  /** The entries of `accept` in the configuration that match nothing or have expired. */
  readonly unusedAcceptances: readonly Acceptance[];
  /** Whether `declared` is at least the next version; undefined where nothing is declared or there is no next version. */
  readonly sufficient: boolean | undefined;
}

/**
 * Turns what changed into findings, a bump and the next version, as the settings promise. Findings are in the order of file, then
 * place.
 * @param older releases before the baseline that peers may still run.
 */
export function judge(
  changes: Changes,
  settings: Settings,
  release: ComparedWith,
  older: readonly Older[] = [],
): Judgement {
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
  const judged = older.length === 0 ? all : all.toSorted(inOrder);
  const own = judged.filter(({ isInherited }) => !isInherited);

  const bump = worstBump([stable.length === 0 ? 'none' : 'patch', ...own.map((one) => one.bump)]);
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
  const forcedBy = forcing(own, bump);
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

/** The names that messages use. */
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
  rated: Skewed,
  settings: Settings,
  acceptances: Acceptances,
  announced: string,
  older: readonly string[],
): Finding {
  const { rule, change, fixes, broken } = rated;
  const accepted = acceptances.find(rule.id, change.element, change.place);
  const severity =
    matchersOf(settings).severity(rule.id, change.place.file.path) ?? severityOf(rated, announced !== '');
  return {
    rule: rule.id,
    element: change.element,
    ...(rated.elements && { elements: rated.elements }),
    file: change.place.file.path,
    range: rated.range,
    ...(change.place.gap && { gap: true }),
    baseline: change.baseline
      ? { file: change.baseline.file.path, range: rangeOf(change.baseline.file.node, change.baseline.span) }
      : null,
    ...(rated.older && { older: rated.older }),
    severity: accepted === undefined && severity !== 'off' ? severity : 'hint',
    class: rated.class,
    broken,
    bump: rated.isInherited ? 'none' : rated.bump,
    effects: {
      binary: effectsOf(change.impact.binary),
      json: effectsOf(change.impact.json),
      source: change.impact.source,
    },
    sourceBreaks: change.impact.sourceBreaks,
    ...(change.impact.stored && { stored: true }),
    witness: witnessesOf(rated),
    message: sentence(change.message) + (isAnyBroken(rated) ? olderWords(rated, older) + announced : ''),
    accepted: accepted === undefined ? null : { reason: accepted.reason },
    fixes,
  };
}

/** Each is made once. */
function witnessesOf({ witness }: Skewed): Finding['witness'] {
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

/** A version that is announced by a sufficient number breaks no promise. */
function severityOf(rated: Skewed, isAnnounced: boolean): Severity {
  const { class: kind, isInherited, change } = rated;
  if (isAnyBroken(rated)) return isAnnounced || isInherited ? 'warning' : 'error';
  if (kind === 'regression' || change.warns === true) return 'warning';
  return kind === 'none' ? 'hint' : 'information';
}

/** Which of the older releases suffer, and which do not. */
function olderWords({ breaks, isInherited }: Skewed, older: readonly string[]): string {
  if (older.length === 0) return '';
  const spared = older.filter((version) => !breaks.includes(version));
  if (isInherited) return ` The last release broke ${list(breaks)} this way already.`;
  if (breaks.length === 0) return ` It does not break ${list(spared)}.`;
  return ` It breaks ${list(breaks)} too${spared.length === 0 ? '' : `, but not ${list(spared)}`}.`;
}

function effectsOf(pairings: Impact['binary']): Pairings<Effect> {
  return {
    oldClientNewServer: pairings.oldClientNewServer.effect,
    newClientOldServer: pairings.newClientOldServer.effect,
  };
}

/** Messages begin with what they are about; where that is no name in quotes, it begins a sentence. */
function sentence(message: string): string {
  return message.charAt(0).toUpperCase() + message.slice(1);
}

const BUMPS = ['none', 'patch', 'minor', 'major'] as const satisfies readonly Bump[];

export function worstBump(bumps: readonly Bump[]): Bump {
  return bumps.reduce((worst, bump) => (BUMPS.indexOf(bump) > BUMPS.indexOf(worst) ? bump : worst), 'none');
}

function next(version: string | undefined, bump: Bump): string | null {
  if (version === undefined) return null;
  return bump === 'none' ? version : semver.inc(version, bump);
}

/** A pre-release of a sufficient version announces as much as the version itself. */
function isSufficient(declared: string, needed: string): boolean {
  const version = semver.parse(declared);
  return version !== null && semver.gte(`${version.major}.${version.minor}.${version.patch}`, needed);
}

/** The one that the version is owed to: of the highest bump, the worst class, and the first of those. */
function forcing(judged: readonly Skewed[], bump: Bump): Skewed | undefined {
  const asking = judged.filter((one) => one.bump === bump);
  const worst = worstClass<Class>(...asking.map((one) => one.class));
  return asking.find((one) => one.class === worst);
}

const NOTHING_BROKEN: Pairings<boolean> = { oldClientNewServer: false, newClientOldServer: false };
const NO_EFFECT: Pairings<Effect> = { oldClientNewServer: 'exact', newClientOldServer: 'exact' };

/** A finding about versions and branches: it is about no element, and costs no bump. */
function policyFinding(
  rule: RuleInfo,
  settings: Settings,
  at: Pick<Finding, 'element' | 'file' | 'range' | 'message'>,
  severity: Severity,
): Finding[] {
  const override = matchersOf(settings).severity(rule.id, at.file) ?? severity;
  if (override === 'off') return [];
  return [
    {
      ...at,
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

/** One for each file whose protocol changed, where its first change stands. */
function frozenFindings(judged: readonly Skewed[], settings: Settings, { frozen }: ComparedWith): Finding[] {
  if (frozen === undefined) return [];
  const first = new Map<string, Skewed>();
  for (const one of judged) {
    if (one.asks !== 'patch' && !first.has(one.change.place.file.path)) first.set(one.change.place.file.path, one);
  }
  return [...first].flatMap(([file, { range, change }]) => {
    const message = `Branch ${frozen.branch} takes no protocol change, and here is one: ${sentence(change.message)}`;
    return policyFinding(frozenBranchChanged, settings, { element: change.element, file, range, message }, 'error');
  });
}

/** A version file that has not been touched since the release is a reminder; one that announces too little is wrong. */
function versionFindings(
  settings: Settings,
  { version, declared }: ComparedWith,
  nextVersion: string | null,
  sufficient: boolean | undefined,
): Finding[] {
  if (sufficient !== false || declared === undefined || nextVersion === null || version === undefined) return [];
  const isUntouched = semver.valid(declared.version) !== null && semver.lte(declared.version, version);
  const message = `${declared.version} is too low: the changes since ${version} need ${nextVersion}.`;
  const { file, range } = declared;
  return policyFinding(
    versionTooLow,
    settings,
    { element: file, file, range, message },
    isUntouched ? 'information' : 'error',
  );
}
