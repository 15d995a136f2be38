import compare from 'semver/functions/compare.js';
import gte from 'semver/functions/gte.js';
import major from 'semver/functions/major.js';
import minor from 'semver/functions/minor.js';
import patch from 'semver/functions/patch.js';
import type { Class, Effect, Pairings } from '../effects/effect.ts';
import { worstClass } from '../effects/impact.ts';
import { worse } from '../effects/reading.ts';
import type { Bump, Finding } from '../policy/result.ts';
import { isPrerelease, type Release } from '../release/model.ts';
import { CannotRun } from './cannot-run.ts';
import type { Project } from './project.ts';
import { type CheckResult, isBaseline, worstEffect } from './result.ts';

export type ReleaseSource = Pick<Project, 'check' | 'releases' | 'moduleOf'> & Partial<Pick<Project, 'age'>>;

export interface HistoryOptions {
  /** A preset instead of the configured policy. */
  readonly policy?: string | undefined;
  readonly paths?: readonly string[];
  /** Tags or versions of the first and the last release to compare. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly signal?: AbortSignal;
  /** Receives the number of finished comparisons and the expected total. */
  readonly progress?: (done: number, total: number) => void;
}

export interface AuditOptions extends HistoryOptions {
  /** The prefix of the only module to compare. */
  readonly module?: string | undefined;
}

export interface Audit {
  readonly policy: string;
  /** By module, highest version first. */
  readonly entries: readonly AuditEntry[];
  /** The tags of releases without a file to check, in the same order. */
  readonly withoutFiles: readonly string[];
}

export interface AuditEntry {
  readonly ref: string;
  readonly version: string;
  /** With a slash: "api/". Empty for the whole repository. */
  readonly prefix: string;
  /** Null if there is none. */
  readonly baseline: { readonly ref: string; readonly version: string | null } | null;
  /** Why there is no baseline, or a remark about it. */
  readonly note: string | null;
  /** Undefined without a baseline, like `required` and `sufficient`. */
  readonly declared: Bump | undefined;
  readonly required: Bump | undefined;
  /** The lowest version that would have been sufficient. */
  readonly nextVersion: string | null;
  readonly sufficient: boolean | undefined;
  readonly findings: number;
  readonly forcedBy: { readonly rule: string; readonly element: string } | null;
}

/**
 * Compares every release with the previous one. Pre-releases are left out if a module has other releases.
 * @throws GitError, the signal's reason, CannotRun if `from` and `to` are not releases of one module in this order,
 * and RangeError if there is no such policy.
 */
export async function audit(project: ReleaseSource, options: AuditOptions): Promise<Audit> {
  const all = await releasesToCompare(project, options.signal);
  const releases = between(
    options.module === undefined ? all : all.filter(({ module }) => module === options.module),
    options,
  );
  const entries: AuditEntry[] = [];
  const withoutFiles: string[] = [];
  let policy: string = options.policy ?? '';
  for (const [index, { release, module }] of releases.entries()) {
    options.signal?.throwIfAborted();
    // Only a few older releases are needed again.
    if (index % AGE_EVERY === 0) project.age?.();
    const result = await project.check({ to: release.ref, module, ...checkOptionsOf(options) });
    policy = result.policy;
    const own = result.modules.find(({ prefix }) => prefix === module);
    if (own === undefined || hasNoFiles(own)) withoutFiles.push(release.ref);
    else entries.push(auditEntry(release, result, own));
    options.progress?.(index + 1, releases.length);
  }
  return { policy, entries: entries.reverse(), withoutFiles: withoutFiles.reverse() };
}

const AGE_EVERY = 10;

type Module = CheckResult['modules'][number];

function hasNoFiles({ baseline }: Module): boolean {
  return !isBaseline(baseline) && baseline.reason === 'no-files';
}

function auditEntry(release: Release, result: CheckResult, own: Module): AuditEntry {
  const findings = findingsOf(result, own.prefix);
  const head = { ref: release.ref, version: release.version, prefix: own.prefix };
  if (!isBaseline(own.baseline)) {
    return {
      ...head,
      baseline: null,
      note: own.baseline.reason === 'no-release' || own.baseline.reason === 'no-tags' ? null : own.baseline.message,
      declared: undefined,
      required: undefined,
      nextVersion: null,
      sufficient: undefined,
      findings: 0,
      forcedBy: null,
    };
  }
  const { ref, version, note } = own.baseline;
  const { forcedBy } = own;
  return {
    ...head,
    baseline: { ref, version: version ?? null },
    note: note ?? null,
    declared: version === undefined ? undefined : bumpBetween(version, release.version),
    required: own.bump,
    nextVersion: own.nextVersion,
    sufficient: own.nextVersion === null ? undefined : gte(finalVersion(release.version), own.nextVersion),
    findings: findings.length,
    forcedBy: forcedBy ? { rule: forcedBy.rule, element: forcedBy.element } : null,
  };
}

