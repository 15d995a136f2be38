import semver from 'semver';
import type { Diff } from '../diff/pairs.ts';
import type { Class, Effect, Encoding, Impact, Pairings } from '../effects/effect.ts';
import { worstClass } from '../effects/impact.ts';
import type { Apart } from '../effects/read.ts';
import { rangeOf } from '../proto/position.ts';
import type { RuleInfo, Words } from '../rules/rule.ts';
import { run, type Found } from '../rules/run.ts';
import frozenBranchChanged from '../rules/frozen-branch-changed.ts';
import versionTooLow from '../rules/version-too-low.ts';
import type { File } from '../schema/model.ts';
import { Acceptances } from './acceptances.ts';
import type { Bump, FileProblem, Finding, Range, Verdict } from './result.ts';
import { severityMatcher, unstableMatcher } from './patterns.ts';
import { PRESETS, type Acceptance, type Promises, type Settings, type Severity } from './settings.ts';

/** What the edit is compared with, and what is known about the version it will get. */
export interface Compared {
  /** The tag, branch or commit of the baseline. */
  readonly ref: string;
  /** The baseline's version; undefined where the ref is no release. */
  readonly version: string | undefined;
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

/** Turns what changed into findings, a bump and the next version, as the settings promise. Findings are in the order of file, then place. */
export function judge(diff: Diff, settings: Settings, release: Compared): Judgement {
  const { severity, isUnstable } = matchersOf(settings);
  const files = diff.files.filter((pair) => ![pair.old, pair.new].some(isUnstable));
  const acceptances = new Acceptances(
    [...diff.new.files.values()].filter((file) => !isUnstable(file) && (diff.only?.has(file.path) ?? true)),
    settings.accept,
    release.version,
  );
  const context = { diff, words: wordsOf(settings, release), encodings: settings.encodings, apart: apart(diff) };
  const countedFrom = release.countedFrom ?? release.version;
  const shift = shifted(settings, countedFrom);
  const judged = run(context)
    .filter(({ rule, change: { place, baseline } }) => severity(rule.id, place.file.path) !== 'off' && ![place.file, baseline?.file].some(isUnstable))
    .map((found) => rate(found, settings, shift))
    .sort(inOrder);

  const bump = worstBump([files.length === 0 ? 'none' : 'patch', ...judged.map((one) => one.bump)]);
  const nextVersion = next(countedFrom, bump);
  const sufficient = release.declared === undefined || nextVersion === null ? undefined : isSufficient(release.declared.version, nextVersion);
  const announced = sufficient === true && release.declared ? ` ${release.declared.version} in ${release.declared.file} announces this.` : '';
  const findings = judged.map((one) => finding(one, settings, acceptances, announced));
  const forcedBy = forcing(judged, bump);
  return {
    bump,
    nextVersion,
    findings: [...findings, ...frozenFindings(judged, settings, release), ...versionFindings(settings, release, nextVersion, sufficient)],
    forcedBy: forcedBy === undefined ? undefined : findings[forcedBy],
    problems: acceptances.problems(),
    unusedAcceptances: acceptances.unusedEntries(),
    sufficient,
  };
}

/** The names that messages use. */
export function wordsOf({ roles }: Settings, { ref, version }: Pick<Compared, 'ref' | 'version'>): Words {
  return { client: roles?.client ?? 'the client', server: roles?.server ?? 'the server', baseline: version ?? ref };
}

export function promisesOf(policy: Settings['policy']): Promises {
  return typeof policy === 'string' ? PRESETS[policy] : policy;
}

interface Rated extends Found {
  readonly class: Class;
  /** A pairing that is promised to work does not. */
  readonly isBroken: boolean;
  /** What the change asks for, before the shift below 1.0.0. */
  readonly asks: Exclude<Bump, 'none'>;
  readonly bump: Exclude<Bump, 'none'>;
  readonly range: Range;
}

function rate(found: Found, settings: Settings, shift: (bump: Exclude<Bump, 'none'>) => Exclude<Bump, 'none'>): Rated {
  const { impact, place } = found.change;
  const promises = promisesOf(settings.policy);
  const isBroken = settings.encodings.some(
    (encoding) =>
      isBreaking(impact[encoding].oldClientNewServer.class, promises.oldClientNewServer) ||
      isBreaking(impact[encoding].newClientOldServer.class, promises.newClientOldServer),
  );
  const kind = classOf(impact, settings.encodings);
  const asks = isBroken ? 'major' : kind !== 'none' || found.rule.declares === true ? 'minor' : 'patch';
  return { ...found, class: kind, isBroken, asks, bump: shift(asks), range: rangeOf(place.file.node, place.span) };
}

function isBreaking(kind: Class, promise: Promises['oldClientNewServer']): boolean {
  return promise !== 'nothing' && (kind === 'regression' || (kind === 'gap' && promise === 'no-gaps'));
}

/** The worst over the promised encodings, else whether code breaks. */
function classOf(impact: Impact, encodings: readonly Encoding[]): Class {
  const classes = encodings.flatMap((encoding) => [impact[encoding].oldClientNewServer.class, impact[encoding].newClientOldServer.class]);
  return worstClass<Class>(...classes, impact.source === 'breaks' ? 'source' : 'none');
}

function finding(rated: Rated, settings: Settings, acceptances: Acceptances, announced: string): Finding {
  const { rule, change, fixes, isBroken } = rated;
  const accepted = acceptances.find(rule.id, change.element, change.place);
  const severity = matchersOf(settings).severity(rule.id, change.place.file.path) ?? severityOf(rated, announced !== '');
  return {
    rule: rule.id,
    element: change.element,
    file: change.place.file.path,
    range: rated.range,
    baseline: change.baseline
      ? { file: change.baseline.file.path, range: rangeOf(change.baseline.file.node, change.baseline.span) }
      : null,
    severity: accepted === undefined && severity !== 'off' ? severity : 'hint',
    class: rated.class,
    bump: rated.bump,
    effects: {
      binary: effectsOf(change.impact.binary),
      json: effectsOf(change.impact.json),
      source: change.impact.source,
    },
    witness: () => null,
    message: sentence(change.message) + (isBroken ? announced : ''),
    accepted: accepted === undefined ? null : { reason: accepted.reason },
    fixes,
  };
}

/** A version that is announced by a sufficient number breaks no promise. */
function severityOf({ class: kind, isBroken, change }: Rated, isAnnounced: boolean): Severity {
  if (isBroken) return isAnnounced ? 'warning' : 'error';
  if (kind === 'regression' || change.warns === true) return 'warning';
  return kind === 'none' ? 'hint' : 'information';
}

function effectsOf(pairings: Impact['binary']): Pairings<Effect> {
  return { oldClientNewServer: pairings.oldClientNewServer.effect, newClientOldServer: pairings.newClientOldServer.effect };
}

/** Messages begin with what they are about; where that is no name in quotes, it begins a sentence. */
function sentence(message: string): string {
  return message.charAt(0).toUpperCase() + message.slice(1);
}

const BUMPS = ['none', 'patch', 'minor', 'major'] as const satisfies readonly Bump[];

function worstBump(bumps: readonly Bump[]): Bump {
  return bumps.reduce((worst, bump) => (BUMPS.indexOf(bump) > BUMPS.indexOf(worst) ? bump : worst), 'none');
}

/** Below 1.0.0 every level counts as the one below it, as Cargo has it, unless configured otherwise. */
function shifted({ zeroMajor }: Settings, version: string | undefined): (bump: Exclude<Bump, 'none'>) => Exclude<Bump, 'none'> {
  const isShifted = zeroMajor === 'shift' && version !== undefined && semver.major(version) === 0;
  return (bump) => (!isShifted ? bump : bump === 'major' ? 'minor' : 'patch');
}

function next(version: string | undefined, bump: Bump): string | null {
  if (version === undefined) return null;
  return bump === 'none' ? version : semver.inc(version, bump);
}

/** A pre-release of a sufficient version announces as much as the version itself. */
function isSufficient(declared: string, needed: string): boolean {
  const version = semver.parse(declared);
  return version !== null && semver.gte(`${String(version.major)}.${String(version.minor)}.${String(version.patch)}`, needed);
}

/** The one that the version is owed to: of the highest bump, the worst class, and the first of those. */
function forcing(judged: readonly Rated[], bump: Bump): number | undefined {
  const worst = worstClass<Class>(...judged.filter((one) => one.bump === bump).map((one) => one.class));
  const index = judged.findIndex((one) => one.bump === bump && one.class === worst);
  return index < 0 ? undefined : index;
}

const NO_EFFECT: Pairings<Effect> = { oldClientNewServer: 'exact', newClientOldServer: 'exact' };

/** A finding about versions and branches: it is about no element, and costs no bump. */
function policyFinding(rule: RuleInfo, settings: Settings, at: Pick<Finding, 'element' | 'file' | 'range' | 'message'>, severity: Severity): Finding[] {
  const override = matchersOf(settings).severity(rule.id, at.file) ?? severity;
  if (override === 'off') return [];
  return [
    {
      ...at,
      rule: rule.id,
      baseline: null,
      severity: override,
      class: 'none',
      bump: 'none',
      effects: { binary: NO_EFFECT, json: NO_EFFECT, source: 'same' },
      witness: () => null,
      accepted: null,
      fixes: () => [],
    },
  ];
}

/** One for each file whose protocol changed, where its first change stands. */
function frozenFindings(judged: readonly Rated[], settings: Settings, { frozen }: Compared): Finding[] {
  if (frozen === undefined) return [];
  const first = new Map<string, Rated>();
  for (const one of judged) {
    if (one.asks !== 'patch' && !first.has(one.change.place.file.path)) first.set(one.change.place.file.path, one);
  }
  return [...first].flatMap(([file, { range, change }]) => {
    const message = `Branch ${frozen.branch} takes no protocol change, and here is one: ${sentence(change.message)}`;
    return policyFinding(frozenBranchChanged, settings, { element: change.element, file, range, message }, 'error');
  });
}

/** A version file that has not been touched since the release is a reminder; one that announces too little is wrong. */
function versionFindings(settings: Settings, { version, declared }: Compared, nextVersion: string | null, sufficient: boolean | undefined): Finding[] {
  if (sufficient !== false || declared === undefined || nextVersion === null || version === undefined) return [];
  const isUntouched = semver.valid(declared.version) !== null && semver.lte(declared.version, version);
  const message = `${declared.version} is too low: the changes since ${version} need ${nextVersion}.`;
  const { file, range } = declared;
  return policyFinding(versionTooLow, settings, { element: file, file, range, message }, isUntouched ? 'information' : 'error');
}

/** Types that the diff matched are compared on their own. */
function apart({ matches }: Diff): Apart {
  return (writer, reader) => {
    if (writer.kind === 'message') {
      return reader.kind === 'message' && (matches.messages.newOf(writer) === reader || matches.messages.oldOf(writer) === reader);
    }
    return reader.kind === 'enum' && (matches.enums.newOf(writer) === reader || matches.enums.oldOf(writer) === reader);
  };
}

interface Matchers {
  severity(rule: string, file: string): Severity | 'off' | undefined;
  isUnstable(file: File | undefined): boolean;
}

/** The settings' patterns, compiled once. */
function matchersOf(settings: Settings): Matchers {
  const known = MATCHERS.get(settings);
  if (known !== undefined) return known;
  const isUnstable = unstableMatcher(settings);
  const made: Matchers = {
    severity: severityMatcher(settings),
    isUnstable: (file) => file !== undefined && isUnstable(file.path, file.package),
  };
  MATCHERS.set(settings, made);
  return made;
}
const MATCHERS = new WeakMap<Settings, Matchers>();

function inOrder(a: Rated, b: Rated): number {
  const [one, other] = [a.change.place, b.change.place];
  if (one.file.path !== other.file.path) return one.file.path < other.file.path ? -1 : 1;
  return one.span.start - other.span.start;
}
