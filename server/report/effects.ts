import type { Effect } from '../effects/effect.ts';

/** What an effect means, after a colon. */
export const EFFECT_WORDS: Readonly<Record<Effect, string>> = {
  exact: 'works',
  absent: 'seen as unset',
  unrecognised: 'a number without a name',
  dropped: 'silently ignored',
  rejected: 'fails',
  altered: 'silently read as something else',
};

/** An effect where there is room for one letter only. */
export const EFFECT_LETTERS: Readonly<Record<Effect, string>> = {
  exact: '·',
  absent: 'a',
  unrecognised: 'u',
  dropped: 'd',
  rejected: 'r',
  altered: 'x',
};