/** 2.0.0-rc1 counts as 2.0.0. */
function finalVersion(version: string): string {
  return version.replace(/-.*/, '');
}

function bumpBetween(from: string, to: string): Bump {
  if (major(from) !== major(to)) return 'major';
  if (minor(from) !== minor(to)) return 'minor';
  return patch(from) !== patch(to) ? 'patch' : 'none';
}

export interface Matrix {
  readonly policy: string;
  readonly roles: Roles;
  /** Lowest version first, then the working tree. Between versions with the same `schema` there are no findings. */
  readonly versions: readonly MatrixVersion[];
  readonly leftOut: number;
  /** The cell of client c and server s is at `c * versions.length + s`. */
  readonly cells: readonly MatrixCell[];
}

export interface Roles {
  readonly client: string;
  readonly server: string;
}

export interface MatrixVersion {
  /** Null for the working tree. */
  readonly ref: string | null;
  readonly label: string;
  readonly schema: number;
}

export interface MatrixCell {
  /** Indices into `versions`. */
  readonly client: number;
  readonly server: number;
  /** Over all findings and the promised encodings. */
  readonly effect: Effect;
  /** Of the findings that are not `exact`. */
  readonly class: Class;
  /** Those that are not `exact`. */
  readonly findings: number;
  readonly broken: number;
}

export interface MatrixOptions extends HistoryOptions {
  readonly prefix?: string;
  /** Adds the working tree as the last version. */
  readonly pending?: boolean;
  /** Receives cells as soon as they are known, those of the last version first. */
  readonly found?: (cells: readonly MatrixCell[], versions: readonly MatrixVersion[], roles: Roles) => void;
}

const MAX_MATRIX_RELEASES = 200;

/**
 * Compares neighbours first. Of successive releases without findings between them, only the first is then compared
 * with the others. Pre-releases are left out if the module has other releases.
 * @throws like `audit`.
 */
export async function matrix(project: ReleaseSource, options: MatrixOptions): Promise<Matrix> {
  const prefix = options.prefix ?? '';
  const all = await releasesToCompare(project, options.signal, options.paths);
  const wanted = between(
    all.filter(({ module }) => module === prefix),
    options,
  );
  const releases = wanted.slice(-MAX_MATRIX_RELEASES);
  const refs: readonly Omit<MatrixVersion, 'schema'>[] = [
    ...releases.map(({ release }) => ({ ref: release.ref, label: release.version })),
    ...(options.pending ? [{ ref: null, label: 'working tree' }] : []),
  ];

  let policy: string = options.policy ?? '';
  let roles: Roles = { client: 'client', server: 'server' };
  let done = 0;
  const compare = async (from: string | null, to: string | null): Promise<Compatibility | undefined> => {
    options.signal?.throwIfAborted();
    const result = await project.check({
      ...(from !== null && { from }),
      ...(to !== null && { to }),
      skew: 1,
      module: prefix,
      ...checkOptionsOf(options),
    });
    policy = result.policy;
    roles = rolesOf(result, prefix) ?? roles;
    done++;
    return compatibilityIn(result, prefix);
  };

  const atMost = (refs.length * (refs.length - 1)) / 2;
  const versions: MatrixVersion[] = [];
  const schemas: SchemaGroup[] = [];
  for (const [index, { ref, label }] of refs.entries()) {
    const previous = refs[index - 1];
    const found = previous && (await compare(previous.ref, ref));
    const group = schemas.at(-1);
    if (group && found === undefined) group.members.push(index);
    else schemas.push({ ref, members: [index], withPrevious: found ?? SAME });
    versions.push({ ref, label, schema: schemas.length - 1 });
    options.progress?.(done, atMost);
  }

  const total = done + ((schemas.length - 1) * (schemas.length - 2)) / 2;
  const cells: MatrixCell[] = [];
  for (const [newer, edited] of [...schemas.entries()].reverse()) {
    const row: MatrixCell[] = [];
    for (const [older, old] of schemas.slice(0, newer + 1).entries()) {
      let found: Compatibility | undefined = SAME;
      if (older === newer - 1) found = edited.withPrevious;
      else if (older < newer) found = await compare(old.ref, edited.ref);
      row.push(...cellsBetween(old, edited, found ?? SAME));
      options.progress?.(done, total);
    }
    options.found?.(row, versions, roles);
    cells.push(...row);
  }
  cells.sort((a, b) => a.client - b.client || a.server - b.server);
  return { policy, roles, versions, leftOut: wanted.length - releases.length, cells };
}

/** Successive versions without findings between them. */
interface SchemaGroup {
  /** The first version. */
  readonly ref: string | null;
  /** Indices into `Matrix.versions`. */
  readonly members: number[];
  readonly withPrevious: Compatibility;
}

