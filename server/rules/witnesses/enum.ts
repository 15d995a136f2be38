import type { Diff, EnumPair, EnumValuePair } from '../../diff/pairs.ts';
import type { Carriers } from '../../effects/effect.ts';
import type { Message } from '../../schema/model.ts';
import { reachable } from '../../schema/reach.ts';
import type { Scenario, Witness } from '../rule.ts';
import { usesOf, type EnumUse } from '../subjects/enum-uses.ts';
import { isCarriedBy, showMessages } from './message.ts';

export function showEnumValue(pair: EnumValuePair, scenario: Scenario): Witness | undefined {
  const value = scenario.writer === 'old' ? pair.old : pair.new;
  return value && showEnum(pair.parent, scenario, BigInt(value.number));
}

/** @param value the number to send; by default several are tried */
export function showEnum(
  { old, new: edited, carriers }: EnumPair,
  scenario: Scenario,
  value?: bigint,
): Witness | undefined {
  if (old === undefined || edited === undefined || !isCarriedBy(carriers, scenario)) return undefined;
  let best: Witness | undefined;
  for (const use of reachedFirst(usesOf(old, edited, scenario.context.diff), scenario)) {
    const found = showMessages(use.old.message, use.new.message, ANY_CARRIER, scenario, [use.old], [use.new], value);
    if (found?.shown.effect === scenario.effect) return found;
    best ??= found;
  }
  return best;
}

const ANY_CARRIER: Carriers = { request: true, response: true, data: true };

/** First those that the scenario's carrier reaches. */
function reachedFirst(uses: readonly EnumUse[], { carrier, context: { diff } }: Scenario): EnumUse[] {
  const reached: ReadonlySet<unknown> = carrier === 'data' ? new Set() : reachable(typesOfCalls(diff, carrier));
  return [
    ...uses.filter(({ old }) => reached.has(old.message)),
    ...uses.filter(({ old }) => !reached.has(old.message)),
  ];
}

function typesOfCalls({ old }: Diff, carrier: 'request' | 'response'): Message[] {
  const methods = [...old.services.values()].flatMap((service) => service.methods);
  return methods
    .map(({ input, output }) => (carrier === 'request' ? input : output))
    .filter((type) => type !== undefined);
}
