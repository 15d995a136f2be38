import type { Outline } from './outline.ts';

/** By path relative to the repository. */
export type SourceTree = ReadonlyMap<string, SourceFile>;

export interface SourceSides {
  /** Undefined without a baseline. */
  readonly old: SourceTree | undefined;
  readonly edited: SourceTree;
}

export interface SourceFile {
  /** Changes with the content. */
  readonly id: string;
  /** Undefined if the file cannot be read. */
  readonly outline: Outline | undefined;
  /** Where a symbolic link leads. */
  readonly target?: string | undefined;
}
