import type { MatrixCell } from '../check/matrix.ts';
import { count } from '../rules/words.ts';
import { EFFECT_LETTERS } from './effects.ts';

/** "d3!": the worst effect, the number of findings, and "!" if a promise is broken. */
export function cellSymbol({ effect, findings, broken }: MatrixCell): string {
  return `${EFFECT_LETTERS[effect]}${findings > 0 ? String(findings) : ''}${broken > 0 ? '!' : ''}`;
}

/** "dropped, 3 findings, 1 breaks a promise" */
export function cellSentence({ effect, findings, broken }: MatrixCell): string {
  if (findings === 0) return 'exact';
  return `${effect}, ${count(findings, 'finding')}${broken > 0 ? `, ${broken} break${broken === 1 ? 's' : ''} a promise` : ''}`;
}
