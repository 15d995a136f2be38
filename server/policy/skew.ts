import type { Changes } from '../rules/run.ts';
import { isAnyBroken, type Rated } from './rate.ts';

/** A release before the baseline that peers may still run. */
export interface Older {
  readonly version: string;
  /** Full object id. */
  readonly commit: string;
  /** What has changed since that release, the edit included; undefined where nothing has. */
  readonly changes: Changes | undefined;
  /** What the baseline had changed since that release. */
  readonly past: Changes | undefined;
}

/** A change under a policy, with the releases that it breaks. */
export interface Skewed extends Rated {
  /** Versions of older releases that it breaks as well, newest first. */
  readonly breaks: readonly string[];
  /** The baseline broke it already: the edit is not to blame. */
  readonly isInherited: boolean;
  /** The older release that the finding comes from, whose files its positions refer to; undefined for the baseline. */
  readonly older: Pick<Older, 'version' | 'commit'> | undefined;
}

/**
 * Adds two kinds of changes to those since the baseline: what the edit breaks only for older releases, and what the baseline already
 * broke for them. Changes that break nothing are not repeated for each release.
 */
export function withOlder(
  judged: readonly Rated[],
  older: readonly Older[],
  rate: (changes: Changes | undefined) => readonly Rated[],
): readonly Skewed[] {
  // Several options of one file may change: findings of one rule about one element share one list of broken releases.
  const all = judged.map((one): Found => ({ one, breaks: [], isInherited: false, older: undefined }));
  const found = new Map(all.map((each) => [keyOf(each.one), each]));
  for (const { version, commit, changes, past } of older) {
    const inherited = new Set(brokenBy(rate(past)).map(keyOf));
    for (const one of brokenBy(rate(changes))) {
      const key = keyOf(one);
      let known = found.get(key);
      if (known === undefined) {
        known = { one, breaks: [], isInherited: inherited.has(key), older: { version, commit } };
        found.set(key, known);
        all.push(known);
      }
      if (!known.breaks.includes(version)) known.breaks.push(version);
    }
  }
  return all.map(({ one, ...skew }) => ({ ...one, ...skew }));
}

type Found = Omit<Skewed, keyof Rated | 'breaks'> & { readonly one: Rated; readonly breaks: string[] };

function brokenBy(changes: readonly Rated[]): Rated[] {
  return changes.filter(isAnyBroken);
}

function keyOf({ rule, change }: Rated): string {
  return `${rule.id} ${change.element}`;
}
