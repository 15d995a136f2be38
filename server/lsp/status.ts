import {
  baselineOf,
  type CheckResult,
  isBaseline,
  type LeftOut,
  type Module,
  moduleOf,
  worstEffect,
} from '../check/result.ts';
import { CONFIGURATION_FILE } from '../policy/config.ts';
import type { Bump, Finding } from '../policy/result.ts';
import type { Baseline, NoBaseline } from '../release/model.ts';
import { ruleAddress } from '../report/address.ts';
import { releaseOf } from './finding-release.ts';
import type {
  BaselineItem,
  Compared,
  Counts,
  FindingItem,
  NothingToCompare,
  OwnStatus,
  Status,
  Summary,
} from './protocol.ts';
import type { RepositorySession } from './repository-session.ts';
import { isHalfTyped, type State, unreadableIn } from './session-state.ts';
import { releaseUri } from './uris.ts';

const MAX_REASONS = 10;

export function documentStatus(
  state: State,
  repository: RepositorySession,
  path: string,
): { readonly status: Status; readonly own: OwnStatus | null } {
  const leftOut =
    state.kind === 'checked' && path.endsWith('.proto') && isBaseline(baselineOf(state.result, path))
      ? state.result.leftOut(path)
      : undefined;
  if (leftOut !== undefined) return { status: leftOutStatus(leftOut, repository), own: null };
  const status = statusOf(state, repository, path);
  if (status.kind !== 'compared' || state.kind !== 'checked' || !path.endsWith('.proto')) return { status, own: null };
  const findings = findingsByFile(state.result).get(path) ?? [];
  const forces = status.reasons.some(({ file }) => file === path);
  return { status, own: { file: path, counts: countsOf(findings), forces } };
}

const FINDINGS_BY_FILE = new WeakMap<CheckResult, ReadonlyMap<string, readonly Finding[]>>();

function findingsByFile(result: CheckResult): ReadonlyMap<string, readonly Finding[]> {
  const known = FINDINGS_BY_FILE.get(result);
  if (known !== undefined) return known;
  const byFile = new Map<string, Finding[]>();
  for (const finding of result.findings) {
    const own = byFile.get(finding.file);
    if (own === undefined) byFile.set(finding.file, [finding]);
    else own.push(finding);
  }
  FINDINGS_BY_FILE.set(result, byFile);
  return byFile;
}

export function statusOf(state: State, repository: RepositorySession, path: string): Status {
  if (state.kind === 'failed') {
    const message = state.error instanceof Error ? state.error.message : String(state.error);
    return { kind: 'failed', repository: repository.uri, message };
  }
  return moduleStatus(moduleOf(state.result, path), state.result, repository);
}

function moduleStatus(module: Module, result: CheckResult, repository: RepositorySession): Compared | NothingToCompare {
  const known = MODULE_STATUSES.get(module);
  if (known !== undefined) return known;
  const { baseline } = module;
  const status = isBaseline(baseline)
    ? compared(module, result, repository, baseline)
    : nothingToCompare(baseline, repository);
  MODULE_STATUSES.set(module, status);
  return status;
}

const MODULE_STATUSES = new WeakMap<Module, Compared | NothingToCompare>();

export function statusWithoutFile(uri: string): NothingToCompare {
  const untitled = uri.startsWith('untitled:');
  return {
    kind: 'nothing',
    repository: null,
    reason: untitled ? 'untitled' : 'not-a-file',
    message: untitled ? 'This document is not a file yet.' : 'This document is not a file on this machine.',
    advice: untitled
      ? 'Save it inside a git repository to compare it with the last release.'
      : 'Open the file from a git repository to compare it with the last release.',
    action: untitled ? 'save' : null,
  };
}

/**
 * @param path a file or folder. `status` is that of its module.
 * @param uriOf returns the URI of an edited file.
 */
export function summaryOf(
  state: State,
  repository: RepositorySession,
  path: string,
  uriOf = (file: string): string => repository.uriOf(file),
): Summary {
  const status = statusOf(state, repository, path);
  if (state.kind === 'failed') return { status, findings: [], modules: [], problems: [] };
  const { result } = state;
  const indices = new Map(result.findings.map((finding, index) => [finding, index]));
  return {
    status,
    modules: result.modules.map((module) => ({
      prefix: module.prefix,
      status: moduleStatus(module, result, repository),
      findings: module.findings.flatMap((finding) => indices.get(finding) ?? []).sort((a, b) => a - b),
    })),
    findings: result.findings.map((finding) => findingItem(finding, result, repository, uriOf(finding.file))),
    problems: result.problems.map(({ file, range, message }) => ({ uri: uriOf(file), range, message })),
  };
}

/** Plain text, for clients without views. */
export function changesOf({ status, findings }: Summary): string {
  switch (status.kind) {
    case 'compared': {
      const next = status.nextVersion === null ? '' : ` → ${status.nextVersion}`;
      const lines = findings.map(
        ({ file, range, severity, message }) => `${file}:${range.start.line + 1}: ${severity}: ${message}`,
      );
      return [`Since ${status.baseline.ref}${next}: ${lines.length > 0 ? status.bump : 'no findings'}`, ...lines].join(
        '\n',
      );
    }
    case 'nothing':
      return `${status.message} ${status.advice}`;
    case 'failed':
      return status.message;
    case 'checking':
      return 'The check has not finished yet.';
  }
}

export function countsOf(findings: readonly Finding[]): Counts {
  const counts = { error: 0, warning: 0, information: 0, hint: 0, accepted: 0 };
  for (const finding of findings) counts[finding.accepted === null ? finding.severity : 'accepted']++;
  return counts;
}

