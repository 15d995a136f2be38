import type { Outline } from './outline.ts';

/** By path relative to the repository. */
export type SourceTree = ReadonlyMap<string, SourceFile>;

export interface SourceFile {
  /** Changes when the content changes. */
  readonly id: string;
  /** Undefined if the file cannot be read. */
  readonly outline: Outline | undefined;
  /** The path of the file that this one is a symbolic link to; undefined if it is none. */
  readonly target?: string | undefined;
}
