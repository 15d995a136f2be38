import type { File } from '../schema/model.ts';
import type { Reports } from './pairs.ts';

/** Decides what is reported about a pair of declarations, from the files that contain them. */
export class ReportedFiles {
  readonly #isReported: (path: string) => boolean;

  constructor(isReported: (path: string) => boolean) {
    this.#isReported = isReported;
  }

  includes(file: File | undefined): boolean {
    return file !== undefined && this.#isReported(file.path);
  }

  /** About two versions of a declaration. A side that lacks the declaration is undefined. */
  reportsOnVersions(old: File | undefined, edited: File | undefined): Reports {
    if (this.includes(edited)) return 'changes';
    if (!this.includes(old) || old?.path === edited?.path) return 'nothing';
    // It moved to a file that is not reported, so its users still lose the old declaration.
    return edited === undefined ? 'changes' : 'regressions';
  }

  /** About a removed declaration of which a copy is left. */
  reportsOnSurvivor(removed: File): Reports {
    return this.includes(removed) ? 'regressions' : 'nothing';
  }

  /**
   * About a new copy of a released declaration.
   * @param original the file of the released declaration's edited version
   */
  reportsOnCopy(copy: File, original: File | undefined): Reports {
    // A file with the same text would repeat all findings.
    const isRepeated = this.includes(original) && original?.node.text === copy.node.text;
    return this.includes(copy) && !isRepeated ? 'losses' : 'nothing';
  }
}
