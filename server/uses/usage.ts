import type { Release } from '../release/model.ts';
import { type Found, languagesOf, type Place } from './code-search.ts';
import type { Element } from './element.ts';
import type { Language } from './languages.ts';

export type { Place } from './code-search.ts';
export type { Element } from './element.ts';

/** Which of the two programs. */
export type RoleId = 'client' | 'server';

/** What is searched: a release, or (null) the working tree as it is on disk. */
export type Version = Pick<Release, 'ref' | 'version' | 'commit'> | null;

/** Who uses one element in one version of the code. It is evidence and never a verdict: code that a build generates isn't searched. */
export interface Usage {
  /** Its full name. */
  readonly element: string;
  readonly at: Version;
  readonly by: readonly UsedBy[];
}

/** An element in one of several versions. */
export interface VersionUsage extends Usage {
  /** Whether the schema of that version declares the element. */
  readonly declared: boolean;
}

/** An element over all releases. */
export interface UseHistory {
  readonly element: Element;
  /** Lowest version first, the working tree last. */
  readonly versions: readonly VersionUsage[];
}

/** The code of one program in one version. */
export interface ProgramCode {
  /** Null for code of neither program, or if the two cannot be distinguished. */
  readonly role: RoleId | null;
  /** "kata-runtime", "the client", "this repository", "other code" */
  readonly name: string;
  /** The absolute path of another repository that the user named; null for this one. */
  readonly repository: string | null;
  /** What was searched there; null for the working tree. */
  readonly ref: string | null;
  /** The version of the code: that of the release, or of the other repository's release. */
  readonly version: string | null;
  readonly commit: string | null;
  /** Globs, as configured; empty for all code. */
  readonly code: readonly string[];
  /** Sentences about what limits the result: a glob without a file, a release that the other repository lacks, a file too large. */
  readonly notes: readonly string[];
}

/** What was found in the code of one program. */
export interface UsedBy extends ProgramCode {
  readonly languages: readonly Language[];
  /** How many files were searched. */
  readonly files: number;
  /** Uses, exact or likely, outside of tests. */
  readonly places: readonly Place[];
  /** The same in tests. */
  readonly tests: readonly Place[];
  /** Lines that contain the name but may mean something else. */
  readonly nameOnly: readonly Place[];
}

/** The name of the code that belongs to neither program. */
export const OTHER_CODE = 'other code';

/** The code of one program with what was found in it, for all elements that were looked for. */
export interface SearchedProgram extends ProgramCode {
  readonly found: Found;
}

/** What a program's code does with each element, by the element's full name. */
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
