import type { Class, Effect, Pairings } from '../effects/effect.ts';
import { worstClass } from '../effects/impact.ts';
import { worse } from '../effects/reading.ts';
import {
  checkOptionsOf,
  type HistoryOptions,
  releasesBetween,
  releasesToCompare,
  type ReleaseSource,
} from './release-range.ts';
import { changesIn, type CheckResult, worstEffect } from './result.ts';

export interface Matrix {
  readonly policy: string;
  readonly roles: Roles;
  /** Lowest first, then the working tree. Between versions with the same `schema` there are no findings. */
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
  /** Of all findings, in the promised encodings. */
  readonly effect: Effect;
  readonly class: Class;
  /** Those that are not `exact`. */
  readonly findings: number;
  readonly broken: number;
}

export interface MatrixOptions extends HistoryOptions {
  readonly prefix?: string;
  /** Adds the working tree. */
  readonly pending?: boolean;
  /** Receives cells as soon as they are known, those of the last version first. */
  readonly found?: (cells: readonly MatrixCell[], versions: readonly MatrixVersion[], roles: Roles) => void;
}

const MAX_MATRIX_RELEASES = 200;

/**
 * Compares neighbours first. Of successive releases without findings between them, only the first is then compared with
 * the others. Pre-releases are left out if the module has other releases.
 * @throws like `audit`.
 */
export async function matrix(project: ReleaseSource, options: MatrixOptions): Promise<Matrix> {
  const { labelled, leftOut } = await versionsToCompare(project, options);
  const comparer = new Comparer(project, options);
  const { versions, schemas } = await groupBySchema(labelled, comparer);

  comparer.total = comparer.done + ((schemas.length - 1) * (schemas.length - 2)) / 2;
  const cells: MatrixCell[] = [];
  for (const newer of [...schemas.keys()].reverse()) {
    const row = await cellsWithOlder(schemas, newer, comparer);
    options.found?.(row, versions, comparer.roles);
    cells.push(...row);
  }
  cells.sort((a, b) => a.client - b.client || a.server - b.server);
  return { policy: comparer.policy, roles: comparer.roles, versions, leftOut, cells };
}

type LabelledVersion = Omit<MatrixVersion, 'schema'>;

async function versionsToCompare(
  project: ReleaseSource,
  options: MatrixOptions,
): Promise<{ readonly labelled: readonly LabelledVersion[]; readonly leftOut: number }> {
  const { prefix = '', pending = false, paths, signal } = options;
  const all = await releasesToCompare(project, signal, paths);
  const wanted = releasesBetween(
    all.filter(({ module }) => module === prefix),
    options,
  );
  const releases = wanted
    .slice(-MAX_MATRIX_RELEASES)
    .map(({ release }) => ({ ref: release.ref, label: release.version }));
  return {
    labelled: [...releases, ...(pending ? [{ ref: null, label: 'working tree' }] : [])],
    leftOut: wanted.length - releases.length,
  };
}

class Comparer {
  policy: string;
  roles: Roles = { client: 'client', server: 'server' };
  done = 0;
  /** An upper bound of `done`. */
  total = 0;
  readonly #project: ReleaseSource;
  readonly #options: MatrixOptions;

  constructor(project: ReleaseSource, options: MatrixOptions) {
    this.policy = options.policy ?? '';
    this.#project = project;
    this.#options = options;
  }

  /** @returns undefined if there are no findings. */
  async compare(old: string | null, edited: string | null): Promise<Compatibility | undefined> {
    const { prefix = '', signal } = this.#options;
    signal?.throwIfAborted();
    const result = await this.#project.check({
      ...(old !== null && { from: old }),
      ...(edited !== null && { to: edited }),
      skew: 1,
      module: prefix,
      ...checkOptionsOf(this.#options),
    });
    this.policy = result.policy;
    this.roles = rolesOf(result, prefix) ?? this.roles;
    this.done++;
    return compatibilityIn(result, prefix);
  }

  reportProgress(): void {
    this.#options.progress?.(this.done, this.total);
  }
}

async function groupBySchema(
  labelled: readonly LabelledVersion[],
  comparer: Comparer,
): Promise<{ readonly versions: readonly MatrixVersion[]; readonly schemas: readonly SchemaGroup[] }> {
  comparer.total = (labelled.length * (labelled.length - 1)) / 2;
  const versions: MatrixVersion[] = [];
  const schemas: SchemaGroup[] = [];
  for (const [index, { ref, label }] of labelled.entries()) {
    const previous = labelled[index - 1];
    const found = previous && (await comparer.compare(previous.ref, ref));
    const last = schemas.at(-1);
    if (last !== undefined && found === undefined) last.members.push(index);
    else schemas.push({ ref, members: [index], withPrevious: found ?? SAME });
    versions.push({ ref, label, schema: schemas.length - 1 });
    comparer.reportProgress();
  }
  return { versions, schemas };
}

/** With itself and with all older ones. */
async function cellsWithOlder(
  schemas: readonly SchemaGroup[],
  newer: number,
  comparer: Comparer,
): Promise<readonly MatrixCell[]> {
  const [edited] = schemas.slice(newer);
  if (edited === undefined) return [];
  const cells: MatrixCell[] = [];
  for (const [older, old] of schemas.slice(0, newer + 1).entries()) {
    let found: Compatibility | undefined = SAME;
    if (older === newer - 1) found = edited.withPrevious;
    else if (older < newer) found = await comparer.compare(old.ref, edited.ref);
    cells.push(...cellsBetween(old, edited, found ?? SAME));
    comparer.reportProgress();
  }
  return cells;
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
  const findings = changesIn(result, prefix);
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
