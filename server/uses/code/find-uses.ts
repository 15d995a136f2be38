import type { Language } from '../languages.ts';
import { type Act, ACTS } from '../names/names.ts';
import { Code } from './code.ts';
import { type Certainty, Context, type Use } from './context.ts';
import { accessorUse, memberUse, quotedFieldUse } from './member-uses.ts';
import { methodUse } from './method-uses.ts';
import type { Candidate, Targets } from './targets.ts';
import { constantUse, requestUse, typeUse, variantUse } from './type-uses.ts';

/** One line of code that uses an element. */
export interface FoundUse {
  /** The element's full name. */
  readonly element: string;
  /** UTF-16 code units from the start of the text. */
  readonly offset: number;
  readonly length: number;
  readonly does: Act;
  readonly certainty: Certainty;
  /** In a test inside the file. */
  readonly test: boolean;
}

/**
 * The uses of elements in one file, in the order of the text: one for each line and element. Declarations, imports, comments and local
 * variables of the same name aren't uses. The code is read without its types; `Certainty` says how reliable each answer is.
 */
export function findUses(text: string, language: Language, targets: Targets): readonly FoundUse[] {
  const words = targets.in(language);
  const code = new Code(text, language);
  const context = new Context(code);
  const byLine = new Map<string, FoundUse>();
  for (const [at, token] of code.tokens.entries()) {
    if (token.kind !== 'word' && token.kind !== 'string') continue;
    for (const candidate of words.get(token.text) ?? []) {
      if ((candidate.identifier.form === 'text') !== (token.kind === 'string')) continue;
      const use = useAt(context, at, candidate);
      if (use === undefined) continue;
      const found: FoundUse = {
        element: candidate.element.fullName,
        offset: token.start,
        length: token.text.length,
        ...use,
        test: code.isTest(token.start),
      };
      const key = `${code.lineOf(token.start)} ${found.element}`;
      const other = byLine.get(key);
      if (other === undefined || rank(found) < rank(other)) byLine.set(key, found);
    }
  }
  return [...byLine.values()].sort((a, b) => a.offset - b.offset);
}

function useAt(context: Context, at: number, candidate: Candidate): Use | undefined {
  switch (candidate.identifier.form) {
    case 'member':
      return memberUse(context, at, candidate);
    case 'accessor':
      return accessorUse(context, at, candidate);
    case 'call':
      return methodUse(context, at, candidate);
    case 'request':
      return requestUse(context, at, candidate);
    case 'type':
      return typeUse(context, at, candidate);
    case 'variant':
      return variantUse(context, at, candidate);
    case 'constant':
      return constantUse(context, at, candidate);
    case 'text':
      return candidate.element.kind === 'method'
        ? { does: candidate.identifier.does, certainty: 'exact' }
        : quotedFieldUse(context, at, candidate);
  }
}

/** The lowest says most about what a line does. */
function rank({ certainty, does }: Use): number {
  return CERTAINTIES.indexOf(certainty) * ACTS.length + ACTS.indexOf(does);
}

const CERTAINTIES: readonly Certainty[] = ['exact', 'likely', 'name-only'];
