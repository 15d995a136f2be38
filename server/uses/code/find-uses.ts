import type { Language } from '../languages.ts';
import { type Act, ACTS } from '../names/names.ts';
import { Code } from './code.ts';
import { type Certainty, Context, type Use } from './context.ts';
import { declaredAs, typeWithMember } from './declarations.ts';
import { accessorUse, memberUse, quotedFieldUse } from './member-uses.ts';
import { methodUse } from './method-uses.ts';
import type { Candidate, Targets } from './targets.ts';
import { type Token, tokenize } from './tokens.ts';
import { constantUse, requestUse, typeUse, variantUse } from './type-uses.ts';

export interface FoundUse {
  /** Full name. */
  readonly element: string;
  /** In UTF-16 code units; see `Token.start`. */
  readonly offset: number;
  /** Of the name, in UTF-16 code units. */
  readonly length: number;
  readonly does: Act;
  readonly certainty: Certainty;
  /**
   * Only names connect the use with the element. If any searched file of the language declares a lookalike, such a use
   * is at most `likely`.
   */
  readonly byName: boolean;
  /** In code that is compiled only for tests. Known only in Rust. */
  readonly test: boolean;
}

export interface FoundInFile {
  /** In the order of the text. Only the most informative one for each line and element. */
  readonly uses: readonly FoundUse[];
  /** Full names of elements; see `declaresLookalike`. */
  readonly lookalikes: ReadonlySet<string>;
}

/** Imports, comments, local variables and declarations aren't uses. The code is not type-checked. */
export function findUses(text: string, language: Language, targets: Targets): FoundInFile {
  if (!targets.mayBeIn(text, language)) return NOTHING_FOUND;
  const words = targets.in(language);
  const tokens = tokenize(text, language);
  const named: { readonly token: Token; readonly at: number }[] = [];
  tokens.forEach((token, at) => {
    if ((token.kind === 'word' || token.kind === 'string') && words.has(token.text)) named.push({ token, at });
  });
  // The names may only be in comments.
  if (named.length === 0) return NOTHING_FOUND;
  const code = new Code(text, language, tokens);
  const context = new Context(code);
  const byLine = new Map<string, FoundUse>();
  const lookalikes = new Set<string>();
  for (const { token, at } of named) {
    const container = token.kind === 'word' ? typeWithMember(code, at) : undefined;
    for (const candidate of words.get(token.text) ?? []) {
      if ((candidate.identifier.form === 'text') !== (token.kind === 'string')) continue;
      if (declaresLookalike(code, at, container, candidate)) lookalikes.add(candidate.element.fullName);
      const use = useAt(context, at, candidate);
      if (use === undefined) continue;
      const found: FoundUse = {
        element: candidate.element.fullName,
        offset: token.start,
        length: token.text.length,
        ...use,
        byName: NAMED.has(candidate.identifier.form) && !context.mentionsGeneratedModule(candidate.element),
        test: code.isInTest(at),
      };
      const key = `${code.lineStart(token.start)} ${found.element}`;
      const other = byLine.get(key);
      if (other === undefined || rank(found) < rank(other)) byLine.set(key, found);
    }
  }
  return { uses: [...byLine.values()].sort((a, b) => a.offset - b.offset), lookalikes };
}

const NOTHING_FOUND: FoundInFile = { uses: [], lookalikes: new Set() };

/**
 * Handwritten wrappers of generated clients often declare types and members with generated names. In other files, uses
 * of such a lookalike look like uses of the element.
 * @param container the type around the word, if the word can be one of its members.
 */
function declaresLookalike(
  code: Code,
  at: number,
  container: string | undefined,
  { identifier, owners }: Candidate,
): boolean {
  if (identifier.form === 'request') return declaredAs(code, at) === 'type';
  return container !== undefined && MEMBERS.has(identifier.form) && owners.has(container);
}

const MEMBERS: ReadonlySet<string> = new Set(['member', 'accessor', 'variant']);

/** The forms whose certainty depends on the name of a type. */
const NAMED: ReadonlySet<string> = new Set(['member', 'accessor', 'call', 'request', 'variant']);

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

/** First the certainty, then the importance of the act. */
function rank({ certainty, does }: Use): number {
  return CERTAINTIES.indexOf(certainty) * ACTS.length + ACTS.indexOf(does);
}

const CERTAINTIES: readonly Certainty[] = ['exact', 'likely', 'name-only'];
