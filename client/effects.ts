import type { Effect } from '../server/lsp/protocol.ts';

/** How an effect is shown: a letter where there is little room, as in the exported picture, and in words. */
export const EFFECTS: Readonly<Record<Effect, { readonly letter: string; readonly meaning: string }>> = {
  exact: { letter: '·', meaning: 'works' },
  absent: { letter: 'a', meaning: 'seen as unset' },
  unrecognised: { letter: 'u', meaning: 'a number without a name' },
  dropped: { letter: 'd', meaning: 'silently ignored' },
  rejected: { letter: 'r', meaning: 'fails' },
  altered: { letter: 'x', meaning: 'silently read as something else' },
};
