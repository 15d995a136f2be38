import type { Release } from '../release/model.ts';
import { type Found, languagesOf, type Place } from './code-search.ts';
import type { Element } from './element.ts';
import type { Language } from './languages.ts';

export type { Place } from './code-search.ts';
export type { Element } from './element.ts';

export type RoleId = 'client' | 'server';

/** What is searched: a release, or null for the working tree as it is on disk. For a commit that isn't a release, `version` is the ref. */
export type Version = Pick<Release, 'ref' | 'version' | 'commit'> | null;

/** Who uses one element in one version of the code. It is evidence, never a verdict: not all code is searched, and names can mislead. */
export interface Usage {
  /** The element's full name. */
  readonly element: string;
  readonly at: Version;
  readonly by: readonly UsedBy[];
}

export interface VersionUsage extends Usage {
  /** Whether the schema of that version declares the element. */
  readonly declared: boolean;
}

/** Who uses an element, in several versions. */
export interface UseHistory {
  readonly element: Element;
  /** Lowest version first. The working tree is last, if the repository has one. */
  readonly versions: readonly VersionUsage[];
}

/** The code of one program in one version. */
export interface ProgramCode {
  /** Null for code of neither program, or if the two cannot be distinguished. */
  readonly role: RoleId | null;
  /** "kata-runtime", "the client", "this repository" or "other code". */
  readonly name: string;
  /** The absolute path of another repository that the user named; null for this one. */
  readonly repository: string | null;
  /** The release or commit that was searched. Null for the working tree, for HEAD of a bare repository, or if nothing was searched. */
  readonly ref: string | null;
  /** The version of that release. In another repository, it can differ from the version that was asked for. */
  readonly version: string | null;
  readonly commit: string | null;
  /** The globs that are configured for the program; empty if there are none. */
  readonly code: readonly string[];
  /** Sentences about what limits the result, such as a glob that matches no file, or a file that is too large. */
  readonly notes: readonly string[];
}

/** The uses of one element in the code of one program. */
export interface UsedBy extends ProgramCode {
  readonly languages: readonly Language[];
  /** The number of code files of the program. */
  readonly files: number;
  /** Uses, exact or likely, outside of tests. */
  readonly places: readonly Place[];
  /** Uses, exact or likely, in tests. */
  readonly tests: readonly Place[];
  /** Places that have the name but may mean something else, also in tests. */
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
    return {
      ...searched,
      places: certain.filter(({ test }) => !test),
      tests: certain.filter(({ test }) => test),
      nameOnly: own.filter(({ certainty }) => certainty === 'name-only'),
    };
  };
}
