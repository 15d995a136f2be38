import type { Changes } from '../rules/run.ts';
import { isAnyBroken, type Rated } from './rate.ts';

/** A release before the baseline that peers may still use. */
export interface Older {
  readonly version: string;
  readonly commit: string;
  /** The changes from that release to the edited files; undefined if nothing differs. */
  readonly changes: Changes | undefined;
  /** The changes from that release to the baseline; undefined if nothing differs. */
  readonly past: Changes | undefined;
}

export interface Skewed {
  readonly rated: Rated;
  readonly breaks: readonly string[];
  /** The baseline already broke all of `breaks` in this way. */
  readonly isInherited: boolean;
  /**
   * Set if the change breaks only older releases: the newest of them. `rated.change.baseline` is then a place in it.
   */
  readonly older: Pick<Older, 'version' | 'commit'> | undefined;
}

/**
 * Appends the changes that break only older releases.
 * @param judged the changes since the baseline
 * @param older newest first
 */
export function withOlder(
  judged: readonly Rated[],
  older: readonly Older[],
  rate: (changes: Changes | undefined) => readonly Rated[],
): readonly Skewed[] {
  if (older.length === 0) return judged.map((rated) => ({ rated, breaks: [], isInherited: false, older: undefined }));
  // Several findings of one rule about one element share a list of releases.
  const lists = new Map(judged.map((rated): [string, string[]] => [keyOf(rated), []]));
  const all = judged.map((rated): Draft => ({
    rated,
    breaks: lists.get(keyOf(rated)) ?? [],
    isInherited: false,
    older: undefined,
  }));
  const found = new Map(all.filter(({ rated }) => isAnyBroken(rated)).map((each) => [keyOf(each.rated), each]));
  for (const { version, commit, changes, past } of older) {
    const inherited = new Set(breaking(rate(past)).map(keyOf));
    for (const one of breaking(rate(changes))) {
      const key = keyOf(one);
      let known = found.get(key);
      if (known === undefined) {
        known = { rated: one, breaks: [], isInherited: inherited.has(key), older: { version, commit } };
        found.set(key, known);
        all.push(known);
      }
      known.isInherited &&= inherited.has(key);
      if (!known.breaks.includes(version)) known.breaks.push(version);
    }
  }
  return all;
}

type Draft = Skewed & { readonly breaks: string[]; isInherited: boolean };

function breaking(changes: readonly Rated[]): Rated[] {
  return changes.filter(isAnyBroken);
}

function keyOf({ rule, change }: Rated): string {
  return `${rule.id} ${change.element}`;
}
