import type { Release } from '../release/model.ts';
import { type Found, languagesOf, type Place } from './code-search.ts';
import type { Element } from './element.ts';
import type { Language } from './languages.ts';
import { type Act, ACTS } from './names/naming.ts';

export type { Place } from './code-search.ts';
export type { Element } from './element.ts';

export type RoleId = 'client' | 'server';

/** Null for the working tree on disk. For a commit that isn't a release, `version` is the ref. */
export type Version = Pick<Release, 'ref' | 'version' | 'commit'> | null;

/** Evidence, never a verdict: not all code is searched, and names can mislead. */
export interface Usage {
  /** Full name. */
  readonly element: string;
  readonly at: Version;
  readonly by: readonly UsedBy[];
}

export interface VersionUsage extends Usage {
  /** Whether the schema of that version declares the element. */
  readonly declared: boolean;
}

export interface UseHistory {
  readonly element: Element;
  /** Lowest version first, then the working tree. */
  readonly versions: readonly VersionUsage[];
}

export interface ProgramCode {
  /** Null if the code belongs to neither program, or if the programs cannot be distinguished. */
  readonly role: RoleId | null;
  /** "kata-runtime", "the client", "this repository" or "other code". */
  readonly name: string;
  /** The absolute path of another repository; null for this one. */
  readonly repository: string | null;
  /** Null for the working tree, for HEAD of a bare repository, or if nothing was searched. */
  readonly ref: string | null;
  /** In another repository, it can differ from the requested version. */
  readonly version: string | null;
  readonly commit: string | null;
  /** The program's configured globs. */
  readonly code: readonly string[];
  /** What limits the result, in sentences. */
  readonly notes: readonly string[];
}

export interface UsedBy extends ProgramCode {
  readonly languages: readonly Language[];
  /** How many code files the program has. */
  readonly files: number;
  /** Exact and likely uses outside of tests. */
  readonly places: readonly Place[];
  /** How many of `places` do what, the most important act first. */
  readonly acts: readonly { readonly does: Act; readonly places: number }[];
  /** Exact and likely uses in tests. */
  readonly tests: readonly Place[];
  /** Name-only uses, in tests or not. */
  readonly nameOnly: readonly Place[];
}

export const OTHER_CODE = 'other code';

export interface SearchedProgram extends ProgramCode {
  readonly found: Found;
}

export function usesByElement({ found, notes, ...program }: SearchedProgram): (element: string) => UsedBy {
  const byElement = new Map<string, Place[]>();
  for (const place of found.places) {
    const others = byElement.get(place.element);
    if (others === undefined) byElement.set(place.element, [place]);
    else others.push(place);
  }
  const searched = {
    ...program,
    languages: languagesOf(found.files),
    files: found.files.length,
    notes: [...notes, ...found.unread.map(({ file, reason }) => `${file}: ${reason}`)],
  };
  return (element) => {
    const own = byElement.get(element) ?? [];
    const certain = own.filter(({ certainty }) => certainty !== 'name-only');
    const places = certain.filter(({ test }) => !test);
    return {
      ...searched,
      places,
      acts: ACTS.map((act) => ({ does: act, places: places.filter(({ does }) => does === act).length })).filter(
        (act) => act.places > 0,
      ),
      tests: certain.filter(({ test }) => test),
      nameOnly: own.filter(({ certainty }) => certainty === 'name-only'),
    };
  };
}