function cellsBetween(old: SchemaGroup, edited: SchemaGroup, found: Compatibility): readonly MatrixCell[] {
  return old.members.flatMap((one) =>
    edited.members.flatMap((other) => [
      { client: one, server: other, ...found.oldClientNewServer },
      ...(old === edited ? [] : [{ client: other, server: one, ...found.newClientOldServer }]),
    ]),
  );
}

function rolesOf({ modules }: CheckResult, prefix: string): Roles | undefined {
  const words = modules.find((module) => module.prefix === prefix)?.words;
  const name = (role: string): string => role.replace(/^the /, '');
  return words && { client: name(words.client), server: name(words.server) };
}

type Compatibility = Pairings<Omit<MatrixCell, 'client' | 'server'>>;

const EXACT = { effect: 'exact', class: 'none', findings: 0, broken: 0 } as const;
const SAME: Compatibility = { oldClientNewServer: EXACT, newClientOldServer: EXACT };

function compatibilityIn(result: CheckResult, prefix: string): Compatibility | undefined {
  const findings = findingsOf(result, prefix);
  if (findings.length === 0) return undefined;
  const cellOf = (pairing: keyof Compatibility): Compatibility[keyof Compatibility] => {
    const cell: { -readonly [K in keyof typeof EXACT]: MatrixCell[K] } = { ...EXACT };
    for (const finding of findings) {
      const { effect } = worstEffect(finding, pairing, result.encodings);
      if (effect === 'exact') continue;
      cell.effect = worse(cell.effect, effect);
      cell.class = worstClass(cell.class, finding.class);
      cell.findings++;
      if (finding.broken[pairing]) cell.broken++;
    }
    return cell;
  };
  return { oldClientNewServer: cellOf('oldClientNewServer'), newClientOldServer: cellOf('newClientOldServer') };
}

export interface ModuleRelease {
  readonly release: Release;
  /** Its prefix. */
  readonly module: string;
}

/**
 * By module, lowest version first. Pre-releases of modules with stable releases are left out.
 * @param paths files or folders. Releases that contain none of them are left out, too.
 * @throws GitError, and the signal's reason.
 */
export async function releasesToCompare(
  project: Pick<ReleaseSource, 'releases' | 'moduleOf'>,
  signal?: AbortSignal,
  paths?: readonly string[],
): Promise<readonly ModuleRelease[]> {
  const releases = await project.releases();
  const found: ModuleRelease[] = [];
  for (let start = 0; start < releases.length; start += AT_ONCE) {
    signal?.throwIfAborted();
    const modules = releases.slice(start, start + AT_ONCE).map(async (release): Promise<readonly ModuleRelease[]> => {
      const module = await project.moduleOf(release, paths);
      return module === undefined ? [] : [{ release, module }];
    });
    found.push(...(await Promise.all(modules)).flat());
  }
  signal?.throwIfAborted();
  const stableModules = new Set(found.filter(({ release }) => !isPrerelease(release)).map(({ module }) => module));
  return found
    .filter(({ release, module }) => !isPrerelease(release) || !stableModules.has(module))
    .sort(
      (a, b) =>
        (a.module < b.module ? -1 : a.module > b.module ? 1 : 0) || compare(a.release.version, b.release.version),
    );
}

/** Enough releases to keep git busy. */
const AT_ONCE = 100;

/**
 * A missing bound excludes nothing.
 * @throws CannotRun if a bound names no release, or if no module has both in this order.
 */
function between(releases: readonly ModuleRelease[], { from, to }: HistoryOptions): readonly ModuleRelease[] {
  const isNamed =
    (name: string) =>
    ({ release }: ModuleRelease): boolean =>
      release.ref === name || release.version === name;
  for (const name of [from, to]) {
    if (name !== undefined && releases.length > 0 && !releases.some(isNamed(name)))
      throw new CannotRun(
        `there is no release ${name} among the ${releases.length} releases that can be compared; name one by its tag.`,
      );
  }
  const found = [...new Set(releases.map(({ module }) => module))].flatMap((module) => {
    const own = releases.filter((each) => each.module === module);
    const first = from === undefined ? 0 : own.findIndex(isNamed(from));
    const last = to === undefined ? own.length - 1 : own.findLastIndex(isNamed(to));
    return first < 0 ? [] : own.slice(first, last + 1);
  });
  if (from !== undefined && to !== undefined && found.length === 0)
    throw new CannotRun(
      `no module has a release ${to} after ${from}; name two releases of one module, the older one first.`,
    );
  return found;
}

/** Findings about the version or the branch, and breaks that the baseline already had, require no bump. */
export function isChange({ bump }: Finding): boolean {
  return bump !== 'none';
}

function findingsOf({ modules }: CheckResult, prefix: string): readonly Finding[] {
  return modules.find((module) => module.prefix === prefix)?.findings.filter(isChange) ?? [];
}

function checkOptionsOf({ policy, paths, signal }: HistoryOptions) {
  return {
    ...(policy !== undefined && { policy }),
    ...(paths !== undefined && paths.length > 0 && { paths }),
    ...(signal && { signal }),
  };
}
