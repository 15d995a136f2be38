import type { MethodPair, ServicePair } from '../../diff/pairs.ts';
import type { Method } from '../../schema/model.ts';
import type { Scenario, Witness, Words } from '../rule.ts';
import { pathOf } from '../subjects/calls.ts';
import { newPeer, oldPeer } from '../words.ts';

export function showMethod({ old, new: edited }: MethodPair, scenario: Scenario): Witness | undefined {
  return showCall(old, edited, scenario);
}

/** The other methods fail like the first one. */
export function showService({ old, new: edited }: ServicePair, scenario: Scenario): Witness | undefined {
  return showCall(old?.methods[0], edited?.methods[0], scenario);
}

/** Only the caller's side has the method. */
export function showCall(old: Method | undefined, edited: Method | undefined, scenario: Scenario): Witness | undefined {
  const caller = scenario.writer === 'old' ? old : edited;
  if (caller === undefined || scenario.carrier !== 'request') return undefined;
  const { client, server } = callers(scenario);
  const path = pathOf(caller);
  return {
    sent: `${client} calls ${path}`,
    read: `${server} answers UNIMPLEMENTED: unknown method ${path}`,
    shown: {
      kind: 'call',
      pairing: scenario.pairing,
      encoding: scenario.encoding,
      effect: 'rejected',
      caller,
      server: undefined,
    },
  };
}

export function callers({ writer, context: { words } }: Scenario): {
  readonly client: string;
  readonly server: string;
} {
  return writer === 'old' ? sides(words, oldPeer, newPeer) : sides(words, newPeer, oldPeer);
}

function sides(
  words: Words,
  client: typeof oldPeer,
  server: typeof oldPeer,
): { readonly client: string; readonly server: string } {
  return { client: client('client', words), server: server('server', words) };
}
