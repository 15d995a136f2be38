import { notes } from '../../server/report/notes.ts';
import { random } from '../proto/breakages.ts';
import { CORPORA, type Corpus } from './corpus.ts';
import type { FuzzOptions } from './project-fuzz.ts';
import { lastFiles } from './repository.ts';
import { scratch } from './scratch.ts';
import { Typist } from './typist.ts';

export interface ReleasedFuzzReport {
  readonly edits: number;
  /** Findings whose fixes and example were computed. */
  readonly findings: number;
}

/** A third of the released files gets fewer edits than this, and another third fewer than twice as many. */
const DAMAGE = 25;
/** Checks of each release. */
const CHECKS = 8;
/** The most edits of a file between two checks, plus one. */
const BURST = 6;

/**
 * Compares edited texts with releases that do not compile, and computes the fixes and an example of each finding.
 * @throws if anything fails. The message contains the texts.
 */
export async function fuzzReleased({ seed, edits, until, progress }: FuzzOptions): Promise<ReleasedFuzzReport> {
  let done = 0;
  let findings = 0;
  for (let round = 0; done < edits && Date.now() < until; round++) {
    const pick = random(seed * 1_000_003 + round);
    const { releases, configuration } = CORPORA[pick(CORPORA.length)] ?? { releases: [], configuration: null };
    const files = Object.entries(lastFiles({ releases, configuration }));
    const sources = files.map(([, text]) => text);
    const typed = (text: string, most: number): Typist => {
      const typist = new Typist(pick, text, sources);
      for (let edit = pick(most); edit > 0; edit--, done++) typist.next();
      return typist;
    };
    const released = files.map(([path, text]): [string, string] => [path, typed(text, pick(3) * DAMAGE).text]);
    const corpus: Corpus = {
      releases: [...releases, { tag: 'v1.2.0', files: Object.fromEntries(released) }],
      configuration,
    };
    let texts = new Map(pick(2) === 0 ? files : released);
    for (let check = 0; check < CHECKS; check++) {
      texts = new Map([...texts].map(([path, text]) => [path, typed(text, BURST).text]));
      try {
        const result = await scratch(corpus, texts);
        for (const finding of result.findings) {
          finding.fixes();
          finding.witness();
        }
        notes(result);
        findings += result.findings.length;
      } catch (error) {
        const why = error instanceof Error ? error.stack : String(error);
        const inputs = JSON.stringify({ released: Object.fromEntries(released), edited: Object.fromEntries(texts) });
        throw new Error(`seed ${seed}, round ${round}: ${why}\n${inputs}`, { cause: error });
      }
    }
    progress?.(done, findings);
  }
  return { edits: done, findings };
}