function compared(module: Module, result: CheckResult, repository: RepositorySession, baseline: Baseline): Compared {
  const { declaredVersion } = module;
  const unreadable = unreadableIn(module, result);
  const { bump, nextVersion, forcedBy, findings } = versionOf(module, result, repository);
  const reasons = reasonsFor(bump, findings, forcedBy);
  return {
    kind: 'compared',
    repository: repository.uri,
    baseline: baselineItem(baseline, repository),
    bump,
    nextVersion,
    policy: result.policy,
    declaredVersion: declaredVersion && { version: declaredVersion.version, sufficient: declaredVersion.sufficient },
    counts: countsOf(module.findings),
    reasons: reasons
      .slice(0, MAX_REASONS)
      .map((finding) => findingItem(finding, result, repository, repository.uriOf(finding.file))),
    moreReasons: Math.max(0, reasons.length - MAX_REASONS),
    unreadable:
      unreadable === undefined
        ? null
        : { file: unreadable.file, line: unreadable.range.start.line, message: unreadable.message },
  };
}

/**
 * The result whose bump and version are shown. While text is half typed, this is the module's last result without
 * half-typed text, if the baseline is still the same.
 */
export function versionOf(
  module: Module,
  result: CheckResult,
  { lastReadable }: Pick<RepositorySession, 'lastReadable'>,
): Module {
  const last = lastReadable.get(module.prefix);
  const isSameRelease =
    last !== undefined &&
    isBaseline(last.baseline) &&
    isBaseline(module.baseline) &&
    last.baseline.commit === module.baseline.commit;
  return isSameRelease && isHalfTyped(module, result) ? last : module;
}

function reasonsFor(bump: Bump, findings: readonly Finding[], forcedBy: Finding | undefined): readonly Finding[] {
  if (bump === 'none') return [];
  const reasons = findings.filter((finding) => finding.bump === bump);
  const first = reasons.find((finding) => finding === forcedBy);
  return first === undefined ? reasons : [first, ...reasons.filter((finding) => finding !== first)];
}

function baselineItem(baseline: Baseline, repository: RepositorySession): BaselineItem {
  return {
    ref: baseline.ref,
    version: baseline.version ?? null,
    commit: baseline.commit,
    prefix: baseline.prefix,
    note: baseline.note ?? null,
    chosen: repository.chosenBaseline !== undefined,
  };
}

function nothingToCompare(baseline: NoBaseline, repository: RepositorySession): NothingToCompare {
  return {
    kind: 'nothing',
    repository: baseline.reason === 'not-a-repository' || baseline.reason === 'no-git' ? null : repository.uri,
    reason: baseline.reason,
    message: baseline.message,
    advice: baseline.advice,
    action: ACTIONS[baseline.reason] ?? null,
  };
}

function leftOutStatus({ by, name, configuration }: LeftOut, repository: RepositorySession): NothingToCompare {
  const own = { kind: 'nothing', repository: repository.uri, reason: 'left-out' } as const;
  const foreign = thirdPartyReason(by, name ?? '');
  if (foreign !== undefined) {
    return {
      ...own,
      message: `${foreign}, so this file is not compared.`,
      advice: 'To check it in the terminal, name it: `proto-compat check PATH`.',
      action: null,
    };
  }
  const file = configuration ?? CONFIGURATION_FILE;
  const option = file === CONFIGURATION_FILE ? `\`${by}\` in ${file}` : file;
  return {
    ...own,
    message: `${by === 'unstable' ? `${option} marks this file as unstable` : `${option} leaves this file out`}, so it is not compared.`,
    advice: `Change ${option} to compare it.`,
    action: 'open-configuration',
  };
}

/** Undefined if the configuration leaves the file out. */
function thirdPartyReason(by: LeftOut['by'], name: string): string | undefined {
  switch (by) {
    case 'folder':
      return `Folders called \`${name}\` usually hold third-party code, tests or examples`;
    case 'package':
      return `Package \`${name}\` looks like a copy of a third-party package`;
    case 'submodule':
      return `\`${name}\` is a git submodule`;
    case 'files':
    case 'unstable':
      return undefined;
  }
}

const ACTIONS: Partial<Record<NoBaseline['reason'], NothingToCompare['action']>> = {
  'no-git': 'install-git',
  'git-too-old': 'install-git',
  'not-a-repository': 'init-repository',
  'no-tags': 'choose-baseline',
  'no-release': 'choose-baseline',
  'bad-ref': 'choose-baseline',
  shallow: 'fetch-tags',
  'no-files': 'open-configuration',
};

function findingItem(finding: Finding, result: CheckResult, repository: RepositorySession, uri: string): FindingItem {
  const { rule, element, file, range, severity, bump, effects, message, accepted } = finding;
  const release = releaseOf(result, finding);
  return {
    rule,
    href: ruleAddress(rule),
    element,
    uri,
    file,
    range,
    baseline:
      finding.baseline === null || release === undefined
        ? null
        : {
            uri: releaseUri(
              { root: repository.root, commit: release.commit, file: finding.baseline.file },
              release.label,
            ),
            range: finding.baseline.range,
          },
    severity,
    class: finding.class,
    bump,
    effects,
    worstEffects: {
      oldClientNewServer: worstEffect(finding, 'oldClientNewServer', result.encodings),
      newClientOldServer: worstEffect(finding, 'newClientOldServer', result.encodings),
    },
    message,
    accepted,
  };
}
