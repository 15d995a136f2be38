import gte from 'semver/functions/gte.js';
import major from 'semver/functions/major.js';
import minor from 'semver/functions/minor.js';
import patch from 'semver/functions/patch.js';
import type { Bump } from '../policy/result.ts';
import type { Release } from '../release/model.ts';
import {
  checkOptionsOf,
  type HistoryOptions,
  releasesBetween,
  releasesToCompare,
  type ReleaseSource,
} from './release-range.ts';
import { changesIn, type CheckResult, isBaseline, type Module } from './result.ts';

export interface AuditOptions extends HistoryOptions {
  /** The prefix of the only module to compare. */
  readonly module?: string | undefined;
}

export interface Audit {
  readonly policy: string;
  /** By module, highest version first. */
  readonly entries: readonly AuditEntry[];
  /** Tags, in the same order. */
  readonly withoutFiles: readonly string[];
}

export interface AuditEntry {
  readonly ref: string;
  readonly version: string;
  /** "api/"; empty for the whole repository. */
  readonly prefix: string;
  readonly baseline: { readonly ref: string; readonly version: string | null } | null;
  /** Why there is no baseline, or a remark about it. */
  readonly note: string | null;
  /** Undefined without a baseline, like `required` and `sufficient`. */
  readonly declared: Bump | undefined;
  readonly required: Bump | undefined;
  /** The lowest sufficient version. */
  readonly nextVersion: string | null;
  readonly sufficient: boolean | undefined;
  readonly findings: number;
  readonly forcedBy: { readonly rule: string; readonly element: string } | null;
}

/**
 * Compares every release with the previous one. Pre-releases are left out if a module has other releases.
 * @throws GitError, the signal's reason, CannotRun if `from` and `to` are not releases of one module in this order, and
 * RangeError if there is no such policy.
 */
export async function audit(project: ReleaseSource, options: AuditOptions): Promise<Audit> {
  const all = await releasesToCompare(project, options.signal);
  const ofModule = options.module === undefined ? all : all.filter(({ module }) => module === options.module);
  const releases = releasesBetween(ofModule, options);
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

function hasNoFiles({ baseline }: Module): boolean {
  return !isBaseline(baseline) && baseline.reason === 'no-files';
}

function auditEntry(release: Release, result: CheckResult, own: Module): AuditEntry {
  const findings = changesIn(result, own.prefix);
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
